"""Simulated presence: hearts and breaths that stand beside the few people who wear sensors.

With fewer than five people a mean says too much of each of them. So simulated ones take the missing places,
and whatever leaves the room is of them alone. They are plain oscillators: breaths of 11 to 16 a minute and
hearts of 60 to 76, each of which wanders by a tenth; calm, and ready to follow an invitation to breathe. All
chance depends on the seed, the number of the presence and the time since it began.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.values import Seconds

__all__ = ["PLACES", "Presence"]

Floats = NDArray[np.float64]

PLACES: Final = 5
"""How many there are, of whom as many are taken in as places are missing."""

FADE: Final[Seconds] = 8.0
"""Time constant with which they come and go."""
_BREATHS: Final = (0.18, 0.27)
_HEARTS: Final = (60.0, 76.0)
_PULL: Final = 0.06
"""Turns a second with which a breath is drawn to the invitation at most, a quarter turn away from it."""


class Presence:
    """Five simulated presences.

    Args:
        seed: Of the show.

    Attributes:
        weight: ``(5,)`` how far each has faded in, 0..1.
        phase: ``(5,)`` of its breath in turns, 0..1; 0 begins breathing in.
        rate: ``(5,)`` breaths a second.
        breath: ``(5,)`` how far the breast has risen, -1..1.
        pulse: ``(5,)`` phase of its heartbeat in turns, 0..1.
        heart: ``(5,)`` beats a minute.
        arousal: ``(5,)`` 0..1.
    """

    def __init__(self, seed: int) -> None:
        self._seeds = {
            name: np.array([portable_math.seed_of(seed, f"presence {name}")], np.uint64)
            for name in ("breath", "heart", "phase", "pulse", "tempo", "arousal")
        }
        self._who = np.arange(PLACES, dtype=np.float64)
        own = {name: portable_math.chance(self._who, seeds) for name, seeds in self._seeds.items()}
        self._breath = _BREATHS[0] + (_BREATHS[1] - _BREATHS[0]) * own["breath"]
        self._heart = _HEARTS[0] + (_HEARTS[1] - _HEARTS[0]) * own["heart"]
        self.phase, self.pulse = own["phase"], own["pulse"]
        self.weight: Floats = np.zeros(PLACES)
        self._time = 0.0
        self.rate: Floats = self._breath
        self._look()

    @property
    def resting(self) -> bool:
        """Whether all of them have faded out."""
        return not np.count_nonzero(self.weight)

    def advance(self, missing: int, dt: Seconds, phase: float | None = None, pull: float = 0.0) -> None:
        """Let time pass.

        Args:
            missing: How many places they take, 0 to 5.
            dt: Seconds since the last call.
            phase: That of the invitation in turns; None while there is none.
            pull: How strongly it draws them, 0..1.
        """
        wanted = self._who < missing
        self.weight = self.weight + (wanted - self.weight) * (dt / (FADE + dt))
        self.weight[(self.weight < 1e-3) & ~wanted] = 0.0
        self._time += dt
        rate = self._breath * (0.95 + 0.1 * self._wander("tempo", 0.05))
        if phase is not None and pull > 0.0:
            rate = rate + pull * (0.1 - rate) * 0.9
            rate = rate + pull * _PULL * portable_math.sin_turns(phase - self.phase)
        self.rate = rate
        self.phase = _turn(self.phase + rate * dt)
        self._look()
        self.pulse = _turn(self.pulse + self.heart / 60.0 * dt)

    def _look(self) -> None:
        self.breath: Floats = -portable_math.cos_turns(self.phase)
        self.heart: Floats = self._heart + 3.0 * portable_math.sin_turns(self.phase)
        self.arousal: Floats = 0.05 + 0.3 * self._wander("arousal", 0.02)

    def _wander(self, what: str, rate: float) -> Floats:
        """Return smooth chance in time, 0..1, of each."""
        place = self._time * rate
        whole = float(np.floor(place))
        part = place - whole
        cells = self._who * 1e7 + whole
        start, end = (portable_math.chance(one, self._seeds[what]) for one in (cells, cells + 1.0))
        return start + (end - start) * (part * part * (3.0 - 2.0 * part))


def _turn(phase: Floats) -> Floats:
    return phase - np.floor(phase)
