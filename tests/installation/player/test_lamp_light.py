"""When light that is not the picture's is told, and with which colours."""

from types import SimpleNamespace

import numpy as np
import pytest

from installation.player.lamp_light import LampLight


@pytest.fixture
def made() -> tuple[LampLight, list[dict[str, object]]]:
    light, told = LampLight(), []
    light.ahead = told.append  # type: ignore[assignment]
    return light, told


def resolve(**known: object) -> dict[str, object]:
    return known


def frame(light: LampLight, mix: object, factors: tuple[float, ...], colour: float) -> None:
    light.begin(resolve, mix, None, factors)  # type: ignore[arg-type]
    light.of(resolve, np.full((1, 3), colour, np.float32), 0.5, 0.1)  # type: ignore[arg-type]


def test_a_level_that_changes_is_told_before_the_picture_with_the_latest_colours(made) -> None:
    light, told = made
    first, second = SimpleNamespace(), SimpleNamespace()

    frame(light, first, (0.0, 1.0), 0.2)  # nothing is known of the picture yet
    frame(light, first, (0.0, 1.0), 0.3)  # nothing but the picture has changed
    light.fresh(np.full((1, 3), 0.4, np.float32))
    frame(light, second, (0.0, 1.0), 0.5)
    frame(light, second, (0.0, 0.8), 0.6)  # the master
    frame(light, second, (1.0, 0.8), 0.7)  # blackout

    assert [round(float(one["colours"][0, 0]), 3) for one in told] == [0.4, 0.5, 0.6]
    assert [(one["mean"], one["red"]) for one in told] == [(0.5, 0.1)] * 3


def test_another_patch_has_no_colours_of_the_one_before(made) -> None:
    light, told = made
    frame(light, None, (0.0, 1.0), 0.2)
    light.forget()

    light.begin(resolve, SimpleNamespace(), None, (0.0, 1.0))  # type: ignore[arg-type]

    assert told == []
    assert light.fresh(np.zeros((1, 3), np.float32)) is None
