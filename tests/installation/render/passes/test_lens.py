"""Exposure, zoom, memory, breath and rates on real pictures of 160 x 90."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import isf
from installation.render.gl.context import Context
from installation.render.passes.exposure import SLOPE
from installation.render.passes.lens import Look, exposed
from installation.render.picture import Picture, Plan, View
from installation.show.venue_model import GuardSettings
from installation.values import Frame
from tests.installation.render.pixels import pixels

pytestmark = pytest.mark.gl

FPS = 30
GREY = """/*{"ISFVSN": "2", "PHOTOPHORE": {"COLOR": "linear"}}*/
void main() { gl_FragColor = vec4(vec3(0.05), 1.0); }
"""
# Shines until 4 s, and then loses half of its light every 0.2 s; the left half is steady.
FADING = """/*{"ISFVSN": "2", "PHOTOPHORE": {"COLOR": "linear"}}*/
void main() {
    float faded = isf_FragNormCoord.x < 0.5 ? 1.0 : exp2(-max(TIME - 4.0, 0.0) / 0.2);
    gl_FragColor = vec4(vec3(0.06) * faded, 1.0);
}
"""
STRIPE = """/*{"ISFVSN": "2", "PHOTOPHORE": {"COLOR": "linear"}}*/
void main() { gl_FragColor = vec4(vec3(abs(isf_FragNormCoord.x - 0.5) < 0.1 ? 0.06 : 0.0), 1.0); }
"""
CLOCK = """/*{"ISFVSN": "2", "PHOTOPHORE": {"COLOR": "linear"}}*/
void main() { gl_FragColor = vec4(vec3(isf_FragNormCoord.x < 0.1 * TIME ? 0.06 : 0.0), 1.0); }
"""


@pytest.fixture
def picture(context: Context) -> Iterator[Picture]:
    samples = np.array([[0.0, 0.0, 0.5, 1.0]], np.float32)
    made = Picture(context, Plan((160, 90), GuardSettings(), 2.0, samples))
    for name, text in (("grey", GREY), ("fading", FADING), ("stripe", STRIPE), ("clock", CLOCK)):
        made.add(name, isf.parse_text(text, Path(f"{name}.fs")))
    yield made
    made.release()


def play(picture: Picture, scene: str, seconds: float, look: Look, start: int = 0) -> int:
    for index in range(start, start + round(seconds * FPS)):
        picture.draw(Frame(index, index / FPS, 1 / FPS), View(scene), {scene: {}}, look=look)
    return start + round(seconds * FPS)


def light(picture: Picture) -> NDArray[np.float32]:
    """The guarded picture's green, from the left, mean over the rows in the middle."""
    return pixels(picture.guarded)[40:50, :, 1].mean(axis=0)


@pytest.mark.parametrize(("stops", "factor"), [(-2.5, 2**-2.5), (0.0, 1.0), (1.0, 2.0)])
def test_exposure_reaches_picture_and_lamps_by_its_stops(
    picture: Picture, stops: float, factor: float
) -> None:
    index = play(picture, "grey", 4.0, Look())
    plain, lamp = light(picture).mean(), picture.colours()
    assert lamp is not None

    play(picture, "grey", 4.0, Look(exposure=2.0**stops), index)

    colours = picture.colours()
    assert colours is not None
    assert light(picture).mean() == pytest.approx(plain * factor, rel=0.06)
    assert colours.mean() == pytest.approx(lamp.mean() * factor, rel=0.06)


def test_highlights_are_compressed_and_white_stays_white() -> None:
    colours = np.array([[0.01, 0.0, 0.0], [0.5, 0.25, 0.0], [1.0, 1.0, 1.0]], np.float32)

    brighter = exposed(colours, 2.0)

    assert brighter[0, 0] == pytest.approx(0.0198, rel=0.01)
    assert brighter[2] == pytest.approx([1.0, 1.0, 1.0])
    assert brighter[1, 0] / brighter[1, 1] == pytest.approx(2.0), "the hue stays"
    assert exposed(colours, 0.25) == pytest.approx(colours * 0.25)


