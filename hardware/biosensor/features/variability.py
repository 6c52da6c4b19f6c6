"""What follows from the times of heart beats: variability, and the breath that is in it.

RMSSD is the root of the mean square of successive differences of the intervals between normal beats (Task
Force of ESC and NASPE, Circulation 93, 1996). A minute of it agrees with five (Munoz et al., PLoS ONE 10,
e0138921, 2015). One missed beat in a minute makes it several times as large, so that it is told only where
nine intervals in ten are normal: within 20 % of the median of their eleven neighbours.

The heart beats faster while one breathes in (respiratory sinus arrhythmia), and a pulse is smaller then.
Where the rates in intervals and in amplitudes agree, that is the breath, and else there is no reading (smart
fusion: Karlen et al., IEEE Trans. Biomed. Eng. 60, 2013). Waves of blood pressure of 0.1 Hz (Mayer) look like
slow breaths. Who breathes that slowly has intervals that swing by a seventh and more (resonance: Lehrer et
al., Appl. Psychophysiol. Biofeedback 25, 2000): smaller slow waves are not told as breath, only a belt can.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.high_pass import high_passed

__all__ = ["BREATHS", "BeatLog", "breath_peak", "normal", "rmssd"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BREATHS: Final = 0.08, 0.5
"""Hz of breaths that are looked for: 4.8 to 30 a minute."""

_OFF: Final = 0.2
_NEIGHBOURS: Final = 11
_NORMAL: Final = 0.9
_MINUTE: Final = 60.0
_COVERED: Final = 45.0
_BREATH: Final = 32.0
"""Seconds in which breaths are looked for."""
_RATE: Final = 4.0
_AGREE: Final = 4.0 / 60.0
"""Hz that two ways may differ: 4 breaths a minute."""
_CLEAR: Final = 0.5
_MAYER: Final = 0.13
_VERY_CLEAR: Final = 0.7
_DEEP: Final = 0.15
"""Swing of the intervals, shortest to longest, in medians, from which a slow wave is a breath."""
_LOG: Final = 192


def normal(intervals: Floats) -> Flags:
    """Return which intervals, in seconds, lie within 20 % of the median of their eleven neighbours."""
    half = _NEIGHBOURS // 2
    if len(intervals) < _NEIGHBOURS:
        return np.asarray(np.abs(intervals - np.median(intervals)) <= _OFF * np.median(intervals), np.bool_)
    padded = np.pad(intervals, half, mode="reflect")
    median = np.median(np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS), axis=1)
    return np.asarray(np.abs(intervals - median) <= _OFF * median, np.bool_)


def rmssd(times: Floats, intervals: Floats) -> float:
    """Return the variability of a minute of intervals in milliseconds; NaN where they allow no number.

    Args:
        times: ``(beats,)`` when each interval ended, in seconds.
        intervals: ``(beats,)`` their lengths, in seconds.
    """
    if len(times) < 20 or times[-1] - times[0] < _COVERED or intervals.sum() < _NORMAL * (
        times[-1] - times[0]
    ):  # fmt: skip
        return float("nan")
    fine = normal(intervals)
    if fine.mean() < _NORMAL:
        return float("nan")
    # Two intervals are successive if one begins where the other ends.
    joined = np.abs(np.diff(times) - intervals[1:]) < 0.05
    differences = np.diff(intervals)[fine[1:] & fine[:-1] & joined]
    return 1000.0 * float(np.sqrt(np.mean(differences**2))) if len(differences) >= 15 else float("nan")


def breath_peak(lines: Floats, rate: float) -> tuple[Floats, Floats]:
    """Return the rate of the strongest breath-like wave of each row in Hz, and how clear it is, 0..1.

    Clear is the share of the power between 0.05 and 0.7 Hz that lies within 0.04 Hz of the peak.

    Args:
        lines: ``(rows, samples)``, finite; 20 s or more.
        rate: Samples per second.
    """
    length = lines.shape[1]
    size = 1 << int(np.ceil(np.log2(4 * length)))
    flat = high_passed(lines, rate, 0.5 * BREATHS[0]) * np.hanning(length)
    spectrum = np.fft.rfft(flat, size, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    hertz = np.fft.rfftfreq(size, 1.0 / rate)
    inside = (hertz >= BREATHS[0]) & (hertz <= BREATHS[1])
    peak = np.argmax(power[:, inside], axis=1)
    at = hertz[inside][peak]
    wide = (hertz >= 0.05) & (hertz <= 0.7)
    near = np.abs(hertz[np.newaxis] - at[:, np.newaxis]) <= 0.04
    total = np.maximum(power[:, wide].sum(axis=1), 1e-30)
    edge = (peak == 0) | (peak == inside.sum() - 1)  # the flank of something else
    return at, np.where(edge, 0.0, np.clip((power * near).sum(axis=1) / total, 0.0, 1.0))


class BeatLog:
    """The beats of the last minutes of several people.

    Args:
        rows: How many.
    """

    def __init__(self, rows: int) -> None:
        self._times: Floats = np.full((rows, _LOG), np.nan)
        self._intervals: Floats = np.full((rows, _LOG), np.nan)
        self._heights: Floats = np.full((rows, _LOG), np.nan)

    def add(self, row: int, time: float, interval: float, height: float = float("nan")) -> None:
        """Take one beat: when, seconds since the one before, and its height where that is known."""
        for known, value in (
            (self._times, time), (self._intervals, interval), (self._heights, height),
        ):  # fmt: skip
            known[row, :-1] = known[row, 1:]
            known[row, -1] = value

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        for known in (self._times, self._intervals, self._heights):
            known[row] = np.nan

    def rmssd(self, row: int, now: float) -> float:
        """Return the variability of the last minute in milliseconds; NaN for no reading."""
        recent = (self._times[row] > now - _MINUTE) & np.isfinite(self._intervals[row])
        return rmssd(self._times[row, recent], self._intervals[row, recent])

    def breath(self, row: int, now: float) -> tuple[float, float]:
        """Return how far the breast has risen, -1..1, and breaths a minute; both NaN for no reading."""
        nothing = float("nan"), float("nan")
        recent = (self._times[row] > now - _BREATH) & np.isfinite(self._intervals[row])
        times, intervals = self._times[row, recent], self._intervals[row, recent]
        if len(times) < 16 or times[-1] - times[0] < 0.75 * _BREATH or now - times[-1] > 2.0:
            return nothing
        if normal(intervals).mean() < _NORMAL:
            return nothing
        clock = np.arange(times[-1] - 0.75 * _BREATH, times[-1], 1.0 / _RATE)
        ways = [np.interp(clock, times, -intervals)]
        heights = self._heights[row, recent]
        if np.isfinite(heights).all():
            ways.append(np.interp(clock, times, -heights / np.median(np.abs(heights))))
        at, clear = breath_peak(np.stack(ways), _RATE)
        sure = clear >= _CLEAR
        highest = 0.5 / float(np.median(intervals))  # a wave faster than every second beat is not seen
        if not sure[0] or at[0] > highest or (sure.all() and np.ptp(at) > _AGREE):
            return nothing
        flat = high_passed(ways[0][np.newaxis], _RATE, 0.5 * BREATHS[0])[0]
        swing = max(float(flat.std()) * np.sqrt(2.0), 1e-6)
        deep = 2.0 * swing >= _DEEP * float(np.median(intervals))
        if at[0] < _MAYER and not (deep and (clear >= _VERY_CLEAR).all()):
            return nothing
        return float(np.clip(flat[-1] / swing, -1.0, 1.0)), 60.0 * float(at[sure].mean())
