"""Conductance of the skin (electrodermal activity, EDA): a slow level, and responses on top of it.

Level and responses are divided at 0.05 Hz, as is usual (Boucsein, *Electrodermal Activity*, 2012). A response
(SCR) is a rise of 0.05 microsiemens or more from a trough to a crest within 5 s (the same; Society for
Psychophysiological Research, Psychophysiology 49, 2012, p. 1017). What is outside of 0.05 to 60
microsiemens, or changes faster than 10 microsiemens a second, is a loose electrode or a movement, and so are
the 5 s after it (Kleckner et al., IEEE Trans. Biomed. Eng. 65, 2018).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.windows import Windows

__all__ = ["RATE", "EdaBank", "EdaLook", "level_and_phasic", "responses"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RATE: Final = 8.0
"""Samples per second that are looked at: means of those that come."""

_WINDOW: Final = 60.0
_CUT: Final = 0.05
_LOWEST: Final = 0.05
_HIGHEST: Final = 60.0
_FASTEST: Final = 10.0
_AFTER: Final = 5.0
_RISE: Final = 0.05
_RISE_TIME: Final = 0.3, 5.0
_NOISE: Final = 0.01
"""Microsiemens that turn neither a rise nor a fall."""
_NOISY: Final = 4.0
"""The same in usual steps from sample to sample, where the sensor is noisier than that."""
_FALL: Final = 0.1
"""Share of its height by which a response has fallen once its crest is known as one."""
_SMOOTH: Final = 5
"""Samples that are one for the search of responses."""
_FRESH: Final = 5.0
"""Seconds after which a crest is no news."""
_LEAST: Final = 20.0
"""Seconds of good signal before anything is told."""


@dataclass(frozen=True, slots=True)
class EdaLook:
    """What is told of everybody.

    Attributes:
        level: ``(rows,)`` tonic level in microsiemens; NaN for no reading.
        phasic: ``(rows,)`` what is above the level, in microsiemens; NaN for no reading.
        rises: Row and height in microsiemens of each response that has just passed its crest.
    """

    level: Floats
    phasic: Floats
    rises: tuple[tuple[int, float], ...]


def level_and_phasic(window: Floats, rate: float) -> tuple[Floats, Floats]:
    """Divide conductance at 0.05 Hz, each like ``window``: ``(rows, samples)``, finite.

    The window is continued at both ends by its mirror image, so that the newest sample is divided by those
    before it. The division is that of a second-order Butterworth filter forth and back.
    """
    length = window.shape[1]
    pad = length // 2
    head, tail = window[:, pad:0:-1], window[:, -2 : -pad - 2 : -1]
    long = np.concatenate([head, window, tail], axis=1)
    hertz = np.fft.rfftfreq(long.shape[1], 1.0 / rate)
    slow = np.fft.irfft(np.fft.rfft(long, axis=1) / (1.0 + (hertz / _CUT) ** 4), long.shape[1], axis=1)
    level = slow[:, pad : pad + length]
    return np.asarray(level, np.float64), np.asarray(window - level, np.float64)


def responses(line: Floats, rate: float) -> list[tuple[int, float]]:
    """Return crest and height of each response in one row of conductance, by time.

    Args:
        line: ``(samples,)`` microsiemens, finite.
        rate: Samples per second.
    """
    shortest, longest = (time * rate for time in _RISE_TIME)
    found: list[tuple[int, float]] = []
    values = line.tolist()
    noise = max(_NOISE, _NOISY * float(np.median(np.abs(np.diff(line)))))
    low, bottom, high, top, rising = values[0], 0, values[0], 0, False
    for at, value in enumerate(values):
        if not rising:
            if value <= low:
                low, bottom = value, at
            elif value - low >= noise:
                rising, high, top = True, value, at
        elif value > high:
            high, top = value, at
        elif high - value >= max(noise, _FALL * (high - low)):
            # What rises for longer than a response may is the level below it.
            first = max(bottom, top - int(longest))
            rise = high - min(values[first : top + 1])
            # A response begins where it has left its trough by a tenth of its height.
            start = next(n for n in range(first, top + 1) if values[n] >= high - 0.9 * rise)
            if rise >= max(_RISE, 3.0 * noise) and top - start >= shortest:
                found.append((top, rise))
            low, bottom, rising = value, at, False
    return found


class EdaBank:
    """Level and responses of several people.

    Args:
        rows: How many.
        rate: Samples per second of each sensor, 4 or more, in microsiemens.
    """

    def __init__(self, rows: int, rate: float) -> None:
        self._windows = Windows(rows, _WINDOW, rate, step=max(round(rate / RATE), 1))
        self._rate = self._windows.rate
        self._told = np.zeros(rows, np.int64)
        self._looked = np.zeros(rows, np.int64)
        self.touches: Flags = np.zeros(rows, np.bool_)
        """Whether the electrodes touch skin now."""

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a person, oldest first."""
        self._windows.feed(row, samples)

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        self._windows.forget(row)
        self._told[row] = self._looked[row] = 0
        self.touches[row] = False

    def look(self) -> EdaLook:
        """Return level, phasic part and new responses of who has half a second of news."""
        self._windows.settle()
        counts, lines = self._windows.counts, self._windows.lines
        level, phasic = np.full(len(lines), np.nan), np.full(len(lines), np.nan)
        rows = np.flatnonzero(counts - self._looked >= 0.5 * self._rate)
        self._looked[rows] = counts[rows]
        window = lines[rows]
        last = window[:, -max(int(self._rate), 1) :]
        self.touches[rows] = ((last > _LOWEST) & (last < _HIGHEST)).all(axis=1)
        good = self._good(window)
        keep = good[:, -int(_LEAST * self._rate) :].all(axis=1)
        rows, window, good = rows[keep], window[keep], good[keep]
        if not len(rows):
            return EdaLook(level, phasic, ())
        # What is before the last bad sample is left out: the first good one stands for it.
        first = window.shape[1] - np.argmin(good[:, ::-1], axis=1)
        first[good.all(axis=1)] = 0
        at = np.maximum(np.arange(window.shape[1]), first[:, np.newaxis])
        held = np.take_along_axis(window, at, axis=1)
        slow, fast = level_and_phasic(held, self._rate)
        level[rows], phasic[rows] = slow[:, -1], fast[:, -1]
        return EdaLook(level, phasic, tuple(self._rises(rows, held)))

    def _good(self, window: Floats) -> Flags:
        """Which samples can be believed; ``(rows, samples)``."""
        fine = (window > _LOWEST) & (window < _HIGHEST)
        speed = np.abs(np.diff(window, axis=1, prepend=window[:, :1])) * self._rate
        bad = ~fine | (speed > _FASTEST)
        count = np.cumsum(bad, axis=1)
        after = int(_AFTER * self._rate)
        before = np.concatenate([np.zeros((len(window), after), count.dtype), count[:, :-after]], axis=1)
        return np.asarray(count == before, np.bool_)

    def _rises(self, rows: NDArray[np.intp], held: Floats) -> list[tuple[int, float]]:
        found = []
        back, fresh = int(15.0 * self._rate), int(_FRESH * self._rate)
        tails = held[:, -back:]
        smooth = np.lib.stride_tricks.sliding_window_view(tails, _SMOOTH, axis=1).mean(axis=2)
        for row, line in zip(rows.tolist(), smooth, strict=True):
            start = int(self._windows.counts[row]) - len(line) - _SMOOTH // 2
            for crest, rise in responses(line, self._rate):
                if start + crest > self._told[row] + 1:
                    self._told[row] = start + crest
                    if len(line) - crest <= fresh:
                        found.append((row, rise))
        return found
