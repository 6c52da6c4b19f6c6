"""Tap tempo: beats per minute from the times at which somebody taps."""

from collections import deque
from statistics import fmean, median
from typing import Final

from installation.tempo.clock import HIGHEST, LOWEST
from installation.values import Seconds

__all__ = ["MOST", "PAUSE", "Tap"]

PAUSE: Final[Seconds] = 2.0
"""A longer pause begins a new series, so 30 bpm is the slowest tempo that can be tapped."""

MOST: Final = 8
"""Intervals that count: the last ones."""

_OFF: Final = 0.25
"""Share of the median by which an interval may differ; a larger difference is a slip of the hand."""


class Tap:
    """Estimates the tempo of taps.

    The estimate is the mean of the last intervals that lie near their median: the median alone would keep the
    step of the frames at which a keyboard is read.
    """

    def __init__(self) -> None:
        self._last: Seconds | None = None
        self._intervals: deque[Seconds] = deque(maxlen=MOST)

    @property
    def count(self) -> int:
        """Number of taps of this series that count."""
        return 0 if self._last is None else 1 + len(self._intervals)

    def tap(self, time: Seconds) -> float | None:
        """Take one tap; return the tempo in bpm, ``LOWEST`` to ``HIGHEST``; None for the first of a series.

        Args:
            time: Of the tap, in seconds on any steady clock. A tap before the last one, or after a pause,
                begins anew; one that comes faster than ``HIGHEST`` allows (a bounce) does not count.
        """
        last, passed = self._last, 0.0 if self._last is None else time - self._last
        if last is None or passed < 0.0 or passed > PAUSE:
            self._intervals.clear()
            self._last = time
            return None
        if passed < 60.0 / HIGHEST * (1.0 - _OFF):
            return self.bpm
        self._last = time
        self._intervals.append(passed)
        return self.bpm

    @property
    def bpm(self) -> float | None:
        """The present estimate; None before the second tap."""
        if not self._intervals:
            return None
        middle = median(self._intervals)
        near = [one for one in self._intervals if abs(one - middle) <= _OFF * middle]
        return min(max(60.0 / fmean(near or [middle]), LOWEST), HIGHEST)
