"""The machines of ``refractory`` for a hundred thousand lamps: the same numbers, without a branch.

A choice by a mask that nobody can foresee costs a processor ten times a multiplication, because it guesses
each one and guesses wrong half the time. Here every choice is a product with 0 or 1 and a sum, which is exact
in floats: the levels, the rests and the caps equal those of ``Refractory`` bit for bit, and a test says so.
"""

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["Branchless"]

_LONGEST = np.float32(1.0)
"""Rest times stop at minus this, as in ``refractory``."""

_FREE = np.float32(1e9)
"""The cap of who may do anything: far above the light of any lamp, and finite, so that 0 times it is 0."""


class Branchless:
    """The machines of ``count`` lamps. Answers are good until the next call: their memory is used again.

    Args:
        count: How many lamps.
        law: The venue's profile.
    """

    def __init__(self, count: int, law: FlashLaw) -> None:
        self._step = np.float32(law.step)
        self._rounding = np.float32(law.rounding)
        self._refractory = np.float32(law.refractory)
        self._ends = np.float32(-TOLERANCE)
        self._sign, self._level, self._rest = (np.empty(count, np.float32) for _ in range(3))
        self._rising = np.empty(count, np.bool_)
        self._one, self._two, self._caps = (np.empty(count, np.float32) for _ in range(3))
        self._turned, self._further, self._mask = (np.empty(count, np.bool_) for _ in range(3))
        self.climbing: NDArray[np.bool_] | None = None
        """Which lamps began or went on to rise in the last tick; None when none did."""
        self.reset()

    def reset(self) -> None:
        """Start cold: black, fallen, resting."""
        self._sign.fill(-1.0)
        self._rising.fill(False)
        self._level.fill(0.0)
        self._rest.fill(self._refractory)

    def caps(self, dt: Seconds, hold: bool = False) -> NDArray[np.float32]:
        """Let ``dt`` seconds pass; the most that each lamp may have now.

        Args:
            dt: Seconds since the last call.
            hold: True lets no lamp begin a rise, as if all rested.
        """
        rest, caps, free = self._rest, self._caps, self._mask
        np.subtract(rest, np.float32(dt), out=rest)
        np.maximum(rest, -_LONGEST, out=rest)
        np.subtract(self._step, self._level, out=caps)  # fallen: the level is -e
        if hold:
            np.copyto(free, self._rising)
        else:
            np.less_equal(rest, self._ends, out=free)
            np.logical_or(free, self._rising, out=free)
        np.multiply(free, _FREE, out=self._one)
        np.maximum(caps, self._one, out=caps)
        return caps

    def commit(self, light: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Take over what was put out; which lamps began to rise, or None when none did."""
        level, signed, bound = self._level, self._one, self._two
        turned, further, mask = self._turned, self._further, self._mask
        np.multiply(self._sign, light, out=signed)
        np.subtract(level, self._step, out=bound)
        np.less(signed, bound, out=turned)
        np.add(level, self._rounding, out=bound)
        np.greater(signed, bound, out=further)
        any_turned = bool(turned.any())
        self.climbing = None
        if not any_turned and not further.any():
            return None
        np.logical_or(turned, further, out=mask)
        np.logical_not(mask, out=mask)
        np.multiply(level, mask, out=level)
        np.multiply(signed, further.view(np.int8) - turned.view(np.int8), out=signed)
        np.add(level, signed, out=level)  # where it went further, the light; where it turned, the light too
        np.logical_and(further, self._rising, out=further)
        risen = self._turn() if any_turned else None
        if risen is not None:
            np.logical_or(further, risen, out=further)
        self._restart(further)
        return risen

    def _turn(self) -> NDArray[np.bool_] | None:
        turned, rising = self._turned, self._rising
        np.logical_xor(rising, turned, out=rising)
        np.multiply(self._sign, 1 - 2 * turned.view(np.int8), out=self._sign)
        np.logical_and(turned, rising, out=turned)
        return turned if turned.any() else None

    def _restart(self, which: NDArray[np.bool_]) -> None:
        if not which.any():
            return
        self.climbing = which
        rest, part = self._rest, self._two
        np.multiply(which, self._refractory, out=part)
        np.logical_not(which, out=self._mask)
        np.multiply(rest, self._mask, out=rest)
        np.add(rest, part, out=rest)
