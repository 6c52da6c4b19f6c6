"""The mosaic: the rich are plainly brighter than the poor; bodies wake what sleeps, also among the poor."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.passes.medium import Tables
from installation.values import Frame
from tests.installation.render.test_medium import pixels
from tests.installation.render.test_scenes_beside_people import SIZE, Played, Way

pytestmark = pytest.mark.gl

RICH = (0, 3, 8)
"""Territories that take light while no commons tell otherwise: ``own_share`` in ``lib/mosaic.glsl``."""


def seen(played: Played) -> NDArray[np.float32]:
    """Light of the next frame, before the tone curve: ``(rows, columns)``, first row at the bottom."""
    frame = Frame(played.index, played.index / played.rate, 1 / played.rate)
    room = played.medium.draw(frame, [played.scene.shader], Tables(played.bodies.table))
    shared = {name: room[name] for name in played.scene.shader.reads}
    shown = pixels(played.scene.draw(frame, {**played.values, **shared}))[..., :3]
    light: NDArray[np.float32] = shown.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return light


def owners(played: Played) -> NDArray[np.int_]:
    """Whose each pixel is."""
    return np.floor(played.target("soil")[..., 3]).astype(int) - 1


def apart(context: Context, gini: float) -> float:
    """How much brighter a place of the rich is than one of the poor."""
    played = Played(context, "mosaic", gini=gini)
    played.play(4.0)
    light, rich = seen(played), np.isin(owners(played), RICH)
    played.release()
    return float(light[rich].mean() / light[~rich].mean())


def test_the_rich_are_plainly_brighter_once_they_have_taken_light(context: Context) -> None:
    equal, unequal = apart(context, 0.0), apart(context, 0.9)
    assert unequal > 3.0
    assert unequal > 2.0 * equal


def near(
    context: Context, way: Way | None, seconds: float, place: tuple[float, float], reach: float
) -> float:
    """Mean light within ``reach`` picture heights of a place where the poor live, dark bodies included."""
    played = Played(context, "mosaic", way, gini=0.9)
    played.play(seconds)
    light = seen(played)
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    around = np.hypot((x + 0.5 - place[0] * SIZE[0]) / SIZE[1], (y + 0.5) / SIZE[1] - place[1]) < reach
    played.release()
    return float(light[around].mean())


def test_a_wake_lights_what_sleeps_where_nothing_lives(context: Context) -> None:
    place = (0.66, 0.17)  # tundra

    def way(now: float) -> tuple[float, float]:
        return 0.50 + 0.16 * np.sin(1.9 * now), 0.20

    alone = near(context, None, 5.0, place, 0.25)
    stirred = near(context, way, 5.0, place, 0.25)
    assert stirred > 1.5 * alone


def test_growth_gathers_round_who_rests_among_the_poor(context: Context) -> None:
    place = (0.72, 0.62)  # reef

    def way(now: float) -> tuple[float, float]:
        return place

    assert near(context, way, 18.0, place, 0.30) > 1.5 * near(context, None, 18.0, place, 0.30)
