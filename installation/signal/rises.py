"""Rises: presses that begin and end between two frames, and releases that are taken back, are heard as well.

A signal's value is its newest sample. What waits for a rise (envelopes, gates, events, triggers, commands)
has to hear the samples between as well, so it is given the turning points of what came, one a frame: a press
and its release within one frame are heard as a press in this frame and a release in the next. Where samples
keep coming in thick, one turning point a frame is given and what is heard is never more than a frame late.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rises"]

MOST = 16
"""Turning points that are kept of one signal, so eight presses; of a longer storm the greatest is."""


class Rises:
    """What is heard, in this frame, of signals that moved more than once between two frames.

    Attributes:
        heard: Value by index of the signal, only where it differs from the newest one; mostly empty.
        listened: The signals that anything waits for; the others cost nothing here.
    """

    def __init__(self) -> None:
        self.heard: dict[int, float] = {}
        self.listened: set[int] = set()
        self._first: dict[int, float] = {}
        """What each was before its first sample of this frame."""
        self._samples: dict[int, list[float]] = {}
        """Where there was more than one: that, and the turning points since."""
        self._queues: dict[int, list[float]] = {}
        """What is still to be heard, of those before."""

    def listen(self, indices: Iterable[int]) -> None:
        """From now on these signals are waited for."""
        self.listened.update(indices)

    def forget(self, index: int) -> None:
        """This index belongs to another signal from now on."""
        self.listened.discard(index)
        for known in (self.heard, self._first, self._samples, self._queues):
            known.pop(index, None)

    def note(self, index: int, before: float, value: float) -> None:
        """A sample of a signal that is waited for.

        Args:
            index: Of the signal.
            before: Its newest value until now; NaN if it never had one.
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
        """One frame: choose what is heard in it. Called when all has come in."""
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
    """Add a sample to turning points: one that goes on in the same direction takes the last one's place."""
    if len(turns) > 1 and (turns[-1] - turns[-2]) * (value - turns[-1]) >= 0.0:
        turns[-1] = value
    elif value != turns[-1]:
        turns.append(value)


def _shortened(start: float, turns: Sequence[float]) -> list[float]:
    """The one turning point that is furthest beyond start and end, and the end; a rise before a fall."""
    newest = turns[-1]
    high, low = max(turns[:-1]), min(turns[:-1])
    rise, fall = high - max(start, newest), min(start, newest) - low
    if max(rise, fall) <= 0.0:
        return [newest]
    return [high if rise >= fall else low, newest]
