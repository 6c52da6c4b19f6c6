"""Heart beats from light through a finger or an ear (photoplethysmogram, PPG).

A window of the last seconds of each person is freed of drift and of what is faster than a pulse, judged, and
searched for crests. A crest counts as a beat once it is known that none higher follows at once. Intervals
more than 20 % off the median of those before them count for no rate: a missed beat or a movement doubles or
halves an interval, a heart does not (usual in heart-rate variability work).
"""

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.windows import Windows

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
_SKIPS: Final = 4
"""Judgements in a row that find a beat twice as fast as the usual one, after which the usual one is wrong."""
_FAINT: Final = 0.0005
"""Share of the sensor's range below which nothing swings."""
_NEARLY: Final = 0.9
_KEPT: Final = 8
"""Intervals of which the rate is the median."""
_ENDING: Final = 2.6
"""Seconds in which a new crest is looked for: longer than the slowest beat lasts."""
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


@lru_cache(maxsize=16)
def _ending(length: int, rate: float) -> Floats:
    """What ``_passed`` does to the last seconds of a window, as a matrix: it is linear."""
    whole = _passed(np.eye(length), rate)
    return np.ascontiguousarray(whole[:, -int(_ENDING * rate) :])


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
    clean = np.where(known.reshape(-1, 1), window, 0.0)
    return np.asarray(_pulse_quality(clean, _passed(clean, rate), rate, full)[0] * known, np.float64)


def _pulse_quality(clean: Floats, passed: Floats, rate: float, full: float) -> tuple[Floats, Floats]:
    size = np.abs(passed)
    jumps = size.max(axis=1) > 5.0 * np.maximum(np.median(size, axis=1), 1e-30)
    quality, lag = repeats(passed, rate)
    return quality * (_touches(clean, passed, full) & ~jumps), lag


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


