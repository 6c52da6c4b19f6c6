"""The machines of ``refractory`` for a hundred thousand lamps: the same numbers, without a branch.

A choice by a mask that nobody can foresee costs a processor ten times a multiplication, because it guesses
each one and guesses wrong half the time. Here every choice is a product with 0 or 1 and a sum, which is exact
in floats: what is let through and what is committed equals ``Refractory`` bit for bit, and a test says so.

Rest times are not kept lamp by lamp. All lamps that rose in the same tick have the same rest, so a lamp
keeps the number of that tick, and ``Rests`` keeps the rest of each tick. It shrinks by the same
subtractions, in the same order, as the rest of a lamp would.
"""

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["Branchless", "Rests"]

_FREE = np.float32(1e9)
"""The cap of who may do anything: far above the light of any lamp, and finite, so that 0 times it is 0."""

_SOME = 0.1
"""Up to this share of lamps are written one by one; beyond it, all of them in one go."""


class Rests:
    """How long those rest that began something in a tick, for the machines of one room.

    Args:
        rest: Seconds.

    Attributes:
        now: Number of this tick; counts up, 32 bits last for three years.
        free: Who began in this tick or before may begin again.
    """

    def __init__(self, rest: Seconds) -> None:
        self._refractory = np.float32(rest)
        self._ends = np.float32(-TOLERANCE)
        self._ticks: list[int] = []
        self._left: list[np.float32] = []
        self.now, self.free = 1, 0
        self.use()

    def begin(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass."""
        step = np.float32(dt)
        self._left = [left - step for left in self._left]
        while self._left and self._left[0] <= self._ends:
            self.free = self._ticks.pop(0)
            del self._left[0]
        if not self._left or self._left[-1] < self._refractory:
            self.now += 1

    def use(self) -> None:
        """Somebody begins in this tick."""
        if not self._ticks or self._ticks[-1] != self.now:
            self._ticks.append(self.now)
            self._left.append(self._refractory)


class Branchless:
    """The machines of ``count`` lamps. Answers are good until the next call: their memory is used again.

    Args:
        count: How many lamps.
        law: The venue's profile.
    """

    def __init__(self, count: int, law: FlashLaw) -> None:
        self._step = np.float32(law.step)
        self._rounding = np.float32(law.rounding)
        self._rests = Rests(law.refractory)
        self._level = np.empty(count, np.float32)
        self._since = np.empty(count, np.uint32)
        self._rising = np.empty(count, np.bool_)
        self._one, self._two, self._three = (np.empty(count, np.float32) for _ in range(3))
        self._up, self._down, self._more, self._mask = (np.empty(count, np.bool_) for _ in range(4))
        self.climbing: NDArray[np.bool_] | None = None
        """Which lamps began or went on to rise in the last tick; None when none did."""
        self.reset()

    def reset(self) -> None:
        """Start cold: black, fallen, resting from this tick on."""
        self._rests.use()
        self._rising.fill(False)
        self._level.fill(0.0)
        self._since.fill(self._rests.now)

    def begin(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass."""
        self._rests.begin(dt)

    def limit(
        self, asked: NDArray[np.float32], out: NDArray[np.float32], hold: bool = False
    ) -> NDArray[np.bool_] | None:
        """The light that each lamp may have of what is asked.

        Args:
            asked: Luminance of each lamp.
            out: Where the light is put.
            hold: True lets no lamp begin a rise, as if all rested.

        Returns:
            Which lamps get less than was asked; None when none does, and then ``out`` is as it was.
        """
        high, part, capped, free = self._one, self._two, self._down, self._mask
        np.add(self._level, self._step, out=high)
        np.greater(asked, high, out=capped)
        np.greater(capped, self._rising, out=capped)
        if not hold:
            np.less_equal(self._since, np.uint32(self._rests.free), out=free)
            np.greater(capped, free, out=capped)
        count = np.count_nonzero(capped)
        if not count:
            return None
        if count <= _SOME * len(asked):
            which = np.flatnonzero(capped)
            np.copyto(out, asked)
            out[which] = high[which]
            return capped
        np.logical_not(capped, out=free)
        np.copyto(part, free)
        np.multiply(part, _FREE, out=part)
        np.maximum(high, part, out=high)
        np.minimum(asked, high, out=out)
        return capped

    def commit(self, light: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Take over what was put out; which lamps began to rise, or None when none did."""
        level, rising, bound = self._level, self._rising, self._one
        up, risen, down = self._up, self._mask, self._down
        np.add(level, self._rounding, out=bound)
        np.greater(light, bound, out=up)
        np.logical_and(up, rising, out=up)
        np.add(level, self._step, out=bound)
        np.greater(light, bound, out=risen)
        np.greater(risen, rising, out=risen)
        np.logical_or(up, risen, out=up)
        self._sink(light)
        np.logical_or(rising, up, out=rising)
        np.greater(rising, down, out=rising)
        self.climbing = up if np.count_nonzero(up) else None
        if self.climbing is not None:
            self._rests.use()
            since = bound.view(np.uint32)
            np.multiply(up.view(np.uint8), np.uint32(self._rests.now), out=since)
            np.maximum(self._since, since, out=self._since)
        self._follow(light, np.logical_or(up, down, out=down))
        return risen if np.count_nonzero(risen) else None

    def _sink(self, light: NDArray[np.float32]) -> None:
        """Which lamps fall, or go on to."""
        level, bound, down, further = self._level, self._one, self._down, self._more
        np.subtract(level, self._step, out=bound)
        np.less(light, bound, out=down)
        np.subtract(level, self._rounding, out=bound)
        np.less(light, bound, out=further)
        np.greater(further, self._rising, out=further)
        np.logical_or(down, further, out=down)

    def _follow(self, light: NDArray[np.float32], moved: NDArray[np.bool_]) -> None:
        """The level of those that moved is their light."""
        count = np.count_nonzero(moved)
        if not count:
            return
        if count <= _SOME * len(light):
            which = np.flatnonzero(moved)
            self._level[which] = light[which]
            return
        share, part = self._two, self._three
        np.copyto(share, moved)
        np.multiply(light, share, out=part)
        np.subtract(np.float32(1.0), share, out=share)
        np.multiply(self._level, share, out=self._level)
        np.add(self._level, part, out=self._level)
