"""The law of one pixel or lamp, for many at once: after a rise, no other rise for a second.

Each element has a level ``e`` (the highest since its last rise, or the lowest since its last fall), a
direction, and a rest time. While it has fallen and rests, it may not exceed ``e + h``.

Claim 1: two rises of one element begin more than T_ref apart, whatever the input. A rise needs
``y > e + h``; it gives the element the rest time T_ref, and until that has passed a fallen element gets
``y <= e + h``, and ``e`` only sinks. Whatever darkens it further makes ``e`` smaller, so the cap stricter.

Claim 2: every sequence of alternating changes larger than ``h`` maps to distinct rises and falls of this
machine. A trough lies more than ``h`` under the peak before it, which is at most ``e``: a fall. A peak lies
more than ``h`` above the trough, which is at least ``e``: a rise. So no second holds more than one
beginning of a rise. A counter that notices a slow rise late (it began at 0.08, it is counted at 0.10) can
find that one, the fall, the next rise and the next fall within one second: four transitions, two flashes,
where WCAG allows three. With changes of one frame it finds at most three transitions.
"""

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["Refractory"]

_LONGEST = np.float32(1.0)  # rest times stop at minus this: no float runs away in a show of months


class Refractory:
    """The machines of ``count`` pixels or lamps.

    Internally the level and the input are multiplied by the direction (+1 rising, -1 falling), so that
    both directions are the same running maximum; negation is exact in floats.
    """

    def __init__(self, count: int, law: FlashLaw) -> None:
        self._step = np.float32(law.step)
        self._refractory = np.float32(law.refractory)
        self._direction = np.empty(count, np.float32)
        self._level = np.empty(count, np.float32)
        self._rest = np.empty(count, np.float32)
        self._ends = np.float32(-TOLERANCE)
        self.reset()

    def reset(self) -> None:
        """Start cold: black, fallen, resting."""
        self._direction.fill(-1.0)
        self._level.fill(0.0)
        self._rest.fill(self._refractory)

    @property
    def rising(self) -> NDArray[np.bool_]:
        """Which elements have risen and not fallen since."""
        return self._direction > 0

    def caps(self, dt: Seconds, hold: bool = False) -> NDArray[np.float32]:
        """Let ``dt`` seconds pass; the most that each element may have now.

        Args:
            dt: Seconds since the last call.
            hold: True lets no element begin a rise, as if all rested.
        """
        rest = self._rest
        np.subtract(rest, np.float32(dt), out=rest)
        np.maximum(rest, -_LONGEST, out=rest)
        caps = self._step - self._level  # fallen: level is -e
        free = self._direction > 0
        if not hold:
            free |= rest <= self._ends
        caps[free] = np.inf
        return caps

    def commit(self, light: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Take over what was put out; which elements began to rise, or None when none did."""
        direction, level = self._direction, self._level
        signed = direction * light
        turned = signed < level - self._step
        np.maximum(level, signed, out=level)
        if not turned.any():
            return None
        np.negative(direction, out=direction, where=turned)
        np.multiply(direction, light, out=level, where=turned)
        risen: NDArray[np.bool_] = turned & (direction > 0)
        if not risen.any():
            return None
        self._rest[risen] = self._refractory
        return risen
