"""The limit of saturated red for lamps, whatever emitters they have."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["RedLimit", "shared"]

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
        self._sum, self._part = (np.empty(excess.shape[1], np.float32) for _ in range(2))

    def apply(self, values: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Change ``values`` (n, lamps) in place; which lamps were changed, or None."""
        if not self._has_red:
            return None
        excess = weigh(values, self._excess, self._sum, self._part)
        over: NDArray[np.bool_] = excess > 0.5  # less than one step of 16 bits is no colour
        count = int(np.count_nonzero(over))
        if not count:
            return None
        columns = np.flatnonzero(over)
        if count == values.shape[1]:
            self._move(values, excess, slice(None))
        else:
            mine = values[:, columns]
            self._move(mine, excess[columns], columns)
            values[:, columns] = mine
        return over

    def _move(
        self, mine: NDArray[np.float32], excess: NDArray[np.float32], which: NDArray[np.int64] | slice
    ) -> None:
        weights, per, reddish, to = (
            table if table.shape[1] == 1 else table[:, which]
            for table in (self._weights, self._excess, self._reddish, self._to)
        )
        before = weigh(mine, weights)
        amount = weigh(mine, reddish)
        room = np.maximum(amount, np.float32(1e-9))
        per_move = weigh(mine, reddish * per) / room - (to * per).sum(axis=0)
        moved = np.minimum(amount, excess / np.maximum(per_move, np.float32(1e-9)))
        mine *= 1 - reddish * (moved / room)
        mine += to * moved
        after = weigh(mine, weights)
        mine *= np.minimum(before / np.maximum(after, np.float32(1e-12)), np.float32(1.0))
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
