"""Flash events: places of the picture that light up suddenly, for sound, lamps and routes.

They are found in the picture itself, so that every scene gives them, foreign ISF shaders too:
``shaders/post/peaks.frag`` writes the brightest pixel of each cell of a coarse grid, which is read back two
frames late, and ``FlashDetector`` compares it with what was there before. What rises slowly (a glow, a fade
of a cue) and what moves from one cell to the next is no flash.
"""

from collections import deque
from dataclasses import dataclass, replace
from math import exp
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.gl.glsl import load
from installation.render.gl.target import Target
from installation.values import Seconds

__all__ = ["MOST", "ROWS", "Flash", "FlashDetector", "Flashes"]

MOST: Final = 64
"""Maximum flash events of one frame; of more, the strongest are kept."""
ROWS: Final = 36
"""Rows of cells; the columns follow the aspect of the picture, 128 at most."""
RISE: Final = 0.03
"""Luminance (1.0 = white) by which a place must exceed what stood around it."""

_COLUMNS: Final = 128
_BACK: Final = 0.025
"""A place is compared with itself and its neighbours this many seconds ago, so that what moves by less than a
cell in that time is no flash: 1.1 picture heights a second."""
_FOLLOW: Final = 0.060
"""Time constant in s with which the level that a place must exceed follows a rise."""
_KEEP: Final = 0.5
"""Time constant in s with which it falls, so that the flicker of one light is one flash."""
_REST: Final = 0.2
"""Seconds for which a cell and its neighbours give no other flash: an onset of several frames is one."""
_LATENCY: Final = 2
_PAUSE: Seconds = 1.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Flash:
    """One place that lit up.

    Attributes:
        x: 0..1 from the left.
        y: 0..1 from below.
        strength: Luminance that it gained, 1.0 = white.
        time: Show time of the frame that it was seen in.
    """

    x: float
    y: float
    strength: float
    time: Seconds


class FlashDetector:
    """Finds flashes in successive grids of peaks. Pure: the same grids give the same flashes."""

    def __init__(self) -> None:
        self._level: Floats | None = None
        self._rest: Floats | None = None
        self._past: deque[tuple[Seconds, Floats]] = deque()

    def find(self, peaks: Floats, time: Seconds, dt: Seconds) -> tuple[Flash, ...]:
        """Compare one frame with those before it.

        Args:
            peaks: ``(rows, columns, 3)``: luminance of the brightest pixel of each cell, its x and y.
            time: Show time of the frame.
            dt: Seconds since the frame before.

        Returns:
            At most ``MOST`` flashes, the strongest first; none for the first grid.
        """
        light = peaks[..., 0].copy()
        level, rest = self._level, self._rest
        if level is None or rest is None or level.shape != light.shape:
            self._level, self._rest = light, np.zeros_like(light)
            self._past = deque([(time, light)])
            return ()
        if dt <= 0.0:
            return ()
        while len(self._past) > 1 and self._past[1][0] <= time - _BACK:
            self._past.popleft()
        rest = self._rest = np.maximum(rest - np.float32(dt), np.float32(0.0))
        excess = light - _highest_around(np.maximum(level, self._past[0][1]))
        up, down = 1.0 - exp(-dt / _FOLLOW), 1.0 - exp(-dt / _KEEP)
        self._level = level + (light - level) * np.where(light > level, np.float32(up), np.float32(down))
        self._past.append((time, light))
        risen = excess > RISE
        if not risen.any():  # most frames: what follows takes as long as all of this
            return ()
        rows, columns = np.nonzero(risen & (_highest_around(rest) <= 0.0))
        flashes: list[Flash] = []
        for place in np.argsort(-excess[rows, columns], kind="stable").tolist():
            row, column = int(rows[place]), int(columns[place])
            if rest[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2].any():
                continue  # a light on the border of two cells is one flash
            rest[row, column] = _REST
            _, x, y = peaks[row, column].tolist()
            flashes.append(Flash(x, y, float(excess[row, column]), time))
            if len(flashes) == MOST:
                break
        return tuple(flashes)


def _highest_around(level: Floats) -> Floats:
    """Return the maximum of each cell and its eight neighbours."""
    across = level.copy()
    np.maximum(across[:, 1:], level[:, :-1], out=across[:, 1:])
    np.maximum(across[:, :-1], level[:, 1:], out=across[:, :-1])
    highest = across.copy()
    np.maximum(highest[1:], across[:-1], out=highest[1:])
    np.maximum(highest[:-1], across[1:], out=highest[:-1])
    return highest


class Flashes:
    """Reads the peaks of a picture back and finds the flashes in them.

    Args:
        context: The OpenGL context.
        size: Of the picture in pixels.
    """

    def __init__(self, context: Context, size: tuple[int, int]) -> None:
        self.grid = min(max(round(ROWS * size[0] / size[1]), 1), _COLUMNS, size[0]), min(ROWS, size[1])
        self._peaks = load(context, "peaks")
        self._peaks.program.set("grid", (float(self.grid[0]), float(self.grid[1])))
        self._ring = [Target(context, self.grid, "rgba32f", smooth=False) for _ in range(_LATENCY + 1)]
        self._pending: deque[tuple[Seconds, Seconds, float, Target]] = deque()
        self._detector = FlashDetector()
        self._frame = 0

    def read(self, shown: moderngl.Texture, gain: float, time: Seconds, dt: Seconds) -> tuple[Flash, ...]:
        """Request the peaks of this frame and find the flashes of the frame two before it.

        Args:
            shown: Display-linear picture without text.
            gain: Master of the picture, 0..1.
            time: Show time of the frame.
            dt: Seconds since the frame before.
        """
        if self._pending and time - self._pending[-1][0] > _PAUSE:  # nobody has listened meanwhile
            self._pending.clear()
            self._detector = FlashDetector()
        target = self._ring[self._frame % len(self._ring)]
        self._peaks.draw(target.framebuffer, {"picture": shown})
        self._pending.append((time, dt, gain, target))
        self._frame += 1
        if len(self._pending) <= _LATENCY:
            return ()
        when, step, master, oldest = self._pending.popleft()
        columns, rows = self.grid
        raw = oldest.framebuffer.read(components=3, dtype="f4", alignment=1)
        peaks = np.frombuffer(raw, np.float32).reshape(rows, columns, 3)
        found = self._detector.find(peaks, when, step)  # of the scene: a blackout that ends is no flash
        return tuple(replace(one, strength=one.strength * master) for one in found) if master > 0.0 else ()

    def release(self) -> None:
        """Free everything."""
        for target in self._ring:
            target.release()
        self._peaks.release()
