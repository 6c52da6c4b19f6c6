"""Render targets: one texture, or a pair if the previous content is read while drawing.

Coordinates: texel (0, 0) and texture coordinate (0, 0) are the *bottom left* corner, as in OpenGL and ISF.
"""

from typing import Literal, TypeAlias

import moderngl

from installation.render.gl.context import Context

__all__ = ["BYTES", "Format", "PingPong", "Target"]

Format: TypeAlias = Literal["rgba8", "rgba16", "rgba16f", "rgba32f", "rg32f", "r32f"]
"""Texel formats: ``rgba16`` is 16-bit fixed point in 0..1, the others are as named."""

_LAYOUT: dict[str, tuple[int, str]] = {
    "rgba8": (4, "f1"),
    "rgba16": (4, "nu2"),
    "rgba16f": (4, "f2"),
    "rgba32f": (4, "f4"),
    "rg32f": (2, "f4"),
    "r32f": (1, "f4"),
}

BYTES: dict[str, int] = {"rgba8": 4, "rgba16": 8, "rgba16f": 8, "rgba32f": 16, "rg32f": 8, "r32f": 4}
"""Bytes per texel of each format."""


class Target:
    """One texture and the framebuffer that draws into it. Initially transparent black.

    Args:
        context: The OpenGL context.
        size: Width and height in pixels.
        texel: Texel format.
        smooth: True samples linearly, False takes the nearest texel.
        repeat: True wraps at the edges, False clamps.
    """

    def __init__(
        self,
        context: Context,
        size: tuple[int, int],
        texel: Format = "rgba16f",
        *,
        smooth: bool = True,
        repeat: bool = False,
    ) -> None:
        components, dtype = _LAYOUT[texel]
        self.context = context
        self.size = size
        self.texel: Format = texel
        self.smooth = smooth
        self.repeat = repeat
        self.texture: moderngl.Texture = context.gl.texture(size, components, dtype=dtype)
        nearest_or_linear = moderngl.LINEAR if smooth else moderngl.NEAREST
        self.texture.filter = (nearest_or_linear, nearest_or_linear)
        self.texture.repeat_x = self.texture.repeat_y = repeat
        self.framebuffer: moderngl.Framebuffer = context.gl.framebuffer([self.texture])
        context.objects["target"] += 1
        self._alive = True
        self.clear()

    @property
    def bytes(self) -> int:
        """Size of the texture in bytes."""
        return self.size[0] * self.size[1] * BYTES[self.texel]

    def clear(self) -> None:
        """Clear to transparent black."""
        self.framebuffer.clear(0.0, 0.0, 0.0, 0.0)

    def release(self) -> None:
        """Free it. Safe to call twice."""
        if self._alive:
            self._alive = False
            self.context.park()
            self.framebuffer.release()
            self.texture.release()
            self.context.objects["target"] -= 1


class PingPong:
    """Two targets: one is read while the other is drawn; ``swap`` exchanges them.

    Args are those of ``Target``.
    """

    def __init__(
        self,
        context: Context,
        size: tuple[int, int],
        texel: Format = "rgba16f",
        *,
        smooth: bool = True,
        repeat: bool = False,
    ) -> None:
        self.front = Target(context, size, texel, smooth=smooth, repeat=repeat)
        self.back = Target(context, size, texel, smooth=smooth, repeat=repeat)

    @property
    def texture(self) -> moderngl.Texture:
        """The texture drawn last."""
        return self.front.texture

    @property
    def bytes(self) -> int:
        """Size of both textures in bytes."""
        return self.front.bytes + self.back.bytes

    def swap(self) -> None:
        """Exchange the targets: the one just drawn is read from now on."""
        self.front, self.back = self.back, self.front

    def clear(self) -> None:
        """Clear both to transparent black."""
        self.front.clear()
        self.back.clear()

    def release(self) -> None:
        """Free both. Safe to call twice."""
        self.front.release()
        self.back.release()
