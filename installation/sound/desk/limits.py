"""What may leave within some seconds: loudness and sound level, kept by a slow gain.

Two parts. The *slow gain* follows the mean power of the last half second while it rises, of the last two
seconds while it falls, and keeps it a little below each limit: that is what is heard. The *allowance* is the
proof: a store that fills with the energy that leaves, drains at a steady rate, and is never filled over its
depth. Whatever comes in, a window of ``w`` seconds then holds ``depth + rate * w`` at most, which is the
limit's energy. What is sudden has room in the store, so that a bell is not turned down; only what goes on is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK
from installation.sound.desk.measure import BLOCKS
from installation.values import Seconds

__all__ = ["Limit", "Limits"]

Floats = NDArray[np.float64]

_MARGIN: Final = 10.0**-0.01
"""0.1 dB: a gain that moves bends what a weighting filter remembers."""
_DEPTH: Final = 0.15
"""Share of a window's energy that may leave at once."""
_LET: Seconds = 0.1
"""A store that is empty may be filled in this time."""
_BELOW: Final = 10.0**-0.1
"""1 dB: where the slow gain keeps what goes on."""
_RISE: Final = 6.0 / BLOCKS
"""Decibels that the gain rises in a block: 6 dB a second."""
_RISEN: Final = 10.0 ** (_RISE / 20.0)
_FAST: Final = 1.0 - math.exp(-1.0 / (0.4 * BLOCKS))
_SLOW: Final = 1.0 - math.exp(-1.0 / (2.0 * BLOCKS))
_TINY: Final = 1e-30


@dataclass(frozen=True, slots=True)
class Limit:
    """The most mean power over a window.

    Attributes:
        power: Mean power.
        window: Seconds.
    """

    power: float
    window: Seconds


class _Store:
    """One limit at work, in single numbers: arrays of one to three of them would cost calls only.

    Args:
        limit: What it keeps.

    Attributes:
        depth: What it holds at most; ``level``: what is in it.
        fast, slow: Mean power of the last half second, and of the last two.
    """

    __slots__ = ("_coming", "_most", "_power", "_rate", "depth", "fast", "level", "slow")

    def __init__(self, limit: Limit) -> None:
        self._most = limit.power * _MARGIN
        self._rate = self._most * (1.0 - _DEPTH)
        self.depth = self._most * (limit.window * BLOCKS) * _DEPTH
        self.level = self.fast = self.slow = 0.0
        self._power = self._coming = 0.0  # of the block that waits, and of the one behind it

    def allows(self, power: float, gain: float) -> float:
        """Take in the power of the next block; return by which factor its power may change.

        Args:
            power: Mean power.
            gain: Most that the block which waits may have.
        """
        self._coming = power
        self.fast += _FAST * (power - self.fast)
        self.slow += _SLOW * (power - self.slow)
        wanted = self._most * _BELOW / max(self.fast, self.slow, _TINY)
        # The store as full as it can be when the block that waits has left.
        allowed = self._rate + max(self.depth - self._after(gain), 0.0) / (_LET * BLOCKS)
        return min(wanted, allowed / max(power, _TINY))

    def let(self, gain: float) -> None:
        """Let the block that waits leave with this gain."""
        self.level, self._power = self._after(gain), self._coming

    def _after(self, gain: float) -> float:
        return max(self.level + gain * gain * self._power - self._rate, 0.0)


class Limits:
    """One gain that keeps several limits.

    Args:
        limits: Each on a power of its own.
        rows: Channels of the signal.

    Attributes:
        latency: Samples: the gain looks a block ahead.
        reduction: Decibels by which the last block was turned down at most, >= 0.
    """

    latency: Final = BLOCK

    def __init__(self, limits: Sequence[Limit], rows: int) -> None:
        self.reduction = 0.0
        self._stores = [_Store(one) for one in limits]
        self._waiting: Floats = np.zeros((rows, BLOCK))
        self._most_gain = 1.0  # that the block which waits may have
        self._knot = 1.0
        self._along = (np.arange(BLOCK) + 1.0) / BLOCK

    def hand_over(self, heir: "Limits") -> None:
        """Have another begin with this gain, and with stores as full as these."""
        heir._knot = self._knot  # noqa: SLF001 - of the same class
        for mine, other in zip(self._stores, heir._stores, strict=False):  # noqa: SLF001
            other.fast, other.slow = mine.fast, mine.slow
            other.level = mine.level / mine.depth * other.depth

    def process(self, block: Floats, powers: Floats) -> Floats:
        """Return the block before this one, turned down as needed.

        Args:
            block: (rows, BLOCK).
            powers: Mean power of the block for each limit.

        Returns:
            (rows, BLOCK).
        """
        most = 1.0
        for store, power in zip(self._stores, powers.tolist(), strict=True):
            most = min(most, store.allows(power, self._most_gain))
        gain = min(math.sqrt(most), self._knot * _RISEN)
        first, last = self._knot, min(self._most_gain, gain)
        for store in self._stores:
            store.let(max(first, last))
        out = (
            self._waiting if first == last == 1.0 else self._waiting * (first + (last - first) * self._along)
        )
        self.reduction = 0.0 - 20.0 * math.log10(max(min(first, last), 1e-10))
        self._waiting, self._most_gain, self._knot = block, gain, last
        return out
