"""Heart beats from light through a finger or an ear (photoplethysmogram, PPG).

A window of the last seconds of each person is freed of drift and of what is faster than a pulse, judged, and
searched for crests. A crest counts as a beat once it is known that none higher follows at once. Intervals
more than 20 % off the median of those before them count for no rate: a missed beat or a movement doubles or
halves an interval, a heart does not (usual in heart-rate variability work).
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["GOOD", "Beat", "PulseBank", "at_ends", "pulse_quality", "repeats"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WINDOW: Final = 6.0
"""Seconds that are looked at."""
GOOD: Final = 0.65
"""Quality from which on beats are believed."""
SLOWEST: Final = 40.0
FASTEST: Final = 180.0
"""Beats per minute that are looked for."""

_PASS: Final = 0.6, 4.0
_REFRACTORY: Final = 0.3
_CONFIRMED: Final = 0.15
_STALE: Final = 1.0
"""Seconds after which a crest is no news, and counts for the rate only."""
_OFF: Final = 0.2
_FEW: Final = 3
_STRIKES: Final = 3
_TOO_SOON: Final = 0.55
"""Share of the usual interval within which a second crest is an echo of the beat (the dicrotic wave)."""
_JUDGED: Final = 0.5
"""Seconds from one judgement of the quality to the next."""
_FAINT: Final = 0.0005
"""Share of the sensor's range below which nothing swings."""
_CONTACT: Final = 1.5
"""Seconds in which a sensor that touches somebody swings: a beat of 40 a minute."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat.

    Attributes:
        row: Whose.
        time: Seconds on the clock of the samples.
        bpm: Median rate of the intervals up to it; NaN where that is not known yet.
        interval: Seconds since the beat before; NaN where none was heard, or it lies off the usual.
        height: How high its crest is, in the sensor's unit, drift removed.
    """

    row: int
    time: float
    bpm: float
    interval: float = float("nan")
    height: float = float("nan")


def _passed(window: Floats, rate: float) -> Floats:
    """Without its trend and everything outside of the band of a pulse; ``(rows, samples)``."""
    length = window.shape[1]
    ramp = np.linspace(-1.0, 1.0, length)
    flat = window - window.mean(axis=1, keepdims=True)
    flat -= np.outer(flat @ ramp / (ramp @ ramp), ramp)
    spectrum = np.fft.rfft(flat, 2 * length, axis=1)
    hertz = np.fft.rfftfreq(2 * length, 1.0 / rate)
    low, high = _PASS
    # Soft edges, or a step in the signal would ring like a pulse.
    gain = np.clip((hertz - 0.5 * low) / (0.5 * low), 0.0, 1.0) * np.clip(
        (1.5 * high - hertz) / (0.5 * high), 0.0, 1.0
    )
    return np.asarray(np.fft.irfft(spectrum * gain, axis=1)[:, :length], np.float64)


def pulse_quality(window: Floats, rate: float, full: float = 1.0) -> Floats:
    """Return how much each row looks like a pulse, 0..1; below ``GOOD`` it is not to be read.

    It is the height of the autocorrelation at the lag of a beat, and 0 where the sensor touches nobody (less
    than 0.05 % of its range), is at an end of its range for more than 5 % of the time, or jumps.

    Args:
        window: ``(rows, samples)`` raw, a few seconds.
        rate: Samples per second.
        full: Range of the sensor: from 0 to it; infinite if it is not known.
    """
    known = np.isfinite(window).all(axis=1)
    clean = np.where(np.isfinite(window), window, 0.0)
    passed = _passed(clean, rate)
    loudest = np.abs(passed).max(axis=1)
    jumps = loudest > 5.0 * np.maximum(np.median(np.abs(passed), axis=1), 1e-30)
    touch = _touches(clean, passed, full)
    return np.asarray(repeats(passed, rate) * (known & touch & ~jumps), np.float64)


def _touches(clean: Floats, passed: Floats, full: float) -> Flags:
    """Which rows swing, and not between the ends of the sensor's range."""
    if np.isfinite(full):
        ends = (clean <= 0.0) | (clean >= full)
        return np.asarray((passed.std(axis=1) > _FAINT * full) & (ends.mean(axis=1) < 0.05), np.bool_)
    level = np.abs(clean).max(axis=1)
    return np.asarray((passed.std(axis=1) > 1e-6 * level) & (at_ends(clean) < 0.2), np.bool_)


def at_ends(clean: Floats) -> Floats:
    """Return the share of each row that is its highest or lowest value: where a range ends, many are."""
    highest, lowest = clean.max(axis=1, keepdims=True), clean.min(axis=1, keepdims=True)
    return np.asarray(((clean >= highest) | (clean <= lowest)).mean(axis=1), np.float64)


