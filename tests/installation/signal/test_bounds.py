import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from installation.signal.bounds import FREE, BoundsCounters, bound, reach
from installation.signal.modulators.modulator import clamp


def test_every_check_acts_and_counts() -> None:
    values = np.array([np.nan, np.inf, 5.0, -5.0, 0.9, 0.5])
    base = np.full(6, 0.4)
    counters = BoundsCounters()
    step = np.array([np.inf, np.inf, np.inf, np.inf, 0.1, 0.1])
    bound(values, base, base.copy(), (np.zeros(6), np.ones(6)), step, counters)

    assert values.tolist() == [0.4, 0.4, 1, 0, 0.5, 0.5]
    assert counters == BoundsCounters(not_finite=2, out_of_range=2, too_fast=1)


def test_lawful_values_pass_untouched_and_uncounted() -> None:
    values = np.array([0.0, 0.5, 1.0])
    counters = BoundsCounters()
    bound(values, values.copy(), values.copy(), (np.zeros(3), np.ones(3)), np.full(3, 0.1), counters)

    assert values.tolist() == [0, 0.5, 1]
    assert counters == BoundsCounters()


def test_reach_is_the_same_speed_at_any_frame_rate() -> None:
    span, steady = np.array([2.0, 2.0]), np.array([False, True])

    assert reach(span, steady, 30.0, 0.01).tolist() == [0.6, np.inf]
    assert reach(span, steady, 30.0, 0.0).tolist() == [np.inf, np.inf]


@given(
    st.floats(-1e300, 1e300), st.one_of(st.floats(0, 1e300), st.floats(0, 1e-6)), st.floats(FREE, FREE * 1e3)
)
def test_a_step_of_a_little_more_than_a_range_bounds_nothing(low: float, width: float, ranges: float) -> None:
    high = low + width
    step = float(reach(np.array([high - low]), np.array([False]), 1.0, ranges)[0])

    assert high - step <= low
    assert low + step >= high


def test_not_a_number_stays_one_when_it_is_clamped() -> None:
    for count in (3, 10_000):
        x = np.full(count, np.nan)
        x[:2] = -2.0, 2.0
        clamp(x, np.zeros(count), np.ones(count))

        assert x[:2].tolist() == [0, 1]
        assert np.isnan(x[2:]).all()
