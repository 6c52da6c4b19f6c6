"""Break the guard's shaders in many ways: each is seen beside the reference."""

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from installation import paths
from installation.render.gl.context import Context
from installation.render.passes.guard import Guard
from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.windows import lay_windows
from installation.show.venue_model import GuardSettings
from tests.installation.render.passes.test_guard import drifting
from tests.installation.safety.crossing import Crossing
from tests.installation.safety.sequences import HAZARDS, HEIGHT, WIDTH

pytestmark = pytest.mark.gl

SIZE = (WIDTH, HEIGHT)


def pictures() -> list[tuple[np.ndarray, float]]:
    """What meets every rule of the law once: pictures and steps of time."""
    rng = np.random.default_rng(7)
    shape = (HEIGHT, WIDTH, 3)
    made = [(np.full(shape, 0.4), 0.4)] * 8
    for name, count in (("quarters of a window in turn", 40), ("random level", 40), ("soft turns", 40)):
        made += [(HAZARDS[name](index / 60, index), 1 / 60) for index in range(count)]
    for level, dt in (
        (0.2, 0.4),
        (0.19, 0.4),
        (0.4, 0.4),
        (0.4, 0.4),
        (0.4, 0.4),
        (0.9, 0.05),
        (0.85, 0.05),
        (1.0, 0.05),
    ):
        made += [(np.full(shape, level), dt)] * (4 if dt > 0.1 else 1)
    made += [(picture, 1 / 60) for picture in sparks(rng)]
    for _ in range(40):
        picture = rng.random(shape) ** rng.uniform(0.3, 6)
        picture[rng.random(shape) < 0.05] = rng.choice([np.nan, np.inf, -2.0])
        made.append((picture, float(np.float32(rng.uniform(1 / 240, 0.1)))))
    gathered = Crossing(park=0.09, top=0.13, rate=30).pictures(SIZE, half=False, seconds=1.9)
    made += [(np.zeros(shape), 0.4)] * 4 + [(picture, 1 / 30) for picture in gathered]
    bars = np.repeat((np.arange(WIDTH) // 2 % 2 * 0.7 + 0.1 + np.zeros((HEIGHT, 1)))[..., None], 3, axis=2)
    made += [(np.roll(bars, index // 3, axis=1), 0.3) for index in range(12)]
    return [(uncalm(picture), dt) for picture, dt in made]


def uncalm(picture: np.ndarray) -> np.ndarray:
    """With a red and a blue point, so that each pixel keeps its own ball, as in the reference."""
    whole = picture.astype(np.float16)
    whole[0, 0], whole[0, 1] = (0.3, 0.0, 0.0), (0.0, 0.0, 0.3)
    return whole


def sparks(rng: np.random.Generator) -> list[np.ndarray]:
    """Single pixels that stand and jump, then groups that come to a quarter of a window little by little."""
    made, levels = [], rng.random(4)
    for _ in range(90):
        levels = np.where(rng.random(4) < 0.2, rng.choice([0.0, 0.05, 0.09, 0.3, 0.9], 4), levels)
        plane = np.zeros((HEIGHT, WIDTH))
        plane[[1, 4, 27, 30], [2, 53, 6, 40]] = levels
        made.append(plane)
    share = rng.permutation(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) / (HEIGHT * WIDTH)
    made += [0.14 * (share < 0.3)] * 2 + [0.0 * share] * 8
    made += [0.14 * ((share > 0.3) & (share < 0.3 + 0.04 * (index // 2))) for index in range(30)]
    return [np.repeat(plane[..., None], 3, axis=2) for plane in made]


def swings() -> list[tuple[np.ndarray, float]]:
    """The mean drifts up and down by runs that are no events: only the rule of two rises meets it."""
    white = (np.ones((HEIGHT, WIDTH, 3), np.float16), 0.4)
    asked = list(drifting(SIZE, leap=False))
    return [white] * 12 + [(asked[0], 0.4)] * 6 + [(picture, 1 / 240) for picture in asked]


@cache
def guarded(metres: float) -> list[tuple[np.ndarray, float, np.ndarray]]:
    """Pictures, steps of time and what the reference makes of them: the same for every mutation."""
    reference = PictureGuard(lay_windows(SIZE, metres, 2.0), LAWS["standard"])
    asked = pictures() if metres < 10.0 else swings()
    return [(picture, dt, reference.apply(picture.astype(np.float32), dt)) for picture, dt in asked]


def furthest(metres: float = 3.0) -> float:
    """The largest difference between the shaders and the reference, for a viewer so far away."""
    context = Context.create((64, 36))
    try:
        guard = Guard(context, SIZE, GuardSettings("standard", metres), texel="f4")
        texture, full = context.gl.texture(SIZE, 4, dtype="f2"), np.ones((HEIGHT, WIDTH, 4), np.float16)
        worst = 0.0
        for picture, dt, wanted in guarded(metres):
            full[..., :3] = picture
            texture.write(full.tobytes())
            out = np.frombuffer(guard.apply(texture, dt).read(), np.float32).reshape(HEIGHT, WIDTH, 4)[
                ..., :3
            ]
            apart = np.abs(out - wanted)
            if (apart > 1e-5).mean() < 5e-4:
                continue  # a ball's centre may round either way, in one pixel of colours (test_guard.same)
            worst = max(worst, float(apart.max()))
            if not worst <= 1e-5:
                break
        return worst
    finally:
        context.release()


def test_the_shaders_as_they_are_equal_the_reference():
    assert furthest() <= 1e-5


def broken(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, old: str, new: str) -> None:
    """Let the guard be made of shaders of which one is changed in one place."""
    shutil.copytree(paths.shaders() / "guard", folder / "guard")
    file = folder / "guard" / f"{name}.glsl"
    text = file.read_text()
    assert old in text, f"{name}.glsl has no {old!r}"
    file.write_text(text.replace(old, new, 1))
    monkeypatch.setattr("installation.render.gl.parts.paths.shaders", lambda: folder)


MUTATIONS = [
    ("law", "x > 0.0 ? min(x, 1.0) : 0.0", "min(x, 1.0)"),
    ("law", "state.y <= ticks", "state.y <= ticks + 40.0"),
    ("law", "light < state.z + CLEAR", "false"),
    ("law", "bits.y >> 8u", "bits.y >> 9u"),
    ("law", "NONE : state.x + STEP", "NONE : state.x + 2.0 * STEP"),
    ("law", "state.x < 0.0 ? -state.x : state.x + STEP", "NONE"),
    ("law", "(1.0 - contrast) * peak", "contrast * peak"),
    ("valley", "min(least, value)", "max(least, value) * 1.0e-38"),
    ("lines", "here.y < LINES", "here.y > LINES"),
    ("cells", "turning > s.x + STEP", "turning > s.x + 3.0 * STEP"),
    ("cells", "turning < s.x - creep", "turning < s.x - 0.5"),
    ("cells", "bool marked = marks(light, s)", "bool marked = false"),
    ("cells", "min(risenOf(asked)", "min(asked"),
    ("cells", "darkest = min(darkest, luminance)", "darkest = 0.3"),
    ("columns", "floor(cell.y / 128.0)", "0.0"),
    ("windows", "if (at.x == 0 && p.z > -TOLERANCE)", "if (false)"),
    ("windows", "if (r.w > 0.5 && mean > r.y + ROUNDING)", "if (false)"),
    ("windows", "max(p.z, p.w) > -TOLERANCE", "p.z > -TOLERANCE"),
    ("windows", "k.xy *= keep;", ""),
    ("windows", "if (dims || k.y >= GROUP)", "if (false)"),
    ("windows", "if (k.x + moving.y >= GROUP)", "if (false)"),
    ("windows", "p.yzw = max(p.yzw - dt, -1.0)", "p.yz = max(p.yz - dt, -1.0)"),
    ("dim", "if (mean * g.x > cap)", "if (mean * g.x > cap + 0.1)"),
    ("dim", "float enough = g.y >= 0.0 ? 0.5 : 1.5", "float enough = 2.5"),
    ("apply", "light *= dim.x", "light *= 1.0"),
    ("apply", "if (dim.y > 0.5)", "if (false)"),
    ("law", "max(c.r - RED * (c.r + c.g + c.b), 0.0)", "0.0"),
    ("law", "held ? reach * inversesqrt(square) : 1.0", "1.0"),
    ("apply", "begins && ball.z >= 0.0 ? SWING_REST : ball.w", "ball.w"),
    ("apply", "level < min(s.x, 0.0) ? REST", "false ? REST"),
    ("apply", "min(risenOf(seen.asked)", "min(seen.asked"),
    ("law", "max(asked * ramp, steady)", "asked * ramp"),
    ("apply", "bool marked = marks(light, s)", "bool marked = false"),
    ("apply", "max(s.z, below)", "s.z"),
    ("apply", "min(s.z, above)", "s.z"),
]


@pytest.mark.parametrize(("name", "old", "new"), MUTATIONS, ids=[f"{n}: {old}" for n, old, _ in MUTATIONS])
def test_a_shader_that_is_broken_in_one_place_differs(monkeypatch, tmp_path, name, old, new):
    broken(monkeypatch, tmp_path, name, old, new)
    assert not furthest() <= 1e-5


def test_a_mean_that_may_rise_twice_differs(monkeypatch, tmp_path):
    assert furthest(metres=60.0) <= 1e-5
    broken(monkeypatch, tmp_path, "windows", "cap = p.x + STEP;", "cap = p.x + 2.0 * STEP;")
    assert not furthest(metres=60.0) <= 1e-5
