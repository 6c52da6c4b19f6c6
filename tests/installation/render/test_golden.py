"""Every scene looks as it did: golden pictures on software GL, elsewhere only that something is there."""

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hardware.biosensor.people import Crowd
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.show import load_show

pytestmark = pytest.mark.gl

FOLDER = Path(__file__).parents[2] / "golden"
TOLD = tomllib.loads((FOLDER / "golden.toml").read_text())
SCENES = TOLD["scene"]
SIZE = (160, 90)


def play(context, scene):
    """The last frame as 8-bit codes, top row first."""
    fps = TOLD["fps"]
    options = StageOptions(scene=scene, venue="gallery", size=SIZE, seed=TOLD["seed"], headless=True)
    player = build_player(read_production(options), options, ManualClock(1 / fps), context, repeatable=True)
    crowd = Crowd(TOLD["people"], TOLD["seed"], walking=1.0)
    for index in range(round(SCENES[scene]["seconds"] * fps)):
        crowd.advance(1 / fps)
        entries = [*player.features(), *crowd.readings(index / fps, "people")]
        assert player.step(entries, index / fps).refused == ()
        context.collect()
    codes = player.picture.image()
    player.picture.release()
    return codes


def blurred(codes):
    padded = np.pad(codes.astype(float), ((2, 2), (2, 2), (0, 0)), "edge")
    return sum(padded[y : y + 90, x : x + 160] for y in range(5) for x in range(5)) / 25.0


def save_difference(name, codes, wanted):
    """Now, then, and where they differ (eight times as strong), side by side under golden/diff."""
    folder = FOLDER / "diff"
    folder.mkdir(exist_ok=True)
    change = np.minimum(255, np.abs(codes.astype(int) - wanted) * 8).astype(np.uint8)
    Image.fromarray(np.hstack([codes, wanted, change])).save(folder / f"{name}.png")
    return folder / f"{name}.png"


def test_every_scene_has_a_golden_picture():
    assert set(SCENES) == set(load_show().scenes)


@pytest.mark.parametrize("name", SCENES)
def test_the_scene_looks_as_it_did(context, name):
    codes, path = play(context, name), FOLDER / f"{name}.png"
    assert codes.max() > 40, "blank"
    if os.environ.get("PHOTOPHORE_GOLDEN") == "write":
        Image.fromarray(np.ascontiguousarray(codes)).save(path, optimize=True)
    if "llvmpipe" not in context.info.renderer.lower():
        pytest.skip("golden pictures are compared on Mesa's llvmpipe only")
    wanted = np.asarray(Image.open(path).convert("RGB"))
    share = np.abs(blurred(codes) - blurred(wanted)).mean() / wanted.mean()
    if share > SCENES[name]["share"]:
        saved = save_difference(name, codes, wanted)
        pytest.fail(f"{name}: {share:.2f} of its light differs: see {saved}")


def test_no_scene_looks_like_another():
    pictures = {
        name: blurred(np.asarray(Image.open(FOLDER / f"{name}.png").convert("RGB"))) for name in SCENES
    }
    for one in SCENES:
        for other in SCENES:
            if one < other:
                apart = np.abs(pictures[one] - pictures[other]).mean()
                assert apart > 0.5 * max(pictures[one].mean(), pictures[other].mean()), (one, other)
