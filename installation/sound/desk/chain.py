"""From the stations to the speakers of one setup: placed, delayed, within all limits."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Setup
from installation.sound import BLOCK
from installation.sound.desk.filters import CA_WEIGHTING, K_WEIGHTING, Bank, dc_blocker
from installation.sound.desk.limiter import Limiter
from installation.sound.desk.limits import Limit, Limits
from installation.sound.desk.measure import pink, power_of, weight
from installation.sound.desk.placing import History, Placing

__all__ = ["LATENCY", "Chain", "Powers", "offset"]

Floats = NDArray[np.float64]

_FIRST, _SECOND = 128, 56
"""Lookahead in samples of the limiter before and of that behind the slow gain: 2.7 and 1.2 ms."""
_MARGIN = 0.05
"""Decibels below the stated peak: for the last fades, and for rounding to single precision."""


class Powers:
    """Weighted powers of each block: loudness, and C and A where they are wanted.

    Args:
        azimuths: Direction of each channel.
        levels: Whether C and A are wanted.
    """

    def __init__(self, azimuths: Sequence[float], levels: bool) -> None:
        self._weights = np.array([weight(one) for one in azimuths])
        self._levels = levels
        self.bank = Bank(K_WEIGHTING.beside(CA_WEIGHTING) if levels else K_WEIGHTING, len(azimuths))

    def process(self, block: Floats) -> Floats:
        """Return the power of loudness (and those of C and A) of the next block, (1,) or (3,)."""
        energy = self.bank.energy(block)
        found: Floats = energy.sum(axis=0)
        found[0] = self._weights @ energy[:, 0]
        return found


def offset(setup: Setup) -> float:
    """Return dB(A), and dB(C), at the listening position of a weighted power of 1; NaN if it is not stated.

    The stated level is that of pink noise of -23 LUFS.
    """
    return setup.dba - (pink()[1] - 23.0)


class Chain:
    """One setup at work.

    Args:
        setup: The venue.
        channels: Channels of the device.

    Attributes:
        rows: Channels that it drives, from 0.
        directions: Azimuth of each of them.
        reach: Most delay in samples.
        limits: Of loudness and sound level.
    """

    def __init__(self, setup: Setup, channels: int) -> None:
        self._placing = Placing(setup, channels)
        self.rows = self._placing.rows
        self.directions = dict(zip(self.rows, self._placing.azimuths, strict=True))
        self.reach = self._placing.reach
        count = len(self.rows)
        levels = math.isfinite(setup.dba)
        self._powers = Powers(self._placing.azimuths, levels)
        limits = [Limit(power_of(setup.ceiling), 3.0)]
        if levels:
            at = offset(setup)
            limits += [Limit(10.0 ** ((most - at) / 10.0), 1.0) for most in (setup.limit_c, setup.limit_a)]
        self._dc = Bank(dc_blocker(), count)
        self._first = Limiter(count, setup.peak - _MARGIN, _FIRST)
        self.limits = Limits(limits, count)
        self._second = Limiter(count, setup.peak - _MARGIN, _SECOND)

    def hand_over(self, heir: "Chain") -> None:
        """Have the chain of another setup begin with this gain."""
        self.limits.hand_over(heir.limits)

    @property
    def reduction(self) -> float:
        """Decibels by which it turns down at present, >= 0."""
        return self._first.reduction + self.limits.reduction + self._second.reduction

    def process(self, history: History, level: float | Floats) -> Floats:
        """Return the next block of each driven channel, (rows, BLOCK).

        Args:
            history: The stations.
            level: Factor of the master fader.
        """
        placed = self._dc.process(self._placing.process(history))[:, 0]
        placed *= level
        limited = self._first.process(placed)
        turned = self.limits.process(limited, self._powers.process(limited))
        return self._second.process(turned)


LATENCY = Limiter(0, 0.0, _FIRST).latency + BLOCK + Limiter(0, 0.0, _SECOND).latency
"""Samples from the stations to the device, without the delays of the venue."""
