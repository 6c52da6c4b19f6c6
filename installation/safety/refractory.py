"""The law of one pixel or lamp, for many at once: no other rise until a second after the last has ended.

Each element has a level ``e`` (the highest since its last rise began, or the lowest since its last fall), a
direction, and a rest time. A fallen element that rests may not exceed ``e + h``. The rest time is T_ref at
the beginning of a rise and again whenever the rise reaches a new highest point, so it runs from the peak.

Claim 1: whatever the input, the machine begins no rise within T_ref of the highest point of the rise before.
A beginning needs ``y > e + h`` in a fallen element. The highest point gave it the rest T_ref, only time
takes from it, and until it has passed a fallen element gets ``y <= e + h``, while ``e`` only sinks.
Whatever darkens it further makes ``e`` smaller, so the cap stricter. Nothing is lost to rounding: the cap
and the threshold are the same sum of the same two floats.

A level follows only what is more than ``rounding`` (1e-5 of white) beyond it. Otherwise the last digit of a
steady light would give rest times, and other ones on every processor. So all this holds for the light to
within 1e-5: for a counter that takes levels closer than that for the same.

Claim 2: let a counter mark a rise when the light is s or more above its lowest point since the counter's last
fall, and a fall when it is s or more below its highest point since its last rise, for any s > h. (A tenth is
WCAG's; a counter may leave out what is bright anyway.) Then its rises, dated at their mark or at their peak,
lie more than T_ref apart. So every second holds at most one rise and, because they alternate, two falls:
at most three transitions, one flash and a half, where WCAG allows six.

Proof. (a) At a rise's mark, and at its peak, the machine is rising and at a new highest point. Let l be the
counter's lowest point; from there to the mark everything lies in [l, l + s). Take the machine's last fall
before the mark. If it lies at l or before, and no rise follows until the mark, then e <= l, and the mark is a
rise. If a rise followed, or there was no fall, its level at the mark is at most l + h from before l (or it
would have fallen at l), or under l + s from after l: the mark is higher. If the fall lies after l, it was a
fall from a level reached after l, thus e < l + s - h: the mark lies above e + h, and above all levels since.
The peak is the highest since the mark, so the same holds there. (b) Between a peak and the next mark the
counter marks a fall by s > h from that peak; the machine's level is at least the peak, so it falls too. It
is rising at the next mark, so it began a rise in between, by Claim 1 more than T_ref after the peak.

Without the restart only beginnings would be T_ref apart, and a slow rise is marked long after it began: a
mark, a fall, the next rise and the next fall then fit into one second, four transitions.
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
        self._rounding = np.float32(law.rounding)
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

    def held(self, caps: NDArray[np.float32]) -> NDArray[np.float32]:
        """``caps`` (of this frame) where no element may lift: see ``groups``."""
        held = np.where(self._direction > 0, self._level, self._step - self._level)
        return np.minimum(caps, held)

    def moves(
        self, light: NDArray[np.float32], creep: np.float32
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which elements would lift and which sink if this were put out: see ``groups``."""
        signed = self._direction * light
        turned = signed < self._level - self._step
        further = signed > self._level + creep
        rising = self._direction > 0
        return np.where(rising, further, turned), np.where(rising, turned, further)

    def commit(self, light: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Take over what was put out; which elements began to rise, or None when none did."""
        direction, level = self._direction, self._level
        signed = direction * light
        turned = signed < level - self._step
        further = signed > level + self._rounding
        if further.any():
            np.copyto(level, signed, where=further)
            further &= direction > 0
            np.copyto(self._rest, self._refractory, where=further)
        if not turned.any():
            return None
        np.negative(direction, out=direction, where=turned)
        np.multiply(direction, light, out=level, where=turned)
        risen: NDArray[np.bool_] = turned & (direction > 0)
        if not risen.any():
            return None
        self._rest[risen] = self._refractory
        return risen
