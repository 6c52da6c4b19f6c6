"""What grows in symbiosis: plants in rows behind each other, seen by the flashes over them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import isf
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host
from installation.render.passes.medium import Medium, Tables
from installation.values import Frame
from tests.installation.render.test_medium import pixels

pytestmark = pytest.mark.gl

SIZE = (320, 180)
STEP = 1 / 30
PLACE = (0.40, 0.22)
ROWS = 6
DRAWN = 24
"""Frames in which the land is drawn, a part of it in each."""


def drawn(context: Context, amount: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Luminance and the land, rows from below, just after a hub low over the ground flashed, alone."""
    host = Host(context)
    medium, scene = Medium(host, SIZE), host.load(isf.shipped("scenes", "symbiosis"), SIZE)
    hubs = np.zeros((2, 16, 4), np.float32)
    for index in range(DRAWN + 3):
        frame = Frame(index, index * STEP, STEP if index else 0.0)
        hubs[0, 0] = *PLACE, (index - DRAWN) * STEP if index >= DRAWN else 99.0, amount
        shared = medium.draw(frame, [scene.shader], Tables(hubs=hubs.copy()))
        shown = scene.draw(frame, {"life": 0.0, "seats": 0.0, "grow": 1.0, "order": 0.0, **shared})
    light = pixels(shown)[..., :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    land = pixels(scene.target("land")).copy()
    scene.release()
    medium.release()
    return light, land


def test_a_flash_is_seen_on_what_grows_near_it_and_less_farther_off(context: Context) -> None:
    (lit, land), (unlit, _) = drawn(context, 1.0), drawn(context, 0.0)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]].astype(np.float32) / SIZE[1]
    away = np.hypot(x - PLACE[0] * SIZE[0] / SIZE[1], y - PLACE[1])
    added = lit - unlit

    def more(ring: tuple[float, float]) -> float:
        """Light added for each unit of what the land throws back, beside the glow of the air."""
        inside = (away > ring[0]) & (away < ring[1]) & (land[..., 1] >= 0.0)
        d = away[inside]
        parts = np.stack([land[..., 0][inside], np.ones_like(d), d, d * d, d**3], axis=-1)
        return float(np.linalg.lstsq(parts, added[inside], rcond=None)[0][0])

    assert more((0.03, 0.055)) > 1.4 * more((0.07, 0.095)) > 0.01
    assert more((0.2, 0.3)) == pytest.approx(0.0, abs=1.0e-3)


def test_rows_stand_behind_each_other_up_to_the_farthest(context: Context) -> None:
    _, land = drawn(context, 0.0)
    depth = np.where(land[..., 1] >= 0.0, np.round(land[..., 1] * (ROWS - 1)), -1.0)
    heights = np.mgrid[: SIZE[1], : SIZE[0]][0] / SIZE[1]
    middle = [float(np.median(heights[(depth == row) | (depth == row + 1)])) for row in range(0, ROWS, 2)]
    assert middle == sorted(middle, reverse=True)
    # Plants in front are seen over the ground of rows behind them: going up, what is nearer comes again.
    assert ((depth[1:] > depth[:-1]) & (depth[:-1] >= 0)).any(axis=0).mean() > 0.1


def test_the_land_is_drawn_in_equal_parts_and_then_no_more(context: Context) -> None:
    host = Host(context)
    medium, scene = Medium(host, SIZE), host.load(isf.shipped("scenes", "symbiosis"), SIZE)
    shares, squares = [], []
    for index in range(DRAWN + 1):
        frame = Frame(index, index * STEP, STEP if index else 0.0)
        scene.draw(frame, dict(medium.draw(frame, [scene.shader], Tables())))
        shares.append(float((pixels(scene.target("land"))[..., 3] > 0.0).mean()))
        squares.append(float((pixels(scene.target("squares"))[..., 0] >= 0.0).mean()))
    assert shares[0] < 0.08
    assert np.diff(shares).max() < 0.08
    assert shares[DRAWN - 1] == 1.0
    assert squares[DRAWN] == 0.0
    scene.release()
    medium.release()
