"""A MIDI clock that arrives unevenly, breaks off, and comes back."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.tempo import HOLD, PPQN, ClockFollower


def ticks(clock: ClockFollower, bpm: float, count: int, start: float = 0.0, jitter: float = 0.0) -> float:
    """Send ticks; return when the next one is due."""
    dice, period = random.Random(5), 60.0 / bpm / PPQN
    for number in range(count):
        clock.tick(start + number * period + dice.uniform(0.0, jitter))
    return start + count * period


@given(st.floats(22.0, 290.0))
@settings(max_examples=30)
def test_even_ticks_give_tempo_and_place_exactly(bpm: float) -> None:
    clock = ClockFollower()
    clock.start()

    then = ticks(clock, bpm, 97)

    assert clock.bpm == pytest.approx(bpm, rel=1e-6)
    assert clock.at(then) == pytest.approx(97 / PPQN, abs=1e-6)


def test_jitter_of_5_ms_moves_the_beat_by_less_than_1_ms() -> None:
    clock, errors = ClockFollower(), []
    clock.start()
    dice, period = random.Random(1), 60.0 / 120.0 / PPQN
    for number in range(1200):
        at = number * period
        clock.tick(at + dice.uniform(-0.0025, 0.0025))
        if number > 240:
            errors.append(abs(clock.at(at) - number / PPQN) * 0.5)

    assert sorted(errors)[int(0.99 * len(errors))] < 0.001
    assert clock.bpm == pytest.approx(120.0, abs=0.3)


def test_no_beat_is_lost_with_ticks_that_were_lost_on_the_way() -> None:
    clock = ClockFollower()
    clock.start()
    period = 60.0 / 120.0 / PPQN
    for number in range(480):
        if number % 17 not in (3, 4):
            clock.tick(number * period)

    assert clock.at(480 * period) == pytest.approx(480 / PPQN, abs=0.01)


def test_ticks_that_a_busy_service_hands_on_twice_do_not_count() -> None:
    clock, period = ClockFollower(), 60.0 / 120.0 / PPQN
    clock.start()
    for number in range(480):
        clock.tick(number * period)
        if number % 23 == 20:
            clock.tick(number * period + 0.0013)

    assert clock.count == 479
    assert clock.at(480 * period) == pytest.approx(480 / PPQN, abs=0.001)


def test_a_tempo_that_doubles_is_followed() -> None:
    clock = ClockFollower()
    clock.start()
    then = ticks(clock, 100.0, 240)

    ticks(clock, 220.0, 96, then)

    assert clock.bpm == pytest.approx(220.0, rel=0.01)
    assert clock.count == pytest.approx(335, abs=6)


@pytest.mark.parametrize("seed", range(5))
def test_a_service_that_stumbles_does_not_change_the_tempo(seed: int) -> None:
    """As JACK does on a busy machine: ticks are lost, come late in a heap, or twice."""
    clock, dice, period, late = ClockFollower(), random.Random(seed), 60.0 / 140.0 / PPQN, 0.0
    clock.start()
    for number in range(3000):
        at = number * period
        if dice.random() < 0.02:
            late = at + dice.uniform(0.0, 0.06)
        if dice.random() < 0.08:
            continue
        clock.tick(max(at, late) + dice.uniform(0.0, 0.002))
        if dice.random() < 0.03:
            clock.tick(max(at, late) + 0.0021)
        if number > 300:
            assert clock.bpm == pytest.approx(140.0, rel=0.06)

    assert clock.at(3000 * period) == pytest.approx(3000 / PPQN, abs=0.1)


def test_a_new_tempo_is_followed_within_a_beat() -> None:
    clock = ClockFollower()
    clock.start()
    then = ticks(clock, 120.0, 240)

    ticks(clock, 160.0, 24, then)

    assert clock.bpm == pytest.approx(160.0, rel=0.02)
    assert clock.count == 263


def test_stop_continue_and_song_position_say_where_the_next_tick_is() -> None:
    clock = ClockFollower()
    clock.start()
    then = ticks(clock, 120.0, 48)
    clock.stop()
    then = ticks(clock, 120.0, 10, then)  # a sequencer ticks on
    assert not clock.running
    clock.proceed()
    clock.tick(then)
    assert clock.count == 48

    clock.stop()
    clock.song_position(64)
    clock.proceed()
    clock.tick(then + 0.02)
    assert (clock.count, clock.located) == (64 * 6, True)


def test_a_lost_clock_has_to_be_started_again() -> None:
    clock = ClockFollower()
    clock.start()
    ticks(clock, 120.0, 48)

    clock.lose()

    assert (clock.bpm, clock.running, clock.started) == (None, False, False)
    ticks(clock, 90.0, 48, 10.0 + HOLD)
    assert clock.bpm == pytest.approx(90.0)


@pytest.mark.parametrize("bpm", [10.0, 400.0])
def test_a_clock_out_of_range_is_no_tempo(bpm: float) -> None:
    clock = ClockFollower()
    ticks(clock, bpm, 60)

    assert clock.bpm is None
    assert clock.out_of_range or bpm < 20.0


Step = Callable[[ClockFollower, float], None]


@given(st.lists(st.tuples(st.sampled_from("tttttttsczp"), st.floats(0.0, 0.4)), max_size=300))
@settings(max_examples=60)
def test_anything_that_arrives_leaves_a_tempo_in_range(events: list[tuple[str, float]]) -> None:
    clock, now = ClockFollower(), 0.0
    for word, passed in events:
        now += passed
        match word:
            case "t":
                clock.tick(now)
            case "s":
                clock.start()
            case "c":
                clock.proceed()
            case "z":
                clock.stop()
            case "p":
                clock.song_position(17)
        assert clock.bpm is None or 18.0 <= clock.bpm <= 330.0
        assert clock.at(now) == clock.at(now)
