"""Whether it is a voice, or applause: two likelihoods from a few plain features of the last 1.4 s.

A voice has a pitch between 80 and 400 Hz, and its strength goes up and down with the syllables, 3 to 8 times
a second (Houtgast and Steeneken 1985; Scheirer and Slaney 1997). Applause is broad, has no pitch, and is
rougher from hop to hop than noise, without a syllable's rhythm. Both fall towards 0 in silence. They are
likelihoods of these features, not of words or hands: a barking dog may pass for a voice, heavy rain on a tin
roof for applause.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.sound.ears.spectrum import BANDS, CENTRES, FRAME, bank, window

__all__ = ["EVERY", "Likeness"]

EVERY: Final = 48
"""Hops between two looks."""
_PAST: Final = 256
_HOP: Final = BLOCK / RATE
_SHORTEST, _LONGEST = RATE // 400, RATE // 80
_FIRST, _LAST = round(140.0 * FRAME / RATE), round(3500.0 * FRAME / RATE)
_EASE: Final = 1.0 - math.exp(-EVERY * _HOP / 0.5)
_MODULATIONS: Final = np.arange(1, 28)
"""Of the spectrum of the last 1.4 s: 0.7 to 20 Hz."""
_SYLLABLES: Final = slice(2 * 3, 2 * 11)
"""Columns of ``_modulations`` for 3 to 8 Hz."""
_LITTLE, _LEAST = np.float32(1e-12), np.float32(1e-15)

Single = NDArray[np.float32]


def _ramp(value: float, low: float, high: float) -> float:
    """0 at ``low``, 1 at ``high``, straight between; ``high`` may be the lower one."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


class Likeness:
    """Looks every ``EVERY`` hops.

    Attributes:
        voice, applause: 0..1.
        pitched: Height of the autocorrelation's best peak, mean of the last looks, 0..1.
        syllables: Share of the speech band's modulation, 0.7 to 20 Hz, that is at 3 to 8 Hz.
        depth: Standard deviation of the speech band's amplitude over its mean.
        roughness: How much the power of neighbouring hops differs, in nepers, above 1 kHz.
        breadth: Flatness of the bands above 300 Hz, 0..1.
    """

    def __init__(self) -> None:
        self.voice = self.applause = 0.0
        self.pitched = self.syllables = self.depth = self.roughness = self.breadth = 0.0
        self._past = np.zeros((2, _PAST + 2 * EVERY), np.float32)
        self._filled = _PAST
        self._widths = (bank().sum(0) * RATE / FRAME).astype(np.float32)
        self._upper = slice(int(np.searchsorted(CENTRES, 300.0, "right")), BANDS)
        self._alike, self._moves = _pitches(), _modulations()

    def hear(self, powers: Single, bins: Single, count: int, audible: bool, beat: float) -> None:
        """Take in the next hops.

        Args:
            powers: ((count + 1) // 2, Spectrum.KEPT) of every second hop.
            bins: (FRAME / 2 + 1,) powers of the newest frame's bins, in any unit.
            count: Of hops.
            audible: Whether the room is louder than silence.
            beat: Confidence of the beat, 0..1: what keeps time is music.
        """
        past, filled = self._past, self._filled
        both = powers[:, BANDS + 3 :].T
        past[:, filled + (count - 1) % 2 : filled + count : 2] = both
        if count > 1:
            past[:, filled + count % 2 : filled + count : 2] = both[:, count % 2 :]
        self._filled = filled + count
        if self._filled >= _PAST + EVERY:
            past[:, :_PAST] = past[:, self._filled - _PAST : self._filled]
            self._filled = _PAST
            self._look(bins, powers[-1, :BANDS] / self._widths, audible, beat)

    def _look(self, bins: Single, density: Single, audible: bool, beat: float) -> None:
        if not audible:
            self.voice -= _EASE * self.voice
            self.applause -= _EASE * self.applause
            return
        amplitude = np.sqrt(self._past[0, :_PAST])
        mean = max(float(np.add.reduce(amplitude)) / _PAST, 1e-9)
        if amplitude[-1] > 0.6 * mean:  # a pause has no pitch
            self._hear_pitch(bins, density[self._upper])
        amplitude -= np.float32(mean)
        self.depth = math.sqrt(float(np.vdot(amplitude, amplitude)) / _PAST) / mean
        moved = np.dot(amplitude, self._moves)
        syllables = moved[_SYLLABLES]
        self.syllables = float(np.vdot(syllables, syllables)) / max(float(np.vdot(moved, moved)), 1e-20)
        high = np.log(self._past[1, _PAST - 128 : _PAST] + _LITTLE)
        rough = np.subtract(high[2:], high[:-2])
        self.roughness = float(np.add.reduce(np.abs(rough, out=rough))) / rough.size
        self._judge(beat)

    def _hear_pitch(self, bins: Single, upper: Single) -> None:
        """Move ``pitched`` and ``breadth`` by the newest frame."""
        # Magnitudes, and of the formants only, so that neither hum nor one strong partial decides.
        spectrum = np.sqrt(bins[_FIRST:_LAST])
        best = float(np.maximum.reduce(np.dot(spectrum, self._alike)))
        self.pitched += 0.3 * (min(best / max(float(np.add.reduce(spectrum)), 1e-20), 1.0) - self.pitched)
        log = float(np.add.reduce(np.log(upper + _LEAST))) / upper.size
        breadth = math.exp(log) / max(float(np.add.reduce(upper)) / upper.size, 1e-15)
        self.breadth += 0.3 * (breadth - self.breadth)

    def _judge(self, beat: float) -> None:
        voice = (
            _ramp(self.pitched, 0.35, 0.5)
            * _ramp(self.syllables, 0.3, 0.5)
            * _ramp(self.depth, 0.2, 0.4)
            * (1.0 - 0.8 * beat)
        )
        clap = (
            _ramp(self.breadth, 0.15, 0.3)
            * _ramp(self.pitched, 0.55, 0.4)
            * _ramp(self.roughness, 0.2, 0.35)
            * _ramp(self.depth, 2.0, 1.2)
            * (1.0 - 0.8 * beat)
        )
        self.voice += _EASE * (voice - self.voice)
        self.applause += _EASE * (clap - self.applause)


def _pitches() -> Single:
    """(_LAST - _FIRST, lags): magnitudes of bins to their autocorrelation, less what the window does to it.

    Lags are those of 400 to 80 Hz. The product is over the sum of the magnitudes at lag 0.
    """
    shape = window().astype(np.float64)
    own = np.fft.irfft(np.abs(np.fft.rfft(shape, 2 * FRAME)) ** 2)[: _LONGEST + 1]
    lags, bins = np.arange(_SHORTEST, _LONGEST + 1), np.arange(_FIRST, _LAST)
    waves = np.cos(2.0 * np.pi / FRAME * np.multiply.outer(bins, lags))
    return np.asarray(waves / (own[lags] / own[0]), np.float32)


def _modulations() -> Single:
    """(_PAST, 2 x 27): amplitudes to the real and imaginary parts of their spectrum, under a Hann window."""
    turns = np.exp(-2j * np.pi / _PAST * np.multiply.outer(np.arange(_PAST), _MODULATIONS))
    return np.ascontiguousarray(turns * np.hanning(_PAST)[:, None]).view(np.float64).astype(np.float32)
