"""A compiled pair of shaders, whose uniforms are sent only when they change."""

import math
import struct
from collections.abc import Sequence

import moderngl

from installation.errors import ShaderError
from installation.isf.coerce import LARGEST_FLOAT, LARGEST_INT
from installation.isf.report import findings
from installation.isf.words import PREFIX
from installation.render.gl.compiler import refusal
from installation.render.gl.context import Context

__all__ = ["Program"]


class Program:
    """A linked OpenGL program with a value cache, so that an unchanged uniform costs one comparison.

    Args:
        context: Where it lives.
        vertex, fragment: Complete GLSL sources.
        files: Names of the source files by the number that ``#line`` gives them, for messages.
        vertex_files: The same for the vertex shader; ``files`` when not given.

    Attributes:
        vertices: A vertex array without attributes: shaders make positions from ``gl_VertexID``.
        units: Texture unit of each sampler.

    Raises:
        ShaderError: It does not compile or link; the findings carry the author's file and line.
    """

    def __init__(
        self,
        context: Context,
        vertex: str,
        fragment: str,
        files: Sequence[str] = ("shader",),
        vertex_files: Sequence[str] | None = None,
    ) -> None:
        self.context = context
        vertex, fragment = _plain(vertex), _plain(fragment)
        known = (vertex, fragment) in context.linked
        if not known and (log := refusal(vertex, fragment)) is not None:
            raise ShaderError(findings(log, files, vertex_files or files))
        try:
            self.gl: moderngl.Program = context.gl.program(vertex_shader=vertex, fragment_shader=fragment)
        except moderngl.Error as error:
            raise ShaderError(findings(str(error), files, vertex_files or files)) from None
        context.linked.add((vertex, fragment))
        self.vertices: moderngl.VertexArray = context.gl.vertex_array(self.gl, [])
        self._formats: dict[str, tuple[moderngl.Uniform, struct.Struct, bool]] = {}
        self.units: dict[str, int] = {}
        self._last: dict[str, object] = {}
        self._alive = True
        context.objects["program"] += 1
        for name in self.gl:
            member = self.gl[name]
            if isinstance(member, moderngl.Uniform):
                self._learn(name.removeprefix(PREFIX), member)

    @staticmethod
    def linked(context: Context, vertex: str, fragment: str) -> bool:
        """Whether the driver is known to take these sources."""
        return (_plain(vertex), _plain(fragment)) in context.linked

    def __contains__(self, name: str) -> bool:
        """Whether the compiled shaders use the uniform ``name``."""
        return name in self._formats or name in self.units

    def set(self, name: str, value: Sequence[float] | float | int) -> None:
        """Give a uniform its value; unknown names (the compiler dropped them) are ignored.

        What 32 bits do not hold is held at their ends. Whoever reads numbers says so where they come in; here
        it is only made sure that no number ever stops a frame.
        """
        known = self._formats.get(name)
        if known is None or self._last.get(name) == value:
            return
        uniform, layout, whole = known
        if isinstance(value, (float, int)):  # spares the question whether it is a sequence, which is slow
            self._last[name] = value
            try:
                uniform.write(layout.pack(int(value) if whole else value))
            except (struct.error, OverflowError, ValueError):
                uniform.write(layout.pack(_held(value, layout.format[-1])))
            return
        given = tuple(value) if isinstance(value, Sequence) else (value,)  # a list may be changed in place
        if self._last.get(name) == given:
            return
        try:
            uniform.write(layout.pack(*map(int, given)) if whole else layout.pack(*given))
        except (struct.error, OverflowError, ValueError):
            uniform.write(layout.pack(*(_held(one, layout.format[-1]) for one in given)))
        self._last[name] = given

    def bind(self, name: str, texture: moderngl.Texture | moderngl.TextureCube) -> None:
        """Give a sampler its texture for the draws that follow."""
        unit = self.units.get(name)
        if unit is not None:
            texture.use(unit)

    def release(self) -> None:
        """Free it. Harmless when it is gone already."""
        if self._alive:
            self._alive = False
            self.vertices.release()
            self.gl.release()
            self.context.objects["program"] -= 1

    def _learn(self, name: str, uniform: moderngl.Uniform) -> None:
        """Note how to pack a uniform, or give a sampler its texture unit once and for all."""
        layout = uniform.fmt  # type: ignore[attr-defined]
        if uniform.gl_type in _SAMPLERS:  # type: ignore[attr-defined]
            unit = len(self.units)
            self.units[name] = unit
            uniform.value = unit
            return
        count = uniform.array_length
        packed = struct.Struct(f"={count * uniform.dimension}{layout[-1]}")
        self._formats[name] = (uniform, packed, layout[-1] in "iI")


def _held(value: float, kind: str) -> float | int:
    """A number as 32 bits can hold it; 0 for what is none.

    Args:
        value: Any number.
        kind: As ``struct`` has it: ``f``, ``i``, ``I``, or ``?`` and the like for a truth.
    """
    if math.isnan(value):
        return 0
    if kind == "f":
        return min(max(value, -LARGEST_FLOAT), LARGEST_FLOAT)
    least, most = (0, 2 * LARGEST_INT + 1) if kind == "I" else (-LARGEST_INT - 1, LARGEST_INT)
    return int(min(max(value, least), most))


def _plain(source: str) -> str:
    """Source that moderngl and the driver take as it is.

    moderngl's own includes would stumble over one in a comment, and GLSL 3.30 knows ASCII only.
    """
    return source.replace("#include", "# include").encode("ascii", "replace").decode("ascii")


_SAMPLERS = frozenset({0x8B5E, 0x8B60, 0x8DC1, 0x8DD2, 0x8DCA})
# GL_SAMPLER_2D, _CUBE, _2D_ARRAY, UNSIGNED_INT_SAMPLER_2D, INT_SAMPLER_2D (OpenGL registry).
