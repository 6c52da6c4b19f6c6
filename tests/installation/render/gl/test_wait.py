import pytest

from installation.render import Context, FullScreen, Target
from installation.render.gl import wait

pytestmark = pytest.mark.gl

FILL = "#version 330 core\nout vec4 color;\nuniform float level;\nvoid main() { color = vec4(level); }\n"


def test_a_fence_is_passed_once_what_was_asked_for_is_drawn(context: Context) -> None:
    target, fill = Target(context, (64, 64)), FullScreen(context, FILL, "fill")
    fill.draw(target.framebuffer, values={"level": 0.5})

    fence = wait.Fence(context)

    assert fence.wait(10.0)
    assert fence.passed()
    fence.release()
    fence.release()
    target.release()
    fill.release()


def test_finishing_and_flushing_leave_no_error(context: Context) -> None:
    wait.flush(context)
    wait.finish(context)

    assert context.gl.error == "GL_NO_ERROR"
