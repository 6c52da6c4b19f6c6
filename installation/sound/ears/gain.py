"""Adaptive gain: powers as places between how quiet and how loud a band has been of late, per band.

The upper end follows a louder sound within 0.5 s and comes down over 30 s; the lower end follows a quieter
one within 2 s and comes up over 30 s. They are at least 18 dB apart, so that steady noise does not flicker.
A band whose upper end is more than 30 dB below the loudest one's is measured by that: what leaks from a
strong tone is no sound of its own. Below -100 dB nothing is heard. A place jumps up at once and falls with
0.12 s.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["Gain"]

_SILENT, _BELOW, _APART = -10.0, 3.0, 1.8
_UP, _DOWN, _SLOW, _RELEASE = 0.5, 2.0, 30.0, 0.12
_EVERY: Final = 32
"""Hops between two moves of the ends."""
_TINY, _ZERO, _ONE = np.float32(1e-12), np.float32(0.0), np.float32(1.0)
_HOP: Final = BLOCK / RATE

Single = NDArray[np.float32]


class Gain:
    """Holds the two ends of ``count`` bands.

    Args:
        count: Of bands.
        most: Hops that come at a time, at most.

    Levels are in bels here.
    """

    def __init__(self, count: int, most: int) -> None:
        self._levels = np.full(count, _SILENT, np.float32)
        self._ends = np.array([[_SILENT], [_SILENT + _APART]], np.float32).repeat(count, axis=1)
        self._low, self._high = self._ends
        self._scale = np.full(count, 1.0 / _APART, np.float32)
        self._places, self._now = np.zeros(count, np.float32), np.zeros(count, np.float32)
        self._begun = False
        self._top = 0.0
        self._sum, self._hops, self._times = np.zeros(count, np.float32), 0, 0
        self._release = [np.float32(math.exp(-_HOP * hops / _RELEASE)) for hops in range(most + 1)]

    def places(self, powers: Single, hops: int) -> Single:
        """(count,) 0..1 of ``powers`` (count,), mean squares over the last ``hops``."""
        levels = self._levels
        np.add(powers, _TINY, out=levels)
        np.log10(levels, out=levels)
        np.add(self._sum, levels, out=self._sum)
        self._hops += hops
        self._times += 1
        if self._hops >= _EVERY:
            self._adapt()
        top = float(np.maximum.reduce(levels))
        if top > self._top:
            self._rescale(top)
        places, now = self._places, self._now
        np.multiply(places, self._release[hops], out=places)
        np.subtract(levels, self._low, out=now)
        np.multiply(now, self._scale, out=now)
        np.maximum(places, now, out=places)
        np.minimum(places, _ONE, out=places)
        return places

    def _adapt(self) -> None:
        mean = np.maximum(self._sum / np.float32(self._times), np.float32(_SILENT))
        rise, fall = _shares(self._hops)
        if not self._begun and mean.max() > _SILENT + 0.5:
            self._begun = True
            self._low[:], self._high[:] = mean, mean + np.float32(_APART)
        off = mean - self._ends
        self._ends += np.where(off > _ZERO, rise, fall) * off
        self._rescale(float(np.maximum.reduce(self._high)))
        self._sum.fill(0.0)
        self._hops = self._times = 0

    def _rescale(self, top: float) -> None:
        self._top = top
        high = np.maximum(self._high, np.float32(top - _BELOW))
        self._scale[:] = _ONE / np.maximum(high - self._low, np.float32(_APART))


@lru_cache(maxsize=2 * _EVERY)
def _shares(hops: int) -> tuple[Single, Single]:
    """By which shares the ends follow after so many hops, (2, 1) each: what is above, what is below."""
    up, slow, down = (1.0 - math.exp(-_HOP * hops / seconds) for seconds in (_UP, _SLOW, _DOWN))
    return np.array([[slow], [up]], np.float32), np.array([[down], [slow]], np.float32)
