"""Every ISF file that ships, and every fixture, goes through the real host.

Failure classes: *parse*, *compile*, *gl* (the driver reports an error), *wild* (NaN or infinity), *blank*
(one colour everywhere), *still* (all frames are the same). Each shader is named on standard output before
it is drawn, so that one which takes the process down can be identified.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import paths
from installation.errors import ShaderError
from installation.isf import Shader, parse
from installation.render import Context, Host
from installation.render.isf_host.inputs import parameters
from installation.values import Frame
from tests.installation.render.pixels import picture, pixels

pytestmark = pytest.mark.gl

SIZE = (64, 36)
FIXTURES = sorted((Path(__file__).parents[2] / "isf").glob("*.fs"))
SHIPPED = sorted(paths.shaders().rglob("*.fs"))

BLANK = {"float-target"}
"""Files that mean to be one colour."""

STILL = {
    *(
        "align",
        "audio",
        "filter",
        "imported",
        "multipass",
        "sound",
        "spellings",
        "transition",
    ),  # nothing moves in them
    "phases",  # a tenth of a second of a twelve-second breath, in half floats at 64 x 36
}
"""Files that mean to stand still while their inputs do."""

FRAMES = 4
STEP = 0.11

PATIENCE = 60
"""Frames after which a picture that is still one colour counts as blank: scenes may begin in the dark."""


def varied(drawn: NDArray[np.float32]) -> bool:
    """Whether a picture holds more than one colour."""
    return bool(np.ptp(drawn.reshape(-1, 4), axis=0).max() > 0)


def stirred(shader: Shader, i: int) -> dict[str, tuple[float, ...]]:
    """What a visitor does: points wander within their range, events come once."""
    values: dict[str, tuple[float, ...]] = {}
    for one in shader.inputs:
        if one.type == "point2D":
            low, high = one.minimum or (0.0, 0.0), one.maximum or (1.0, 1.0)
            place = (0.5 + 0.3 * np.sin(i * 0.6), 0.5 + 0.3 * np.cos(i * 0.6))
            values[one.name] = tuple(float(a + (b - a) * p) for a, b, p in zip(low, high, place, strict=True))
        elif one.type == "event":
            values[one.name] = (float(i == 1),)
    return values


def still_by_nature(shader: Shader) -> bool:
    """A filter or a transition moves only if what it is fed moves."""
    return shader.kind != "generator"


@pytest.mark.parametrize("path", SHIPPED + FIXTURES, ids=lambda path: path.stem)
def test_a_shader_parses_compiles_draws_and_moves(path: Path, context: Context) -> None:
    print(f"drawing {path}", flush=True)
    failures: list[str] = []
    try:
        shader = parse(path)
    except ShaderError as error:
        pytest.fail(f"parse: {error}")
    host = Host(context)
    assert context.gl.error is not None  # reading it forgets what another test has left
    try:
        renderer = host.load(shader, SIZE)
    except ShaderError as error:
        pytest.fail(f"compile: {error}")
    array = np.random.default_rng(5).random((SIZE[1], SIZE[0], 4), np.float32)
    fed = {name: picture(context, array * level) for name, level in (("a", 1.0), ("b", 0.5))}
    images = [one.name for one in shader.inputs if one.type == "image"]
    values = {name: fed["b" if name == "endImage" else "a"] for name in images}
    if "bodies" in shader.reads:  # nobody is near; zeros would say that all of it is at the edge of a body
        nobody = np.broadcast_to(np.array([9.0, 0.0, 0.0, 1.0], np.float32), array.shape)
        fed["bodies"] = values["bodies"] = picture(context, np.ascontiguousarray(nobody))

    drawn: list[NDArray[np.float32]] = []
    while len(drawn) < FRAMES or (len(drawn) < PATIENCE and not varied(drawn[-1])):
        i = len(drawn)
        moment = Frame(i, i * STEP, STEP if i else 0.0)
        drawn.append(pixels(renderer.draw(moment, {**values, **stirred(shader, i)})))

    if context.gl.error != "GL_NO_ERROR":
        failures.append("gl")
    if not all(np.isfinite(one).all() for one in drawn):
        failures.append("wild")
    if not any(varied(one) for one in drawn) and path.stem not in BLANK:
        failures.append("blank")
    moves = any((one != drawn[0]).any() for one in drawn)
    if not moves and path.stem not in STILL and not still_by_nature(shader):
        failures.append("still")
    host.release()
    for texture in fed.values():
        texture.release()
    assert failures == []
    assert len({one.address for one in parameters(shader, "/scene/x")}) == len(parameters(shader, "/scene/x"))


def test_the_sweep_covers_the_fixtures() -> None:
    assert len(FIXTURES) >= 20
