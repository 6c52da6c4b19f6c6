import moderngl
import numpy as np
import pytest

from installation.errors import ShaderError
from installation.render import Context, FullScreen, Program, Target
from installation.render.gl.draw import TRIANGLE
from tests.installation.render.pixels import census, pixels

pytestmark = pytest.mark.gl

TYPES = """#version 330 core
in vec2 uv;
out vec4 color;
uniform float a;
uniform vec3 b;
uniform int c;
uniform bool d;
uniform vec2 e[3];
uniform sampler2D first;
uniform sampler2D second;
void main() {
    vec4 textures = texture(first, uv) + 2.0 * texture(second, uv);
    color = vec4(a + b.y, float(c) + (d ? 0.5 : 0.0), e[2].x, textures.r);
}
"""


class Counting:
    """Stands in for a uniform and counts what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)


def test_uniforms_of_every_type_arrive_and_textures_keep_apart(context: Context) -> None:
    ones, twos = (Target(context, (1, 1), "rgba32f") for _ in range(2))
    ones.framebuffer.clear(1.0, 1.0, 1.0, 1.0)
    twos.framebuffer.clear(2.0, 2.0, 2.0, 2.0)
    into, screen = Target(context, (2, 2), "rgba32f"), FullScreen(context, TYPES, "types")
    values = {"a": 0.5, "b": (1, 2, 3), "c": 7.0, "d": True, "e": (1, 2, 3, 4, 5, 6), "unknown": 1}

    screen.draw(
        into.framebuffer, {"first": ones.texture, "second": twos.texture, "none": ones.texture}, values
    )

    assert pixels(into.texture)[0, 0].tolist() == [2.5, 7.5, 5, 5]
    for one in (ones, twos, into, screen):
        one.release()


def test_an_unchanged_value_is_sent_once(context: Context) -> None:
    program = Program(context, TRIANGLE, TYPES)
    counting = Counting()
    _, layout, whole = program._formats["b"]
    program._formats["b"] = (counting, layout, whole)  # type: ignore[assignment]

    for value in ((1.0, 2.0, 3.0), (1.0, 2.0, 3.0), [1.0, 2.0, 3.0], (1.0, 2.0, 4.0), (1.0, 2.0, 4.0)):
        program.set("b", value)

    assert len(counting.sent) == 2
    program.release()


def test_a_list_that_is_changed_in_place_is_sent_again(context: Context) -> None:
    program, counting, value = Program(context, TRIANGLE, TYPES), Counting(), [1.0, 2.0, 3.0]
    _, layout, whole = program._formats["b"]
    program._formats["b"] = (counting, layout, whole)  # type: ignore[assignment]
    program.set("b", value)

    value[0] = 9.0
    program.set("b", value)

    assert np.frombuffer(counting.sent[-1], np.float32)[0] == 9
    program.release()


@pytest.mark.parametrize(
    "broken",
    [
        "#version 330 core\nvoid main() { oops }",
        "#version 330 core\nvec4 nowhere(); out vec4 c; void main() { c = nowhere(); }",
    ],
    ids=["compile", "link"],
)
def test_a_refused_program_leaves_nothing_in_the_driver(context: Context, broken: str) -> None:
    before, counted = census(), dict(context.objects)

    for _ in range(3):
        with pytest.raises(ShaderError):
            Program(context, TRIANGLE, broken, ("a.frag",))

    assert census() == before
    assert dict(context.objects) == counted


def test_a_refusal_has_the_name_and_the_line(context: Context) -> None:
    with pytest.raises(ShaderError, match=r"^a\.frag:2:"):
        Program(context, TRIANGLE, "#version 330 core\nvoid main() { oops }", ("a.frag",))


def test_comments_may_hold_any_letter_and_any_directive(context: Context) -> None:
    text = '#version 330 core\n// naïve ☃ #include "nothing"\nout vec4 c; void main() { c = vec4(1.0); }'

    Program(context, TRIANGLE, text).release()

    assert context.gl.error == "GL_NO_ERROR"


def test_a_released_program_is_gone_and_may_be_released_again(context: Context) -> None:
    before = census()
    program = Program(context, TRIANGLE, TYPES)
    assert "a" in program
    assert "first" in program
    assert "unknown" not in program
    program.release()
    program.release()

    assert census() == before
    assert isinstance(program.gl.mglo, moderngl.InvalidObject)


def test_of_a_drivers_log_so_much_is_read_as_anybody_reads() -> None:
    import ctypes
    from typing import Any

    from installation.isf.report import MOST_READ, left_out
    from installation.render.gl import compiler

    taken: list[int] = []

    def ask(_name: int, _what: int, answer: Any) -> None:
        answer._obj.value = 50_000_000

    def read(_name: int, size: int, _length: None, buffer: Any) -> None:
        taken.append(size)
        ctypes.memset(buffer, ord("x"), size - 1)

    log = compiler._log(ask, read, 1)  # type: ignore[arg-type]
    assert taken == [MOST_READ]
    assert log == "x" * (MOST_READ - 1) + "\n" + left_out(50_000_000 - MOST_READ)
