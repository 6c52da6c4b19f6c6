import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.sound import BLOCK
from installation.sound.desk.limits import Limit, Limits
from installation.sound.desk.measure import BLOCKS, Window


def through(limits: Limits, powers: np.ndarray) -> np.ndarray:
    """Return the powers that leave when blocks of a constant of that power come."""
    left = []
    for one in powers:
        block = np.full((1, BLOCK), math.sqrt(one))
        left.append(float((limits.process(block, np.array([one])) ** 2).mean()))
    return np.array(left)


def most(powers: np.ndarray, seconds: float) -> float:
    window, found = Window(seconds), 0.0
    for one in powers:
        window.push([one])
        found = max(found, float(window.mean()[0]))
    return found


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.floats(-60.0, 40.0), st.integers(1, 300)), min_size=1, max_size=6),
    st.sampled_from([1.0, 3.0]),
)
def test_no_window_holds_more_than_its_limit(parts: list[tuple[float, int]], window: float) -> None:
    powers = np.concatenate([np.full(count, 10.0 ** (level / 10.0)) for level, count in parts])
    left = through(Limits([Limit(1.0, window)], 1), powers)

    assert most(left, window) <= 1.0


def test_what_is_steadily_too_loud_settles_just_below_the_limit_and_stays() -> None:
    left = through(Limits([Limit(1.0, 3.0)], 1), np.full(int(12 * BLOCKS), 100.0))
    settled = 10.0 * np.log10(left[int(4 * BLOCKS) :])

    assert settled == pytest.approx(np.full(len(settled), settled[-1]), abs=0.1)
    assert -1.5 < settled[-1] < 0.0
    assert most(left, 3.0) > 10.0**-0.15


def test_what_is_just_below_the_limit_is_left_alone() -> None:
    limits = Limits([Limit(1.0, 3.0)], 1)
    left = through(limits, np.full(int(6 * BLOCKS), 10.0**-0.12))

    assert left[1:] == pytest.approx(10.0**-0.12)
    assert limits.reduction == 0.0


def test_a_short_strike_is_not_turned_down() -> None:
    powers = np.full(int(4 * BLOCKS), 0.01)
    powers[300:310] = 4.0  # 53 ms, 6 dB above what could last
    left = through(Limits([Limit(1.0, 3.0)], 1), powers)

    assert left[1:] == pytest.approx(powers[:-1], rel=0.09)  # at its end by 0.4 dB


def test_the_gain_falls_before_the_sound_and_rises_slowly() -> None:
    limits = Limits([Limit(1.0, 3.0)], 1)
    gains = []
    for number in range(int(30 * BLOCKS)):
        power = 1e4 if 200 <= number < 400 else 1e-4
        out = limits.process(np.ones((1, BLOCK)), np.array([power]))
        gains.append(out[0])
    decibels = 20.0 * np.log10(np.concatenate(gains[1:]))

    assert np.diff(decibels).max() * 48_000 < 6.5
    assert decibels[-1] == 0.0
    # Where the loud part begins, the gain is down already: the block before it carries the ramp.
    assert decibels[200 * BLOCK] < -30.0


def test_of_several_limits_the_strictest_counts() -> None:
    limits = Limits([Limit(1.0, 3.0), Limit(1.0, 1.0)], 1)
    for _ in range(2000):
        out = limits.process(np.ones((1, BLOCK)), np.array([0.1, 100.0]))

    assert -21.5 < 20 * np.log10(out[0, -1]) < -20.0


def test_another_setup_goes_on_with_the_gain_that_was() -> None:
    old, new = Limits([Limit(1.0, 3.0)], 1), Limits([Limit(1.0, 3.0), Limit(1.0, 1.0)], 1)
    for _ in range(2000):
        before = old.process(np.ones((1, BLOCK)), np.array([100.0]))
    old.hand_over(new)
    new.process(np.ones((1, BLOCK)), np.array([100.0, 1.0]))
    after = new.process(np.ones((1, BLOCK)), np.array([100.0, 1.0]))

    assert after[0, 0] == pytest.approx(before[0, -1], rel=0.01)
