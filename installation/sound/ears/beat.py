"""Tempo and place in the beat, from the last eight seconds of the detection function of onsets.

Once a second the autocorrelation is summed at one to four periods of each tempo from 60 to 180, less what
stands between them, under a wide preference for 110 (a comb as Scheirer's, JASA 1998, on the autocorrelation
as Davies and Plumbley's, TASLP 2007). Low sounds weigh more than others, because they tell the beat from its
halves. Four times a second the past is folded at that period; its strongest place is the beat, and the
running phase is pulled there. While nothing begins, the phase runs on and confidence falls.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["SURE", "Beat"]

SURE: Final = 0.2
"""Confidence from which a beat is told."""

_RATE: Final = RATE / BLOCK
_PAST: Final = 1504
"""Hops that are looked at: 8 s."""
_SLOWEST, _FASTEST = 60.0, 180.0
_PREFERRED, _WIDTH = 110.0, 1.2
_MOST_BEATS: Final = math.ceil((_PAST + 2) / _RATE * _FASTEST * 1.01 / 60.0)
"""In the past that is looked at."""
_COMB: Final = (1, 2, 3, 4)
_TEETH: Final = np.array([*_COMB, 1.5, 0.5])
_WEIGHTS: Final = np.array([[*(1.0 / math.sqrt(k) for k in _COMB), last, last] for last in (0.0, -0.4)])
"""Of the autocorrelation at these multiples of a period: the comb, and the comb less what is between."""
_PADDED: Final = 1200
"""Pairs of hops that are transformed: the past, and as many zeros as the longest lag of the comb."""
_BINS: Final = 48
_BEFORE, _AFTER = (np.arange(_BINS) - 1) % _BINS, (np.arange(_BINS) + 1) % _BINS
_LATE: Final = 1.3
"""Hops by which the detection function's peak comes after the sound."""
_TEMPO_EVERY, _PHASE_EVERY = 188, 47
_HELD: Final = 2.0
"""Seconds without onsets after which confidence falls, and tempo and phase are kept."""
_FORGET: Final = 3.0

Double = NDArray[np.float64]
Single = NDArray[np.float32]


