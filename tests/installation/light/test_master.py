import math

import pytest

from installation.light.master import gain


@pytest.mark.parametrize(
    ("master", "factor"), [(0.5, 0.5), (2.0, 1.0), (-1.0, 0.0), (math.nan, 0.0), (math.inf, 1.0)]
)
def test_the_master_is_a_factor_within_0_and_1(master, factor):
    assert gain(master, blackout=False) == factor


def test_blackout_is_zero_whatever_the_master_says():
    assert gain(1.0, blackout=True) == 0.0
