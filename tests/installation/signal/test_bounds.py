import numpy as np

from installation.signal.bounds import BoundsCounters, bound, reach


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
