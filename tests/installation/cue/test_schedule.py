"""Commands at times of the day: by the clock, by the sun, on days that have neither."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from installation.cue.schedule import Schedule, _command, check_schedule, read_moment
from installation.errors import CommandError, ShowError
from installation.ipc.options import StageOptions
from installation.nature import SUN_EVENTS, sun_events
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import CueSpec, ScheduleSpec
from installation.show.venue_model import Place
from installation.stage.clocks.schedule_clock import ScheduleClock
from installation.values import Command, Where
from tests.installation.player.test_player import make
from tests.parts import lacking

WHERE = Where("cues.toml", 9, 1)
BERLIN = Place(52.52, 13.4, "Europe/Berlin")
TROMSO = Place(69.65, 18.96, "Europe/Oslo")


def entry(at: str, do: str = "go", **more: object) -> ScheduleSpec:
    return ScheduleSpec(at, do, WHERE, **more)  # type: ignore[arg-type]


def schedule(place: Place, *entries: ScheduleSpec) -> Schedule:
    return Schedule(entries, place, ZoneInfo(place.timezone))


def unix(place: Place, *when: int) -> float:
    return datetime(*when, tzinfo=ZoneInfo(place.timezone)).timestamp()  # type: ignore[arg-type,misc]


def given(plan: Schedule, begin: float, days: int, step: float = 600.0) -> list[tuple[str, str]]:
    """What is given when somebody looks every ten minutes: time by the clock, and command."""
    found = []
    at = begin
    while at < begin + days * 86400:
        found += [(f"{plan.local(when):%d %H:%M}", one.do) for when, one in plan.due(at, at + step)]
        at += step
    return found


@pytest.mark.parametrize(
    "place", [BERLIN, Place(-33.87, 151.2, "Australia/Sydney"), Place(0.0, -78.5, "America/Guayaquil")]
)
def test_the_suns_events_are_those_of_astral(place: Place) -> None:
    try:
        from astral import Observer
        from astral.sun import sun
    except ImportError:
        lacking("astral")
    zone = ZoneInfo(place.timezone)
    for day in range(0, 365, 13):
        midnight = datetime(2026, 1, 1, tzinfo=zone) + timedelta(days=day)
        ours = sun_events(midnight.timestamp(), place.latitude, place.longitude)
        judged = sun(Observer(place.latitude, place.longitude), midnight.date(), tzinfo=zone)
        for name in SUN_EVENTS:
            apart = abs(ours[name] - judged[name].timestamp())
            assert apart < 90.0, (name, midnight, apart)


def test_polar_days_and_nights_have_no_sunset() -> None:
    for month in (6, 12):
        events = sun_events(unix(TROMSO, 2026, month, 21), TROMSO.latitude, TROMSO.longitude)
        assert "sunset" not in events
        assert "noon" in events
    plan = schedule(TROMSO, entry("sunset", "cue 1", otherwise="21:00"), entry("sunrise", "cue 2"))
    assert given(plan, unix(TROMSO, 2026, 6, 21), 2) == [("21 21:00", "cue 1"), ("22 21:00", "cue 1")]


def test_times_days_and_the_sun() -> None:
    plan = schedule(
        BERLIN, entry("10:00", "score 0:00", days=frozenset({"sat"})), entry("sunset + 4:00", "cue 1")
    )
    # Friday, 19 June 2026: the sun sets at 21:32, so four hours later it is the next day.
    said = given(plan, unix(BERLIN, 2026, 6, 19), 3)
    assert said == [
        ("19 01:32", "cue 1"),
        ("20 01:32", "cue 1"),
        ("20 10:00", "score 0:00"),
        ("21 01:33", "cue 1"),
    ]


def test_each_day_has_each_time_once_when_the_clocks_change() -> None:
    plan = schedule(BERLIN, entry("02:30", "go"), entry("12:00", "back"))
    for month, day in ((3, 29), (10, 25)):  # 2026: skipped, and met twice
        said = given(plan, unix(BERLIN, 2026, month, day), 1)
        assert [do for _, do in said] == ["go", "back"]


def test_next_is_the_nearest_one() -> None:
    plan = schedule(BERLIN, entry("10:00", "go", days=frozenset({"mon"})))
    found = plan.next(unix(BERLIN, 2026, 6, 1, 10, 0))
    assert found is not None
    assert f"{plan.local(found[0]):%a %d %H:%M}" == "Mon 08 10:00"
    assert schedule(BERLIN).next(0.0) is None


@pytest.mark.parametrize("text", ["24:00", "7", "noonish", "sunset+", "sunset - 20", "12:60", ""])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(CommandError, match="sunset - 0:20"):
        read_moment(text)


def test_findings_name_place_and_remedy(small_show: Path) -> None:
    file = small_show / "cues.toml"
    file.write_text(
        file.read_text() + '\n[[schedule]]\nat = "25:00"\ndo = "cue 9"\notherwise = "dusk"\n'
        'days = ["monday"]\n'
        '\n[[schedule]]\nat = "9:00"\ndo = "quit"\n'
    )
    with pytest.raises(ShowError, match=r"cues.toml:\d+:\d+: days: .*mon"):
        make(small_show)
    file.write_text(file.read_text().replace('days = ["monday"]\n', ""))
    with pytest.raises(ShowError) as caught:
        make(small_show)
    text = str(caught.value)
    for part in (':17:6: at: "25:00"', "18:6: do: no cue", "by the sun as well", "may not give quit"):
        assert part in text
    tree = Tree([Parameter("/a", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
    cues = [CueSpec("1", "one", WHERE)]
    for do in ("cue 1", "set /a 0.5", "as-authored"):
        assert check_schedule([entry("9:00", do)], cues, tree, scored=False) == []
    for do, words in (
        ("", "it is empty"), ("score 0:00", "no score"), ("set /b 1", "/b"), ("set /a x", "finite"),
        ("'", "no command"),
    ):  # fmt: skip
        (finding,) = check_schedule([entry("9:00", do)], cues, tree, scored=False)
        assert words in f"{finding.message} {finding.hint}"


class Night:
    """A schedule clock with a wall clock that is set by hand."""

    def __init__(self, folder: Path, mode: str = "run", since: float = 0.0) -> None:
        file = folder / "cues.toml"
        text = file.read_text()
        if "[score]" not in text:
            entries = ("10:00", "score 0:00"), ("22:00", "score stop"), ("22:00", "cue 2"), ("12:00", "cue 1")
            text = text.replace('id = "1"\n', 'id = "1"\nat = "0:00"\n') + '\n[score]\nlength = "5:00"\n'
            text += "".join(f'\n[[schedule]]\nat = "{at}"\ndo = "{do}"\n' for at, do in entries)
            file.write_text(text)
        self.now = unix(BERLIN, 2026, 6, 19, 13, 0)
        options = StageOptions(mode=mode)  # type: ignore[arg-type]
        self.player = make(folder)
        alive = self.now - since if since else 0.0
        self.clock = ScheduleClock(options, self.player, BERLIN, alive, lambda: self.now)
        self.time = 0.0

    def at(self, *when: int) -> list[str]:
        self.now = unix(BERLIN, 2026, *when)
        self.time += 10.0
        return [" ".join([one.verb, *map(str, one.arguments)]) for one in self.clock.commands(self.time)]


def test_a_machine_that_begins_late_catches_up_once(small_show: Path) -> None:
    night = Night(small_show)
    assert night.at(6, 19, 13, 0) == ["score 0:00", "cue 1"]
    assert night.at(6, 19, 13, 1) == []
    assert night.clock.next == "Fri 22:00 score stop"
    assert not night.clock.stopped
    assert night.at(6, 19, 22, 0) == ["score stop", "cue 2"]
    assert night.clock.stopped
    assert night.at(6, 19, 21, 30) == [], "a clock that is set back"
    assert night.at(6, 19, 22, 1) == []
    assert night.at(6, 23, 11, 0) == ["cue 2", "score 0:00"], "after days of sleep"


def test_a_later_stage_and_other_modes_do_not_catch_up(small_show: Path, tmp_path: Path) -> None:
    night = Night(small_show, since=60.0)
    assert night.at(6, 19, 13, 0) == []
    assert night.at(6, 19, 22, 0) == ["score stop", "cue 2"]
    evening = Night(small_show, mode="preview")
    assert evening.at(6, 19, 22, 0) == []
    assert evening.clock.next == ""


def test_universal_time_has_no_place_for_doubt() -> None:
    plan = Schedule([entry("noon", "go")], Place(0.0, 0.0), UTC)
    ((when, _),) = plan.due(1_780_000_000.0, 1_780_086_400.0)
    assert abs(when % 86400 - 43200) < 17 * 60, "the equation of time is less than 17 minutes"


def test_a_run_that_continues_catches_up_since_it_was_seen(small_show: Path) -> None:
    assert Night(small_show, since=2 * 3600.0).at(6, 19, 13, 0) == ["cue 1"], "12:00, not 10:00"


def test_a_later_stage_knows_that_the_score_was_stopped(small_show: Path) -> None:
    night = Night(small_show)
    night.now = unix(BERLIN, 2026, 6, 19, 22, 40)
    again = ScheduleClock(StageOptions(mode="run"), night.player, BERLIN, night.now - 5.0, lambda: night.now)
    assert again.commands(0.0) == []
    assert again.stopped


def test_a_panic_is_not_ended_by_the_clock(small_show: Path) -> None:
    night = Night(small_show, since=60.0)
    night.player.step([Command("panic", (), 0.0, "test")], 0.0)
    assert night.at(6, 19, 22, 0) == []
    assert night.clock.stopped
    (told,) = night.player.refusals.report()
    assert told.reason == "a scheduled command during a panic"
    with pytest.raises(CommandError, match="for people"):
        _command("blackout off")
