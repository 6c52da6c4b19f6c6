"""Offsets: routes of macros, which move a value towards an end within its range, by a share of the way.

A fader that multiplies by up to 3 would do nothing over most of its travel where the range has room for 1.4
only. So the end is bounded first, and the fader goes all the way to what is left of it. At 0 an offset leaves
every bit of the value as it is.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.show.macros import End, Offset
from installation.show.model import RouteSpec

__all__ = ["Offsets"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_NOTHING = Offset()


class Offsets:
    """The ends of all routes that are offsets, in arrays by lane: row 0 for the low end, row 1 for the high.

    Args:
        routes: All routes, in file order; those that are no offset have ends that do nothing.
        lane: Lane of each route.
    """

    def __init__(self, routes: Sequence[RouteSpec], lane: Indices) -> None:
        ends = np.zeros((4, 2, len(routes)))
        for route, own in zip(routes, lane.tolist(), strict=True):
            offset = route.offset or _NOTHING
            ends[:, 0, own], ends[:, 1, own] = _numbers(offset.low), _numbers(offset.high)
        self._factor, self._shift, self._growth, self._one_way = ends

    def apply(
        self, work: Floats, at: Indices, lanes: Indices, values: Floats, limits: tuple[Floats, Floats]
    ) -> None:
        """Move the values ``work[at]`` in place.

        Args:
            work: Natural units.
            at: Places in ``work``, each once.
            lanes: The lane of each.
            values: Its value, -1..1; more is held there.
            limits: Minimum and maximum of each of ``work``.
        """
        moved = np.flatnonzero(values)
        if not moved.size:
            return
        at, lanes = at[moved], lanes[moved]
        share = np.clip(values[moved], -1.0, 1.0)
        side = (share > 0.0).astype(np.intp)
        base = work[at]
        end = base * self._factor[side, lanes] + self._shift[side, lanes]
        one_way = self._one_way[side, lanes]
        end = np.where(
            one_way > 0.0, np.maximum(end, base), np.where(one_way < 0.0, np.minimum(end, base), end)
        )
        end = np.clip(end, limits[0][at], limits[1][at])
        work[at] = base + (end - base) * _way(np.abs(share), self._growth[side, lanes])


def _numbers(end: End) -> tuple[float, float, float, float]:
    return end.factor, end.shift, end.growth, float(end.one_way)


def _way(share: Floats, growth: Floats) -> Floats:
    """Return how much of the way is gone, 0..1: (g^s - 1) / (g - 1), which is s for g = 1."""
    bent = np.flatnonzero((growth > 0.0) & (growth != 1.0))
    way = share.copy()
    if bent.size:
        ratio = growth[bent]
        way[bent] = (portable_math.power(ratio, share[bent]) - 1.0) / (ratio - 1.0)
    return np.where(share >= 1.0, 1.0, way)
