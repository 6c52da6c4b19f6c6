"""How loud it is: ITU-R BS.1770 loudness, peaks, the room's own median, silence.

All channels weigh 1, as the front ones of BS.1770 do: microphones have no surround.
"""

import math
from bisect import bisect_left, insort
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["FASTEST", "LOWEST", "Loudness", "lufs", "share", "true_peak"]

LOWEST: Final = -70.0
"""LUFS below which nothing is told apart: the absolute gate of BS.1770."""
FASTEST: Final = 4
"""Hops of the fast level: 21 ms."""
_HIGHEST: Final = 10.0
_QUIET: Final = -60.0
_SPAN: Final = 50.0
_HOP: Final = BLOCK / RATE
_MOMENT: Final = round(0.4 / _HOP)
_MEMORY: Final = 600

Single = NDArray[np.float32]


def lufs(power: float) -> float:
    """Loudness of a K-weighted mean square of all channels (BS.1770-5, formula 2), -70..10."""
    return min(max(-0.691 + 10.0 * math.log10(power), LOWEST), _HIGHEST) if power > 1e-8 else LOWEST


def share(loudness: float) -> float:
    """0..1: -60 LUFS is 0, -10 LUFS is 1."""
    return min(max((loudness - _QUIET) / _SPAN, 0.0), 1.0)


class Loudness:
    """Momentary loudness, its median over ten minutes, and for how long it has been quiet.

    Attributes:
        momentary: LUFS of the last 400 ms.
        fast: LUFS of the last 21 ms.
        median: LUFS, of one value a second over the last ten minutes.
        silence: Seconds for which ``momentary`` has been below -60 LUFS.
    """

    def __init__(self) -> None:
        self.momentary = self.fast = self.median = LOWEST
        self.silence = 0.0
        self._powers = [0.0] * _MOMENT
        self._at = 0
        self._sum = 0.0
        self._until_next = 0.0
        self._past: deque[float] = deque(maxlen=_MEMORY)
        self._sorted: list[float] = []

    def hear(self, powers: list[float], hops: int) -> None:
        """Take in the K-weighted powers of the next hops, channels summed, oldest first.

        Args:
            powers: Of every second hop, back from the newest one; what is between is as the next one.
            hops: 1 or more; ``(hops + 1) // 2`` powers.
        """
        past, at, total = self._powers, self._at, self._sum
        for hop in range(hops % 2, hops + hops % 2):
            power = powers[hop // 2]
            total += power - past[at]
            past[at] = power
            at += 1
            if at == _MOMENT:
                at = 0
                total = math.fsum(past)  # so that rounding does not add up
        self._at, self._sum = at, total
        self.momentary = lufs(total / _MOMENT)
        self.fast = lufs((past[at - 1] + past[at - 2] + past[at - 3] + past[at - 4]) / FASTEST)
        passed = hops * _HOP
        self.silence = self.silence + passed if self.momentary < _QUIET else 0.0
        self._until_next -= passed
        if self._until_next <= 0.0:
            self._until_next += 1.0
            self._remember()

    def _remember(self) -> None:
        if len(self._past) == _MEMORY:
            del self._sorted[bisect_left(self._sorted, self._past[0])]
        self._past.append(self.momentary)
        insort(self._sorted, self.momentary)
        count = len(self._sorted)
        self.median = (self._sorted[(count - 1) // 2] + self._sorted[count // 2]) / 2.0


_TAPS: Final = 12
_NEAR: Final = 2


def _interpolator() -> Single:
    """(2 x _NEAR x 3, _TAPS + 2 x _NEAR): values a quarter, a half and three quarters between samples."""
    places = (np.arange(-_NEAR, _NEAR)[:, None] + np.array([0.25, 0.5, 0.75])).ravel()
    samples = np.arange(_TAPS + 2 * _NEAR) - (_TAPS // 2 + _NEAR)
    offsets = places[:, None] - samples
    inside = np.sqrt(np.maximum(1.0 - (offsets / (_TAPS / 2)) ** 2, 0.0))
    taps = np.sinc(offsets) * np.i0(5.0 * inside) * (np.abs(offsets) <= _TAPS / 2)
    scaled: Single = (taps / taps.sum(1, keepdims=True)).astype(np.float32)
    return scaled


_INTERPOLATOR: Final = _interpolator()


def true_peak(buffer: Single, end: int, samples: Single, largest: float) -> float:
    """The signal between the samples, four times oversampled, where the largest sample is; linear.

    A sinc of 12 taps a phase under a Kaiser window, as long as the one of ITU-R BS.1770-5, annex 2. Below
    -12 dBFS the sample peak stands for it.

    Args:
        buffer: (channels, length) samples.
        end: Where the newest ones end in it.
        samples: (channels, n), the newest ones.
        largest: Of their magnitudes.
    """
    if largest < 0.25:
        return largest
    channel, place = divmod(int(np.abs(samples).argmax()), samples.shape[1])
    begin = end - samples.shape[1] + place - (_TAPS // 2 + _NEAR)
    around = buffer[channel, begin : min(begin + _TAPS + 2 * _NEAR, end)]
    if around.size < _TAPS + 2 * _NEAR:
        around = np.pad(around, (0, _TAPS + 2 * _NEAR - around.size), mode="edge")
    return max(largest, float(np.abs(_INTERPOLATOR @ around).max()))
