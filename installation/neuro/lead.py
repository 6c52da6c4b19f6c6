"""Selects the answer that moves most, for scenes that can show one body only.

A leader keeps the lead until they have stood still for three seconds while somebody else moves; then the
lead glides to the person who moves most.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.parameters import MOST_PEOPLE
from installation.neuro.people import AT_X, AT_Y
from installation.values import Seconds

__all__ = ["GLIDE", "Lead"]

Floats = NDArray[np.float64]

GLIDE: Final[Seconds] = 2.5
_PATIENCE: Final[Seconds] = 3.0
_MOVES: Final = 0.03
"""Speed above which an answer counts as moving, in picture widths or heights per second."""
_MEMORY: Final[Seconds] = 0.7
_FASTEST: Final = np.finfo(np.float64).max
_AT: Final = slice(AT_X, AT_Y + 1)


class Lead:
    """Follows one answer at a time.

    Attributes:
        person: Index of the leading person, from 0; None while there is none.
    """

    def __init__(self) -> None:
        self.person: int | None = None
        self._before: Floats = np.full((MOST_PEOPLE, 2), np.nan)
        self._speed: Floats = np.zeros(MOST_PEOPLE)
        self._stood: Seconds = 0.0
        self._at: Floats | None = None
        self._offset: Floats = np.zeros(2)
        self._gliding: Seconds = GLIDE
        self._resting = True

    def advance(self, answers: Floats, dt: Seconds) -> Floats | None:
        """Return the position of the leading answer as x and y; None while nobody is answered.

        Args:
            answers: ``(40, 6)``, NaN where there is no answer.
            dt: Seconds since the previous frame.
        """
        self._resting = False
        at = answers[:, _AT]
        if dt > 0.0:
            dx, dy = (at - self._before).T
            speed = np.sqrt(dx * dx + dy * dy) / dt
            speed = np.fmin(np.fmax(speed, 0.0), _FASTEST)  # NaN, for somebody new, becomes 0
            speed -= self._speed
            speed *= dt / (_MEMORY + dt)
            self._speed += speed
        self._before = at
        known = at == at
        there = known[:, 0] & known[:, 1]
        if not np.count_nonzero(there):
            self.person = self._at = None
            return None
        self._choose(np.where(there, self._speed, -1.0), dt)
        self._gliding += dt
        share = min(self._gliding / GLIDE, 1.0)
        left = 1.0 - share * share * (3.0 - 2.0 * share)
        self._at = np.clip(at[self.person] + self._offset * left, 0.0, 1.0)
        return self._at

    def rest(self, dt: Seconds) -> None:
        """Process a frame without answers: clear the leader and all speeds."""
        if dt > 0.0:
            speed = 0.0 - self._speed
            speed *= dt / (_MEMORY + dt)
            self._speed += speed
        if not self._resting:
            self._resting = True
            self._before = np.full((MOST_PEOPLE, 2), np.nan)
        self.person = self._at = None

    def _choose(self, speed: Floats, dt: Seconds) -> None:
        gone = self.person is None or speed[self.person] < 0.0
        moves = not gone and speed[self.person] > _MOVES
        self._stood = 0.0 if moves else self._stood + dt
        other = int(np.argmax(speed))
        if not gone and (self._stood < _PATIENCE or speed[other] <= _MOVES or other == self.person):
            return
        self.person, self._stood = other, 0.0
        if self._at is None:
            self._gliding = GLIDE
        else:
            self._offset, self._gliding = self._at - self._before[other], 0.0
