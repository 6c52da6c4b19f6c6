"""A limiter for true peaks with lookahead, and the interpolation that finds them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["TAPS", "Limiter", "TruePeak"]

Floats = NDArray[np.float64]

_PHASES: Final = (
    (
        0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
        0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
    ),
    (
        -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625,
        0.77978515625, -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
    ),
)  # fmt: skip
"""ITU-R BS.1770-4, annex 2: two of the four phases of its interpolating filter of 48 taps; the other two are
these, reversed."""

TAPS: Final = 12
"""Samples that one interpolated value depends on."""
_RUN: Final = 32
_LEAST: Final = 1e-12
_NOTHING: Final = 1e-9


def _interpolation() -> NDArray[np.float32]:
    """Return the map from a run of samples, and the 11 before it, to four times as many."""
    phases = [*_PHASES, _PHASES[1][::-1], _PHASES[0][::-1]]
    found = np.zeros((_RUN + TAPS - 1, len(phases), _RUN))
    for number, phase in enumerate(phases):
        for sample in range(_RUN):
            for tap, value in enumerate(phase):
                found[sample + TAPS - 1 - tap, number, sample] = value
    return np.ascontiguousarray(found.reshape(_RUN + TAPS - 1, -1), np.float32)


_MATRIX: Final = _interpolation()
_MOST_BETWEEN: Final = 1.001 * max(sum(map(abs, phase)) for phase in _PHASES)
"""How many times the largest sample a value between samples can be, and what rounding adds."""


class TruePeak:
    """The signal between samples, four values for each (ITU-R BS.1770-4, annex 2).

    Args:
        channels: Number of channels.
    """

    def __init__(self, channels: int) -> None:
        # Each run of samples, and before it those of the run before.
        self._runs = np.zeros((channels, BLOCK // _RUN, TAPS - 1 + _RUN), np.float32)

    def skip(self, block: Floats) -> None:
        """Take in the next block, (channels, BLOCK), whose values nobody wants."""
        self._runs[:, -1, _RUN:] = block[:, 1 - TAPS :]

    def process(self, block: Floats) -> Floats:
        """Return for each sample the largest magnitude around it on any channel, (BLOCK,).

        Value n belongs to the samples from n - 11 to n: the four values between those in their middle.
        """
        channels = len(block)
        if not channels:
            return np.zeros(BLOCK)
        runs = self._runs
        runs[:, 0, : TAPS - 1] = runs[:, -1, _RUN:]
        runs[:, :, TAPS - 1 :] = block.reshape(channels, -1, _RUN)
        runs[:, 1:, : TAPS - 1] = runs[:, :-1, _RUN:]
        # One product a channel: small enough for BLAS not to wake threads, which would wait for a core.
        found = runs @ _MATRIX
        np.abs(found, out=found)
        most = found.reshape(channels, BLOCK // _RUN, 4, _RUN).max(axis=0).max(axis=1)
        peaks: Floats = most.reshape(BLOCK).astype(np.float64)
        return peaks


class Limiter:
    """Turns all channels down together before a peak arrives, so that none exceeds the ceiling.

    The gain in decibels that each sample needs is held, let go slowly, and averaged over the lookahead: it is
    there in time, has no corner, and never more than is needed.

    Args:
        channels: Number of channels.
        ceiling: Most true peak in dBTP.
        lookahead: Samples over which the gain falls.
        release: Decibels per second that it rises again.

    Attributes:
        latency: Samples.
        reduction: Decibels by which the last block was turned down at most, >= 0.
    """

    def __init__(self, channels: int, ceiling: float, lookahead: int, release: float = 20.0) -> None:
        self.ceiling = ceiling
        self.reduction = 0.0
        self._look = lookahead
        self._hold = lookahead + TAPS - 1
        self.latency = lookahead + TAPS - 2
        self._slope = release / RATE
        self._peaks = TruePeak(channels)
        self._signal: Floats = np.zeros((channels, self.latency + BLOCK))
        self._need: Floats = np.zeros(self._hold - 1 + BLOCK)
        self._gain: Floats = np.zeros(lookahead - 1 + BLOCK)
        self._fall = np.arange(BLOCK) * self._slope
        self._most = 10.0 ** (ceiling / 20.0)
        self._largest = 0.0  # magnitude in the block before
        self._still = True  # no gain is, or was lately, needed: all that is kept of it is 0

    def process(self, block: Floats) -> Floats:
        """Return the block ``latency`` samples before this one, limited, (channels, BLOCK)."""
        channels = len(block)
        sizes = np.abs(block)
        largest = float(np.maximum.reduce(sizes, axis=None, initial=0.0))
        before, self._largest = self._largest, largest
        if self._still and _MOST_BETWEEN * max(largest, before) <= self._most:
            self._peaks.skip(block)  # no need to look: nearly all sound is far below the ceiling
            return self._delay(block)
        peaks = self._peaks.process(block)
        if channels:
            np.maximum(peaks, np.maximum.reduce(sizes, axis=0), out=peaks)
        if self._still and float(peaks.max()) <= self._most:
            return self._delay(block)
        self._need[: self._hold - 1] = self._need[BLOCK:]
        need = self._need[self._hold - 1 :]
        np.maximum(peaks, _LEAST, out=need)
        np.log10(need, out=need)
        need *= -20.0
        need += self.ceiling
        np.minimum(need, 0.0, out=need)
        gain = float(self._gain[-1])
        self._gain[: self._look - 1] = self._gain[BLOCK:]
        held = _lowest(self._need, self._hold)
        # The gain may rise by the slope: least of what is needed and of each earlier gain, risen since.
        risen = np.minimum.accumulate(held - self._fall)
        np.minimum(risen, gain + self._slope, out=risen)
        np.minimum(risen + self._fall, 0.0, out=self._gain[self._look - 1 :])
        self.reduction = 0.0 - float(self._gain.min())
        self._still = self.reduction == 0.0 and not self._need.any()
        delayed = self._delay(block)
        if self.reduction < _NOTHING:
            return delayed
        sums = np.concatenate([[0.0], np.cumsum(self._gain)])
        mean = (sums[self._look :] - sums[: -self._look]) / self._look
        found: Floats = delayed * 10.0 ** (np.minimum(mean, 0.0) / 20.0)
        return found

    def _delay(self, block: Floats) -> Floats:
        """Take in a block, and return the one that is ``latency`` samples older."""
        self._signal[:, : self.latency] = self._signal[:, BLOCK:]
        self._signal[:, self.latency :] = block
        return self._signal[:, :BLOCK].copy()


def _lowest(values: Floats, width: int) -> Floats:
    """Return the least of each ``width`` values in a row."""
    found, have = values, 1
    while have < width:
        step = min(have, width - have)
        found = np.minimum(found[:-step], found[step:])
        have += step
    return found
