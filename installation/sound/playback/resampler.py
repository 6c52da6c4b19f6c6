"""From the rate of a file to ours: a windowed sinc, exact in time, whatever the two rates are.

Files of other rates are common (44.1 kHz), and libsndfile leaves them as they are. A band-limited
interpolation (J. O. Smith, "Digital Audio Resampling Home Page", CCRMA) is one table and one product, gives
the same bits on each run, and spares a dependency.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import RATE

__all__ = ["Resampler"]

Samples = NDArray[np.float32]

_HALF: Final = 48
"""Samples of the slower rate on each side of a moment that count."""
_BETA: Final = 9.6
"""Of Kaiser's window: what is mirrored at half of the rate is 100 dB lower."""
_PASS: Final = 0.94
"""Share of half of the slower rate up to which tones pass."""


class Resampler:
    """Turns a stream of samples at one rate into one at ours; the first sample stays the first.

    Args:
        rate: Samples per second of what comes.
        channels: Number of channels.
    """

    def __init__(self, rate: int, channels: int) -> None:
        common = math.gcd(rate, RATE)
        self.up, self.down = RATE // common, rate // common
        self._half = half = _half(rate)
        self._waiting: Samples = np.zeros((channels, max(half - 1, 0)), np.float32)
        self._at = 0  # of the next sample, in parts of the first sample that counts for it
        if half:
            self._table = _table(rate)

    def needs(self, count: int) -> int:
        """Return how many samples must be pushed before ``count`` can be pulled."""
        last = (self._at + (count - 1) * self.down) // self.up
        return max(last + max(2 * self._half, 1) - int(self._waiting.shape[1]), 0)

    def push(self, samples: Samples) -> None:
        """Add samples, (channels, any number)."""
        self._waiting = np.concatenate([self._waiting, samples], axis=1)

    def pull(self, count: int) -> Samples:
        """Return the next ``count`` samples at our rate, (channels, count); see ``needs``."""
        if not self._half:
            out, self._waiting = self._waiting[:, :count], self._waiting[:, count:]
            return out
        at = self._at + np.arange(count) * self.down
        first, phase = np.divmod(at, self.up)
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, 2 * self._half, axis=1)
        found: Samples = np.einsum("cnt,nt->cn", windows[:, first], self._table[phase])
        gone, self._at = divmod(self._at + count * self.down, self.up)
        self._waiting = self._waiting[:, gone:]
        return found


@lru_cache(maxsize=4)
def _table(rate: int) -> Samples:
    """Return the factors of the samples around each moment between two, (moments, samples)."""
    half, up = _half(rate), RATE // math.gcd(rate, RATE)
    away = np.arange(1 - half, half + 1) - np.arange(up)[:, None] / up
    cut = _PASS * min(1.0, RATE / rate)
    inside = np.clip(1.0 - (away / half) ** 2, 0.0, None)
    table = np.sinc(cut * away) * np.i0(_BETA * np.sqrt(inside))
    found: Samples = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def _half(rate: int) -> int:
    """Return the samples on each side of a moment that count; 0 where there is nothing to do."""
    return 0 if rate == RATE else math.ceil(_HALF * max(1.0, rate / RATE))
