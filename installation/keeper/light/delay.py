"""The delay of the lamps' light, so that it coincides with a picture that a projector shows late."""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.values import LIGHT_RATE, LONGEST_LIGHT_DELAY, Seconds

__all__ = ["Delay"]

_APART: Final[Seconds] = 1.0 / LIGHT_RATE
"""Frames that come closer than this after the last but one replace the last: a wire shows no more of them."""
_OLD: Final[Seconds] = 0.1
"""Frames count as made at most this long before they arrive, whatever they say."""

Light = NDArray[np.float32]


class Delay:
    """Holds each frame until its time has come; never more frames than arrive within the longest delay.

    Args:
        seconds: The delay, 0..``LONGEST_LIGHT_DELAY``.

    Attributes:
        hurried: While true nothing waits: an operator's panic must not.
    """

    def __init__(self, seconds: Seconds) -> None:
        self.seconds = min(max(seconds, 0.0), LONGEST_LIGHT_DELAY)
        self.hurried = False
        self._waiting: deque[tuple[Seconds, Seconds, Light]] = deque()

    def put(self, light: Light, now: Seconds, made: Seconds) -> None:
        """Take a frame that arrives at ``now`` and was made at ``made``, both in monotonic seconds."""
        due = min(max(now - _OLD, made), now) + self.seconds
        if len(self._waiting) > 1 and due - self._waiting[-2][0] < _APART:
            self._waiting[-1] = due, made, light
        else:
            self._waiting.append((due, made, light))

    def take(self, now: Seconds) -> tuple[Seconds, Light] | None:
        """Return the newest frame that is due, if there is one, after when it was made."""
        due = None
        while self._waiting and (self.hurried or self._waiting[0][0] <= now):
            due = self._waiting.popleft()[1:]
        return due

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
