"""The two scenes look as they did: golden pictures on software GL, elsewhere only that something is there."""

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from installation import paths
from installation.bench.visitor import Visitor, walk
from installation.isf import parse
from installation.render import Host, Target
from installation.render.passes.output import Output
from installation.render.passes.post import Post
from installation.values import Frame

pytestmark = pytest.mark.gl

FOLDER = Path(__file__).parents[2] / "golden"
GOLDEN = {
    name: entry
    for name, entry in tomllib.loads((FOLDER / "golden.toml").read_text()).items()
    if isinstance(entry, dict)
}
SIZE = (160, 90)


def play(context, entry):
    """The last frame as 8-bit codes, top row first."""
    host, output = Host(context), Output(context)
    output.dither = False
    scene, post = host.load(parse(paths.shaders() / entry["shader"]), SIZE), Post(host, SIZE)
    fps, visitor = entry["fps"], Visitor(host, SIZE)
    for index in range(round(entry["seconds"] * fps)):
        frame = Frame(index, index / fps, 1.0 / fps if index else 0.0)
        drawn = scene.draw(frame, visitor.room(frame, scene, walk(frame.time)))
    target = Target(context, SIZE, "rgba8")
    output.encode(post.apply(drawn, scene.shader.color), target.framebuffer, 0)
    codes = np.frombuffer(target.framebuffer.read(components=4), np.uint8).reshape(90, 160, 4)[::-1, :, :3]
    for part in (target, visitor, post, output, host):
        part.release()
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


@pytest.mark.parametrize("name", GOLDEN)
def test_the_scene_looks_as_it_did(context, name):
    codes, entry, path = play(context, GOLDEN[name]), GOLDEN[name], FOLDER / f"{name}.png"
    assert codes.max() > 40, "blank"
    if os.environ.get("PHOTOPHORE_GOLDEN") == "write":
        Image.fromarray(np.ascontiguousarray(codes)).save(path, optimize=True)
    if "llvmpipe" not in context.info.renderer.lower():
        pytest.skip("golden pictures are compared on Mesa's llvmpipe only")
    wanted = np.asarray(Image.open(path).convert("RGB"))
    change = np.abs(blurred(codes) - blurred(wanted))
    if change.mean() > entry["mean"] or change.max() > entry["worst"]:
        saved = save_difference(name, codes, wanted)
        pytest.fail(f"{name}: mean {change.mean():.2f}, worst {change.max():.0f}: see {saved}")
