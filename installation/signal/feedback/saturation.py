"""Saturations that keep a loop bounded: three odd functions with slope 1 at 0 and values in -1..1.

``tanh`` is smooth, ``clip`` clamps, ``fold`` reflects at -1 and 1 as often as necessary, so that its slope is
1 or -1 everywhere. A loop of gain g through ``fold`` alone multiplies every small difference by exactly g per
turn, so its Lyapunov exponent is ln g per turn: the exact case that the tests use.

An edge's input is within -1..1 and its gain at most 8, so all three are tables with linear interpolation: one
look-up serves all edges, whatever their kind. ``clip`` and ``fold`` are piecewise linear with corners at
table points, and therefore exact; ``tanh`` is accurate to 1e-7, monotone and odd.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation import portable_math

__all__ = ["LARGEST", "Saturations", "clip", "fold", "tanh"]

Floats = NDArray[np.float64]

LARGEST = 9.0
"""The tables cover minus to plus this number; only rounding can exceed it."""
_PER_ONE = 1024
_SIZE = int(2 * LARGEST) * _PER_ONE + 2


def tanh(x: Floats) -> Floats:
    """Hyperbolic tangent."""
    return portable_math.tanh(x)


def fold(x: Floats) -> Floats:
    """A triangle wave of period 4 through 0: 1 at 1, 0 at 2, -1 at 3."""
    place = (x - 1.0) * 0.25
    folded: Floats = 1.0 - 4.0 * np.abs(place - np.rint(place))
    return folded


def clip(x: Floats) -> Floats:
    """Clamp to -1..1."""
    cut: Floats = np.minimum(np.maximum(x, -1.0), 1.0)
    return cut


_KINDS = {"tanh": tanh, "fold": fold, "clip": clip}
_POINTS = [kind(np.arange(_SIZE) / _PER_ONE - LARGEST) for kind in _KINDS.values()]
# A line for each place p between two points: value(p) = start + p * rise, with p counted through all tables.
_LINES = np.zeros(_SIZE * len(_KINDS), np.complex128)
"""Each line's rise and start as the two parts of one complex number, which halves the memory accesses."""
_LINES.real = np.concatenate([np.append(np.diff(points), 0.0) for points in _POINTS])
_LINES.imag = np.concatenate(_POINTS) - np.arange(_SIZE * len(_KINDS)) * _LINES.real


class Saturations:
    """One saturation per lane.

    Args:
        kinds: ``tanh``, ``fold`` or ``clip``, one per lane.

    Attributes:
        scale: Table places per 1.0.
        centre: Place of 0.0, by lane.
    """

    scale = float(_PER_ONE)

    def __init__(self, kinds: Sequence[str]) -> None:
        order = list(_KINDS)
        tables = np.array([order.index(kind) for kind in kinds], np.float64)
        self.centre: Floats = tables * _SIZE + LARGEST * _PER_ONE
        self._index = np.zeros(len(kinds), np.intp)
        self._line = np.zeros(len(kinds), np.complex128)
        self._rise, self._start = self._line.real, self._line.imag

    def look_up(self, places: Floats) -> Floats:
        """Return saturated values, -1..1, of inputs ``centre + scale * input``; destroys ``places``."""
        self._index[:] = places
        _LINES.take(self._index, None, self._line, "clip")
        places *= self._rise
        places += self._start
        return places
