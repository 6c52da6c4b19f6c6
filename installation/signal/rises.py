"""Rise detection that does not miss presses shorter than a frame, or brief releases.

A signal's value is its latest sample. Consumers that react to rises (envelopes, gates, events, triggers,
commands) also need the samples in between, so they receive the turning points of the input, one per frame: a
press and its release within one frame appear as a press in this frame and a release in the next. Under a
dense stream of samples one turning point per frame is delivered, with a latency of at most one frame.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rises"]

MOST = 16
"""Maximum turning points stored per signal, i.e. eight presses; of a longer burst the largest is kept."""


class Rises:
    """The values that consumers of rises see, for signals that moved more than once between two frames.

    Attributes:
        heard: Value by signal index, only where it differs from the latest one; usually empty.
        listened: Signals with consumers of rises; others cost nothing.
    """

    def __init__(self) -> None:
        self.heard: dict[int, float] = {}
        self.listened: set[int] = set()
        self._first: dict[int, float] = {}
        """Value of each before its first sample of this frame."""
        self._samples: dict[int, list[float]] = {}
        """For signals with several samples: that value, and the turning points since."""
        self._queues: dict[int, list[float]] = {}
        """Turning points still to be delivered."""

    def listen(self, indices: Iterable[int]) -> None:
        """Subscribe to the rises of these signals."""
        self.listened.update(indices)

    def forget(self, index: int) -> None:
        """Drop the state of an index that is reassigned to another signal."""
        self.listened.discard(index)
        for known in (self.heard, self._first, self._samples, self._queues):
            known.pop(index, None)

    def note(self, index: int, before: float, value: float) -> None:
        """Record a sample of a subscribed signal.

        Args:
            index: Index of the signal.
            before: Its previous value; NaN if it never had one.
            value: The sample.
        """
        samples = self._samples.get(index)
        if samples is None:
            first = self._first.get(index)
            if first is None:
                self._first[index] = 0.0 if math.isnan(before) else before
                return
            samples = self._samples[index] = [first]
            _append(samples, before)
        _append(samples, value)
        if len(samples) > 4 * MOST:
            self._samples[index] = [samples[0], *_shortened(samples[0], samples[1:])]

    def turn(self, newest: NDArray[np.float64]) -> None:
        """Select the values of this frame. Call after all input has been received."""
        if not (self._samples or self._queues):
            if self._first:
                self._first.clear()
            if self.heard:
                self.heard = {}
            return
        before, self.heard = self.heard, {}
        queues, self._queues = self._queues, {}
        for index in dict.fromkeys((*queues, *self._samples)):
            waiting = queues.get(index, [])
            samples = self._samples.get(index)
            fresh = samples[1:] if samples else [newest.item(index)] if index in self._first else []
            start = before[index] if index in before else samples[0] if samples else newest.item(index)
            turns: list[float] = [start]
            for value in (*waiting, *fresh):
                _append(turns, value)
            due = turns[1:]
            if len(due) > (2 if waiting and fresh else MOST):
                due = _shortened(start, due)
            if len(due) > 1:
                self.heard[index] = due[0]
                self._queues[index] = due[1:]
        self._samples.clear()
        self._first.clear()


def _append(turns: list[float], value: float) -> None:
    """Append a sample to turning points; one that continues in the same direction replaces the last one."""
    if len(turns) > 1 and (turns[-1] - turns[-2]) * (value - turns[-1]) >= 0.0:
        turns[-1] = value
    elif value != turns[-1]:
        turns.append(value)


def _shortened(start: float, turns: Sequence[float]) -> list[float]:
    """Reduce to the turning point furthest beyond start and end, and the end; a rise before a fall."""
    newest = turns[-1]
    high, low = max(turns[:-1]), min(turns[:-1])
    rise, fall = high - max(start, newest), min(start, newest) - low
    if max(rise, fall) <= 0.0:
        return [newest]
    return [high if rise >= fall else low, newest]
