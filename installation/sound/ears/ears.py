"""Blocks in, numbers out.

Most of the analysis is done for four to eight hops at once, because small arrays cost calls and not
arithmetic. A hop whose power, or whose change from sample to sample, stands out from those before it is
analysed at once, with those that wait: a sound that begins is told in its own hop, or in the next one where
it begins late in it.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.ears import NAMES
from installation.ipc.feeds.sound import Heard, Scope
from installation.sound import BLOCK, RATE
from installation.sound.ears.beat import SURE, Beat
from installation.sound.ears.gain import Gain
from installation.sound.ears.levels import Loudness, share, true_peak
from installation.sound.ears.likeness import Likeness
from installation.sound.ears.onsets import Flux, Pickers
from installation.sound.ears.spectrum import BANDS, FRAME, Spectrum, bank
from installation.values import Seconds

__all__ = ["MOST_CHANNELS", "Ears"]

MOST_CHANNELS: Final = 8
_HOPS: Final = 8
"""Hops that are analysed at a time, at most; half of it for a while after one has stood out."""
_LIVELY: Final = 16
"""Hops of that while: 85 ms."""
_HOPS_A_SECOND: Final = RATE / BLOCK
_LENGTH: Final = 64
"""Hops until the buffer begins again."""
_LOUDEST: Final = 8.0
"""Samples beyond this are held to it: 18 dB over full scale."""
_BEYOND: Final = BLOCK * _LOUDEST**2
_DEVIATIONS, _LEAST = 3.5, 0.2
"""A hop stands out where it is above the usual by this share, and by so many times what it usually is."""
_TINY: Final = np.float32(1e-16)
_SLOWLY: Final = 24
"""Hops between two looks at what moves slowly: 0.13 s."""
_OFFSET: Final = 0.5
"""Seconds over which the offset of a channel is followed."""
_LOWEST_OCTAVE: Final = math.log2(62.5)
_REST: Final = {one.name: one.rest for one in NAMES}
_ORDER: Final = tuple(one.name for one in NAMES)

Single = NDArray[np.float32]


class Ears:
    """Hears one input.

    Args:
        channels: Of the input, 1..8, from left to right.

    Attributes:
        scrubbed: Samples that were not finite, or far beyond full scale, so far.

    Raises:
        ValueError: for another number of channels.
    """

    def __init__(self, channels: int) -> None:
        if not 1 <= channels <= MOST_CHANNELS:
            raise ValueError(f"{channels} channels: ears have 1 to {MOST_CHANNELS}")
        self.channels = channels
        self.scrubbed = 0
        self._shape = (channels, BLOCK)
        self._buffer = np.zeros((channels, FRAME + _LENGTH * BLOCK), np.float32)
        self._places = [_views(self._buffer, FRAME + slot * BLOCK) for slot in range(_LENGTH)]
        self._frames = np.lib.stride_tricks.sliding_window_view(self._buffer, FRAME, axis=1)[:, ::BLOCK]
        self._slot, self._waiting, self._calm = 0, 0, 0
        self._one = channels == 1
        self._mix = np.full(channels, 1.0 / channels, np.float32)
        self._change = np.zeros(BLOCK - 1, np.float32)
        # What the two powers of a hop usually are (20 ms), and by what share they are above it (0.3 s).
        self._power, self._spread, self._moved, self._shift = 0.0, 0.2, 0.0, 0.2
        self._spectrum = Spectrum(channels, _HOPS // 2)
        self._flux = Flux(_HOPS)
        self._pickers = Pickers()
        self._beat = Beat()
        self._loudness = Loudness()
        self._likeness = Likeness()
        self._gain = Gain(BANDS + 12, _HOPS)
        self._gather = _gathering()
        self._narrow = (FRAME / RATE / bank().sum(0)).astype(np.float32)
        self._sides = np.linspace(-1.0, 1.0, channels) if channels > 1 else np.zeros(1)
        self._values = dict(_REST)
        self._since = 0
        self._offset = np.zeros(channels, np.float32)
        self._hann = np.hanning(FRAME).astype(np.float32)

    def hear(self, block: Single, at: Seconds) -> Heard:
        """Take in one block.

        Args:
            block: float32 (channels, BLOCK), -1..1.
            at: Monotonic seconds of its last sample.

        Raises:
            ValueError: where the block has another shape.
        """
        if block.shape != self._shape:
            raise ValueError(f"a block of {block.shape}; these ears take {self._shape}")
        if self._slot == _LENGTH:
            self._wind_back()
        place, first, later, earlier = self._places[self._slot]
        place[...] = block
        self._slot += 1
        waiting = self._waiting = self._waiting + 1
        self._calm += 1
        stands_out = self._stands_out(first if self._one else block, later, earlier)
        most = _HOPS if self._calm > _LIVELY else _HOPS // 2
        if stands_out or waiting == most or self._pickers.holds:
            return self._analyse(at)
        values, beat = self._values.copy(), self._beat
        values["beat"] = (beat.phase + waiting * beat.step) % 1.0
        return Heard(at=at, values=values, pace=beat.step * _HOPS_A_SECOND, steady=True)

    def scope(self) -> Scope:
        """The newest 1,024 samples, and the magnitudes of their spectrum; a full-scale sine has 1."""
        end = FRAME + self._slot * BLOCK
        wave = np.clip(np.nan_to_num(self._buffer[:, end - FRAME : end]), -1.0, 1.0)
        spectrum = np.abs(np.fft.rfft(wave * self._hann, axis=1))[:, : FRAME // 2] / (FRAME / 4.0)
        magnitudes = np.minimum(spectrum, 1.0).astype("<f4")
        return Scope(channels=self.channels, wave=wave.astype("<f4").tobytes(), spectrum=magnitudes.tobytes())

    def _wind_back(self) -> None:
        kept = FRAME + self._waiting * BLOCK
        self._buffer[:, :kept] = self._buffer[:, -kept:].copy()
        self._slot = self._waiting

    def _stands_out(self, block: Single, later: Single, earlier: Single) -> bool:
        # vdot, because dot warns of what overflows.
        power = float(np.vdot(block, block))
        if not power < _BEYOND:
            self._calm = 0
            return True
        if not self._one:
            now = self._mix.dot(block)
            power = float(np.vdot(now, now))
            later, earlier = now[1:], now[:-1]
        change = np.subtract(later, earlier, self._change)
        moved = float(change.dot(change))  # nothing overflows here, and it costs less than vdot
        out = False
        before, off = self._power, power - self._power
        self._power = before + 0.25 * off
        if off > 0.0:
            share = off / (before + 1e-9)
            out = share > _LEAST + _DEVIATIONS * self._spread
            self._spread += 0.02 * ((share if share < 1.0 else 1.0) - self._spread)  # noqa: FURB136 - min() costs more
        before, off = self._moved, moved - self._moved
        self._moved = before + 0.25 * off
        if off > 0.0:
            share = off / (before + 1e-9)
            out = out or share > _LEAST + _DEVIATIONS * self._shift
            self._shift += 0.02 * ((share if share < 1.0 else 1.0) - self._shift)  # noqa: FURB136 - min() costs more
        if out:
            self._calm = 0
        return out

    def _scrub(self, samples: Single) -> None:
        self.scrubbed += int(np.count_nonzero(~(np.abs(samples) <= _LOUDEST)))
        np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        np.clip(samples, -_LOUDEST, _LOUDEST, out=samples)

    def _analyse(self, at: Seconds) -> Heard:
        count, self._waiting = self._waiting, 0
        end = FRAME + self._slot * BLOCK
        samples = self._buffer[:, end - count * BLOCK : end]
        largest = _largest(samples)
        if not largest <= _LOUDEST:
            self._scrub(samples)
            largest = _largest(samples)
        # Every second frame, back from the newest; what is between is taken to be as the next one.
        frames = self._frames[:, self._slot - (count - 1) // 2 * 2 : self._slot + 1 : 2]
        powers = self._spectrum.powers(frames, self._offset)
        every = powers[0] if self.channels == 1 else powers.sum(0)
        self._since += count
        if self._since >= _SLOWLY:
            self._follow(samples, np.dot(_HALVES[len(every)], every[:, :BANDS]))
        rises = self._flux.rise(every[:, :BANDS], count)
        columns = rises.T.tolist()
        begun, strengths = self._pickers.pick(columns, every[-1, :BANDS], samples[:, -BLOCK:])
        beats = self._beat.hear(rises[:, 4], strengths[0])
        self._loudness.hear(every[:, BANDS].tolist(), count)
        values = self._values
        self._tell_levels(largest, samples)
        self._tell_spectrum(every, count)
        if self.channels > 1:
            values["balance"] = self._side(powers)
        values["flux"] = 1.0 - math.exp(-max(columns[0]) / 0.4)
        values["tempo"], values["tempo/confidence"] = self._beat.tempo, self._beat.confidence
        values["beat"] = self._beat.phase
        audible = self._loudness.silence == 0.0
        self._likeness.hear(every, self._spectrum.newest, count, audible, self._beat.confidence)
        values["voice"], values["applause"] = self._likeness.voice, self._likeness.applause
        told = values.copy()
        told["onset"], told["onset/low"], told["onset/mid"], told["onset/high"] = strengths
        if beats and self._beat.confidence >= SURE:
            told["beat/rise"] = 1.0
        pace = self._beat.step * _HOPS_A_SECOND
        return Heard(at=at, values=told, onsets=(strengths[0],) if begun else (), pace=pace)

    def _follow(self, samples: Single, bands: Single) -> None:
        """What moves slowly: offsets of the channels, the mean of the bands, flatness."""
        hops, self._since = self._since, 0
        step = np.float32(1.0 - math.exp(-hops * BLOCK / RATE / _OFFSET))
        mean = np.add.reduce(samples, axis=1) / np.float32(samples.shape[1])
        self._offset += step * (mean - self._offset)
        self._flux.follow(bands, hops)
        audible = float(np.add.reduce(bands)) > 1e-9
        self._values["flatness"] = self._flatness(bands) if audible else 0.0

    def _tell_levels(self, largest: float, samples: Single) -> None:
        values, loudness = self._values, self._loudness
        values["loudness"] = loudness.momentary
        values["level"] = share(loudness.momentary)
        values["level/fast"] = share(loudness.fast)
        values["median"] = loudness.median
        values["murmur"] = min(max((loudness.momentary - loudness.median) / 20.0, 0.0), 1.0)
        values["silence"] = min(loudness.silence, 86_400.0)
        values["peak"] = min(largest, 1.0)
        true = true_peak(self._buffer, FRAME + self._slot * BLOCK, samples, largest)
        values["peak/true"] = min(20.0 * math.log10(true), 12.0) if true > 1e-3 else -60.0
        values["clipped"] = float(np.mean(np.abs(samples) > 0.999)) if largest > 0.999 else 0.0

    def _tell_spectrum(self, every: Single, count: int) -> None:
        values = self._values
        mean = every[0] if len(every) == 1 else _HALVES[len(every)].dot(every)
        places = self._gain.places(mean[:BANDS].dot(self._gather), count)
        values.update(zip(_BAND_NAMES, places.tolist()))  # noqa: B905 - a strict one takes longer
        total = float(mean[BANDS + 1])
        if total > 1e-9:
            octaves = float(mean[BANDS + 2]) / total
            values["centroid/hz"] = min(2.0**octaves, 24_000.0)
            values["centroid"] = min(max((octaves - _LOWEST_OCTAVE) / 8.0, 0.0), 1.0)
        else:
            values["centroid/hz"] = values["centroid"] = 0.0

    def _flatness(self, bands: Single) -> float:
        """Geometric over arithmetic mean of the bands' powers a hertz."""
        density = bands * self._narrow
        mean = float(np.add.reduce(density)) / BANDS
        density += _TINY
        geometric = math.exp(float(np.add.reduce(np.log(density, out=density))) / BANDS)
        return min(geometric / max(mean, 1e-20), 1.0)

    def _side(self, powers: Single) -> float:
        each = powers[:, :, BANDS + 1].sum(1)
        total = float(each.sum())
        return float(np.dot(self._sides, each)) / total if total > 1e-9 else 0.0


def _views(buffer: Single, begin: int) -> tuple[Single, Single, Single, Single]:
    """The place of a block in a buffer; its first channel: all, all but the first sample, but the last."""
    place = buffer[:, begin : begin + BLOCK]
    first: Single = place[0]
    return place, first, first[1:], first[:-1]


def _largest(samples: Single) -> float:
    """Largest magnitude; NaN where one is."""
    high, low = float(np.maximum.reduce(samples, axis=None)), float(np.minimum.reduce(samples, axis=None))
    return high if not high < -low else -low


def _gathering() -> Single:
    """(BANDS, 44): the sums of 8, of 4 and of 32 bands, in the order of ``_BAND_NAMES``."""
    numbers = np.arange(BANDS)
    sums = [(numbers[:, None] * count // BANDS == np.arange(count)) for count in (8, 4, BANDS)]
    return np.concatenate(sums, axis=1).astype(np.float32)


_BAND_NAMES: Final = tuple(name for name in _ORDER if name.startswith("band"))
_HALVES: Final = [np.full(frames, 1.0 / max(frames, 1), np.float32) for frames in range(_HOPS // 2 + 1)]
