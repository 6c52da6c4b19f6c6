"""A pass with HISTORY keeps its frames apart, and IMG_PAST finds each of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.errors import ShaderError
from installation.isf import parse, parse_text
from installation.render import Context, Host, SceneRenderer
from installation.values import Frame
from tests.installation.render.pixels import census, pixels

pytestmark = pytest.mark.gl

FIXTURE = Path(__file__).parents[3] / "isf" / "history.fs"
SIZE = (24, 12)


@pytest.fixture
def host(context: Context) -> Iterator[Host]:
    made = Host(context)
    yield made
    made.release()
    assert context.gl.error == "GL_NO_ERROR"


def code(index: int) -> tuple[float, float, float, float]:
    """A colour that says which frame it is, and that no mixture with another one equals."""
    return ((index + 1) / 64, (index % 2) / 1.0, 1.0 - index % 2, 1.0)


def play(renderer: SceneRenderer, first: int, last: int, **values: float) -> NDArray[np.float32]:
    for i in range(first, last):
        texture = renderer.draw(
            Frame(i, i / 60, 1 / 60), {"tint": code(i), **{key: (one,) for key, one in values.items()}}
        )
    return pixels(texture)


@pytest.mark.parametrize("age", [1, 2, 7, 15, 16])
@pytest.mark.parametrize("frames", [3, 16, 50])
def test_the_frame_that_was_drawn_so_long_ago_comes_back(host: Host, age: int, frames: int) -> None:
    drawn = play(host.load(parse(FIXTURE), SIZE), 0, frames, age=age)

    index = frames - age
    expected = code(index)[:3] if index >= 0 else (0.0, 0.0, 0.0)
    assert (drawn[:, :12, :3] == np.float32(expected)).all(), "after the history, also beyond its edges"
    before = code(index - 1)[:3] if index >= 1 and age < 17 else (0.0, 0.0, 0.0)
    assert (drawn[:, 12:, :3] == np.float32(before)).all(), "before it, one frame older"


def test_an_age_is_rounded_and_held_inside_the_history(host: Host) -> None:
    renderer = host.load(parse(FIXTURE), SIZE)

    play(renderer, 0, 30)
    ages = [0.0, -3.0, 1.4, 1.6, 16.4, 80.0, float("inf")]

    back = [30 + i - 64 * play(renderer, 30 + i, 31 + i, age=age)[0, 0, 0] + 1 for i, age in enumerate(ages)]

    assert back == [0, 0, 0, 1, 15, 15, 15]


def test_a_history_pass_knows_the_size_of_one_frame(host: Host) -> None:
    assert play(host.load(parse(FIXTURE), SIZE), 0, 2)[0, 0, 3] == 8


def test_another_size_keeps_every_frame_in_its_place(host: Host) -> None:
    renderer = host.load(parse(FIXTURE), SIZE)
    play(renderer, 0, 20)
    small = renderer.bytes

    drawn = [play(renderer, 20, 21, scale=2.0, age=6)]
    assert renderer.bytes - small == 16 * (16 * 8 - 8 * 4) * 8
    renderer.resize(48, 24)
    drawn.append(play(renderer, 21, 22, scale=2.0, age=7))

    for one in drawn:
        assert (one[:, : one.shape[1] // 2, :3] == np.float32(code(15)[:3])).all()


def test_a_restart_forgets_and_an_edit_keeps(host: Host) -> None:
    renderer = host.load(parse(FIXTURE), SIZE)
    play(renderer, 0, 20)
    text = FIXTURE.read_text()

    renderer.replace(parse_text(text.replace("3.0 - 1.0", "2.0 - 0.5"), FIXTURE))
    assert (play(renderer, 20, 21, age=6)[:, :12, :3] == np.float32(code(15)[:3])).all()

    renderer.replace(parse_text(text.replace('"HISTORY": 16', '"HISTORY": 64'), FIXTURE))
    assert not play(renderer, 21, 22, age=6)[..., :3].any(), "of another length it begins anew"
    play(renderer, 22, 40)

    renderer.restart()
    assert not play(renderer, 40, 41, age=2)[..., :3].any()
    assert (play(renderer, 41, 42, age=2)[:, :12, :3] == np.float32(code(40)[:3])).all()


def test_all_frames_are_counted_and_bounded(host: Host) -> None:
    text = FIXTURE.read_text()
    renderer = host.load(parse_text(text.replace('"8 * $scale"', "1e9").replace("16}", "64}"), FIXTURE), SIZE)

    assert renderer.bytes <= (1 << 25) * 8 + 4 * 24 * 12 * 8
    play(renderer, 0, 2)


def test_a_history_pass_that_reads_the_past_is_refused(host: Host, context: Context) -> None:
    text = FIXTURE.read_text().replace("vec4(tint.rgb, RENDERSIZE.x)", "IMG_PAST(vec2(0.5), 1.0)")
    before = dict(context.objects)

    with pytest.raises(ShaderError, match=r"history\.fs:11:6: the pass that keeps the HISTORY past reads it"):
        host.load(parse_text(text, FIXTURE), SIZE)

    assert dict(context.objects) == before


def test_histories_that_come_and_go_leave_no_object_behind(
    host: Host, context: Context, tmp_path: Path
) -> None:
    path, text = tmp_path / "a.fs", FIXTURE.read_text()
    texts = [text, text.replace("16}", "4}"), "/*{}*/ void main() {}", text.replace("tint.rgb", "wrong")]
    path.write_text(text)
    renderer = host.load(parse(path), SIZE)

    def reload(count: int) -> None:
        for i in range(count):
            path.write_text(texts[i % 4])
            try:
                renderer.replace(parse(path))
            except ShaderError:
                assert i % 4 == 3
            play(renderer, i, i + 1, scale=1.0 + i % 3 / 2)
            context.collect()

    reload(8)
    before, counted = census(), dict(context.objects)
    reload(80)

    assert census() == before
    assert dict(context.objects) == counted


def test_nothing_that_is_not_a_number_stays_in_the_past(host: Host) -> None:
    feed = {
        "INPUTS": [{"NAME": "poison", "TYPE": "long", "DEFAULT": 0, "MIN": 0, "MAX": 2}],
        "PHOTOPHORE": {"COLOR": "linear"},
        "PASSES": [{"TARGET": "now"}, {"TARGET": "past", "HISTORY": 4}, {}],
    }
    source = """
void main() {
    float zero = float(PASSINDEX);
    vec4 bad = poison == 1 ? vec4(0.0 / zero) : poison == 2 ? vec4(1.0 / zero) : vec4(0.125);
    if (PASSINDEX == 0) gl_FragColor = bad + 0.5 * IMG_PAST(isf_FragNormCoord, 2.0);
    else if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(now);
    else gl_FragColor = IMG_PAST(isf_FragNormCoord, 1.0);
}
"""
    renderer = host.load(parse_text(f"/*{json.dumps(feed)}*/{source}", Path("feed.fs")), SIZE)

    for i in range(200):
        poison = {20: 1, 21: 2}.get(i, 0)
        drawn = pixels(renderer.draw(Frame(i, i / 60, 1 / 60), {"poison": (poison,)}))
        assert np.isfinite(drawn).all()

    np.testing.assert_allclose(drawn, 0.25, rtol=1e-2)
