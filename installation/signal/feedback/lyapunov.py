"""The largest Lyapunov exponent of a running loop: the growth rate of small differences.

Benettin, Galgani, Giorgilli, Strelcyn (Meccanica 15, 1980): a twin that differs from the loop by a tiny
vector runs beside it on the same inputs; at intervals the growth of the vector is recorded, and the vector is
rescaled to its initial length in the same direction. The mean logarithm of the growth per second is the
exponent.

The vector covers the whole state of the loop: values, filters, and all of the past that any delay can still
reach (Farmer, Physica 4D, 1982). A loop that forgets everything, as when all gains are 0, has no finite
exponent and is reported as ``FORGETS``.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.values import Seconds

__all__ = ["FORGETS", "SIZE", "Exponent", "log"]

Floats = NDArray[np.float64]

Part = tuple[Floats, Floats, Floats | None]
"""Views of some of the loop's state and of its twin's, and factors that convert their units to ranges."""

SIZE = 1e-9
"""Length of the vector after rescaling; values are in ranges of their parameters."""
FORGETS = -60.0
"""The minimum reported exponent, 1/s: a difference vanishes within a frame or two."""
MEMORY: Seconds = 4.0
"""Time constant of the mean over the last seconds."""

_LOST = 1e-5
"""A vector that shrank to this fraction of its length has vanished: only rounding would be measured."""
_WILD = 1e6
"""A vector that grew by more than this is no longer a small difference."""
_GROWTH, _LOSS = 10.0, 6.0
"""Target logarithm of growth or decay between two rescalings."""
_MOST_FRAMES = 60

_LOG2 = 2048
_LOGS: list[float] = portable_math.log(1.0 + np.arange(_LOG2 + 1) / _LOG2).tolist()
_LN2: float = _LOGS[-1]


def log(x: float) -> float:
    """Return the natural logarithm of a positive number, accurate to 1e-7, bit-identical on every machine."""
    part, exponent = math.frexp(x)
    place = (2.0 * part - 1.0) * _LOG2
    low = int(place)
    start = _LOGS[low]
    end = _LOGS[low + 1] if low < _LOG2 else start
    return (exponent - 1) * _LN2 + start + (end - start) * (place - low)


class Exponent:
    """Measures and rescales the difference between a loop and its twin.

    Attributes:
        value: The exponent, 1/s; None before the first measurement.
    """

    def __init__(self) -> None:
        self.value: float | None = None
        self._passed: Seconds = 0.0
        self._frames = 0
        self._every = 1
        self._growth = 0.0
        self._time: Seconds = 0.0

    def due(self, dt: Seconds) -> bool:
        """Count a frame; True if a measurement is due."""
        self._passed += dt
        self._frames += 1
        return self.is_due

    @property
    def is_due(self) -> bool:
        """Whether a measurement is due."""
        return self._frames >= self._every and self._passed > 0

    def measure(self, parts: Sequence[Part], kick: Floats) -> None:
        """Record the growth and rescale the twin's difference to ``SIZE``.

        Args:
            parts: The complete state of the loop.
            kick: A vector of length ``SIZE``, added to the twin of the last part if the old vector is lost.
        """
        differences = [twin - loop for loop, twin, _ in parts]
        total = 0.0
        for difference, (_, _, weight) in zip(differences, parts, strict=True):
            total += _square(difference if weight is None else difference * weight)
        grown = math.sqrt(total) / SIZE if total >= 0.0 else math.inf
        frames, passed, self._frames, self._passed = self._frames, self._passed, 0, 0.0
        if _LOST <= grown < _WILD:
            growth = log(grown)
            self._note(max(growth, FORGETS * passed), passed)
            wanted = (_GROWTH if growth > 0 else _LOSS) * frames / max(abs(growth), 1e-9)
            self._every = int(min(max(wanted, 1.0), 2.0 * frames, _MOST_FRAMES))
            for difference, (loop, twin, _) in zip(differences, parts, strict=True):
                np.add(loop, difference * (1.0 / grown), out=twin)
            return
        if grown < _LOST:
            self._note(FORGETS * passed, passed)
        self._every = max(1, frames // 4)
        for loop, twin, _ in parts:
            np.copyto(twin, loop)
        twin += kick

    def _note(self, growth: float, passed: Seconds) -> None:
        keep = 1.0 / (1.0 + passed / MEMORY)
        self._growth = self._growth * keep + growth
        self._time = self._time * keep + passed
        self.value = self._growth / self._time


def _square(part: Floats) -> float:
    """Sum the squares in a fixed order."""
    squares = part * part
    while squares.ndim > 1:
        squares = np.add.reduce(squares, axis=0)
    return float(np.add.accumulate(squares)[-1]) if squares.size else 0.0
