"""Loudness and sound level over sliding windows, in blocks."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.sound.desk.filters import CA_WEIGHTING, K_WEIGHTING, System, response
from installation.values import Seconds

__all__ = ["ABSOLUTE", "BLOCKS", "Window", "decibels", "loudness", "pink", "power_of", "weight"]

Floats = NDArray[np.float64]

BLOCKS: Final = RATE / BLOCK
"""Blocks of one second."""
ABSOLUTE: Final = -0.691
"""ITU-R BS.1770-4, annex 1, equation 2: LUFS of a weighted power of 1."""


def decibels(power: float) -> float:
    """Return 10 log10 of a power; -inf for none."""
    return 10.0 * math.log10(power) if power > 0.0 else -math.inf


def loudness(power: float) -> float:
    """Return LUFS of a K-weighted power, summed over weighted channels; -inf for silence."""
    return ABSOLUTE + decibels(power)


def power_of(lufs: float) -> float:
    """Return the K-weighted power of a loudness."""
    return float(10.0 ** ((lufs - ABSOLUTE) / 10.0))


def weight(azimuth: float) -> float:
    """Return the weight of a channel's power by its direction (ITU-R BS.1770-4, annex 3, table 4).

    Args:
        azimuth: Degrees from the front.
    """
    away = abs((azimuth + 180.0) % 360.0 - 180.0)
    return 1.41 if 60.0 <= away <= 120.0 else 1.0


class Window:
    """The mean power of the last seconds.

    Args:
        seconds: Length; where it ends within a block, that block counts by its part.
        streams: Number of powers that are measured beside each other.
    """

    def __init__(self, seconds: Seconds, streams: int = 1) -> None:
        self._length = seconds * BLOCKS
        self._part = self._length % 1.0
        whole = math.ceil(self._length)
        self._ring: Floats = np.zeros((whole, streams))
        self._next = 0

    def push(self, powers: Floats | Sequence[float]) -> None:
        """Add the powers of one block, (streams,)."""
        self._ring[self._next] = powers
        self._next = (self._next + 1) % len(self._ring)

    def mean(self) -> Floats:
        """Return the mean powers, (streams,)."""
        total = self._ring.sum(axis=0)
        if self._part:
            total -= (1.0 - self._part) * self._ring[self._next]
        found: Floats = total / self._length
        return found

    def peak(self) -> float:
        """Return the largest power of any block."""
        return float(self._ring.max())


def pink() -> tuple[float, float]:
    """Return dB(C) and dB(A) of pink noise from 20 Hz to 20 kHz whose loudness is 0 LUFS.

    Relative to a sine of 1 kHz with a mean square of 1, so that a calibration in LUFS of pink noise tells
    the sound level of anything.
    """
    edges = np.geomspace(20.0, 20_000.0, 601)  # equal shares of the power of pink noise
    at = np.sqrt(edges[1:] * edges[:-1])

    def share(system: System) -> Floats:
        found: Floats = (np.abs(response(system, at)) ** 2).mean(axis=1)
        return found

    k = loudness(float(share(K_WEIGHTING)[0]))
    c, a = share(CA_WEIGHTING)
    return decibels(float(c)) - k, decibels(float(a)) - k
