"""Each state of the interface looks as it did: the show that ships, played through all six with people."""

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hardware.biosensor.people import Crowd
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.show import load_show
from installation.values import Command
from tests.conftest import Graphics
from tests.installation.render.test_golden import FOLDER, blurred, save_difference

STATES = tuple(state.name for state in load_show().states)

pytestmark = [pytest.mark.gl, pytest.mark.timeout(300)]  # some 600 frames, on any machine

TOLD = tomllib.loads((FOLDER / "states.toml").read_text())
SIZE = (160, 90)
DARKEST = 0.3
"""Mean code of a picture that shows something."""


def golden(state: str) -> Path:
    return FOLDER / f"state-{state}.png"


@pytest.fixture(scope="module")
def seen(graphics: Graphics) -> dict[str, NDArray[np.uint8]]:
    """The last picture of each state, as people in the room see it: effects, guard and all."""
    with graphics.current() as context:
        return _seen(context)


def _seen(context: Context) -> dict[str, NDArray[np.uint8]]:
    options = StageOptions(venue="loopback", size=SIZE, seed=TOLD["seed"], headless=True)
    fps = TOLD["fps"]
    player = build_player(read_production(options), options, ManualClock(1 / fps), context, repeatable=True)
    crowd = Crowd(TOLD["people"], TOLD["seed"], walking=1.0)
    found: dict[str, NDArray[np.uint8]] = {}
    index = 0
    for number, state in enumerate(STATES):
        enter = [Command("set", (f"/neuro/enter/{state}", 1.0), 0.0, "test")] if number else []
        for _ in range(round(TOLD["state"][state]["seconds"] * fps)):
            crowd.advance(1 / fps)
            entries = [*player.features(), *crowd.readings(index / fps, "people"), *enter]
            assert player.step(entries, index / fps).refused == ()
            context.collect()
            enter = []
            index += 1
        assert player.signals.get("/neuro/state") == number
        assert player.picture is not None
        found[state] = player.picture.image()
    player.picture.release()  # type: ignore[union-attr]
    return found


def test_the_states_are_those_that_have_a_golden_picture() -> None:
    assert list(TOLD["state"]) == list(STATES)


@pytest.mark.parametrize("state", STATES)
def test_the_state_looks_as_it_did(context: Context, seen: dict[str, NDArray[np.uint8]], state: str) -> None:
    codes = seen[state]
    assert codes.mean() > DARKEST, "blank"
    if os.environ.get("PHOTOPHORE_GOLDEN") == "write":
        Image.fromarray(np.ascontiguousarray(codes)).save(golden(state), optimize=True)
    if "llvmpipe" not in context.info.renderer.lower():
        pytest.skip("golden pictures are compared on Mesa's llvmpipe only")
    wanted = np.asarray(Image.open(golden(state)).convert("RGB"))
    difference = np.abs(blurred(codes) - blurred(wanted)).mean()
    share = difference / wanted.mean()
    if share > TOLD["state"][state]["share"]:
        saved = save_difference(f"state-{state}", codes, wanted)
        pytest.fail(f"{state}: {share:.2f} of its light differs: see {saved}")


def test_no_state_looks_like_another() -> None:
    pictures = {state: blurred(np.asarray(Image.open(golden(state)).convert("RGB"))) for state in STATES}

    for one in STATES:
        for other in STATES:
            if one < other:
                apart = np.abs(pictures[one] - pictures[other]).mean()
                assert apart > 0.4 * max(pictures[one].mean(), pictures[other].mean()), (one, other)
