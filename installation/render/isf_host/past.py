"""The last frames of a target, small, side by side in one texture.

One texture holds 4, 16 or 64 tiles of equal size. Each draw goes into the tile of the oldest frame, through a
viewport; the others stay as they are. OpenGL leaves undefined what a shader reads from the texture that it
draws into, other tiles included, so the pass that draws here must not read here.
"""

import math

from installation.render.gl.context import Context
from installation.render.gl.target import Target

__all__ = ["Past"]


class Past(Target):
    """A ring of tiles.

    Args:
        context: Where it lives.
        tile: Width and height of one frame in pixels.
        count: Frames that it keeps; a square of a power of two.
        smooth: True reads between texels (linear), False takes the nearest.

    Attributes:
        newest: Number of the tile that was drawn last, row by row from the lower left corner.
    """

    def __init__(self, context: Context, tile: tuple[int, int], count: int, *, smooth: bool = True) -> None:
        self.tile = tile
        self.count = count
        self.side = math.isqrt(count)
        self.newest = count - 1
        super().__init__(context, (tile[0] * self.side, tile[1] * self.side), "rgba16f", smooth=smooth)

    def aim(self) -> None:
        """Let the next draw go into the oldest tile."""
        row, column = divmod((self.newest + 1) % self.count, self.side)
        self.framebuffer.viewport = (column * self.tile[0], row * self.tile[1], *self.tile)

    def advance(self) -> None:
        """The oldest tile has been drawn: it is the newest now."""
        self.newest = (self.newest + 1) % self.count

    def clear(self) -> None:
        """Forget all frames; the next draw goes into the first tile."""
        super().clear()
        self.newest = self.count - 1

    def whole(self) -> None:
        """Let the next draw go over all tiles."""
        self.framebuffer.viewport = (0, 0, *self.size)
