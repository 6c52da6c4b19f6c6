"""The slow gain that holds a scene's mean."""

import pytest

from installation.render.passes.exposure import MOST, SLOPE, Exposure


@pytest.mark.parametrize("light", [0.6, 1.0, 1.7])
def test_the_mean_comes_to_its_aim(light: float) -> None:
    exposure = Exposure()
    mean = 0.0
    for _ in range(900):
        mean = 0.018 * light * exposure.gain("sea") ** SLOPE
        exposure.look("sea", mean, 0.018, 1 / 30)

    assert mean == pytest.approx(0.018, rel=0.02)


def test_it_gives_at_most_one_stop_and_leaves_other_scenes_alone() -> None:
    exposure = Exposure()
    for _ in range(3000):
        exposure.look("sea", 0.5, 0.018, 1 / 30)

    assert exposure.stops("sea") == -MOST
    assert exposure.gain("reef") == 1.0


def test_a_black_room_is_not_lit_up() -> None:
    exposure = Exposure()
    for _ in range(3000):
        exposure.look("sea", 0.0, 0.018, 1 / 30)

    assert exposure.gain("sea") == 1.0
