"""The shared water: who reads it, what stirs it, what it costs who does not."""

from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from installation import isf
from installation.bodies import Bodies, Laws
from installation.errors import ShaderError
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host
from installation.render.isf_host.images import StandIns
from installation.render.passes.medium import Medium, Tables
from installation.values import Frame

STEP = 1 / 30
HEAD = '/*{{"ISFVSN": "2", "PHOTOPHORE": {{"COLOR": "linear", "READS": {reads}}}}}*/\n'
BODY = "void main() { gl_FragColor = vec4(1.0); }\n"


def reader(reads: str = '["water", "bodies", "people"]') -> isf.Shader:
    return isf.parse_text(HEAD.format(reads=reads) + BODY, Path("scene.fs"))


def pixels(texture: object) -> NDArray[np.float32]:
    width, height = texture.size  # type: ignore[attr-defined]
    raw = texture.read()  # type: ignore[attr-defined]
    kind = np.float32 if len(raw) == width * height * 16 else np.float16
    return np.frombuffer(raw, kind).reshape(height, width, 4).astype(np.float32)


def test_a_body_that_moves_disturbs_the_water_where_it_is_answered(context: Context) -> None:
    medium, bodies = Medium(Host(context), (64, 36)), Bodies()
    seen, answers = np.full((2, 2), np.nan), np.full((2, 2), np.nan)
    shared = {}
    for frame in range(30):
        seen[0] = 0.2, 0.5
        answers[0] = 0.6 + 0.2 * frame * STEP, 0.5
        bodies.advance(seen, answers, STEP, Laws())
        shared = medium.draw(Frame(frame, frame * STEP, STEP), [reader()], Tables(bodies.table))

    water, room = pixels(shared["water"]), pixels(shared["bodies"])
    speed = np.hypot(water[..., 0], water[..., 1])
    width = speed.shape[1]
    assert speed[:, width // 2 :].max() > 0.15
    assert speed[:, : width // 3].max() < 0.1
    assert water[..., 3].min() < 0.5  # just disturbed
    assert room[48, round(0.2 * room.shape[1]), 0] < 0.0  # inside the body, where it stands
    assert room[48, round(0.7 * room.shape[1]), 0] > 0.1
    assert np.isfinite(water).all()
    medium.release()


def test_in_a_section_a_body_stands_upright_and_stirs_the_water_at_its_breast(context: Context) -> None:
    medium, bodies = Medium(Host(context), (128, 72)), Bodies()
    shared = {}
    for frame in range(30):
        at = np.array([[0.3 + 0.2 * frame * STEP, 0.95]])
        bodies.advance(at, at, STEP, Laws(section=1.0))
        shared = medium.draw(Frame(frame, frame * STEP, STEP), [reader()], Tables(bodies.table))

    water, room = pixels(shared["water"]), pixels(shared["bodies"])[..., 0]
    speed = np.hypot(water[..., 0], water[..., 1])
    rows, _ = np.nonzero(room < 0.0)
    assert rows.min() == 0  # it stands on the lower edge
    assert 1.4 < (rows.max() + 1) / len(room) * 2.25 < 1.9
    assert 0.35 < np.median(np.bincount(rows, minlength=rows.max() + 1)) / len(room) * 2.25 < 0.65
    fast = np.flatnonzero(speed.max(axis=1) > 0.1)
    assert 0.9 < fast.mean() / len(speed) * 2.25 < 1.3
    assert speed[-len(speed) // 5 :].max() < 0.1
    medium.release()


def test_who_comes_nearer_in_a_section_leaves_eddies(context: Context) -> None:
    medium, bodies = Medium(Host(context), (128, 72)), Bodies()
    stirred = far = 0.0
    for frame in range(60):
        at = np.array([[0.5, 0.1 + 0.4 * frame * STEP]])
        bodies.advance(at, at, STEP, Laws(section=1.0))
        shared = medium.draw(Frame(frame, frame * STEP, STEP), [reader()], Tables(bodies.table))
        shear = pixels(shared["water"])[..., 2]
        stirred = max(stirred, float(shear.max()))
        beside = np.abs((np.arange(shear.shape[1]) + 0.5) / shear.shape[1] - 0.5) > 0.12  # 0.21 H, 0.48 m
        far = max(far, float(shear[:, beside].max())) if frame < 20 else far
    assert stirred > 0.9
    assert far < 0.2
    medium.release()


def test_in_a_dense_crowd_nobody_is_left_out(context: Context) -> None:
    medium, bodies = Medium(Host(context), (64, 36)), Bodies()
    count = 48  # within a third of the width: many more than a list of the near ones holds
    seen = np.random.default_rng(2).random((count, 2)) * [0.33, 0.6] + [0.1, 0.2]
    shared = {}
    for frame in range(40):
        bodies.advance(seen, seen, STEP, Laws())
        shared = medium.draw(Frame(frame, frame * STEP, STEP), [reader()], Tables(bodies.table))

    room = pixels(shared["bodies"])[..., 0]
    height, width = room.shape
    middles = room[(seen[:, 1] * height).astype(int), (seen[:, 0] * width).astype(int)]
    assert (middles < 0.0).all()
    medium.release()


def test_a_scene_that_reads_nothing_costs_nothing(context: Context) -> None:
    medium = Medium(Host(context), (64, 36))

    shared = medium.draw(Frame(0, 0.0, STEP), [reader("[]")], Tables())

    assert shared == {}
    assert medium._renderer is None
    medium.release()


def test_a_header_that_asks_for_what_there_is_not_is_refused() -> None:
    with pytest.raises(ShaderError, match="fire"):
        reader('["fire"]')


def test_the_mean_of_a_header_is_a_luminance() -> None:
    text = HEAD.format(reads='[], "MEAN": 7') + BODY
    with pytest.raises(ShaderError, match="MEAN"):
        isf.parse_text(text, Path("scene.fs"))


def test_shaders_are_warmed_up_with_the_formats_that_they_will_read(context: Context) -> None:
    """llvmpipe compiles again for another format, filter, or power of two, and the picture would stop."""

    def kind(texture: moderngl.Texture) -> tuple[object, ...]:
        powers = tuple(side & (side - 1) == 0 for side in texture.size)
        return texture.dtype, texture.components, texture.filter, texture.repeat_x, texture.repeat_y, powers

    medium, stand_ins = Medium(Host(context), (64, 36)), StandIns(context)
    everything = reader('["water", "bodies", "people", "commons", "stories", "ink", "hubs"]')
    shared = medium.draw(Frame(0, 0.0, STEP), [everything], Tables())

    assert set(shared) == set(isf.ROOM)
    for name, texture in shared.items():
        assert kind(stand_ins.shared(name)) == kind(texture), name
    stand_ins.release()
    medium.release()


def test_ink_is_uploaded_once_and_again_when_it_is_another(context: Context) -> None:
    medium = Medium(Host(context), (64, 36))
    scene = reader('["stories", "ink"]')
    first, second, other = (np.full((128, 512, 2), value, np.float16) for value in (0.25, 0.5, 0.75))
    table = np.zeros((64, 72, 4), np.float32)
    table[1, 3, 2] = 7.0

    def at(shared: object, column: int, row: int) -> float:
        texture = shared["ink"]  # type: ignore[index]
        ink = np.frombuffer(texture.read(), np.float16).reshape(2048, 2048, 2)
        return float(ink[row * 128 + 60, column * 512 + 100, 0])

    shared = medium.draw(Frame(0, 0.0, STEP), [scene], Tables(stories=table, ink=[first] * 4 + [second]))
    assert pixels(shared["stories"])[1, 3, 2] == 7.0
    assert (at(shared, 0, 0), at(shared, 3, 0), at(shared, 0, 1)) == (0.25, 0.25, 0.5)
    shared = medium.draw(Frame(1, STEP, STEP), [scene], Tables(stories=table, ink=[first, other]))
    assert (at(shared, 0, 0), at(shared, 1, 0)) == (0.25, 0.75)
    assert medium._renderer is None, "the water is not drawn for those who do not read it"
    medium.release()


def stirred(context: Context, gestures: NDArray[np.float32], frames: int = 20) -> NDArray[np.float32]:
    """The water after some frames with a body that stands."""
    medium, bodies = Medium(Host(context), (64, 36)), Bodies()
    at = np.array([[0.3, 0.5]])
    for index in range(frames):
        bodies.advance(at, at, STEP, Laws())
        tables = Tables(bodies.table, gestures=gestures)
        shared = medium.draw(Frame(index, index * STEP, STEP), [reader()], tables)
    water = pixels(shared["water"])
    medium.release()
    return water


def test_a_gesture_stirs_the_water_where_it_is_and_not_at_its_body(context: Context) -> None:
    gestures = np.zeros((9, 16, 4), np.float32)
    still = stirred(context, gestures)
    gestures[6, 8] = 0.0, 0.5, 1.0, 0.0
    gestures[6, 9] = 0.0, 0.25, 0.5, 0.0

    waved = stirred(context, gestures)

    change = np.hypot(*np.moveaxis(waved[..., :2] - still[..., :2], 2, 0))
    rows, columns = change.shape
    row, column = divmod(int(change.argmax()), columns)
    assert 5.9 / 9 < row / rows < 7.1 / 9
    assert 7.8 / 16 < column / columns < 9.5 / 16
    assert 0.2 < waved[row, column, 1] < 0.7
    assert waved[row, column, 0] == pytest.approx(0.0, abs=0.1)
    assert change[round(0.5 * rows), round(0.3 * columns)] < 0.06
    assert waved[..., 2].max() > 2.4  # sea-sparkle's cells flash there
    assert waved[..., 2].max() > 4 * still[..., 2].max()


def test_a_weak_gesture_stirs_less(context: Context) -> None:
    gestures = np.zeros((9, 16, 4), np.float32)
    gestures[6, 8] = 0.0, 0.5 * 0.15, 0.15, 0.0

    weak = stirred(context, gestures)
    gestures[6, 8] = 0.0, 0.5, 1.0, 0.0

    assert 0.1 < weak[..., 1].max() / stirred(context, gestures)[..., 1].max() < 0.7


def test_water_rests_when_a_gesture_is_over(context: Context) -> None:
    medium, gestures = Medium(Host(context), (64, 36)), np.zeros((9, 16, 4), np.float32)
    gestures[6, 8] = 0.0, 0.5, 1.0, 0.0
    for index in range(150):
        if index == 10:
            gestures = np.zeros_like(gestures)
        shared = medium.draw(Frame(index, index * STEP, STEP), [reader()], Tables(gestures=gestures))
    water = pixels(shared["water"])
    medium.release()

    assert np.hypot(water[..., 0], water[..., 1]).max() < 0.12


def test_a_crowd_that_glows_shares_its_glow(context: Context) -> None:
    def brightest(count: int) -> float:
        medium, bodies = Medium(Host(context), (64, 36)), Bodies()
        seen = np.random.default_rng(3).random((count, 2)) * 0.8 + 0.1
        bodies.advance(seen, seen, STEP, Laws())
        table = bodies.table.copy()
        table[1, :count, 0], table[1, :count, 3] = 1.0, 1.0
        table[0, -1, :2] = count  # the summary: columns in use, and bodies
        shared = medium.draw(Frame(0, 0.0, STEP), [reader()], Tables(table))
        glow = float(pixels(shared["bodies"])[..., 2].max())
        medium.release()
        return glow

    assert brightest(40) < 0.5 * brightest(4)
