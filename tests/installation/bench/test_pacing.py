import gc
import math

from installation.bench.pacing import collector, intervals


def test_both_loops_are_measured() -> None:
    rows = intervals(frames=4, rounds=1)

    assert [row.goal for row in rows] == ["<= 0.05", "<= 3.0"]
    assert all(math.isfinite(row.ratio) and row.peer > 0 for row in rows)


def test_the_collector_is_watched_at_work_and_left_as_it_was() -> None:
    (row,) = collector(live=1_000, frames=20)

    assert 0 < row.ours < row.peer * 100
    assert gc.isenabled()
    assert not gc.callbacks or all(callback.__name__ != "watch" for callback in gc.callbacks)
