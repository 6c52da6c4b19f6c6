"""What keeps a loop bounded: three odd functions of slope 1 at 0 that map every number to -1..1.

``tanh`` bends softly, ``clip`` cuts, ``fold`` reflects at -1 and 1 as often as it takes, so that its slope is
1 or -1 everywhere. A loop of gain g through ``fold`` alone stretches every small difference by exactly g in
each turn, so its Lyapunov exponent is ln g per turn: the exact case that the tests rest on.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from installation.signal import portable

__all__ = ["Saturations", "clip", "fold", "tanh"]

Floats = NDArray[np.float64]

_PER_ONE = 1024.0
_FARTHEST = 10.0
_TANH = portable.tanh(np.arange(_FARTHEST * _PER_ONE + 2) / _PER_ONE)
_RISE = np.append(np.diff(_TANH), 0.0)


def tanh(x: Floats) -> None:
    """Hyperbolic tangent of finite numbers, in place: a table with straight lines between its points.

    The error is below 1e-7, the result is monotone, odd and never beyond 1, and it costs a fifth of the exact
    function: an edge asks for boundedness and a soft knee, not for digits.
    """
    place = np.abs(x)
    np.minimum(place, _FARTHEST, out=place)
    np.multiply(place, _PER_ONE, out=place)
    index = place.astype(np.intp)
    np.subtract(place, index, out=place)
    np.multiply(place, _RISE.take(index), out=place)
    np.add(place, _TANH.take(index), out=place)
    np.copysign(place, x, out=x)


def fold(x: Floats) -> None:
    """A triangle wave of period 4 through 0, in place: 1 at 1, back to 0 at 2, -1 at 3."""
    np.subtract(x, 1.0, out=x)
    np.multiply(x, 0.25, out=x)
    np.subtract(x, np.rint(x), out=x)
    np.abs(x, out=x)
    np.multiply(x, -4.0, out=x)
    np.add(x, 1.0, out=x)


def clip(x: Floats) -> None:
    """Cut at -1 and 1, in place."""
    np.maximum(x, -1.0, out=x)
    np.minimum(x, 1.0, out=x)


_KINDS: dict[str, Callable[[Floats], None]] = {"tanh": tanh, "fold": fold, "clip": clip}


class Saturations:
    """One saturation for each of many lanes; a handful of calls where lanes of a kind are neighbours.

    Args:
        kinds: ``tanh``, ``fold`` or ``clip``, one a lane.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        self._parts: list[tuple[Callable[[Floats], None], slice | NDArray[np.intp]]] = []
        for kind in sorted(set(kinds)):
            lanes = [lane for lane, own in enumerate(kinds) if own == kind]
            straight = lanes[-1] - lanes[0] + 1 == len(lanes)
            where = slice(lanes[0], lanes[-1] + 1) if straight else np.array(lanes, np.intp)
            self._parts.append((_KINDS[kind], where))

    def apply(self, x: Floats) -> None:
        """Map finite numbers to -1..1, in place."""
        for function, where in self._parts:
            if isinstance(where, slice):
                function(x[where])
            else:
                part = x[where]
                function(part)
                x[where] = part
