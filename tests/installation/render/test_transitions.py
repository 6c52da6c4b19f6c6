"""Every transition begins as the old scene and ends as the new one."""

import numpy as np
import pytest

from installation import paths
from installation.isf import parse
from installation.render import Host
from installation.values import Frame
from tests.installation.render.pixels import picture, pixels

pytestmark = pytest.mark.gl

SIZE = (96, 54)
FADES = ("still",)
"""For two scenes that show the same: only there a crossfade is none."""
FILES = sorted((paths.shaders() / "transitions").glob("*.fs"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_starts_with_all_of_the_old_and_ends_with_all_of_the_new(context, path):
    host = Host(context)
    renderer = host.load(parse(path), SIZE)
    old = np.random.default_rng(1).random((54, 96, 4)).astype(np.float16).astype(np.float32)
    new = np.random.default_rng(2).random((54, 96, 4)).astype(np.float16).astype(np.float32)
    images = {"startImage": picture(context, old), "endImage": picture(context, new)}
    first = pixels(renderer.draw(Frame(0, 0.0, 0.0), {**images, "progress": (0.0,)}))[..., :3].copy()
    middle = pixels(renderer.draw(Frame(1, 0.1, 0.1), {**images, "progress": (0.5,)}))[..., :3].copy()
    last = pixels(renderer.draw(Frame(2, 0.2, 0.1), {**images, "progress": (1.0,)}))[..., :3].copy()
    assert np.abs(first - old[..., :3]).max() < 0.01
    assert np.abs(last - new[..., :3]).max() < 0.01
    if path.stem not in FADES:
        assert np.abs(middle - 0.5 * (old + new)[..., :3]).mean() > 0.05, "a plain crossfade"
    host.release()
