"""What the lamps leave to the picture holds on the graphics card in the very frame, though nobody read it."""

import numpy as np
import pytest

from installation.render.gl.context import Context
from installation.render.passes.guard import Guard
from installation.safety.joint import FREE, Limit
from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.windows import lay_windows
from installation.show.venue_model import GuardSettings
from tests.installation.render.passes.test_guard import same

pytestmark = pytest.mark.gl

SIZE = (64, 36)


@pytest.fixture
def context():
    made = Context.create(SIZE)
    yield made
    made.release()


def test_it_equals_the_reference_under_limits_that_change_with_every_frame(context):
    guard = Guard(context, SIZE, GuardSettings(), texel="f4")
    reference = PictureGuard(lay_windows(SIZE, GuardSettings().viewing_distance, 2.0), LAWS["standard"])
    texture = context.gl.texture(SIZE, 4, dtype="f2")
    rng = np.random.default_rng(11)
    told, last, bound = [], 0.0, 0
    for index in range(240):
        level = rng.choice([0.1, 0.5, 1.0])
        picture = (rng.random((SIZE[1], SIZE[0], 3)) * level).astype(np.float16)
        low, leave = float(np.float32(last * rng.choice([0.0, 0.7, 1.0]))), rng.random() < 0.2
        limit = FREE if leave else Limit(low, 0.2, 0.25, 0.0625)
        texture.write(np.concatenate([picture, np.ones((*SIZE[::-1], 1), np.float16)], axis=2).tobytes())
        dt = 0.2 if index < 20 else 1 / 30
        near = any(abs(last - edge) < 1e-5 for edge in (0.2, 0.25))  # the last digit would decide

        def joint(report, number, limit=limit, near=near):
            told.append((report.frame, number))
            return FREE if near else limit

        out = np.frombuffer(guard.apply(texture, dt, joint=joint).read(), np.float32)
        ceiling = np.inf if near else limit.cap(last)
        expected = reference.apply(picture.astype(np.float32), dt, ceiling=ceiling)
        bound += reference.report().mean > ceiling - 1e-6
        same(out.reshape(*SIZE[::-1], 4)[..., :3], expected)
        last = reference.report().mean
    assert bound > 10, "the limit never mattered"
    assert told[50] == (48, 50)  # the report is two frames old
