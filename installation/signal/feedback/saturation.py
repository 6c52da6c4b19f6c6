"""What keeps a loop bounded: three odd functions of slope 1 at 0 that map every number to -1..1.

``tanh`` bends softly, ``clip`` cuts, ``fold`` reflects at -1 and 1 as often as it takes, so that its slope is
1 or -1 everywhere. A loop of gain g through ``fold`` alone stretches every small difference by exactly g in
each turn, so its Lyapunov exponent is ln g per turn: the exact case that the tests rest on.

An edge's input is within -1..1 and its gain at most 8, so all three live in tables with straight lines
between their points: one look-up serves every edge, whatever its kind. ``clip`` and ``fold`` are straight
lines themselves with corners at points of the table, and exact; ``tanh`` is right to 1e-7, monotone and odd.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation import portable_math

__all__ = ["LARGEST", "Saturations", "clip", "fold", "tanh"]

Floats = NDArray[np.float64]

LARGEST = 9.0
"""The tables reach from minus to plus this number; beyond, only rounding may lead."""
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
    """Cut at -1 and 1."""
    cut: Floats = np.minimum(np.maximum(x, -1.0), 1.0)
    return cut


_KINDS = {"tanh": tanh, "fold": fold, "clip": clip}
_POINTS = [kind(np.arange(_SIZE) / _PER_ONE - LARGEST) for kind in _KINDS.values()]
# A line for each place p between two points: value(p) = start + p * rise, p counted through all tables.
_LINES = np.zeros(_SIZE * len(_KINDS), np.complex128)
"""Each line's rise and start side by side, as the two parts of one number: half the trips to memory."""
_LINES.real = np.concatenate([np.append(np.diff(points), 0.0) for points in _POINTS])
_LINES.imag = np.concatenate(_POINTS) - np.arange(_SIZE * len(_KINDS)) * _LINES.real


class Saturations:
    """One saturation for each of many lanes.

    Args:
        kinds: ``tanh``, ``fold`` or ``clip``, one a lane.

    Attributes:
        scale: How many places of the tables 1.0 is.
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
        """The saturated values, -1..1, of inputs given as ``centre + scale * input``; uses up ``places``."""
        self._index[:] = places
        _LINES.take(self._index, None, self._line, "clip")
        places *= self._rise
        places += self._start
        return places
