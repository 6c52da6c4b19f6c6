"""Fireflies of the hubs in the scene that they belong to."""

import numpy as np
from numpy.typing import NDArray

from installation import isf
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host
from installation.render.passes.medium import Medium, Tables
from installation.values import Frame
from tests.installation.render.test_medium import pixels

SIZE = (96, 54)
STEP = 1 / 30
PLACE = (0.25, 0.75)


def drawn(context: Context, age: float, amount: float) -> NDArray[np.float32]:
    """Light of the scene, without any lights of its own, a little after a hub has flashed."""
    host = Host(context)
    medium, scene = Medium(host, SIZE), host.load(isf.shipped("scenes", "symbiosis"), SIZE)
    hubs = np.zeros((2, 16, 4), np.float32)
    values = {"life": 0.0, "seats": 0.0, "grow": 0.0, "glow": 1.0, "order": 0.0}
    for index in range(3):
        frame = Frame(index, index * STEP, STEP if index else 0.0)
        hubs[0, 0] = *PLACE, age + index * STEP, amount
        shared = medium.draw(frame, [scene.shader], Tables(hubs=hubs.copy()))
        shown = scene.draw(frame, {**values, **shared})
    light = pixels(shown)[..., :3].copy()
    scene.release()
    medium.release()
    return light


def test_a_flash_of_a_hub_is_seen_where_it_stands_while_it_lasts(context: Context) -> None:
    lit = drawn(context, 0.0, 1.0)
    row, column = np.unravel_index(int(lit[..., 1].argmax()), lit.shape[:2])
    assert abs(column / SIZE[0] - PLACE[0]) < 0.03
    assert abs(row / SIZE[1] - PLACE[1]) < 0.05
    half, dark, none = drawn(context, 0.0, 0.5), drawn(context, 5.0, 1.0), drawn(context, 0.0, 0.0)
    here = (row, column, 1)
    assert 0.35 < half[here] / lit[here] < 0.65
    assert dark[here] < 0.05 * lit[here]
    assert none[here] < 0.05 * lit[here]
