"""An invitation to breathe slowly: light swells at the pace of the people's own breath, and slows down.

Breathing at about 0.1 Hz, six times a minute, is where breath and the heart's own wave of 0.1 Hz coincide and
the heart's variability is greatest (Lehrer, Vaschillo, Vaschillo, Applied Psychophysiology and Biofeedback
25, 2000). Nobody can start there: the light begins at the pace and at the phase that the people have, and its
period grows from breath to breath. Two fifths of a breath are breathing in.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from installation import portable_math
from installation.values import Seconds

__all__ = ["FASTEST", "Invitation"]

FASTEST: Final = 0.3
"""Breaths a second at which an invitation starts at most."""
_USUAL: Final = 0.22
"""Where it starts when nobody's breath is known."""
_INHALE: Final = 0.4
_OFF: Final = 0.01


class Invitation:
    """One invitation after another.

    Attributes:
        standing: Whether there is one now.
        phase: Turns, 0..1; 0 begins breathing in.
        rate: Breaths a second.
        amount: How strong it is, 0..1.
        arrived: Whether it has slowed down to its target.
        begun: Number of invitations so far.
    """

    def __init__(self) -> None:
        self.standing = False
        self.phase = 0.0
        self.rate = _USUAL
        self.amount = 0.0
        self.arrived = False
        self.begun = 0
        self._start = 1.0 / _USUAL
        self._elapsed: Seconds = 0.0

    @property
    def swell(self) -> float:
        """How far the light has risen, 0..1; 0.5 without an invitation."""
        phase = self.phase
        filled = 0.5 * phase / _INHALE if phase < _INHALE else 0.5 + 0.5 * (phase - _INHALE) / (1.0 - _INHALE)
        cosine = float(portable_math.cos_turns(np.array([filled]))[0])
        return 0.5 - 0.5 * self.amount * cosine

    def advance(
        self, amount: float, target: float, time: Seconds, dt: Seconds, own: Callable[[], tuple[float, float]]
    ) -> None:
        """Process one frame.

        Args:
            amount: How strong it is to be, 0..1; 0 ends it.
            target: Breaths a second to which it slows down.
            time: Seconds that it takes for that.
            dt: Seconds since the last frame.
            own: Returns breaths a second and phase in turns of the people; NaN where unknown.
        """
        self.amount = amount
        if amount <= _OFF:
            self.standing = self.arrived = False
            self.amount = 0.0
            return
        if not self.standing:
            rate, phase = own()
            rate = rate if rate == rate else _USUAL
            self.standing, self.arrived, self._elapsed = True, False, 0.0
            self._start = 1.0 / min(max(rate, target), max(FASTEST, target))
            self.phase = phase % 1.0 if phase == phase else 0.0
            self.begun += 1
        self._elapsed += dt
        way = min(self._elapsed / time, 1.0) if time > 0.0 else 1.0
        self.arrived = way >= 1.0
        way = way * way * (3.0 - 2.0 * way)
        self.rate = 1.0 / (self._start + (1.0 / target - self._start) * way)
        self.phase = (self.phase + self.rate * dt) % 1.0
