"""Whether a body moves, from an accelerometer: what is measured meanwhile is not believed."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.windows import Windows

__all__ = ["MotionBank"]

Floats = NDArray[np.float64]

_WINDOW: Final = 2.0
_MOVED: Final = 0.05
"""Standard deviation of an axis over the window, in g, from which the body moves."""


class MotionBank:
    """Stillness of several people.

    Args:
        rows: How many.
        rate: Samples per second.
    """

    def __init__(self, rows: int, rate: float) -> None:
        self._windows = Windows(rows, _WINDOW, rate, channels=3)

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a person, ``(3, samples)`` in g, oldest first."""
        self._windows.feed(row, samples)

    def forget(self, row: int) -> None:
        """Begin again."""
        self._windows.forget(row)

    def still(self) -> Floats:
        """Return 1 for who is still, 0 for who moves, NaN where it is not known; ``(rows,)``."""
        self._windows.settle()
        swing = self._windows.values.std(axis=2).max(axis=1)
        return np.where(np.isnan(swing), np.nan, swing < _MOVED)
