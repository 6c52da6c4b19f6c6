"""What the status tells of the universes, and what it does not."""

import math

import numpy as np
import pytest

from installation.keeper.light.summary import Highest

RATE = 44


def levels(value: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    made = np.zeros((2, 512), np.uint8)
    made[1, 7] = round(255 * value)
    return made


@pytest.mark.parametrize("beats", [40, 72, 180])
def test_a_pulse_at_a_seat_is_not_told(beats: float) -> None:
    highest = Highest()
    assert highest.told() == ()
    told = []
    for frame in range(RATE * 60):
        turn = frame / RATE * beats / 60.0 % 1.0
        now = frame / RATE
        highest.take(levels(0.4 * math.exp(-6.0 * turn)), now, dark=False)
        if now > 2.0:
            told.append([(one.number, one.lit, one.peak) for one in highest.told()])
    assert {one[0] for one in told} == {(1, 0, 0.0)}
    peaks = [one[1][2] for one in told]
    assert max(peaks) - min(peaks) < 0.1, "the highest of the beats, whatever the moment"
    assert {one[1][1] for one in told} == {1}


def test_who_is_gone_is_gone_after_ten_seconds_and_a_blackout_is_told_at_once() -> None:
    highest = Highest()
    for frame in range(RATE * 30):
        highest.take(levels(0.4 if frame < RATE * 12 else 0.0), frame / RATE, dark=False)
        if frame > RATE * 23:
            assert highest.told()[1].peak == 0.0
    highest.take(levels(0.4), 30.0, dark=False)
    assert highest.told()[1].peak == pytest.approx(0.4)
    highest.take(levels(0.0), 30.1, dark=True)
    assert highest.told()[1].peak == 0.0
    assert highest.told()[1].lit == 0


def test_the_frames_it_is_given_may_be_used_again_and_another_patch_begins_anew() -> None:
    highest, frame = Highest(), levels(0.8)
    highest.take(frame, 0.0, dark=False)
    frame[:] = 0
    assert highest.told()[1].peak == 0.8
    highest.take(np.zeros((1, 512), np.uint8), 0.1, dark=False)
    assert [one.peak for one in highest.told()] == [0.0]