class Beat:
    """Hears rises, tells the beat.

    Attributes:
        tempo: Beats a minute, 60..180.
        phase: 0..1, place in the beat at the end of the newest hop.
        step: Of the phase in a hop.
        confidence: 0..1.
    """

    def __init__(self) -> None:
        self.tempo, self.phase, self.confidence = 120.0, 0.0, 0.0
        self.step = self.tempo / 60.0 / _RATE
        self._heard = np.zeros(3 * _PAST, np.float32)
        self._end = _PAST
        self._until_tempo, self._until_phase = _TEMPO_EVERY, _PHASE_EVERY
        self._since, self._filled = 1e9, 0
        self._sure = self._usual = 0.0
        self._other, self._away = 0.0, 0
        self._taper = np.linspace(0.3, 1.0, _PAST // 2)
        ages = np.arange(_PAST - 1, -1, -1, dtype=np.float64)
        self._late, self._recent = ages + _LATE, np.exp(-ages / (4.0 * _RATE))
        self._tempi = np.geomspace(_SLOWEST * 0.98, _FASTEST * 1.02, 120)
        lags = np.multiply.outer(_TEETH, _RATE * 60.0 / self._tempi / 2.0)
        self._before, self._between = lags.astype(np.intp), lags % 1.0
        self._prior = np.exp(-0.5 * (np.log2(self._tempi / _PREFERRED) / _WIDTH) ** 2)
        count = _PAST // 2
        self._unbias = count / np.maximum(count - np.arange(count), count / 3.0)

    def hear(self, rises: Single, strength: float) -> bool:
        """Take in the next hops; whether a beat fell in one of them.

        Args:
            rises: (n,) of the last column of ``Flux.rise``.
            strength: Of a sound that began in one of them, 0 for none.
        """
        count = len(rises)
        if self._end + count > len(
            self._heard
        ):  # seldom: to move it all each time would cost more than the rest
            self._heard[:_PAST] = self._heard[self._end - _PAST : self._end].copy()
            self._end = _PAST
        self._heard[self._end : self._end + count] = rises
        self._end += count
        self._filled = min(self._filled + count, _PAST)
        self._since += count / _RATE
        if strength > 0.5 * self._usual:  # a rustle in a gap does not keep the beat
            self._since = 0.0
        if strength > 0.0:
            self._usual += 0.1 * (strength - self._usual)
        phase = self.phase + count * self.step
        self.phase = phase % 1.0
        self._until_tempo -= count
        self._until_phase -= count
        if self._since < _HELD:
            if self._until_tempo <= 0 and self._filled > 4 * _RATE:
                self._until_tempo = _TEMPO_EVERY
                self._find_tempo()
            elif self._until_phase <= 0 and self._sure > 0.0:
                self._until_phase = _PHASE_EVERY
                self._find_phase()
        gap = max(self._since - _HELD, 0.0)
        wanted = self._sure * math.exp(-gap / _FORGET)
        self.confidence += (wanted - self.confidence) * min(1.0, count / _RATE / 0.5)
        return phase >= 1.0

    def _centred(self) -> Double:
        past = self._heard[self._end - _PAST : self._end].astype(np.float64)
        if self._filled < _PAST:
            past[: _PAST - self._filled] = past[_PAST - self._filled :].mean()
        past -= past.sum() / _PAST
        most = 4.0 * math.sqrt(float(np.vdot(past, past)) / _PAST)
        return np.minimum(past, most, out=past)

    def _find_tempo(self) -> None:
        centred = self._centred()
        pairs = centred[0::2] + centred[1::2]
        pairs[1:-1] = 0.25 * (pairs[:-2] + pairs[2:]) + 0.5 * pairs[1:-1]
        pairs *= self._taper
        spectrum = np.fft.rfft(pairs, _PADDED)
        alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[: _PADDED - pairs.size]
        if alike[0] <= 1e-9:
            return
        alike *= self._unbias[: alike.size] / alike[0]
        near = alike[self._before]
        near += self._between * (alike[1:][self._before] - near)
        comb, scores = _WEIGHTS @ near
        scores = np.maximum(scores, 0.0) * self._prior
        best = int(scores.argmax())
        height = float(comb[best]) / sum(1.0 / math.sqrt(k) for k in _COMB)
        self._sure += 0.6 * (min(max((height - 0.12) / 0.4, 0.0), 1.0) - self._sure)
        if height > 0.12:
            self._take(float(self._tempi[best]), centred)

    def _take(self, tempo: float, centred: Double) -> None:
        """Follow a small change at once, a large one when it is found twice, or when nothing was sure."""
        if (
            abs(tempo / self.tempo - 1.0) > 0.08
            and self.confidence > 0.2
            and abs(tempo / self._other - 1.0) > 0.04
        ):
            self._other = tempo
            return
        self._other = tempo
        around = tempo * np.linspace(0.985, 1.015, 7)
        around = around[(around >= _SLOWEST * 0.99) & (around <= _FASTEST * 1.01)]
        sharpest = float(around[self._fold(centred, around).max(1).argmax()])
        self.tempo = min(max(sharpest, _SLOWEST), _FASTEST)
        self.step = self.tempo / 60.0 / _RATE
        self._until_phase = 0

    def _fold(self, centred: Double, tempi: Double) -> Double:
        """(tempi, bins): strength by the share of a beat that has passed since."""
        strengths = self._recent * centred
        folded = np.empty((len(tempi), _BINS))
        for tempo, row in zip(tempi.tolist(), folded, strict=True):
            places = (self._late * (tempo * (_BINS / _RATE / 60.0))).astype(np.intp)
            beats = np.bincount(places, strengths, _BINS * _MOST_BEATS).reshape(-1, _BINS)
            np.add.reduce(beats, axis=0, out=row)
        return np.asarray(folded + 0.5 * (folded.take(_BEFORE, axis=1) + folded.take(_AFTER, axis=1)))

    def _find_phase(self) -> None:
        folded = self._fold(self._centred(), np.array([self.tempo]))[0]
        best = int(folded.argmax())
        left, middle, right = folded[best - 1], folded[best], folded[(best + 1) % _BINS]
        bend = left - 2.0 * middle + right
        place = best + 0.5 + (0.5 * (left - right) / bend if bend < 0.0 else 0.0)
        off = (place / _BINS - self.phase + 0.5) % 1.0 - 0.5
        self._away = self._away + 1 if abs(off) > 0.15 else 0
        if self._away == 0:
            self.phase = (self.phase + 0.4 * off) % 1.0
        elif self._away > 3 or self.confidence < SURE:
            self.phase, self._away = (self.phase + off) % 1.0, 0
