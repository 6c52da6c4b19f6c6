"""Breath from a belt, or whatever else follows the breast: a wave of 0.08 to 0.5 Hz, on its own scale."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.variability import breath_peak
from hardware.biosensor.features.windows import Windows

__all__ = ["RATE", "BreathBank"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RATE: Final = 10.0
"""Samples per second that are looked at: means of those that come."""

_LEAST: Final = 20.0
"""Seconds that are looked at."""
_CLEAR: Final = 0.65
"""Share of the power that lies at the rate; of breaths 0.8 and more, of a random walk one time in twenty."""
_JUDGED: Final = 1.0
_SMOOTH: Final = 0.3
_JUMP: Final = 6.0
"""Times the usual distance from the middle that no breath reaches: a cough, a cable, somebody who rises."""


class BreathBank:
    """The breaths of several people.

    Args:
        rows: How many.
        rate: Samples per second of each, 5 or more; any unit, rising while one breathes in.
    """

    def __init__(self, rows: int, rate: float) -> None:
        self._windows = Windows(rows, _LEAST, rate, step=max(round(rate / RATE), 1))
        self._rate = self._windows.rate
        self._judged, self._told = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
        self._middle, self._swing = np.full(rows, np.nan), np.full(rows, np.nan)
        self.rate: Floats = np.full(rows, np.nan)
        """Breaths a minute; NaN for no reading."""

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a person, oldest first."""
        self._windows.feed(row, samples)

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        self._windows.forget(row)
        self._judged[row] = self._told[row] = 0
        self._middle[row] = self._swing[row] = self.rate[row] = np.nan

    def look(self) -> Floats:
        """Return how far each breast has risen, -1..1; NaN for no reading and no news; ``(rows,)``."""
        self._windows.settle()
        counts, lines = self._windows.counts, self._windows.lines
        stale = np.flatnonzero(counts - self._judged >= _JUDGED * self._rate)
        if len(stale):
            self._judged[stale] = counts[stale]
            self._judge(stale)
        last = lines[:, -max(int(_SMOOTH * self._rate), 1) :].mean(axis=1)
        value = (last - self._middle) / (1.1 * self._swing)
        news = (counts > self._told) & np.isfinite(self.rate) & (np.abs(value) < _JUMP)
        self._told[:] = counts
        return np.where(news, np.clip(value, -1.0, 1.0), np.nan)

    def _judge(self, rows: NDArray[np.intp]) -> None:
        """Measure the scale and the rate of rows, or find that there is no breath in them."""
        self._middle[rows] = self._swing[rows] = self.rate[rows] = np.nan
        rows = rows[np.isfinite(self._windows.lines[rows]).all(axis=1)]
        if not len(rows):
            return
        window = self._windows.lines[rows]
        middle = np.median(window, axis=1)
        # Of a sine, the median distance from the middle is 0.707 of its amplitude.
        swing = np.median(np.abs(window - middle[:, np.newaxis]), axis=1) / 0.707
        bounded = np.clip(
            window - middle[:, np.newaxis], -_JUMP * swing[:, np.newaxis], _JUMP * swing[:, np.newaxis]
        )
        jumps = (np.abs(window - middle[:, np.newaxis]) > _JUMP * swing[:, np.newaxis]).any(axis=1)
        at, clear = breath_peak(bounded, self._rate)
        good = (clear >= _CLEAR) & ~jumps & (swing > 1e-9 * np.maximum(np.abs(middle), 1e-9))
        rows = rows[good]
        self._middle[rows], self._swing[rows], self.rate[rows] = middle[good], swing[good], 60.0 * at[good]
