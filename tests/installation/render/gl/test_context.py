import os
import subprocess
import sys

import moderngl
import pytest

from installation.errors import GraphicsError
from installation.render import Context, Target

pytestmark = pytest.mark.gl


def test_the_context_says_what_draws(context: Context) -> None:
    assert context.info.code >= 330
    assert context.info.renderer
    assert context.info.software == ("llvmpipe" in context.info.renderer)
    assert context.gl.gc_mode == "context_gc"


def test_dropped_objects_are_freed_by_collect_and_released_ones_do_not_stop_it(context: Context) -> None:
    context.collect()
    released = context.gl.texture((2, 2), 4)
    released.release()
    del released
    dropped = context.gl.texture((2, 2), 4)
    del dropped

    assert context.collect() == 1
    assert context.collect() == 0


def test_a_framebuffer_that_is_freed_while_in_use_leaves_no_error_behind(context: Context) -> None:
    target = Target(context, (4, 4))
    target.framebuffer.use()
    target.release()

    Target(context, (4, 4)).release()

    assert context.gl.error == "GL_NO_ERROR"


@pytest.fixture
def no_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_arguments: object) -> None:
        raise RuntimeError("no display")

    monkeypatch.setattr(moderngl, "create_context", refuse)


@pytest.mark.usefixtures("no_opengl")
def test_a_machine_without_opengl_gets_a_sentence_and_not_a_traceback() -> None:
    with pytest.raises(GraphicsError, match=r"OpenGL 3\.3 is not available without a window: no display"):
        Context.create((4, 4))
    with pytest.raises(GraphicsError, match="not current"):
        Context.create((4, 4), window=object())


def test_the_slow_reference_rasteriser_is_refused() -> None:
    code = (
        "from installation.errors import GraphicsError\n"
        "from installation.render import Context\n"
        "try:\n    context = Context.create((4, 4))\n"
        "except GraphicsError as error:\n    print(error)\n"
        "else:\n    print(context.info.renderer)\n"
    )
    environment = {**os.environ, "GALLIUM_DRIVER": "softpipe"}

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    if done.stdout.startswith("llvmpipe") or "OpenGL 3.3 is not available" in done.stdout:
        pytest.skip("this driver has no softpipe")
    assert "far too slow" in done.stdout
