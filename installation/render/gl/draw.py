"""Full-screen passes for internal use (post, guard, output, gather): one triangle, one fragment shader."""

from collections.abc import Mapping, Sequence

import moderngl

from installation.render.gl.context import Context
from installation.render.gl.program import Program

__all__ = ["TRIANGLE", "FullScreen"]

TRIANGLE = """#version 330 core
out vec2 uv;
void main() {
    uv = vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2);
    gl_Position = vec4(uv * 2.0 - 1.0, 0.0, 1.0);
}
"""
"""Vertex shader: one triangle that covers the target, with ``uv`` from (0, 0) bottom left to (1, 1)."""


class FullScreen:
    """A fragment shader that is drawn over a whole target.

    Args:
        context: The OpenGL context.
        fragment: Complete GLSL source starting with ``#version 330 core``. ``in vec2 uv`` is 0..1 from the
        bottom
            left; outputs are in the order of the target's attachments.
        name: Name in error messages.

    Raises:
        ShaderError: It does not compile.
    """

    def __init__(self, context: Context, fragment: str, name: str) -> None:
        self.context = context
        self.program = Program(context, TRIANGLE, fragment, files=(name,))

    def draw(
        self,
        into: moderngl.Framebuffer,
        textures: Mapping[str, moderngl.Texture] | None = None,
        values: Mapping[str, Sequence[float] | float | int] | None = None,
    ) -> None:
        """Draw over all of ``into``.

        Args:
            into: The framebuffer; its content is overwritten, so no clear is needed.
            textures: Textures by sampler name.
            values: Uniform values by name; unknown names are ignored.
        """
        program = self.program
        if values:
            for name, value in values.items():
                program.set(name, value)
        if textures:
            units = program.units
            for name, texture in textures.items():
                if name in units:
                    texture.use(units[name])
        into.use()
        program.vertices.render(moderngl.TRIANGLES, vertices=3)

    def release(self) -> None:
        """Free it. Safe to call twice."""
        self.program.release()
