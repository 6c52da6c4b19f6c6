"""The acoustic loop opens when the show asks, and closes by itself when it feeds on itself."""

import itertools
import math
from collections.abc import Callable

import pytest

from installation.sound.ears.loop_gate import LoopGate

STEP = 256 / 48_000


def play(
    gate: LoopGate,
    seconds: float,
    level: Callable[[float], float] = lambda _: 0.01,
    asked: float = 1.0,
    *,
    calm: bool = False,
) -> list[float]:
    """Values of the gate, block by block."""
    return [
        gate.advance(asked, level(index * STEP), STEP, calm=calm) for index in range(round(seconds / STEP))
    ]  # fmt: skip


def decibels(value: float) -> float:
    return 10 ** (value / 20)


def test_it_opens_slowly_and_closes_fast() -> None:
    gate = LoopGate()

    opening = play(gate, 3.0)
    assert 0.4 < opening[round(1.0 / STEP)] < 0.6
    assert opening[-1] == 1.0
    closing = play(gate, 0.1, asked=0.0)
    assert closing[-1] == 0.0
    assert max(abs(a - b) for a, b in itertools.pairwise(opening)) < 0.01


def test_panic_closes_it_whatever_is_asked() -> None:
    gate = LoopGate()
    play(gate, 3.0)

    assert play(gate, 0.06, calm=True)[-1] == 0.0
    assert max(play(gate, 5.0, calm=True)) == 0.0


@pytest.mark.parametrize("asked", [math.nan, math.inf, -1.0])
def test_what_is_no_share_does_not_open_it(asked: float) -> None:
    assert max(play(LoopGate(), 1.0, asked=asked)) == 0.0


def test_more_than_all_is_all() -> None:
    assert play(LoopGate(), 3.0, asked=7.0)[-1] == 1.0


@pytest.mark.parametrize("per_second", [1.5, 6.0, 40.0])
def test_growth_closes_it_for_a_while(per_second: float) -> None:
    gate = LoopGate()
    play(gate, 3.0, lambda _: decibels(-50))

    values = play(gate, 8.0, lambda time: decibels(min(-50 + per_second * time, -15)))

    assert values[-1] == 0.0
    assert gate.held
    assert max(play(gate, 12.0, lambda _: decibels(-60))) == 0.0
    assert play(gate, 12.0, lambda _: decibels(-60))[-1] > 0.9  # and it opens again


def test_a_loop_that_stays_loud_is_closed() -> None:
    gate = LoopGate()

    values = play(gate, 8.0, lambda _: decibels(-10))

    assert values[-1] == 0.0


@pytest.mark.parametrize(
    "level",
    [
        lambda time: -40 + 4 * math.sin(2 * math.pi * time / 3.0),  # it breathes
        lambda time: -30 - 40 * (time % 4.0) / 4.0,  # bells
        lambda time: -100 + 12 * time if time < 4.0 else -52.0,  # it begins
    ],
)
def test_sound_that_comes_and_goes_leaves_it_open(level: Callable[[float], float]) -> None:
    gate = LoopGate()
    play(gate, 3.0)

    values = play(gate, 60.0, lambda time: decibels(level(time)))

    assert min(values) == 1.0


def test_each_rest_is_longer_than_the_last() -> None:
    gate = LoopGate()
    rests, closed = [], 0.0
    was = False
    time = 0.0
    while time < 200.0:
        gate.advance(1.0, decibels(-10 if gate.value > 0.5 else -60), STEP)
        if gate.held:
            closed += STEP
        elif was:
            rests.append(closed)
            closed = 0.0
        was, time = gate.held, time + STEP

    assert len(rests) >= 3
    assert rests == sorted(rests)
    assert rests[1] > 1.9 * rests[0]
