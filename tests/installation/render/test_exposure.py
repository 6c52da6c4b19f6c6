"""The slow gain that holds a scene's mean."""

import pytest

from installation.render.passes.exposure import MOST, SLOPE, Exposure, Shadows, shadows_of


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


def test_a_room_as_dark_as_scenes_are_made_for_changes_nothing() -> None:
    assert shadows_of(0.5, 0.9, 50.0) == Shadows()
    assert shadows_of(20.0, 0.04, 250.0) == Shadows(), "a laptop on a desk"


@pytest.mark.parametrize("lux", [1.0, 2.0, 8.0])
def test_what_carries_meaning_is_raised_above_the_veil_of_a_lit_room(lux: float) -> None:
    shadows = shadows_of(lux, 1.0, 50.0)
    veil = lux / (3.14159265 * 50.0)
    dim = 1.5 * 0.003
    assert dim * shadows.gain(dim) >= 1.5 * veil * 0.999
    assert shadows.gain(0.25) == shadows.gain(0.9) == 1.0
    levels = [n / 1000 for n in range(1, 300)]
    shown = [one * shadows.gain(one) for one in levels]
    assert shown == sorted(shown), "what was brighter stays brighter"
