"""A scene that is drawn at half its size shows the same picture."""

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.biosensor.people import Crowd
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.isf import shipped
from installation.player.build import build_player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.show import load_show

pytestmark = pytest.mark.gl

SIZE = (512, 288)
FPS = 10
FRAMES = 24
SLOW = {"sea-sparkle": 45}
"""Frames of scenes that show nothing before: there, what swims has to stir the water first."""
SCENES = [scene for scene in load_show().scenes if shipped("scenes", scene).scales]


def coarse(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean light of 8 x 4 parts."""
    means: NDArray[np.float32] = light.reshape(4, SIZE[1] // 4, 8, SIZE[0] // 8, 3).mean((1, 3, 4))
    return means


def test_most_scenes_can_be_drawn_smaller() -> None:
    assert len(SCENES) >= 12


@pytest.mark.parametrize("scene", SCENES)
def test_half_the_size_is_the_same_picture(context: Context, scene: str) -> None:
    options = StageOptions(scene=scene, venue="gallery", size=SIZE, seed=1, headless=True)
    player = build_player(read_production(options), options, ManualClock(1 / FPS), context, repeatable=True)
    picture, crowd = player.picture, Crowd(3, 3, walking=1.0)
    assert picture is not None
    lights = []
    frames = SLOW.get(scene, FRAMES)
    for index in range(frames):
        picture.rescale(1.0 if index == frames - 2 else 0.5)  # what persists has its full size at any scale
        crowd.advance(1 / FPS)
        player.step([*player.features(), *crowd.readings(index / FPS, "people")], index / FPS)
        if index >= frames - 2:
            raw = np.frombuffer(picture.plain.read(), np.float16).reshape(SIZE[1], SIZE[0], 4)
            lights.append(raw[..., :3].astype(np.float32))
        context.collect()
    picture.release()
    whole, half = map(coarse, lights)
    assert whole.max() > 1e-4
    # Points are at least so many pixels wide, so at these few rows they become brighter; their places stay.
    assert 0.5 < half.mean() / whole.mean() < 2.0
    assert np.corrcoef(half.ravel(), whole.ravel())[0, 1] > 0.9, "another picture"
