import numpy as np
import pytest

from installation.light.curve import FULL, drive_table, level_table, light_table

CURVES = ["linear", "square", "s"]


@pytest.mark.parametrize("curve", CURVES)
def test_a_level_shows_the_light_that_was_meant(curve):
    light = np.arange(FULL + 1) / FULL
    shown = light_table(curve)[level_table(curve)]

    # Half a step of level, times the steepest slope of the curves (2, the square's), is the most.
    assert np.abs(shown - light).max() <= 2.0 * 0.5 / 255 + 1e-5


@pytest.mark.parametrize("curve", CURVES)
def test_more_light_is_never_a_lower_level(curve):
    assert (np.diff(drive_table(curve).astype(int)) >= 0).all()
    assert (drive_table(curve)[0], drive_table(curve)[FULL]) == (0, FULL)


def test_the_square_of_half_the_level_is_a_quarter_of_the_light():
    assert level_table("square")[FULL // 4] == 127
    assert level_table("linear")[FULL // 2] == 127
    assert level_table("s")[FULL // 2] == 127


def test_a_range_begins_above_its_lowest_level_and_darkness_is_zero():
    table = level_table("linear", 9, 134)

    assert table[0] == 0
    assert (table[1], table[FULL]) == (9, 134)
    assert table[1:].min() == 9
