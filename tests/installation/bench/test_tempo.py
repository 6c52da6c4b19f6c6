"""The benchmark of MIDI clock out measures what it says."""

import random

import pytest

from installation.bench.tempo import BPM, threads, unevenness

PERIOD = 60.0 / BPM / 24.0


def test_the_figure_is_the_distance_from_a_straight_line_and_missing_ticks_do_not_count() -> None:
    dice = random.Random(1)
    even = [5.0 + number * PERIOD for number in range(400) if number % 9]
    assert unevenness(even) == pytest.approx(0.0, abs=1e-9)

    late = [at + (0.004 if dice.random() < 0.05 else 0.0) for at in even]
    assert unevenness(late) == pytest.approx(0.004, abs=0.0005)


def test_a_thread_and_a_loop_are_compared_tick_by_tick() -> None:
    row = threads(1.0)

    assert row.ours > 0.0
    assert row.peer > 0.0
    assert row.ratio == pytest.approx(row.ours / row.peer)
