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
        most = np.array([one.power * _MARGIN for one in limits])
        self._most = most
        windows = np.array([one.window * BLOCKS for one in limits])
        self._rate = most * (1.0 - _DEPTH)
        self._depth = most * windows * _DEPTH
        self._level: Floats = np.zeros(len(limits))
        self._fast: Floats = np.zeros(len(limits))
        self._slow: Floats = np.zeros(len(limits))
        self._waiting: Floats = np.zeros((rows, BLOCK))
        self._powers: Floats = np.zeros(len(limits))
        self._most_gain = 1.0  # that the block which waits may have
        self._knot = 1.0
        self._along = (np.arange(BLOCK) + 1.0) / BLOCK

    def hand_over(self, heir: "Limits") -> None:
        """Have another begin with this gain, and with stores as full as these."""
        heir.begin(self._knot, self._fast, self._slow, self._level / self._depth)

    def begin(self, gain: float, fast: Floats, slow: Floats, full: Floats) -> None:
        """Begin with what another had.

        Args:
            gain: Factor at the beginning of the next block.
            fast: Mean powers of the last half second.
            slow: Mean powers of the last two seconds.
            full: Shares of the stores that are filled.
        """
        same = min(len(self._most), len(fast))
        self._knot = gain
        self._fast[:same], self._slow[:same] = fast[:same], slow[:same]
        self._level[:same] = full[:same] * self._depth[:same]

    def process(self, block: Floats, powers: Floats) -> Floats:
        """Return the block before this one, turned down as needed.

        Args:
            block: (rows, BLOCK).
            powers: Mean power of the block for each limit.

        Returns:
            (rows, BLOCK).
        """
        self._fast += _FAST * (powers - self._fast)
        self._slow += _SLOW * (powers - self._slow)
        means = np.maximum(self._fast, self._slow)
        wanted = float((self._most * _BELOW / np.maximum(means, _TINY)).min())
        # The store as full as it can be when the block that waits has left.
        full = self._after(self._most_gain)
        allowed = self._rate + np.maximum(self._depth - full, 0.0) / (_LET * BLOCKS)
        may = float((allowed / np.maximum(powers, _TINY)).min())
        gain = math.sqrt(min(wanted, may, 1.0))
        gain = min(gain, self._knot * 10.0 ** (_RISE / 20.0))
        first, last = self._knot, min(self._most_gain, gain)
        self._level = self._after(max(first, last))
        out = (
            self._waiting if first == last == 1.0 else self._waiting * (first + (last - first) * self._along)
        )
        self.reduction = 0.0 - 20.0 * math.log10(max(min(first, last), 1e-10))
        self._waiting, self._powers, self._most_gain, self._knot = block, powers, gain, last
        return out

    def _after(self, gain: float) -> Floats:
        found: Floats = np.maximum(self._level + gain * gain * self._powers - self._rate, 0.0)
        return found
