"""Features of the picture: motion, centroid of light, and the light of 16 zones.

All are computed from the mean luminance of the guarded picture on a grid of 32 x 16, read back two frames
late
so that the graphics card is never waited for. Luminance is linear, 0..1, 1.0 = white; text counts as picture,
the band of lamps is excluded.

* motion: x / (1 + x) with x = mean |L(t) - L(t - dt)| / dt / ``BRISK``: 0 in a still picture, 0.5 when the
  mean absolute change is 0.02 of white per second, never above 1;
* centroid: centre of mass of the light, 0..1, y up; the middle of the picture without light;
* zones: mean luminance of 4 x 4 parts, row 0 at the top.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.parts import Parts
from installation.render.passes.guard import Guard
from installation.values import Seconds

__all__ = ["BRISK", "COLUMNS", "ROWS", "ZONES", "Features", "PictureFeatures", "features_of"]

COLUMNS: Final = 32
ROWS: Final = 16
ZONES: Final = 4
"""Zones per side."""

BRISK: Final = 0.02
"""Mean absolute change in 1/s at which motion is 0.5."""

_DARK: Final = 1e-4
"""Sum of the grid below which the centroid moves to the middle: a uniform picture of 2e-7."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PictureFeatures:
    """Features of one frame; see the module.

    Attributes:
        motion: 0..1.
        centroid: x to the right and y up, 0..1.
        zones: Mean luminance, four rows from the top of four from the left.
        frame: Number of the guard's frame that they belong to; -1 before there is one.
    """

    motion: float = 0.0
    centroid: tuple[float, float] = (0.5, 0.5)
    zones: Sequence[Sequence[float]] = ((0.0,) * ZONES,) * ZONES
    frame: int = -1


def features_of(light: Floats, before: Floats | None, dt: Seconds, frame: int = 0) -> PictureFeatures:
    """Compute the features of one frame.

    Args:
        light: Mean luminance, ``ROWS`` x ``COLUMNS``, bottom row first.
        before: The same for the previous frame; None if there was none.
        dt: Seconds between them; 0 counts as no motion.
        frame: Frame number.
    """
    motion = 0.0
    if before is not None and dt > 0.0:
        moved = light - before
        np.abs(moved, out=moved)
        x = float(np.add.reduce(moved, axis=None)) / _COUNT / dt / BRISK
        motion = x / (1.0 + x)
    columns, rows = np.add.reduce(light, axis=0).tolist(), np.add.reduce(light, axis=1).tolist()
    total = sum(rows) + _DARK
    across = (sum(map(mul, columns, _PLACES_X)) + 0.5 * _DARK) / total
    up = (sum(map(mul, rows, _PLACES_Y)) + 0.5 * _DARK) / total
    means = np.add.reduce(light.reshape(ZONES, ROWS // ZONES, ZONES, COLUMNS // ZONES), axis=(1, 3))
    means *= ZONES * ZONES / _COUNT
    return PictureFeatures(motion, (across, up), means[::-1].tolist(), frame)


_COUNT: Final = COLUMNS * ROWS
_PLACES_X = [(column + 0.5) / COLUMNS for column in range(COLUMNS)]
_PLACES_Y = [(row + 0.5) / ROWS for row in range(ROWS)]


class Features:
    """Reads the guard's cells.

    Args:
        guard: The guard of the picture.
        share: Fraction of the height, from below, that is not picture.
    """

    def __init__(self, guard: Guard, share: float = 0.0) -> None:
        self._guard = guard
        self._parts = Parts(guard.context)
        self._pass = self._parts.fullscreen("features", guard.constants)
        self._pass.program.set("grid", (float(COLUMNS), float(ROWS)))
        self._pass.program.set("share", share)
        self._grids = [self._parts.texture((COLUMNS, ROWS), 1) for _ in range(2)]
        self._into = [self._parts.framebuffer([grid]) for grid in self._grids]
        self._buffers = [self._parts.buffer(COLUMNS * ROWS * 4) for _ in range(2)]
        self._pending: deque[tuple[int, Seconds, moderngl.Buffer]] = deque()
        self._drawn: tuple[int, Seconds] | None = None
        self._before: Floats | None = None
        self._count = 0

    def read(self, dt: Seconds) -> PictureFeatures | None:
        """Request the features of the latest guarded frame; return those requested two frames ago.

        Args:
            dt: The clock's step to this frame.

        Returns:
            The features, or None for the first two frames.
        """
        found = None
        if self._pending:
            frame, step, buffer = self._pending.popleft()
            light = np.frombuffer(buffer.read(), np.float32).astype(np.float64).reshape(ROWS, COLUMNS)
            found = features_of(light, self._before, step, frame)
            self._before = light
        if self._drawn is not None:  # requested one frame after drawing, read another one later
            buffer = self._buffers[self._drawn[0] % 2]
            self._grids[self._drawn[0] % 2].read_into(buffer)
            self._pending.append((*self._drawn, buffer))
        self._pass.draw(self._into[self._count % 2], self._guard.light())
        self._drawn = (self._count, dt)
        self._count += 1
        return found

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self._parts.release()