def repeats(passed: Floats, rate: float) -> Floats:
    """Return the height of each row's autocorrelation at the lag of a beat, 0..1.

    Args:
        passed: ``(rows, samples)`` without drift.
        rate: Samples per second.
    """
    length = passed.shape[1]
    spectrum = np.abs(np.fft.rfft(passed, 2 * length, axis=1)) ** 2
    match = np.fft.irfft(spectrum, axis=1)[:, :length]
    match /= np.maximum(match[:, :1], 1e-30) * (1.0 - np.arange(length) / length)
    first, last = int(rate * 60.0 / FASTEST), min(int(rate * 60.0 / SLOWEST), length // 2)
    return np.asarray(np.clip(match[:, first : last + 1].max(axis=1), 0.0, 1.0), np.float64)


class PulseBank:
    """Finds the beats of several people.

    Args:
        rows: How many.
        rate: Samples per second of each.
        full: Range of the sensors: from 0 to it; infinite if it is not known.

    Attributes:
        quality: Of each row, at the last ``look``; below ``GOOD`` there is no reading.
        touches: Of each row, whether the sensor touches somebody now: it swings.
    """

    def __init__(self, rows: int, rate: float, full: float = 1.0) -> None:
        self._rate, self._full = rate, full
        self._length = int(WINDOW * rate)
        self._window: Floats = np.full((rows, self._length), np.nan)
        self._counts = np.zeros(rows, np.int64)
        self._last: Floats = np.full(rows, -np.inf)
        self._intervals: list[deque[float]] = [deque(maxlen=8) for _ in range(rows)]
        self._strikes = [0] * rows
        self._judged = np.zeros(rows, np.int64)
        self.quality: Floats = np.zeros(rows)
        self.touches: Flags = np.zeros(rows, np.bool_)

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a row, oldest first."""
        fresh = samples[-self._length :]
        self._window[row] = np.concatenate([self._window[row, len(fresh) :], fresh])
        self._counts[row] += len(samples)

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        self._window[row] = np.nan
        self._counts[row], self._judged[row] = 0, 0
        self._last[row], self.quality[row] = -np.inf, 0.0
        self.touches[row] = False
        self._intervals[row].clear()
        self._strikes[row] = 0

    def look(self) -> list[Beat]:
        """Return the beats since the last call, by row and time; ten calls a second find them early."""
        stale = np.flatnonzero(self._counts - self._judged >= _JUDGED * self._rate)
        if len(stale):
            self._judged[stale] = self._counts[stale]
            self.quality[stale] = self._quality(self._window[stale])
            tail = self._window[stale, -int(_CONTACT * self._rate) :]
            known = np.isfinite(tail).all(axis=1)
            flat = np.where(known.reshape(-1, 1), tail, 0.0)
            drift = flat - flat.mean(axis=1, keepdims=True)
            self.touches[stale] = known & _touches(flat, drift, self._full)
        rows = np.flatnonzero(self.quality >= GOOD)
        found: list[Beat] = []
        for row in np.flatnonzero((self.quality < GOOD) & np.isfinite(self._last)).tolist():
            self._last[row] = -np.inf
            self._intervals[row].clear()
        if len(rows):
            passed = self._front(self._window[rows])
            for row, line in zip(rows.tolist(), passed, strict=True):
                found += self._beats(row, line)
        return found

    def _front(self, window: Floats) -> Floats:
        """Return what is searched for crests, ``(rows, samples)``."""
        return _passed(window, self._rate)

    def _quality(self, window: Floats) -> Floats:
        """Return how much each row can be believed, 0..1."""
        return pulse_quality(window, self._rate, self._full)

    def _beats(self, row: int, line: Floats) -> list[Beat]:
        """Crests of one row that are new."""
        rate = self._rate
        inner = line[1:-1]
        high = (inner > line[:-2]) & (inner >= line[2:]) & (inner > 0.7 * line.std())
        crest = np.flatnonzero(high) + 1
        start = self._counts[row] - len(line)
        kept: list[int] = []
        for at in crest.tolist():
            if kept and at - kept[-1] < _REFRACTORY * rate:
                if line[at] > line[kept[-1]]:
                    kept[-1] = at
            else:
                kept.append(at)
        found = []
        for at in kept:
            if at < rate or len(line) - at < _CONFIRMED * rate:
                continue  # an edge of the window bends the line
            left, middle, right = line[at - 1 : at + 2].tolist()
            bend = left - 2.0 * middle + right
            time = (start + at + (0.5 * (left - right) / bend if bend else 0.0)) / rate
            usual = float(np.median(self._intervals[row])) if self._intervals[row] else 0.0
            if time > self._last[row] + max(_REFRACTORY, _TOO_SOON * usual):
                beat = self._beat(row, time, middle)
                if len(line) - at <= _STALE * rate:
                    found.append(beat)
        return found

    def _beat(self, row: int, time: float, height: float) -> Beat:
        interval, intervals = time - float(self._last[row]), self._intervals[row]
        self._last[row] = time
        usual = float("nan")
        if 60.0 / FASTEST <= interval <= 60.0 / SLOWEST:
            median = float(np.median(intervals)) if intervals else interval
            if abs(interval - median) <= _OFF * median:
                intervals.append(interval)
                self._strikes[row] = 0
                usual = interval
            else:
                self._strikes[row] += 1
                if self._strikes[row] >= _STRIKES:  # it is the median that is wrong
                    intervals.clear()
                    self._strikes[row] = 0
        bpm = 60.0 / float(np.median(intervals)) if len(intervals) >= _FEW else float("nan")
        return Beat(row, time, bpm, usual, height)
