"""A compiled program whose uniforms are uploaded only when they change."""

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
    """A linked OpenGL program with a cache of uniform values: an unchanged one costs one comparison.

    Args:
        context: The OpenGL context.
        vertex, fragment: Complete GLSL sources.
        files: Source file names by the number in ``#line`` directives, for messages.
        vertex_files: The same for the vertex shader; default ``files``.

    Attributes:
        vertices: A vertex array without attributes: shaders compute positions from ``gl_VertexID``.
        units: Texture unit of each sampler.

    Raises:
        ShaderError: It does not compile or link; findings have the author's file and line.
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
        """Return whether the driver is known to accept these sources."""
        return (_plain(vertex), _plain(fragment)) in context.linked

    def __contains__(self, name: str) -> bool:
        """Whether the compiled shaders use the uniform ``name``."""
        return name in self._formats or name in self.units

    def set(self, name: str, value: Sequence[float] | float | int) -> None:
        """Set a uniform; unknown names (removed by the compiler) are ignored.

        Values beyond the range of 32 bits are clamped. Readers validate numbers where they are read; here it
        is only
        ensured that no number can stop a frame.
        """
        known = self._formats.get(name)
        if known is None or self._last.get(name) == value:
            return
        uniform, layout, whole = known
        if isinstance(value, (float, int)):  # avoids the slow isinstance check for Sequence
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
        """Bind a texture to a sampler for the following draws."""
        unit = self.units.get(name)
        if unit is not None:
            texture.use(unit)

    def release(self) -> None:
        """Free it. Safe to call twice."""
        if self._alive:
            self._alive = False
            self.vertices.release()
            self.gl.release()
            self.context.objects["program"] -= 1

    def _learn(self, name: str, uniform: moderngl.Uniform) -> None:
        """Prepare packing of a uniform, or assign a texture unit to a sampler."""
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
    """Clamp a number to 32 bits; NaN becomes 0.

    Args:
        value: Any number.
        kind: ``struct`` format character: ``f``, ``i``, ``I``, or ``?`` for booleans.
    """
    if math.isnan(value):
        return 0
    if kind == "f":
        return min(max(value, -LARGEST_FLOAT), LARGEST_FLOAT)
    least, most = (0, 2 * LARGEST_INT + 1) if kind == "I" else (-LARGEST_INT - 1, LARGEST_INT)
    return int(min(max(value, least), most))


def _plain(source: str) -> str:
    """Return source that moderngl and the driver accept.

    moderngl's own include directives would be recognised in comments, and GLSL 3.30 allows ASCII only.
    """
    return source.replace("#include", "# include").encode("ascii", "replace").decode("ascii")


_SAMPLERS = frozenset({0x8B5E, 0x8B60, 0x8DC1, 0x8DD2, 0x8DCA})
# GL_SAMPLER_2D, _CUBE, _2D_ARRAY, UNSIGNED_INT_SAMPLER_2D, INT_SAMPLER_2D (OpenGL registry).
