"""Draws the guarded picture into a window with a mapping: bent, with soft edges, masked.

It stands where ``Output.encode`` stands for other windows: behind the guard, and nothing is drawn after it. A
mesh has each place of the picture once, and where it folds over itself the last one counts, so light is never
added; factors of soft edges and masks are 0..1.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import moderngl

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
_MOST_KEPT: Final = 8
"""Meshes and masks that are kept: one for each window, and those of the last edits."""


class Mapped:
    """The pass, with the meshes and masks of the windows.

    Args:
        context: The OpenGL context.
    """

    least = 0.0
    """What is seen of masked light; more than nothing only while a mask is edited."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._program: Program | None = None
        self._meshes: dict[tuple[DisplayMapping, Polygon], tuple[moderngl.VertexArray, moderngl.Buffer]] = {}
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
        program, mapping, seen = self._prepared(), part.mapping, part.map()
        mine: dict[str, Sequence[float] | float] = {
            "origin": seen.origin, "along": seen.along, "up": seen.up, "area": part.area,
            "blend": mapping.blend, "gamma": mapping.blend_gamma, "least": self.least,
        }  # fmt: skip
        for name, value in (*values.items(), *mine.items()):
            program.set(name, value)
        for name, texture in (*textures.items(), ("mask", self._mask(mapping))):
            program.bind(name, texture)
        into.use()
        self._mesh(mapping, fitting).render(moderngl.TRIANGLES)

    def _prepared(self) -> Program:
        """Return the program, compiled when the first window needs it."""
        if self._program is None:
            fragment, path = source("encode", {"MAPPED": 1})
            self._program = Program(self._context, _VERTEX, fragment, files=(path,))
        return self._program

    def _mesh(self, mapping: DisplayMapping, fitting: Polygon) -> moderngl.VertexArray:
        key = mapping, fitting
        if key not in self._meshes:
            while len(self._meshes) >= _MOST_KEPT:
                for old in self._meshes.pop(next(iter(self._meshes))):
                    old.release()
            buffer = self._context.gl.buffer(Surface(mapping, fitting).mesh().tobytes())
            array = self._context.gl.vertex_array(self._prepared().gl, [(buffer, "3f 2f", "at", "place")])
            self._meshes[key] = array, buffer
        return self._meshes[key][0]

    def _mask(self, mapping: DisplayMapping) -> moderngl.Texture:
        key: tuple[object, ...] = (mapping.mask, mapping.mask_mode, mapping.mask_soft) if mapping.mask else ()
        if key not in self._masks:
            while len(self._masks) >= _MOST_KEPT:
                self._masks.pop(next(iter(self._masks))).release()
            texels = mask_texels(mapping) if mapping.mask else None
            size = (1, 1) if texels is None else (texels.shape[1], texels.shape[0])
            data = b"\xff" if texels is None else texels.tobytes()
            made = self._context.gl.texture(size, 1, data, alignment=1)
            made.repeat_x = made.repeat_y = False
            self._masks[key] = made
        return self._masks[key]

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for array, buffer in self._meshes.values():
            array.release()
            buffer.release()
        for texture in self._masks.values():
            texture.release()
        self._meshes, self._masks = {}, {}
        if self._program is not None:
            self._program.release()
            self._program = None
