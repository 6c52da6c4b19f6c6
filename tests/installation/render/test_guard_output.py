"""What is left of the guard's promises after the last draw: half floats, sRGB in 8 bits, dither."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render import Target
from installation.render.gl.context import Context
from installation.render.passes.output import Output
from installation.safety.law import LAWS, LUMINANCE
from installation.safety.picture.reference import limit_red
from installation.safety.windows import lay_windows
from tests.film import from_srgb
from tests.installation.render.pixels import picture
from tests.judges import DARKER, STEP, judge

pytestmark = pytest.mark.gl

SIDE = 64
TURNS = 24


def shown(context: Context, light: NDArray[np.floating]) -> NDArray[np.float32]:
    """Linear light of a picture as it leaves the last draw, over some frames of the dither."""
    output, target = Output(context), Target(context, (SIDE, SIDE), "rgba8")
    full = np.ones((SIDE, SIDE, 4), np.float32)
    full[..., :3] = light.astype(np.float16)
    scene, frames = picture(context, full), []
    for index in range(TURNS):
        output.encode(scene, target.framebuffer, index)
        codes = np.frombuffer(target.framebuffer.read(components=4), np.uint8).reshape(SIDE, SIDE, 4)
        frames.append(from_srgb(codes[..., :3].copy()))
    output.release()
    target.release()
    return np.stack(frames)


@pytest.mark.parametrize("profile", LAWS)
def test_dither_never_shows_a_change_of_the_laws_step_as_a_transition(context, profile):
    """A pixel that rests between e and e + h: with h = 0.08 it could show a change of 0.104."""
    step, seen = LAWS[profile].step, []
    for dark in (0.0, 0.01, 0.1, 0.3, 0.5, 0.6, 0.7, 0.74, 0.78, 0.8, 0.81):
        low = shown(context, np.full((SIDE, SIDE, 3), dark)) @ np.array(LUMINANCE)
        high = shown(context, np.full((SIDE, SIDE, 3), dark + step)) @ np.array(LUMINANCE)
        darkest = low.min()
        if darkest < DARKER:
            seen.append(float(high.max() - darkest))
    assert max(seen) < STEP
    assert profile == "strict" or max(seen) > 0.09, "the dither is there"


def test_after_the_last_draw_no_pixel_that_can_be_seen_is_saturated_red(context):
    rng = np.random.default_rng(5)
    reds = rng.random((SIDE, SIDE, 3)) ** 3 * np.array([1.0, 0.3, 0.3])
    reds[:, ::3, 1:] = 0.0
    reds *= np.logspace(-3, 0, SIDE)[:, None, None]
    frames = shown(context, limit_red(reds.astype(np.float32), LAWS["standard"].red))
    share = frames[..., 0] / np.maximum(frames.sum(axis=-1), 1e-9)
    assert share[frames @ np.array(LUMINANCE) > 0.004].max() < 0.8
    flicker = frames.copy()
    flicker[::2] = 0.0
    flicker[1::4] = [0.0, 0.0, 0.6]
    assert judge(flicker, 12, lay_windows((SIDE, SIDE), 3.0, 2.0)).red == 0
