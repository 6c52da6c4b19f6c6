"""Draws the guarded picture into a window with a mapping: bent, with soft edges, masked.

It stands where ``Output.encode`` stands for other windows: behind the guard, and nothing is drawn after it. A
mesh has each place of the picture once, and where it folds over itself the last one counts, so light is never
added; factors of soft edges and masks are 0..1.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.gl.glsl import source
from installation.render.gl.program import Program
from installation.render.mapping.surface import Surface
from installation.render.mapping.weights import mask_texels
from installation.render.part import Part
from installation.show.mapping import DisplayMapping, Polygon

__all__ = ["Mapped"]

_VERTEX: Final = """#version 330 core
in vec3 at;     // in the window, 0..1, times its third component
in vec2 place;  // in the picture's part, 0..1
out vec2 uv;
void main() {
    uv = place;
    gl_Position = vec4(2.0 * at.xy - at.z, 0.0, at.z);
}
"""
_CLEARLY: Final = 1.2
_MOST_KEPT: Final = 32
"""Meshes and masks that are kept, those that were drawn last: more than a machine has windows."""


class Mapped:
    """The pass, with the meshes and masks of the windows.

    Args:
        context: The OpenGL context.
    """

    least = 0.0
    """What is seen of masked light; more than nothing only while a mask is edited."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._programs: dict[tuple[bool, bool, bool], Program] = {}
        self._meshes: dict[tuple[object, ...], _Mesh] = {}
        self._masks: dict[tuple[object, ...], moderngl.Texture] = {}

    def draw(
        self,
        into: moderngl.Framebuffer,
        textures: Mapping[str, moderngl.Texture],
        values: Mapping[str, Sequence[float] | float],
        part: Part,
        fitting: Polygon,
    ) -> None:
        """Draw over the viewport of ``into``, which is the whole window and black.

        Args:
            into: The destination.
            textures: ``picture``, guarded, display-linear; ``noise``.
            values: ``turn`` and ``amount`` of the noise, as of the plain pass.
            part: What the window shows.
            fitting: Corners of the picture in the window where the mapping pins none.
        """
        mapping, seen = part.mapping, part.map()
        (left, bottom, right, top), (width, height) = part.area, textures["picture"].size
        aspect = (right - left) * width / ((top - bottom) * height)
        mesh = self._mesh(mapping, fitting)
        fine = mesh.shrinks(part, textures["picture"].size, into.viewport[2:])
        program = self._program(any(mapping.blend), bool(mapping.mask), fine)
        mine: dict[str, Sequence[float] | float] = {
            "origin": seen.origin, "along": seen.along, "up": seen.up, "area": part.area,
            "blend": mapping.blend, "gamma": mapping.blend_gamma, "least": self.least,
        }  # fmt: skip
        for name, value in (*values.items(), *mine.items()):
            program.set(name, value)
        for name, texture in (*textures.items(), ("mask", self._mask(mapping, aspect))):
            program.bind(name, texture)
        into.use()
        mesh.array(program).render(moderngl.TRIANGLES)

    def _program(self, blended: bool, masked: bool, fine: bool) -> Program:
        """Return the program of what a window needs, compiled when the first one needs it."""
        key = blended, masked, fine
        if key not in self._programs:
            defines = {"MAPPED": 1, "BLENDED": int(blended), "MASKED": int(masked), "FINE": int(fine)}
            fragment, path = source("encode", defines)
            self._programs[key] = Program(self._context, _VERTEX, fragment, files=(path,))
        return self._programs[key]

    def _mesh(self, mapping: DisplayMapping, fitting: Polygon) -> "_Mesh":
        key = mapping.corners, mapping.grid, mapping.curve, fitting
        found = self._meshes.pop(key, None)
        if found is None:
            while len(self._meshes) >= _MOST_KEPT:
                self._meshes.pop(next(iter(self._meshes))).release()
            found = _Mesh(self._context, Surface(mapping, fitting).mesh())
        self._meshes[key] = found  # the last one
        return found

    def _mask(self, mapping: DisplayMapping, aspect: float) -> moderngl.Texture:
        soft = (mapping.mask_soft, round(aspect, 4)) if mapping.mask_soft else ()
        key: tuple[object, ...] = (mapping.mask, mapping.mask_mode, *soft) if mapping.mask else ()
        found = self._masks.pop(key, None)
        if found is None:
            while len(self._masks) >= _MOST_KEPT:
                self._masks.pop(next(iter(self._masks))).release()
            texels = mask_texels(mapping, aspect) if mapping.mask else None
            size = (1, 1) if texels is None else (texels.shape[1], texels.shape[0])
            data = b"\xff" if texels is None else texels.tobytes()
            found = self._context.gl.texture(size, 1, data, alignment=1)
            found.repeat_x = found.repeat_y = False
        self._masks[key] = found  # the last one
        return found

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for mesh in self._meshes.values():
            mesh.release()
        for texture in self._masks.values():
            texture.release()
        self._meshes, self._masks = {}, {}
        for program in self._programs.values():
            program.release()
        self._programs = {}


class _Mesh:
    """Triangles of a surface on the graphics card, for each program that draws them.

    Args:
        context: The OpenGL context.
        table: ``Surface.mesh``.
    """

    def __init__(self, context: Context, table: NDArray[np.float32]) -> None:
        self._context = context
        self._buffer: moderngl.Buffer = context.gl.buffer(table.tobytes())
        self._arrays: dict[Program, moderngl.VertexArray] = {}
        corners = table.reshape(-1, 3, 5)
        window, picture = corners[..., :2] / np.maximum(corners[..., 2:3], 1e-3), corners[..., 3:]
        shares = _areas(picture) / np.maximum(_areas(window), 1e-9)
        self._density = float(np.sqrt(shares.max()))
        """Most lengths of the picture's part, in shares of it, within one of the window."""

    def shrinks(self, part: Part, picture: tuple[int, int], window: Sequence[int]) -> bool:
        """Return whether a pixel of the window covers clearly more than a texel of the picture somewhere."""
        width, height = part.size(picture)
        return self._density * sqrt(width * height / (window[0] * window[1])) > _CLEARLY

    def array(self, program: Program) -> moderngl.VertexArray:
        """Return the triangles as a program takes them."""
        if program not in self._arrays:
            given = [(self._buffer, "3f 2f", "at", "place")]
            self._arrays[program] = self._context.gl.vertex_array(program.gl, given)
        return self._arrays[program]

    def release(self) -> None:
        """Free it."""
        for array in self._arrays.values():
            array.release()
        self._buffer.release()


def _areas(triangles: NDArray[Any]) -> NDArray[Any]:
    """Return twice the area of each triangle, ``(n, 3, 2)``."""
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    found: NDArray[Any] = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    return found
