"""The limit of saturated red for lamps, whatever emitters they have."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["RedLimit", "shared", "weigh"]

_FULL = np.float32(65535)


class RedLimit:
    """Moves the excess of red to a lamp's green and blue, luminance kept.

    Tables have one row per emitter and one column per lamp, or a single column where all lamps are alike.

    Args:
        weights: ``(n, lamps)`` luminance of one 16-bit step of each emitter.
        colours: ``(lamps, n, 3)`` linear red, green, blue of each emitter.
        padded: ``(n, lamps)`` emitters that are not there.
        limit: Largest share of red in R + G + B.
    """

    def __init__(
        self,
        weights: NDArray[np.float32],
        colours: NDArray[np.float32],
        padded: NDArray[np.bool_],
        limit: float,
    ) -> None:
        total = colours.sum(axis=2)
        excess = (colours[..., 0] - np.float32(limit) * total).T
        excess = np.where(padded, 0.0, excess).astype(np.float32)
        reddish = excess > 0
        lit = np.where(padded | reddish, 0.0, 1.0)[..., None] * colours.transpose(1, 0, 2)
        to = np.zeros(excess.shape, np.float32)
        for component in (1, 2):
            best = lit[..., component].argmax(axis=0) if len(lit) else np.zeros(0, np.int64)
            columns = np.flatnonzero(lit[best, np.arange(lit.shape[1]), component] > 0.5)
            to[best[columns], columns] += 0.5
        self._has_red = bool(reddish.any())
        self._weights = weights
        self._excess = shared(excess)
        self._reddish = shared(reddish.astype(np.float32))
        self._to = shared(to)
        self._from = shared(np.where(reddish, excess, 0.0).astype(np.float32))
        self._gain = shared((to * excess).sum(axis=0, keepdims=True))[0]
        self._reds, self._others = (np.flatnonzero(table.any(axis=1)) for table in (reddish, to))
        self._sum, self._part = (np.empty(excess.shape[1], np.float32) for _ in range(2))
        self._over = np.empty(excess.shape[1], np.bool_)

    def apply(self, values: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Change ``values`` (n, lamps) in place; which lamps were changed, until the next call, or None."""
        if not self._has_red:
            return None
        excess = weigh(values, self._excess, self._sum, self._part)
        over = np.greater(
            excess, np.float32(0.5), out=self._over
        )  # less than one step of 16 bits is no colour
        if not np.count_nonzero(over):
            return None
        columns = np.flatnonzero(over)
        mine = values.take(columns, axis=1, mode="clip")
        self._move(mine, excess[columns], columns)
        for row, moved in zip(values, mine, strict=True):
            row[columns] = moved
        return over

    def _move(self, mine: NDArray[np.float32], excess: NDArray[np.float32], which: NDArray[np.intp]) -> None:
        """Take from the red emitters, give to green and blue; rows that take or give nothing are left out."""
        reds, others = self._reds, self._others
        weights, per, reddish, to, gain = (
            table if table.shape[-1] == 1 else table[..., which]
            for table in (self._weights, self._from, self._reddish, self._to, self._gain)
        )
        before = weigh(mine, weights)
        amount = weigh(mine[reds], reddish[reds])
        room = np.maximum(amount, np.float32(1e-9))
        loses = weigh(mine[reds], per[reds])
        loses /= room
        loses -= gain
        np.maximum(loses, np.float32(1e-9), out=loses)
        moved = np.minimum(amount, np.divide(excess, loses, out=loses))
        share = np.divide(moved, room, out=room)
        for row in reds:
            mine[row] *= 1 - reddish[row] * share
        for row in others:
            mine[row] += to[row] * moved
        after = weigh(mine, weights)
        np.maximum(after, np.float32(1e-12), out=after)
        kept = np.minimum(np.divide(before, after, out=after), np.float32(1.0), out=after)
        mine *= kept
        np.minimum(mine, _FULL, out=mine)


def weigh(
    values: NDArray[np.float32],
    table: NDArray[np.float32],
    out: NDArray[np.float32] | None = None,
    part: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """For each lamp the sum over its emitters of value times table, into ``out``.

    In rows and without a library of matrices: it would start threads that have no real-time priority, and
    the wire would wait for them.
    """
    total: NDArray[np.float32] = np.multiply(values[0], table[0], out=out)
    for value, weight in zip(values[1:], table[1:], strict=True):
        np.add(total, np.multiply(value, weight, out=part), out=total)
    return total


def shared(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """The table with one column only when all its columns are alike."""
    if table.shape[1] > 1 and bool((table == table[:, :1]).all()):
        table = table[:, :1]
    return np.ascontiguousarray(table, np.float32)
