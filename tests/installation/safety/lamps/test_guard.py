"""Lamps obey the same law as the picture, each for itself and as a room."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LAWS, LUMINANCE
from tests.judges import transitions

LAW = LAWS["standard"]
RATE = 44
DT = 1 / RATE


def rig(lamps: int, law=LAW) -> LampGuard:
    slots = np.arange(lamps * 3).reshape(lamps, 3)
    weights = np.tile(np.array(LUMINANCE, np.float32), (lamps, 1))
    colours = np.tile(np.eye(3, dtype=np.float32), (lamps, 1, 1))
    return LampGuard(slots, weights, colours, np.full(lamps, 1 / lamps, np.float32), law)


def levels(out: np.ndarray) -> np.ndarray:
    return out.reshape(-1, 3).astype(np.float64) @ np.array(LUMINANCE) / 65535


def white(share: np.ndarray | float, lamps: int) -> np.ndarray:
    per_lamp = np.broadcast_to(np.asarray(share, np.float64), (lamps,))
    return np.repeat(per_lamp * 65535, 3).astype(np.uint16)


def warm(guard: LampGuard, light: np.ndarray) -> None:
    for _ in range(4 * RATE):
        guard.apply(light, DT)


def most_in_a_second(marks: np.ndarray) -> int:
    count = np.cumsum(marks, axis=0)
    before = np.zeros_like(count)
    before[RATE:] = count[:-RATE]
    return int((count - before).max())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), kind=st.sampled_from(["noise", "flash", "chase", "colour"]))
def test_lamps_and_room_have_at_most_three_transitions_in_a_second_and_are_never_lighter(seed, kind):
    rng = np.random.default_rng(seed)
    lamps, count = 6, 4 * RATE
    guard = rig(lamps)
    asked, put = [], []
    for tick in range(count):
        if kind == "flash":
            light = white(float(rng.random() > 0.5), lamps)
        elif kind == "chase":
            light = white((np.arange(lamps) == tick // 4 % lamps).astype(float), lamps)
        elif kind == "colour":
            light = (rng.random(lamps * 3) > 0.5).astype(np.uint16) * 65535
        else:
            light = rng.integers(0, 65536, lamps * 3).astype(np.uint16)
        asked.append(levels(light))
        ceiling = math.inf if seed % 2 else float(rng.random())
        put.append(levels(guard.apply(light, DT, ceiling=ceiling)))
    assert np.all(np.array(put) <= np.array(asked) + 1e-4)
    marks = transitions(np.array(put)) != 0
    assert most_in_a_second(marks) <= 3
    room = np.array(put).mean(axis=1, keepdims=True)
    assert most_in_a_second(transitions(room) != 0) <= 3


def test_a_chase_over_many_lamps_begins_at_most_three_rises_in_a_second():
    lamps = 8
    guard = rig(lamps)
    put = []
    for tick in range(6 * RATE):
        light = white((np.arange(lamps) == tick // 4 % lamps).astype(float), lamps)
        put.append(levels(guard.apply(light, DT)))
    begun = (transitions(np.array(put)) > 0).any(axis=1, keepdims=True)
    assert begun.any()
    assert most_in_a_second(begun) <= 3


def test_blackout_is_done_in_one_tick_while_the_guard_is_busy():
    guard = rig(4)
    for tick in range(300):
        guard.apply(white(float(tick // 3 % 2), 4), DT)
    assert not guard.apply(white(0.0, 4), DT).any()


def test_a_steady_look_passes_bit_for_bit_after_the_start():
    guard = rig(5)
    look = np.random.default_rng(0).integers(10_000, 40_000, 15).astype(np.uint16)
    assert levels(guard.apply(look, DT)).max() < 0.01
    warm(guard, look)
    np.testing.assert_array_equal(guard.apply(look, DT), look)
    assert not guard.report().active


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_look_that_stands_is_guarded_as_if_it_were_computed_again(seed):
    rng = np.random.default_rng(seed)
    quick, plain = rig(5), rig(5)
    light = np.zeros(16, np.uint16)  # one channel more than the lamps have: moved, it makes the look another
    for tick in range(5 * RATE):
        if rng.random() < 0.1:
            light[:15] = rng.integers(0, rng.choice([4000, 65536]), 15)
        dt, ceiling = (0.7 if rng.random() < 0.01 else DT), (0.1 if rng.random() < 0.05 else math.inf)
        moved = light.copy()
        moved[15] = tick % 2
        out = quick.apply(light, dt, ceiling=ceiling)
        np.testing.assert_array_equal(out[:15], plain.apply(moved, dt, ceiling=ceiling)[:15])
        assert quick.report() == plain.report()
        assert quick.cause == plain.cause
        out[:] = 1  # what was handed out is the caller's


def test_a_look_that_stands_is_not_computed_again(monkeypatch):
    guard, read = rig(5), []
    monkeypatch.setattr(guard._red, "apply", lambda values: read.append(values))
    warm(guard, white(0.3, 5))
    read.clear()
    for _ in range(5):
        guard.apply(white(0.29, 5), DT)[:] = 0  # what was handed out is the caller's
    assert len(read) == 1
    guard.apply(white(0.28, 5), DT)
    assert len(read) == 2


def test_other_channels_are_left_alone():
    guard = rig(2)
    light = np.full((1, 512), 40_000, np.uint16)
    out = guard.apply(light, DT)
    assert np.all(out.reshape(-1)[6:] == 40_000)
    assert out.shape == light.shape
    assert np.all(light == 40_000)


def test_the_ceiling_dims_the_room_and_says_so():
    guard = rig(4)
    warm(guard, white(0.6, 4))
    out = levels(guard.apply(white(0.6, 4), DT, ceiling=0.25))
    assert out.mean() == pytest.approx(0.25, abs=1e-3)
    assert guard.cause == "joint"
    assert guard.report().reduction == pytest.approx(1 - 0.25 / 0.6, abs=1e-3)


def test_an_emitter_without_a_luminance_is_guarded_as_white():
    guard = LampGuard(
        np.array([[0]]),
        np.zeros((1, 1), np.float32),
        np.zeros((1, 1, 3), np.float32),
        np.ones(1, np.float32),
        LAW,
    )
    strobe = [guard.apply(np.array([65535 * (tick // 2 % 2)], np.uint16), DT)[0] for tick in range(4 * RATE)]
    assert max(strobe) > 30_000
    assert most_in_a_second(transitions(np.array(strobe)[:, None] / 65535) != 0) <= 3


def test_light_of_another_rig_is_refused():
    with pytest.raises(ValueError, match="3 channels for a rig that reaches to channel 6"):
        rig(2).apply(np.zeros(3, np.uint16), DT)


def test_a_red_lamp_is_never_saturated_and_no_lighter():
    guard = rig(2)
    red = np.array([65535, 0, 0, 20000, 0, 3000], np.uint16)
    warm(guard, red)
    out = guard.apply(red, DT).reshape(2, 3).astype(float)
    assert np.all(out[:, 0] <= 0.7201 * out.sum(axis=1) + 2)
    assert np.all(levels(out) <= levels(red) + 1e-4)
    assert levels(out)[0] > 0.9 * levels(red)[0]


def test_a_lamp_that_has_only_red_stays_dark():
    guard = LampGuard(
        np.zeros((1, 1), np.int64),
        np.full((1, 1), 0.2126, np.float32),
        np.array([[[1.0, 0.0, 0.0]]], np.float32),
        np.ones(1, np.float32),
        LAW,
    )
    for _ in range(200):
        out = guard.apply(np.array([60_000], np.uint16), DT)
    assert out[0] <= 2


def test_padded_lamps_scale_their_only_channel():
    slots = np.array([[0, 0, 0], [1, 2, 3]])
    weights = np.array([[1, 0, 0], LUMINANCE], np.float32)
    colours = np.array([[[1, 1, 1], [0, 0, 0], [0, 0, 0]], np.eye(3)], np.float32)
    guard = LampGuard(slots, weights, colours, np.array([0.5, 0.5], np.float32), LAW)
    light = np.array([50_000, 30_000, 30_000, 30_000], np.uint16)
    assert guard.apply(light, DT).max() < 700
    warm(guard, light)
    np.testing.assert_array_equal(guard.apply(light, DT), light)


def test_a_stall_starts_from_black_again():
    guard = rig(1)
    warm(guard, white(1.0, 1))
    assert levels(guard.apply(white(1.0, 1), 0.6))[0] < 0.01


def test_a_rig_without_lamps_is_no_error():
    guard = LampGuard(
        np.zeros((0, 1), np.int64),
        np.zeros((0, 1), np.float32),
        np.zeros((0, 1, 3), np.float32),
        np.zeros(0, np.float32),
        LAW,
    )
    light = np.zeros((1, 512), np.uint16)
    np.testing.assert_array_equal(guard.apply(light, DT), light)
