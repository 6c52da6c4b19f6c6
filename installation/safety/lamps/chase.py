"""How many of the room's lamps may begin to rise in one second.

Lamps that take turns keep the room's sum constant, so no rule on sums sees a chase. Therefore rises are
counted over the room. One rise of the room is a tick in which a lamp with more than a tenth of the room's
light begins to rise, or in which the lamps that began within 50 ms come to more than a tenth together. It is
as young as the last tick in which more than a tenth of the room began or went on with it: a lamp that is
dimmed for the sake of the room may be seen to rise long after it began. After three rises that are less than
a second old no lamp may begin another.

Small lamps that follow one another without a gap of 50 ms count as one: a wave that sweeps over a pixel
strip is one rise of the room. Each of them still rises at most once a second. Lamps of less than a tenth that
follow one another with such gaps are not counted at all.
"""

from collections import deque
from dataclasses import dataclass

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


@dataclass(slots=True)
class _Rise:
    latest: Seconds
    lamps: int


class Chase:
    """The count for one room.

    Args:
        room: Each lamp's share of the room's light, summing to 1.
    """

    def __init__(self, room: NDArray[np.float32]) -> None:
        self._room = room
        self._alike = bool(len(room)) and bool((room == room[:1]).all())
        self._large = room > SHARE
        self._has_large = bool(self._large.any())
        self._part = np.empty(len(room), np.float32)
        self._mine = np.empty(len(room), np.bool_)
        self._group = np.zeros(len(room), np.uint8)  # with which others each lamp began its last rise
        self._number = 1
        self._begun: deque[tuple[Seconds, float]] = deque()
        self._rises: list[_Rise] = []
        self._now = 0.0
        self._together = 0.0

    def hold(self, dt: Seconds) -> bool:
        """Let ``dt`` seconds pass; whether no lamp may begin to rise now."""
        self._now += dt
        self._rises = [rise for rise in self._rises if self._now - rise.latest <= 1.0 + TOLERANCE]
        while self._begun and self._now - self._begun[0][0] > CONCURRENT:
            self._together -= self._begun.popleft()[1]
            if not self._begun:
                self._together = 0.0
                self._number = self._number % 255 + 1
        return len(self._rises) >= RISES

    def commit(self, risen: NDArray[np.bool_] | None, climbing: NDArray[np.bool_] | None = None) -> None:
        """Take over what the lamps did in this tick.

        Args:
            risen: Which began to rise; None when none did.
            climbing: Which began or went on to rise; None when none did.
        """
        if risen is not None:
            self._begin(risen)
        if climbing is None:
            return
        for rise in self._rises:
            if rise.latest < self._now:
                np.equal(self._group, rise.lamps, out=self._mine)
                np.logical_and(self._mine, climbing, out=self._mine)
                if self._mine.any() and self._share(self._mine) > SHARE:
                    rise.latest = self._now

    def _begin(self, risen: NDArray[np.bool_]) -> None:
        # Products with masks: a choice by a mask would be guessed by the processor, and wrong (branchless).
        group = self._group
        np.multiply(group, ~risen, out=group)
        np.add(group, risen * np.uint8(self._number), out=group)
        share = self._share(risen)
        crossed = self._together <= SHARE < self._together + share
        self._together += share
        self._begun.append((self._now, share))
        if crossed or (self._has_large and bool((risen & self._large).any())):
            self._rises.append(_Rise(self._now, self._number))

    def _share(self, lamps: NDArray[np.bool_]) -> float:
        if self._alike:
            return np.count_nonzero(lamps) * float(self._room[0])
        return float(np.multiply(self._room, lamps, out=self._part).sum())
