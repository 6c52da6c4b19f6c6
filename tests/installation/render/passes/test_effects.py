"""Effects: filters over the finished picture, in order, clean when they come on, and never poisoned."""

import json
from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest

from installation import isf
from installation.errors import ShaderError
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host
from installation.render.passes.effects import Effects
from installation.render.passes.feeds import Feeds
from installation.render.passes.medium import Tables
from installation.render.picture import Picture, View
from installation.values import Frame
from tests.installation.render.pixels import census, picture, pixels
from tests.installation.render.test_picture import PLAIN, plan

pytestmark = pytest.mark.gl

SIZE = (16, 8)
AMOUNT = {"NAME": "amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}


def shader(
    body: str, *inputs: dict[str, object], linear: bool = True, passes: list[object] | None = None
) -> isf.Shader:
    header = {
        "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}, *inputs],
        "PASSES": passes or [{}],
        "PHOTOPHORE": {"COLOR": "linear"} if linear else {},
    }
    text = f"/*{json.dumps(header)}*/\nvec4 seen() {{ return IMG_THIS_PIXEL(inputImage); }}\n"
    if "HISTORY" in text:
        text += "vec4 now() { return IMG_PAST(isf_FragNormCoord, 1.0); }\n"
        text += "vec4 old() { return IMG_PAST(isf_FragNormCoord, 3.0); }\n"
    return isf.parse_text(f"{text}void main() {{ {body} }}\n", Path("effect.fs"))


DOUBLE = shader("gl_FragColor = vec4(seen().rgb * 2.0, 1.0);")
PLUS = shader("gl_FragColor = vec4(seen().rgb + 0.1, 1.0);")
COUNT = shader(
    "if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(sum) + 0.125;"
    "else if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(sum);"
    "else gl_FragColor = vec4(IMG_THIS_PIXEL(sum).r, IMG_PAST(vec2(0.5), 2.0).r, FRAMEINDEX / 16.0, 1.0);",
    AMOUNT,
    passes=[{"TARGET": "sum", "PERSISTENT": True}, {"TARGET": "past", "HISTORY": 4, "WIDTH": 2}, {}],
)


@pytest.fixture
def host(context: Context) -> Iterator[Host]:
    made = Host(context)
    yield made
    made.release()
    assert context.gl.error == "GL_NO_ERROR"


@pytest.fixture
def effects(host: Host) -> Iterator[Effects]:
    feeds = Feeds(host, SIZE)
    made = Effects(host, SIZE, feeds)
    yield made
    made.release()
    feeds.release()


@pytest.fixture
def grey(context: Context) -> Iterator[moderngl.Texture]:
    made = picture(context, np.full((SIZE[1], SIZE[0], 4), 0.25, np.float32))
    yield made
    made.release()


def draw(effects: Effects, source: moderngl.Texture, index: int = 0, **values: object) -> np.ndarray:
    return pixels(effects.draw(Frame(index, index / 60, 1 / 60), source, values))  # type: ignore[arg-type]


def test_they_are_drawn_in_the_order_of_the_file(effects: Effects, grey: moderngl.Texture) -> None:
    effects.add("double", DOUBLE)
    effects.add("plus", PLUS)
    assert draw(effects, grey)[..., :3] == pytest.approx(0.6, abs=1e-3)

    effects.keep(["plus", "double"])
    assert draw(effects, grey)[..., :3] == pytest.approx(0.7, abs=1e-3)

    effects.keep(["plus"])
    assert draw(effects, grey)[..., :3] == pytest.approx(0.35, abs=1e-3)


def test_an_effect_whose_amount_is_0_is_not_drawn(effects: Effects, grey: moderngl.Texture) -> None:
    effects.add("count", COUNT)

    assert effects.draw(Frame(0, 0.0, 1 / 60), grey, {}) is grey
    assert effects.draw(Frame(1, 0.0, 1 / 60), grey, {"count": {"amount": (0.0,)}}) is grey
    assert list(effects.active({"count": {"amount": (1e-6,)}})) == ["count"]
    assert effects.draw(Frame(2, 0.0, 1 / 60), grey, {"count": {"amount": (0.5,)}}) is not grey


def test_what_it_remembers_is_gone_when_it_comes_on_again(effects: Effects, grey: moderngl.Texture) -> None:
    effects.add("count", COUNT)
    on, off = {"count": {"amount": (1.0,)}}, {"count": {"amount": (0.0,)}}

    for index in range(3):
        drawn = draw(effects, grey, index, **on)
    assert list(drawn[0, 0, :3]) == [0.375, 0.25, 2 / 16]

    draw(effects, grey, 3, **off)
    assert list(draw(effects, grey, 4, **on)[0, 0, :3]) == [0.125, 0.0, 0.0]


def test_a_foreign_filter_sees_encoded_light_and_its_picture_is_decoded(
    effects: Effects, grey: moderngl.Texture
) -> None:
    effects.add("same", shader("gl_FragColor = seen();", linear=False))
    assert draw(effects, grey)[..., :3] == pytest.approx(0.25, abs=2e-3)

    effects.add("same", shader("gl_FragColor = vec4(step(0.5, seen().rgb), 1.0);", linear=False))
    assert (draw(effects, grey)[..., :3] == 1.0).all(), "0.25 of linear light is code 0.54"


def test_what_goes_back_to_the_picture_is_light_between_black_and_white(
    effects: Effects, grey: moderngl.Texture
) -> None:
    zero = "float zero = float(FRAMEINDEX) * 0.0;"
    bodies = ["vec4(7.0)", "vec4(-7.0)", "vec4(0.0 / zero)", "vec4(1.0 / zero)", "vec4(-1.0 / zero)"]

    for linear in (True, False):
        found = []
        for body in bodies:
            effects.add("wild", shader(f"{zero} gl_FragColor = {body};", linear=linear))
            found.append(float(draw(effects, grey)[0, 0, 0]))
        assert found == [1.0, 0.0, 0.0, 1.0, 0.0]


def test_a_small_output_is_stretched_over_the_picture(effects: Effects, grey: moderngl.Texture) -> None:
    effects.add(
        "small", shader("gl_FragColor = seen();", passes=[{"TARGET": "tiny", "WIDTH": 4, "HEIGHT": 2}])
    )

    assert effects.draw(Frame(0, 0.0, 1 / 60), grey, {}).size == SIZE
    assert draw(effects, grey)[..., :3] == pytest.approx(0.25, abs=1e-3)


def test_other_images_are_fed_as_in_scenes(effects: Effects, grey: moderngl.Texture) -> None:
    effects.add("other", shader("gl_FragColor = IMG_THIS_PIXEL(more);", {"NAME": "more", "TYPE": "image"}))

    assert draw(effects, grey).max() > 0.1


POISONED = [
    {"TARGET": "kept", "PERSISTENT": True, "FLOAT": True},
    {"TARGET": "glow", "PERSISTENT": True, "BLEND": "add", "WIDTH": 4, "HEIGHT": 4},
    {"TARGET": "past", "HISTORY": 4, "WIDTH": 4, "HEIGHT": 4},
    {},
]
FEEDBACK = shader(
    "if (PASSINDEX == 0) gl_FragColor = 0.5 * IMG_THIS_PIXEL(kept) + seen() + 0.1 * old();"
    "else if (PASSINDEX == 1) gl_FragColor = seen() * 1e4 - 0.5 * IMG_THIS_PIXEL(glow);"
    "else if (PASSINDEX == 2) gl_FragColor = IMG_THIS_PIXEL(kept);"
    "else gl_FragColor = 0.5 * now() + 1e-5 * IMG_THIS_PIXEL(glow);",
    passes=POISONED,
)


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf, 65504.0, -65504.0])
def test_a_picture_that_is_no_number_for_one_frame_heals(
    effects: Effects, context: Context, grey: moderngl.Texture, poison: float
) -> None:
    effects.add("loop", FEEDBACK)
    hostile = picture(context, np.full((SIZE[1], SIZE[0], 4), poison, np.float32))
    for index in range(30):
        clean = draw(effects, grey, index)

    assert np.isfinite(draw(effects, hostile, 30)).all()
    worst = [draw(effects, grey, 31 + index) for index in range(80)]

    assert all(np.isfinite(one).all() for one in worst)
    assert worst[-1] == pytest.approx(clean, abs=2e-3)
    hostile.release()