def test_the_gain_that_holds_a_mean_does_not_fight_exposure(context: Context) -> None:
    held = GREY.replace('"COLOR": "linear"', '"COLOR": "linear", "MEAN": 0.02')
    gains = []
    for stops in (-2.5, 0.0, 1.0):
        made = Picture(context, Plan((160, 90), GuardSettings(), 2.0, np.zeros((0, 4), np.float32)))
        made.add("grey", isf.parse_text(held, Path("held.fs")))
        play(made, "grey", 12.0, Look(exposure=2.0**stops))
        gains.append((made.exposure.stops("grey"), light(made).mean()))
        made.release()

    dark, plain, bright = gains
    assert dark[0] == pytest.approx(plain[0], abs=0.06)
    assert bright[0] == pytest.approx(plain[0], abs=0.15), "an even grey has no highlights"
    assert dark[1] < plain[1] / 5.0
    assert bright[1] > plain[1] * 1.7


@pytest.mark.parametrize(("zoom", "width"), [(0.5, 0.1), (1.0, 0.2), (4.0, 0.8)])
def test_zoom_makes_things_as_large_as_it_says(picture: Picture, zoom: float, width: float) -> None:
    play(picture, "stripe", 3.0, Look(zoom=zoom))

    lit = light(picture)
    assert (lit > 0.5 * lit.max()).mean() == pytest.approx(width, abs=0.03)


def test_zoom_leaves_its_focus_where_it_is(picture: Picture) -> None:
    play(picture, "stripe", 3.0, Look(zoom=4.0, focus=(0.4, 0.5)))

    lit = light(picture)
    assert lit[round(0.38 * 160)] < 0.2 * lit.max()
    assert lit[round(0.45 * 160)] > 0.8 * lit.max()


@pytest.mark.parametrize(
    ("memory", "starts", "seconds", "half_life"),
    [(0.25, 4.04, 0.1, 0.25 * 0.2 / SLOPE), (1.0, 4.2, 0.4, 0.2 / SLOPE), (6.0, 4.7, 0.4, 1.1)],
)
def test_memory_changes_how_long_light_stays(
    picture: Picture, memory: float, starts: float, seconds: float, half_life: float
) -> None:
    index = play(picture, "fading", starts, Look(memory=memory))
    before = light(picture)
    play(picture, "fading", seconds, Look(memory=memory), index)
    after = light(picture)

    assert seconds / np.log2(before[100:150].mean() / after[100:150].mean()) == pytest.approx(
        half_life, rel=0.2
    )
    assert after[10:60].mean() == pytest.approx(before[10:60].mean(), rel=0.02), "what is steady stays"


def test_breath_swells_and_falls_everywhere_at_once_or_by_place(picture: Picture) -> None:
    seen = {}
    for scatter in (0.0, 1.0):
        index = play(picture, "grey", 4.0, Look(breath=1.2, scatter=scatter))
        frames = []
        for _ in range(16):
            index = play(picture, "grey", 0.5, Look(breath=1.2, scatter=scatter), index)
            frames.append(light(picture))
        seen[scatter] = np.array(frames)

    together, apart = seen[0.0], seen[1.0]
    assert together.mean(axis=1).max() > 3.0 * together.mean(axis=1).min()
    assert (together.std(axis=1) < 0.02 * together.mean(axis=1)).all()
    assert (apart.std(axis=1) > 0.15 * apart.mean(axis=1)).all()


def test_a_scenes_time_changes_its_speed_without_a_jump(picture: Picture) -> None:
    index = play(picture, "clock", 2.0, Look())
    places = []
    for rate, seconds in ((0.0, 1.0), (2.5, 1.0), (1.0, 1.0)):
        before = (light(picture) > 0.01).mean()
        index = play(picture, "clock", 1 / FPS, Look(rates={"clock": rate}), index)
        assert (light(picture) > 0.01).mean() - before < 0.02
        index = play(picture, "clock", seconds - 1 / FPS, Look(rates={"clock": rate}), index)
        places.append((light(picture) > 0.01).mean())

    assert places == pytest.approx([0.2, 0.45, 0.55], abs=0.02)


def test_a_clear_look_costs_no_pass_and_changes_no_bit(picture: Picture) -> None:
    play(picture, "grey", 1.0, Look())
    assert picture.plain is picture.plain
    kept = picture._lens._renderer

    assert kept._made is None, "the lens has no buffers before it is used"
    play(picture, "grey", 1.0, Look(zoom=2.0), FPS)
    assert kept._made is not None
