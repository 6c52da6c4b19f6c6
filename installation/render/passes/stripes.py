"""Stripe detection on the graphics card, and the valleys towards which peaks are lowered.

It is equivalent to ``safety.patterns``, which defines stripes and how fast the contrast follows. In every
frame a few rows and columns of the picture are copied and read two frames later, when the data is ready, so
nothing blocks. Valleys are drawn only while the contrast is lowered.
"""

from typing import Final

import moderngl
import numpy as np

from installation.render.gl.parts import Parts
from installation.safety.law import FlashLaw
from installation.safety.picture.patterns import LINES, Stripes, reach
from installation.safety.picture.reference import LATE
from installation.safety.windows import Windows
from installation.values import Seconds

__all__ = ["StripeLimit"]

_DARKEST: Final = 0
_DARKER: Final = 1
_MEAN: Final = 2


class StripeLimit:
    """Stripe detection and valleys of one picture.

    Args:
        parts: Creates and frees its textures.
        windows: Windows of the picture.
        law: The venue's profile.
        constants: GLSL constants of all passes.
    """

    def __init__(self, parts: Parts, windows: Windows, law: FlashLaw, constants: str) -> None:
        self._stripes = Stripes(windows, law)
        self._length = max(windows.width, windows.height)
        own = f"{constants}const int LINES = {LINES};\nconst int REACH = {reach(windows)};\n"
        self._lines_pass = parts.fullscreen("lines", own)
        self._lines = parts.texture((self._length, 2 * LINES), 1)
        self._lines_into = parts.framebuffer([self._lines])
        self._buffers = [parts.buffer(self._length * 2 * LINES * 4) for _ in range(LATE)]
        self._valley_pass = parts.fullscreen("valley", own)
        self._valleys = [parts.texture(windows.grid, 1) for _ in range(2)]
        self._valleys_into = [parts.framebuffer([texture]) for texture in self._valleys]
        self._frame = -1

    @property
    def contrast(self) -> float:
        """Remaining contrast of the picture, 0..1."""
        return self._stripes.contrast

    def look(self, picture: moderngl.Texture, dt: Seconds) -> None:
        """Analyse the lines of two frames ago, and copy those of this one."""
        self._frame += 1
        buffer = self._buffers[self._frame % LATE]
        if self._frame >= LATE:
            lines = np.frombuffer(buffer.read(), np.float32).reshape(2 * LINES, self._length)
            self._stripes.look(list(lines), dt)
        rows, columns = self._stripes.places(self._frame)
        self._lines_pass.program.set("places", [*rows, *columns])
        self._lines_pass.draw(self._lines_into, {"picture": picture})
        self._lines.read_into(buffer)

    def valleys(self, cells: moderngl.Texture) -> moderngl.Texture:
        """Draw the valleys of the last frame.

        Args:
            cells: Result of the last frame's first pass; w is the minimum of each cell.
        """
        texture = cells
        steps = (((1, 0), _DARKEST), ((0, 1), _DARKER), ((1, 0), _MEAN), ((0, 1), _MEAN))
        for index, (direction, smoothing) in enumerate(steps):
            self._valley_pass.draw(
                self._valleys_into[index % 2],
                {"cells": texture},
                {"direction": direction, "smoothing": smoothing},
            )
            texture = self._valleys[index % 2]
        return texture
