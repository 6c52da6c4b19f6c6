"""A person's own scale: the same sensor on two people never has the same units."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["RunningScale"]

_FEW: Final = 8


class RunningScale:
    """Places values on the scale of those before them: 0.5 = the median, 0 and 1 two quartile ranges off.

    Args:
        rows: Number of people.
        length: Values that are remembered of each; at 1 Hz, 60 of them are a minute.
    """

    def __init__(self, rows: int, length: int = 60) -> None:
        self._past = np.full((rows, length), np.nan)

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each value on its row's scale, 0..1; NaN in, or too few before it: NaN.

        Args:
            values: ``(rows,)``, one of each person; NaN for none.
        """
        told = np.isfinite(values)
        self._past[told] = np.roll(self._past[told], -1, axis=1)
        self._past[told, -1] = values[told]
        known = np.isfinite(self._past).sum(axis=1)
        placed = np.full(len(values), np.nan)
        ready = told & (known >= _FEW)
        if ready.any():
            low, middle, high = _quartiles(self._past[ready], known[ready])
            spread = np.maximum(high - low, 1e-9)
            placed[ready] = np.clip(0.5 + 0.25 * (values[ready] - middle) / spread, 0.0, 1.0)
        return placed

    def forget(self, row: int) -> None:
        """Begin again for another person."""
        self._past[row] = np.nan


def _quartiles(past: NDArray[np.float64], known: NDArray[np.intp]) -> NDArray[np.float64]:
    """Quartiles of each row's known values, ``(3, rows)``, as `nanpercentile` finds them, but at once."""
    ordered = np.sort(past, axis=1)  # NaN last
    place = np.array([[0.25], [0.5], [0.75]]) * (known - 1)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, known - 1)
    rows = np.arange(len(past))
    least, most = ordered[rows, below], ordered[rows, above]
    return np.asarray(least + (place - below) * (most - least), np.float64)
