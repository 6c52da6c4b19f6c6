"""Edges of what the guard cuts are soft, and the law holds as before."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.passes.guard import Guard
from installation.render.passes.soften import Soften
from installation.safety.windows import lay_windows
from installation.show.venue_model import GuardSettings
from tests.installation.safety.sequences import HAZARDS
from tests.installation.safety.sequences import HEIGHT as TALL
from tests.installation.safety.sequences import WIDTH as WIDE
from tests.installation.safety.swinging import SWINGS
from tests.judges import judge

pytestmark = pytest.mark.gl

SIZE = (256, 144)
STRIPE = slice(128, 132)
SETTINGS = GuardSettings(viewing_distance=2.0)


class Stage:
    """A guard, its soft edges before it, and a texture to draw into."""

    def __init__(self, context: Context, size: tuple[int, int], *, soft: bool = True) -> None:
        self.size = size
        self.guard = Guard(context, size, SETTINGS, 2.25, texel="f4")
        self.soften = Soften(self.guard) if soft else None
        self.texture = context.gl.texture(size, 4, dtype="f2")

    def show(self, picture: NDArray[np.floating], dt: float = 1 / 60) -> NDArray[np.float32]:
        shape = (self.size[1], self.size[0], 4)
        full = np.ones(shape, np.float16)
        full[..., :3] = picture
        self.texture.write(full.tobytes())
        given = self.soften.apply(self.texture, dt) if self.soften else self.texture
        out = np.frombuffer(self.guard.apply(given, dt).read(), np.float32)
        return out.reshape(shape)[..., :3]

    def warm(self, picture: NDArray[np.floating]) -> None:
        for _ in range(10):
            self.show(picture, 0.4)


def lit(stripe: float) -> NDArray[np.float32]:
    """All at 0.3, a stripe in the middle at some level; too narrow for a window to be dimmed for it."""
    picture = np.full((SIZE[1], SIZE[0], 3), 0.3, np.float32)
    picture[:, STRIPE] = stripe
    return picture


def strobe(index: int) -> NDArray[np.float32]:
    """The stripe at 6 Hz: it is cut for most of each second."""
    return lit(0.3 if index // 5 % 2 else 0.02)


def steepest(frames: list[NDArray[np.float32]]) -> float:
    """The largest step between neighbours of a row, in frames in which the picture asked for none at all."""
    flat = [frame for index, frame in enumerate(frames) if index > 90 and index // 5 % 2]
    return max(float(np.abs(np.diff(frame[SIZE[1] // 2, :, 1])).max()) for frame in flat)


def test_the_edge_between_what_is_cut_and_what_is_not_is_soft(context):
    found = []
    for soft in (False, True):
        stage = Stage(context, SIZE, soft=soft)
        stage.warm(lit(0.02))
        found.append(steepest([stage.show(strobe(index)) for index in range(180)]))
    assert found[0] > 0.15, "without it, a flat patch with a hard edge"
    assert found[1] < 0.06


def test_what_is_far_from_a_cut_keeps_its_light_and_all_of_it_comes_back(context):
    stage = Stage(context, SIZE)
    stage.warm(lit(0.02))
    frames = [stage.show(strobe(index)) for index in range(180)]
    np.testing.assert_allclose([frame[:, :100] for frame in frames], 0.3, atol=1e-3)
    assert 0.03 < stage.soften.share < 0.15
    told = stage.soften.told(stage.guard.report())
    assert told.active
    assert told.softened == stage.soften.share
    assert told.deepest > 0.5
    for _ in range(300):
        out = stage.show(lit(0.3))
    np.testing.assert_allclose(out, 0.3, atol=1e-3)
    assert stage.soften.share == 0.0


def test_a_picture_of_which_nothing_is_cut_is_not_even_copied(context):
    stage = Stage(context, SIZE)
    stage.warm(lit(0.3))
    for index in range(120):
        moving = lit(0.3 + 0.02 * np.sin(index / 9))
        stage.show(moving)
        assert stage.soften.apply(stage.texture, 0.0) is stage.texture


def test_a_blackout_is_one_frame_with_soft_edges_too(context):
    stage = Stage(context, SIZE)
    stage.warm(lit(0.02))
    for index in range(120):
        stage.show(strobe(index))
    assert not stage.show(lit(0.3) * 0).any()


NAMES = ["quarters of a window in turn", "random level", "soft turns"]


@pytest.mark.parametrize("name", [*NAMES, "red and blue", "green and magenta, 7 Hz"])
def test_softened_pictures_keep_the_law(context, name):
    """Softening that comes and goes is one more picture; the guard's caps stand behind it."""
    windows = lay_windows((WIDE, TALL), SETTINGS.viewing_distance, 2.25)
    stage = Stage(context, (WIDE, TALL))
    stage.warm(np.full((TALL, WIDE, 3), 0.1, np.float32))
    raw, out, active = [], [], 0
    for index in range(300):
        picture = HAZARDS[name](index / 60, index) if name in HAZARDS else np.full((TALL, WIDE, 3), 0.2)
        if name in SWINGS:
            picture = np.broadcast_to(SWINGS[name](index / 60), (TALL, WIDE, 3)).copy()
            picture[:, : WIDE // 2] *= index // 4 % 2
        raw.append(np.clip(picture, 0, 1))
        out.append(stage.show(picture))
        active += stage.soften.share > 0
    before, after = (judge(np.stack(frames), 60.0, windows) for frames in (raw, out))
    assert max(before.pixel, before.window, before.colour) > 3, "the judge has to see the hazard first"
    assert active, "there was something to soften"
    assert max(after.pixel, after.window, after.colour) <= 3
    assert after.red == 0