def repeats(passed: Floats, rate: float) -> tuple[Floats, Floats]:
    """Return the height of each row's autocorrelation at the lag of a beat, 0..1, and that lag in seconds.

    Args:
        passed: ``(rows, samples)`` without drift.
        rate: Samples per second.
    """
    length = passed.shape[1]
    spectrum = np.fft.rfft(passed, 2 * length, axis=1)
    match = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, axis=1)[:, :length]
    match /= np.maximum(match[:, :1], 1e-30) * (1.0 - np.arange(length) / length)
    first, last = int(rate * 60.0 / FASTEST), min(int(rate * 60.0 / SLOWEST), length // 2)
    looked = match[:, first : last + 1]
    high = looked.max(axis=1)
    # Two beats match as well as one: the first lag that does nearly is that of one.
    lag = first + np.argmax(looked >= _NEARLY * high[:, np.newaxis], axis=1)
    return np.asarray(np.clip(high, 0.0, 1.0), np.float64), lag / rate


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

    works_at: ClassVar[float] = 50.0
    """Samples per second that suffice; where twice as many come, means of them are looked at."""

    def __init__(self, rows: int, rate: float, full: float = 1.0) -> None:
        step = max(int(rate / self.works_at), 1)
        self._windows = Windows(rows, WINDOW, rate, step=step)
        self._rate, self._full = self._windows.rate, full
        self._middle = 0.5 * (step - 1) / rate
        self._last: Floats = np.full(rows, -np.inf)
        self._swing: Floats = np.full(rows, np.inf)
        self._lag: Floats = np.zeros(rows)
        self._intervals: list[deque[float]] = [deque(maxlen=_KEPT) for _ in range(rows)]
        self._usual = [0.0] * rows
        self._strikes: list[list[float]] = [[] for _ in range(rows)]
        self._judged = np.zeros(rows, np.int64)
        self._skips = np.zeros(rows, np.int64)
        self.quality: Floats = np.zeros(rows)
        self.touches: Flags = np.zeros(rows, np.bool_)

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a row, oldest first."""
        self._windows.feed(row, samples)

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        self._windows.forget(row)
        self._judged[row], self.quality[row], self.touches[row] = 0, 0.0, False
        self._lose(row)

    def look(self) -> list[Beat]:
        """Return the beats since the last call, by row and time; ten calls a second find them early."""
        self._windows.settle()
        counts, lines = self._windows.counts, self._windows.lines
        stale = np.flatnonzero(counts - self._judged >= _JUDGED * self._rate)
        if len(stale):
            self._judged[stale] = counts[stale]
            self._judge(stale, lines[stale])
        for row in np.flatnonzero((self.quality < GOOD) & np.isfinite(self._last)).tolist():
            self._lose(row)
        good = self.quality >= GOOD
        known = good & np.isfinite(self._last)
        found: list[Beat] = []
        for rows, searched in (
            (np.flatnonzero(good & ~known), self._front),
            (np.flatnonzero(known), self._newest),
        ):
            if len(rows):
                found += self._crests(rows, searched(lines[rows]))
        return found

    def _judge(self, rows: NDArray[np.intp], window: Floats) -> None:
        """Measure quality, contact and swing of rows."""
        known = np.isfinite(window).all(axis=1)
        clean = np.where(known.reshape(-1, 1), window, 0.0)
        passed = self._front(clean)
        self._swing[rows] = passed.std(axis=1)
        quality, self._lag[rows] = self._quality(clean, passed)
        self.quality[rows] = quality * known
        self._doubt(rows)
        tail = window[:, -int(_CONTACT * self._rate) :]
        known = np.isfinite(tail).all(axis=1)
        flat = np.where(known.reshape(-1, 1), tail, 0.0)
        self.touches[rows] = known & _touches(flat, flat - flat.mean(axis=1, keepdims=True), self._full)

    def _doubt(self, rows: NDArray[np.intp]) -> None:
        """Begin again where every second beat passes for an echo.

        Samples that were lost can hide beats until twice the interval is the usual one, within which the true
        beat comes too soon to count, for as long as the signal is good.
        """
        usual = np.array([self._usual[row] for row in rows.tolist()])
        skips = (self.quality[rows] >= GOOD) & (self._lag[rows] < _TOO_SOON * usual)
        self._skips[rows] = np.where(skips, self._skips[rows] + 1, 0)
        for row in rows[self._skips[rows] >= _SKIPS].tolist():
            self._lose(row)

    def _front(self, window: Floats) -> Floats:
        """Return what is searched for crests, ``(rows, samples)``."""
        return _passed(window, self._rate)

    def _newest(self, window: Floats) -> Floats:
        """Return the end of what is searched, which is all that can hold news once a beat is known."""
        return np.asarray(window @ _ending(window.shape[1], self._rate), np.float64)

    def _quality(self, clean: Floats, passed: Floats) -> tuple[Floats, Floats]:
        """Return how much each row can be believed, 0..1, and seconds from beat to beat."""
        return _pulse_quality(clean, passed, self._rate, self._full)

    def _lose(self, row: int) -> None:
        """Know of no beat of a row."""
        self._last[row], self._usual[row], self._skips[row] = -np.inf, 0.0, 0
        self._intervals[row].clear()
        self._strikes[row] = []

    def _crests(self, rows: NDArray[np.intp], lines: Floats) -> list[Beat]:
        """Crests that are new."""
        rate, length = self._rate, lines.shape[1]
        inner = lines[:, 1:-1]
        high = (
            (inner > lines[:, :-2]) & (inner >= lines[:, 2:]) & (inner > 0.7 * self._swing[rows, np.newaxis])
        )
        start = self._windows.counts[rows] - length
        # Nothing before the last beat is news; where none is known, an edge of the window bends the line.
        first = np.where(
            np.isfinite(self._last[rows]), (self._last[rows] - self._middle) * rate - start, rate
        )
        at = np.arange(1, length - 1)
        high &= (at > first[:, np.newaxis] + 1.0) & (
            at <= length - _CONFIRMED * rate + 0.5 * _REFRACTORY * rate
        )
        kept: dict[int, list[int]] = {}
        for index, at_ in zip(*(part.tolist() for part in np.nonzero(high)), strict=True):
            crests, crest = kept.setdefault(index, []), at_ + 1
            if crests and crest - crests[-1] < _REFRACTORY * rate:
                if lines[index, crest] > lines[index, crests[-1]]:
                    crests[-1] = crest
            else:
                crests.append(crest)
        found: list[Beat] = []
        for index, crests in kept.items():
            found += self._news(int(rows[index]), int(start[index]), lines[index], crests)
        return found

    def _news(self, row: int, start: int, line: Floats, crests: list[int]) -> list[Beat]:
        """Beats of one row among crests of its line."""
        rate, found = self._rate, list[Beat]()
        for at in crests:
            if len(line) - at < _CONFIRMED * rate:
                continue
            left, middle, right = line[at - 1 : at + 2].tolist()
            bend = left - 2.0 * middle + right
            time = (start + at + (0.5 * (left - right) / bend if bend else 0.0)) / rate + self._middle
            usual = self._usual[row] or float(self._lag[row])
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
            middle = self._usual[row] or interval
            if abs(interval - middle) <= _OFF * middle:
                intervals.append(interval)
                self._strikes[row] = []
                usual = interval
            else:
                strikes = [*self._strikes[row], interval]
                self._strikes[row] = strikes
                if len(strikes) >= _STRIKES:  # it is the median that is wrong
                    middle = median(strikes)
                    intervals.clear()
                    intervals.extend(one for one in strikes if abs(one - middle) <= _OFF * middle)
                    self._strikes[row] = []
            self._usual[row] = median(intervals) if intervals else 0.0
        bpm = 60.0 / self._usual[row] if len(intervals) >= _FEW else float("nan")
        return Beat(row, time, bpm, usual, height)
