"""A wrong clock deletes nothing for good; a right one does."""

from pathlib import Path

import pytest

from installation.guestbook.clock import Clock, believe, noted

DAY = 86_400.0
NOW = 1_800_000_000.0


class Times:
    """Time of day and time that passes, both moved by a test."""

    def __init__(self, wall: float = NOW) -> None:
        self.wall = wall
        self.passed = 0.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.passed += seconds

    def clock(self, folder: Path) -> Clock:
        return Clock(folder, lambda: self.wall, lambda: self.passed)


@pytest.fixture
def times() -> Times:
    return Times()


def test_a_clock_that_runs_is_believed_for_years(tmp_path: Path, times: Times) -> None:
    clock = times.clock(tmp_path)
    for hours in (0, 1, 1, 24, 24 * 400, 1):  # 400 days: a suspended computer
        times.pass_(3600.0 * hours)
        assert clock.doubt(0.0) == ""
        assert clock.reading() == times.wall
    times.pass_(20 * DAY)
    assert times.clock(tmp_path).doubt(0.0) == ""
    assert noted(tmp_path) == ""


def test_a_clock_that_is_put_ahead_is_not_until_it_is_put_back(tmp_path: Path, times: Times) -> None:
    clock = times.clock(tmp_path)
    assert clock.doubt(0.0) == ""
    times.wall += 366 * DAY
    times.pass_(3600.0)
    assert "366 days ahead" in clock.doubt(0.0)
    assert "366 days ahead" in noted(tmp_path)
    assert clock.doubt(times.wall) != ""  # a story that was left since proves nothing
    assert times.clock(tmp_path).doubt(times.wall) != ""  # nor does a restart
    times.wall -= 366 * DAY
    assert clock.doubt(0.0) == ""
    assert noted(tmp_path) == ""


def test_somebody_may_believe_it(tmp_path: Path, times: Times) -> None:
    clock = times.clock(tmp_path)
    clock.doubt(0.0)
    times.wall += 3 * DAY
    assert clock.doubt(0.0)
    believe(tmp_path, times.wall)
    times.pass_(3600.0)
    assert clock.doubt(0.0) == ""


def test_a_book_that_nobody_has_kept_for_long_is_kept(tmp_path: Path, times: Times) -> None:
    newest = times.wall - 31 * DAY
    assert "last housekeeping or story was on" in times.clock(tmp_path).doubt(newest)
    assert times.clock(tmp_path).doubt(times.wall)  # what came since was dated by the same clock
    believe(tmp_path, times.wall)
    assert times.clock(tmp_path).doubt(newest) == ""


def test_stories_of_a_clock_that_is_not_set_yet_are_dated_by_the_last_housekeeping(
    tmp_path: Path, times: Times
) -> None:
    assert times.clock(tmp_path).doubt(0.0) == ""
    later = Times(wall=60.0)
    clock = later.clock(tmp_path)
    later.pass_(120.0)
    assert clock.reading() == NOW + 120.0
    assert "1970-01-01" in clock.doubt(NOW)
    assert clock.reading() == NOW + 120.0
    later.wall = NOW + 2 * DAY  # the network sets it
    assert clock.doubt(NOW) == ""
    assert clock.reading() == NOW + 2 * DAY


def test_without_anything_to_compare_1970_is_not_believed_either(tmp_path: Path) -> None:
    times = Times(wall=60.0)
    clock = times.clock(tmp_path)
    assert "before this program was written" in clock.doubt(0.0)
    first = clock.reading()
    assert first > 1.7e9
    times.wall = NOW
    assert clock.doubt(first)  # the stories that came before have dates of their own