def test_a_broken_edit_leaves_the_effect_as_it_was(effects: Effects, grey: moderngl.Texture) -> None:
    effects.add("double", DOUBLE)

    with pytest.raises(ShaderError):
        effects.add("double", shader("gl_FragColor = broken;"))
    with pytest.raises(ShaderError):
        effects.add("new", shader("gl_FragColor = broken;"))

    assert list(effects.chain) == ["double"]
    assert draw(effects, grey)[..., :3] == pytest.approx(0.5, abs=1e-3)


def test_edits_and_switching_leave_no_object_behind(
    effects: Effects, context: Context, grey: moderngl.Texture
) -> None:
    chain = [COUNT, PLUS, FEEDBACK, shader("gl_FragColor = seen();", linear=False)]

    def work(rounds: int) -> None:
        for index in range(rounds):
            effects.add("a", chain[index % 4])
            effects.add("b", chain[(index + 1) % 4])
            draw(effects, grey, index, a={"amount": (index % 2,)}, b={"amount": (1.0,)})
            if index % 4 == 3:
                effects.keep(["b"] if index % 8 == 3 else [])
            context.collect()

    work(16)
    before, counted = census(), dict(context.objects)
    work(48)

    assert census() == before
    assert dict(context.objects) == counted


def test_effects_come_before_text_and_guard_and_after_the_transition(context: Context) -> None:
    made = Picture(context, plan())
    for scene in ("a", "b"):
        made.add(scene, isf.parse_text(PLAIN, Path(f"{scene}.fs")))
    made.effects.add(
        "red", shader("gl_FragColor = vec4(seen().rg * 0.0 + vec2(0.0, 0.3), 0.0, 1.0);", AMOUNT)
    )
    values = {scene: {"tint": (0.5, 0.5, 0.5, 1.0)} for scene in "ab"}
    on = {"red": {"amount": (1.0,)}}

    for index in range(60):
        made.draw(Frame(index, index / 20, 1 / 20), View("a", "b", 0.5), values, effects=on)
        colours = made.colours()
    plain = made.image()
    assert plain.min(axis=(0, 1))[1] > 100
    assert plain[..., [0, 2]].max() <= 2
    assert colours is not None
    assert colours[:, 1] == pytest.approx(0.3, abs=0.01), "lamps see what the effect has made"

    made.overlay.write(["words over it"])
    for index in range(60, 64):
        made.draw(Frame(index, index / 20, 1 / 20), View("a"), values, effects=on)
    assert made.image()[..., 0].max() > 40, "text stays out of the effect"
    made.release()


