"""Tap tempo."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.tempo import HIGHEST, LOWEST, Tap
from installation.tempo.tap import PAUSE


@given(st.floats(32.0, HIGHEST), st.integers(2, 20), st.integers(0, 1000))
def test_even_taps_give_their_tempo_within_one_percent_of_a_human_hand(
    bpm: float, count: int, seed: int
) -> None:
    tap, dice, period = Tap(), random.Random(seed), 60.0 / bpm
    found = [tap.tap(100.0 + n * period * (1.0 + dice.uniform(-1e-4, 1e-4) / (n + 1))) for n in range(count)]

    assert found[0] is None
    assert found[-1] == pytest.approx(bpm, rel=0.01)


@given(st.lists(st.floats(0.0, 10.0), max_size=40))
def test_any_taps_give_a_tempo_in_range_or_none(pauses: list[float]) -> None:
    tap, now = Tap(), 0.0
    for pause in pauses:
        now += pause
        found = tap.tap(now)
        assert found is None or LOWEST <= found <= HIGHEST


def test_a_missed_tap_is_dropped() -> None:
    tap = Tap()
    for time in (0.0, 0.5, 1.0, 1.5, 2.5, 3.0):  # the one at 2.0 was missed
        found = tap.tap(time)

    assert found == pytest.approx(120.0)


def test_a_bounce_does_not_count() -> None:
    tap = Tap()
    for time in (0.0, 0.5, 0.52, 1.0, 1.5):
        found = tap.tap(time)

    assert found == pytest.approx(120.0)


def test_a_pause_begins_anew() -> None:
    tap = Tap()
    for time in (0.0, 0.5, 1.0):
        tap.tap(time)

    assert tap.tap(1.0 + PAUSE + 0.01) is None
    assert tap.tap(1.0 + PAUSE + 0.01 + 1.0) == pytest.approx(60.0)


def test_taps_that_a_keyboard_reads_by_frames_give_the_tempo_all_the_same() -> None:
    tap, found = Tap(), None
    for number in range(9):
        found = tap.tap(round(number * 60.0 / 127.0 * 60.0) / 60.0)

    assert found == pytest.approx(127.0, abs=0.6)
