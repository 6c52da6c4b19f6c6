"""First light after a body moves before the camera, in simulated time: within 80 ms at privilege 1."""

import pytest

pytest.importorskip("cv2")

from installation.bench.camera.first_light import FPS, Course, first_light
from installation.bodies.privilege import DELAYS
from installation.render.gl.context import Context

pytestmark = pytest.mark.gl
SIZE = 160, 90


def test_a_body_that_moves_is_lit_within_80_ms_at_privilege_1_and_later_at_privilege_0(
    context: Context,
) -> None:
    """The pipeline counts: an attribution that added its own 60 ms to it made 133 ms of the whole."""
    del context  # only where there is OpenGL
    first = first_light(Course(3.0, 1.1, 180.0, reform=1.0), SIZE)
    last = first_light(Course(3.0, 1.1, 180.0, reform=0.0), SIZE)

    assert first.frames is not None
    assert first.latency <= 0.080
    assert last.frames is not None
    assert DELAYS[0] - 1 / FPS <= last.latency <= DELAYS[0] + 0.2