def test_a_filter_on_light_that_is_looked_at_alone_is_shown_as_in_a_show(context: Context) -> None:
    pictured = Path(__file__).parents[3] / "isf" / "imported.png"
    shown = []
    for linear in (True, False):
        made = Picture(context, plan(given=pictured))
        made.add("a", shader("gl_FragColor = seen();", linear=linear))
        for index in range(60):
            made.draw(Frame(index, index / 20, 1 / 20), View("a"), {})
        shown.append(made.image().astype(int))
        made.release()

    assert abs(shown[0] - shown[1]).max() <= 2
    assert shown[0].max() > 200


def test_an_effect_reads_the_room_as_scenes_do(context: Context) -> None:
    made = Picture(context, plan())
    made.add("a", isf.parse_text(PLAIN, Path("a.fs")))
    header = {
        "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}],
        "PHOTOPHORE": {"COLOR": "linear", "READS": ["people"]},
    }
    body = "gl_FragColor = vec4(texelFetch(people, ivec2(0), 0).xyz, 1.0);"
    made.effects.add(
        "room", isf.parse_text(f"/*{json.dumps(header)}*/\nvoid main() {{ {body} }}\n", Path("e.fs"))
    )
    tables = Tables()
    tables.people[0, 0, :3] = 0.1, 0.2, 0.3

    made.draw(Frame(0, 0.0, 1 / 60), View("a"), {}, tables=tables)

    assert pixels(made.plain)[0, 0, :3] == pytest.approx((0.1, 0.2, 0.3), abs=1e-3)
    made.release()
