"""The colours of the picture in a few places, for pads of controllers that show it."""

from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.readback.gather import Gather

__all__ = ["Glimpse"]

_STEPS: Final = 32
"""Levels of each colour: a pad is not told of changes that nobody sees."""


class Glimpse:
    """Means of the guarded picture over equal parts.

    Args:
        context: The OpenGL context.
        rows, columns: How many parts there are.
    """

    def __init__(self, context: Context, rows: int, columns: int) -> None:
        self._shape = rows, columns, 3
        left, top = np.meshgrid(np.arange(columns) / columns, 1.0 - np.arange(rows) / rows)
        table = np.stack([left, top - 1.0 / rows, left + 1.0 / columns, top], axis=-1)
        self._gather = Gather(context, table.reshape(-1, 4).astype(np.float32))

    def read(self, guarded: moderngl.Texture) -> NDArray[np.float64]:
        """Ask for the colours of this picture, and return those asked for two calls ago.

        Args:
            guarded: Display-linear picture.

        Returns:
            ``(rows, columns, 3)``, the top row first, 0..1 as a screen has them, in 32 steps; at first black.
        """
        light = np.clip(self._gather.read(guarded).astype(np.float64), 0.0, 1.0).reshape(self._shape)
        return np.round(np.sqrt(light) * _STEPS) / _STEPS

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self._gather.release()
