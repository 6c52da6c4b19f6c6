"""The search for stripes on the graphics card, and the valleys towards which peaks are lowered.

It equals ``safety.patterns``; what stripes are, and how slowly the contrast follows, is said there. In every
frame a few rows and columns of the picture are copied; they are read two frames later, when they lie ready,
so nothing waits. The valleys are drawn only while the contrast is lowered.
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
    """The search and the valleys of one picture.

    Args:
        parts: Who makes and frees its textures.
        windows: Of the picture.
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
        """What is left of the picture's contrast, 0..1."""
        return self._stripes.contrast

    def look(self, picture: moderngl.Texture, dt: Seconds) -> None:
        """Take in the lines of two frames ago, and copy those of this one."""
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
            cells: What the last frame's first pass left; w is the darkest of each cell.
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
