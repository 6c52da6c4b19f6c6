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
            low, middle, high = np.nanpercentile(self._past[ready], (25, 50, 75), axis=1)
            spread = np.maximum(high - low, 1e-9)
            placed[ready] = np.clip(0.5 + 0.25 * (values[ready] - middle) / spread, 0.0, 1.0)
        return placed

    def forget(self, row: int) -> None:
        """Begin again for another person."""
        self._past[row] = np.nan
