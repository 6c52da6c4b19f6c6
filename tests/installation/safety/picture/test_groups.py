"""Parts of a window do not flash in turn."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation.safety.law import LAWS
from installation.safety.picture.groups import Groups, creep
from installation.safety.picture.reference import PictureGuard
from installation.safety.refractory import Refractory
from installation.safety.windows import lay_windows
from tests.judges import judge

LAW = LAWS["standard"]
SIZE = (16, 12)
FRAME = lay_windows(SIZE, 60.0, 2.0)  # so far away that the frame is the only field
CONCURRENT = 0.05


def within(shares: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the shares of the last 50 ms, at each time."""
    recent = (times[:, None] - times[None, :] >= 0) & (times[:, None] - times[None, :] < CONCURRENT)
    return recent @ shares


def edges(over: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where it becomes true."""
    return over & ~np.concatenate([[False], over[:-1]])


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_quarter_that_rises_after_one_rose_and_one_fell_does_so_a_second_later(seed):
    rng = np.random.default_rng(seed)
    count = 300
    steps = rng.choice([1 / 240, 1 / 60, 1 / 30, 0.2]) * rng.uniform(0.5, 1.0, count)
    asked = (
        rng.random(count) * (rng.random(count) < rng.choice([0.1, 0.5, 1.0])) * rng.choice([0.1, 0.3, 1.0])
    )
    sinks = rng.random(count) * (rng.random(count) < rng.choice([0.1, 0.5])) * rng.choice([0.1, 1.0])
    dims = rng.random(count) < rng.choice([0.0, 0.05])
    groups = Groups(1, LAW)
    lifted = np.zeros(count)
    for index in range(count):
        groups.begin(float(steps[index]), asked[index : index + 1], sinks[index : index + 1])
        held = groups.hold(bool(dims[index]))
        groups.commit(held, bool(dims[index]))
        lifted[index] = 0.0 if held else asked[index]
    times = np.cumsum(steps)
    rose = np.flatnonzero(edges(within(lifted, times) >= 0.25))
    fell = edges(within(sinks, times) >= 0.25) | dims
    for first, second in itertools.pairwise(rose):
        if fell[first : second + 1].any():
            assert times[second] - times[first] > LAW.refractory - 1e-5


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_groups_that_take_turns_leave_with_three_transitions_in_a_second_at_most(seed):
    rng = np.random.default_rng(seed)
    fps, count = int(rng.choice([25, 30, 60])), int(rng.integers(2, 9))
    tile = rng.integers(0, count, (SIZE[1], SIZE[0]))
    hertz, base, most = rng.uniform(3, 20), rng.choice([0, 0.05, 0.2, 0.5]), rng.uniform(0.1, 1)
    kind = rng.choice(["hard", "soft", "random"])

    def draw(time: float) -> NDArray[np.float32]:
        turn = time * hertz
        if kind == "hard":
            share = tile == int(turn) % count
        elif kind == "soft":
            share = np.maximum(np.sin(2 * np.pi * (turn - tile) / count), 0.0) ** 2
        else:
            share = np.random.default_rng(int(turn) + seed % 1000).random(count)[tile]
        return np.repeat((base + most * share)[..., None], 3, axis=2).astype(np.float32)

    guard = PictureGuard(FRAME, LAW)
    for _ in range(8):
        guard.apply(draw(0.0), 0.4)
    out = np.stack([guard.apply(draw(index / fps), 1 / fps) for index in range(3 * fps)])
    assert judge(out, fps, FRAME).worst <= 3


def test_the_first_group_rises_and_the_next_one_waits_until_a_second_has_passed():
    guard = PictureGuard(FRAME, LAW)
    black = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    for _ in range(10):
        guard.apply(black, 0.4)
    first, second = black.copy(), black.copy()
    first[:, :4], second[:, 4:8] = 0.13, 0.13
    np.testing.assert_allclose(guard.apply(first, 1 / 60), first, atol=1e-6)
    assert guard.apply(second, 1 / 60).max() <= LAW.step + 1e-6
    assert guard.report().held
    for _ in range(57):
        assert guard.apply(second, 1 / 60).max() <= LAW.step + 1e-6
    for _ in range(3):
        out = guard.apply(second, 1 / 60)
    np.testing.assert_allclose(out, second, atol=1e-6)
    assert not guard.report().held


def test_what_rises_and_does_not_fall_is_not_held():
    guard = PictureGuard(FRAME, LAW)
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    for _ in range(10):
        guard.apply(picture, 0.4)
    for column in range(0, 16, 4):
        picture[:, column : column + 4] = 0.13
        for _ in range(6):
            np.testing.assert_allclose(guard.apply(picture, 1 / 60), picture, atol=1e-6)


def test_a_crossfade_of_two_pictures_is_not_held():
    rng = np.random.default_rng(4)
    one, other = rng.random((2, SIZE[1], SIZE[0], 1)).astype(np.float32).repeat(3, axis=3) * 0.6
    guard = PictureGuard(FRAME, LAW)
    for _ in range(10):
        guard.apply(one, 0.4)
    for index in range(241):
        share = index / 240
        picture = (1 - share) * one + share * other
        np.testing.assert_allclose(guard.apply(picture, 1 / 60), picture, atol=2 * LAW.clear)
        assert not guard.report().held


def test_one_window_holds_the_whole_picture_so_that_no_seam_shows():
    windows = lay_windows((64, 36), 3.0, 2.0)
    guard = PictureGuard(windows, LAW)
    picture = np.zeros((36, 64, 3), np.float32)
    for _ in range(10):
        guard.apply(picture, 0.4)
    picture[4:12, 4:6] = 0.13
    guard.apply(picture, 1 / 60)
    picture[4:12, 4:6], picture[4:12, 6:8] = 0.0, 0.13
    picture[30, 60] = 0.13  # far away from the group
    out = guard.apply(picture, 1 / 60)
    assert guard.report().held
    assert out[30, 60, 0] == pytest.approx(LAW.step)


def test_a_pixel_lifts_when_it_begins_to_rise_and_when_it_goes_on_fast():
    machine = Refractory(4, LAW)
    machine.caps(2.0)
    most = creep(LAW, 1 / 60)
    lifting, _ = machine.moves(np.array([0.0, 0.07, 0.081, 0.3], np.float32), most)
    assert lifting.tolist() == [False, False, True, True]
    machine.commit(np.full(4, 0.3, np.float32))
    now = np.array([0.3, 0.3 + 0.9 * most, 0.3 + 1.1 * most, 0.21], np.float32)
    lifting, sinking = machine.moves(now, most)
    assert lifting.tolist() == [False, False, True, False]
    assert sinking.tolist() == [False, False, False, True]


def test_a_creep_is_half_of_white_in_a_second_and_a_fiftieth_in_a_frame():
    assert creep(LAW, 1 / 100) == pytest.approx(0.005)
    assert creep(LAW, 0.4) == pytest.approx(0.02)
    assert creep(LAW, 0.0) > 0.0
