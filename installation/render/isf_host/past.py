"""The last frames of a target, at reduced size, side by side in one texture.

One texture holds 4, 16 or 64 tiles of equal size. Each draw goes into the tile of the oldest frame, through a
viewport; the others are unchanged. In OpenGL, reading from the texture being drawn into is undefined, other
tiles included, so the pass that draws here must not read here.
"""

import math

from installation.render.gl.context import Context
from installation.render.gl.target import Target

__all__ = ["Past"]


class Past(Target):
    """A ring of tiles.

    Args:
        context: The OpenGL context.
        tile: Width and height of one frame in pixels.
        count: Number of frames; the square of a power of two.
        smooth: True samples linearly, False takes the nearest texel.

    Attributes:
        newest: Index of the tile drawn last, row by row from the lower left corner.
    """

    def __init__(self, context: Context, tile: tuple[int, int], count: int, *, smooth: bool = True) -> None:
        self.tile = tile
        self.count = count
        self.side = math.isqrt(count)
        self.newest = count - 1
        super().__init__(context, (tile[0] * self.side, tile[1] * self.side), "rgba16f", smooth=smooth)

    def aim(self) -> None:
        """Direct the next draw to the oldest tile."""
        row, column = divmod((self.newest + 1) % self.count, self.side)
        self.framebuffer.viewport = (column * self.tile[0], row * self.tile[1], *self.tile)

    def advance(self) -> None:
        """Make the tile just drawn the newest one."""
        self.newest = (self.newest + 1) % self.count

    def clear(self) -> None:
        """Clear all frames; the next draw goes into the first tile."""
        super().clear()
        self.newest = self.count - 1

    def whole(self) -> None:
        """Direct the next draw to all tiles."""
        self.framebuffer.viewport = (0, 0, *self.size)
