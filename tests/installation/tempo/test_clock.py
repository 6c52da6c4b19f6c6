"""The beat clock: no beat twice, none lost, none backwards."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.tempo import HIGHEST, LOWEST, PHRASE, Accents, BeatClock, divider
from installation.tempo.accent import LEAST

FRAME = st.floats(0.001, 0.25)
TEMPO = st.floats(LOWEST, HIGHEST)
PULL = st.one_of(st.none(), st.floats(-2.0, 2.0))


@given(st.lists(st.tuples(FRAME, TEMPO, PULL), max_size=200))
def test_each_beat_begins_once_in_order_whatever_shifts_the_clock(
    frames: list[tuple[float, float, float | None]],
) -> None:
    clock, heard = BeatClock(), [0]
    for dt, bpm, pull in frames:
        before = clock.position
        if pull is not None:
            clock.pull(pull)
        clock.advance(dt, bpm)
        heard += clock.begun
        assert clock.position >= before

    assert heard == list(range(math.floor(clock.position) + 1))


@given(st.lists(st.tuples(FRAME, TEMPO, PULL), min_size=1, max_size=50))
def test_the_same_calls_give_the_same_beat_bit_for_bit(
    frames: list[tuple[float, float, float | None]],
) -> None:
    def play() -> list[float]:
        clock, positions = BeatClock(), []
        for dt, bpm, pull in frames:
            if pull is not None:
                clock.align(pull)
            clock.advance(dt, bpm)
            positions.append(clock.position)
        return positions

    assert play() == play()


@given(st.floats(0.0, 1000.0), st.integers(1, 16), st.floats(-0.1, 0.5), TEMPO)
def test_a_downbeat_by_hand_begins_a_phrase_and_never_goes_back(
    position: float, meter: int, late: float, bpm: float
) -> None:
    clock = BeatClock(position)

    clock.downbeat(meter, late)
    for _ in range(200):
        before = clock.position
        clock.advance(0.01, bpm)
        assert clock.position >= before

    phrase = PHRASE * meter
    beats = 200 * 0.01 * bpm / 60.0
    assert (clock.position - late - beats) % phrase == pytest.approx(0.0, abs=1e-6) or (
        clock.position - late - beats
    ) % phrase == pytest.approx(phrase, abs=1e-6)


def test_a_nudge_moves_the_beat_by_so_much_without_a_jump() -> None:
    clock, plain = BeatClock(), BeatClock()
    clock.pull(0.1)
    for _ in range(60):
        before = clock.position
        clock.advance(1 / 60, 120.0)
        plain.advance(1 / 60, 120.0)
        assert clock.position - before <= 1.5 * 120 / 60 / 60 + 1e-9

    assert clock.position - plain.position == pytest.approx(0.1)


@given(st.floats(0.0, 100.0), st.floats(-0.9, 0.9), TEMPO)
def test_a_followed_clock_is_reached_at_half_to_double_speed(start: float, apart: float, bpm: float) -> None:
    clock = BeatClock(start)
    target = start + apart
    clock._offset = 0.0
    for _ in range(400):
        before = clock.position
        step = bpm / 60 / 60
        target += step
        clock.advance(1 / 60, bpm, target)
        assert 0.5 * step - 1e-6 <= clock.position - before <= 2.0 * step + 1e-6

    assert clock.position == pytest.approx(target)


def test_time_that_was_lost_does_not_make_up_for_its_beats_one_by_one() -> None:
    clock = BeatClock()
    clock.locate(0.0, 4)
    clock.advance(1 / 60, 120.0, 0.0)

    clock.advance(0.25, 120.0, 9.2)

    assert (clock.position, clock.begun) == (9.2, (9,))


@pytest.mark.parametrize(
    ("bpm", "beats"), [(20, 1), (57, 1), (58, 2), (60, 2), (114, 2), (115, 4), (128, 4), (229, 8), (300, 8)]
)
def test_the_divider_is_the_smallest_that_the_guard_passes(bpm: float, beats: int) -> None:
    assert divider(bpm) == beats
    assert beats * 60 / bpm >= LEAST


@given(st.lists(st.tuples(st.integers(1, 40), TEMPO, st.booleans()), max_size=60))
def test_accents_are_never_closer_than_the_guard_allows(changes: list[tuple[int, float, bool]]) -> None:
    clock, accents, now, last = BeatClock(), Accents(), 0.0, -math.inf
    for frames, bpm, hit in changes:
        if hit:
            clock.downbeat(4)
        for _ in range(frames):
            now += 1 / 60
            clock.advance(1 / 60, bpm)
            for beat in clock.begun:
                if accents.falls(beat, bpm, now):
                    assert now - last >= LEAST
                    last = now
