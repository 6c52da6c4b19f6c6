"""How many of the room's lamps may begin to rise in one second.

Lamps that take turns keep the room's sum constant, so no rule on sums sees a chase. Therefore rises are
counted over the room. One rise of the room is a tick in which a lamp with more than a tenth of the room's
light begins to rise, or in which the lamps that began within 50 ms come to more than a tenth together. After
three in one second no lamp may begin another until the first of the three is more than a second old.

Small lamps that follow one another without a gap of 50 ms count as one: a wave that sweeps over a pixel strip
is one rise of the room. Each of them still rises at most once a second.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import TOLERANCE
from installation.values import Seconds

__all__ = ["CONCURRENT", "RISES", "SHARE", "Chase"]

RISES = 3
"""Rises of the room that may begin in any second."""

SHARE = 0.1
"""Lamps count alone or together from this share of the room's light on."""

CONCURRENT: Seconds = 0.05
"""Lamps that begin within this time of each other rise together."""


class Chase:
    """The count for one room.

    Args:
        room: Each lamp's share of the room's light, summing to 1.
    """

    def __init__(self, room: NDArray[np.float32]) -> None:
        self._room = room
        self._large = room > SHARE
        self._has_large = bool(self._large.any())
        self._part = np.empty(len(room), np.float32)
        self._begun: deque[tuple[Seconds, float]] = deque()
        self._rises: deque[Seconds] = deque()
        self._now = 0.0
        self._together = 0.0

    def hold(self, dt: Seconds) -> bool:
        """Let ``dt`` seconds pass; whether no lamp may begin to rise now."""
        self._now += dt
        while self._rises and self._now - self._rises[0] > 1.0 + TOLERANCE:
            self._rises.popleft()
        while self._begun and self._now - self._begun[0][0] > CONCURRENT:
            self._together -= self._begun.popleft()[1]
        if not self._begun:
            self._together = 0.0
        return len(self._rises) >= RISES

    def commit(self, risen: NDArray[np.bool_]) -> None:
        """Take over which lamps began to rise in this tick."""
        share = float(np.multiply(self._room, risen, out=self._part).sum())  # a mask would be guessed, wrong
        crossed = self._together <= SHARE < self._together + share
        self._together += share
        self._begun.append((self._now, share))
        if crossed or (self._has_large and bool((risen & self._large).any())):
            self._rises.append(self._now)
