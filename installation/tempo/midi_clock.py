"""Follows a MIDI clock: 24 ticks a beat that arrive unevenly, and a transport that starts, stops and goes on.

MIDI 1.0 Detailed Specification, "System Common" (song position pointer, in sixteenths of 6 ticks) and "System
Real Time" (clock, start, continue, stop): the first tick after a start or a continue is the one that it
means. The ticks pass a second-order loop: Fons Adriaensen, "Using a DLL to filter time", Linux Audio
Conference 2005.
"""

import math
from collections import deque
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from installation.tempo.clock import HIGHEST, LOWEST
from installation.values import Seconds

__all__ = ["HOLD", "PPQN", "ClockFollower"]

PPQN: Final = 24
"""Ticks of a quarter note."""

HOLD: Final[Seconds] = 2.0
"""Time without a tick after which the source is lost."""

_TICKS_OF_SIXTEENTH: Final = 6
_LOCK: Final = 6
"""Intervals from which the tempo is known: a quarter of a beat."""
_RECENT: Final = 13
_CHANGED: Final = 0.05
"""The last half beat of ticks: if its tempo differs from the loop's by this share, the loop begins anew."""
_STRAIGHT, _CLEAR, _SURE = 0.2, 0.1, 4
"""Mean distance, in periods, of ticks from a line beyond which they tell no tempo, or no other tempo; and how
many ticks in a row must tell another one: services stumble."""
_MOST: Final = 0.25
"""Most periods of a tick's error that the loop hears: the rest is a stumble."""
_SETTLED: Final = 24
"""Ticks after which the loop becomes slow."""
_FAST, _SLOW = 2.0, 0.4
"""Bandwidth of the loop in Hz, at first and later: the second takes 5 ms of jitter down to less than 1 ms."""
_FAR, _STRIKES = 0.4, 3
"""Ticks in a row that are so many periods from where they were expected make the loop begin anew."""
_SLOWEST: Final[Seconds] = 60.0 / LOWEST / PPQN * 1.05
_FASTEST: Final[Seconds] = 60.0 / HIGHEST / PPQN * 0.95


class ClockFollower:
    """The clock of one source.

    Attributes:
        running: Whether its transport runs: it has started or continued, and not stopped since.
        started: Whether it ever has; a synthesizer that only ticks has no downbeat to tell.
        count: Number of the last tick since the downbeat of its first bar; -1 before the first.
        located: Whether the last tick was the first after a start or a continue; the reader clears it.
        out_of_range: Intervals of a tempo outside ``LOWEST`` to ``HIGHEST``, since the start.
    """

    def __init__(self) -> None:
        self.running = False
        self.started = False
        self.count = -1
        self.located = False
        self.out_of_range = 0
        self._song = 0
        self._next: int | None = None
        self._recent: deque[tuple[Seconds, int]] = deque(maxlen=_RECENT)
        """Times and numbers of the last ticks."""
        self._period: Seconds | None = None
        self._filtered: Seconds = 0.0
        self._expected: Seconds = 0.0
        self._since = self._another = 0

    @property
    def bpm(self) -> float | None:
        """Its tempo; None until there have been enough ticks."""
        return None if self._period is None else 60.0 / (PPQN * self._period)

    def start(self) -> None:
        """FA: from the beginning, with the next tick."""
        self._song = 0
        self.proceed()

    def proceed(self) -> None:
        """FB: from the song position, with the next tick."""
        self.running = self.started = True
        self._next = self._song

    def stop(self) -> None:
        """FC: the transport stops; its ticks usually go on, and so does the beat."""
        if self.running and self._next is None:
            self._song = self.count + 1
        self.running = False

    def song_position(self, sixteenths: int) -> None:
        """F2: where a continue goes on, in sixteenths of a whole note since the beginning."""
        self._song = sixteenths * _TICKS_OF_SIXTEENTH

    def tick(self, time: Seconds) -> None:
        """F8: one tick, at monotonic ``time`` in seconds."""
        self.count += 1
        if self._next is not None:
            moved = self._next - self.count
            self._recent = deque(((at, number + moved) for at, number in self._recent), maxlen=_RECENT)
            self.count, self._next = self._next, None
            self.located = True
        if self._period is None:
            self._learn(time)
        else:
            self._correct(time, self._period)

    def at(self, time: Seconds) -> float:
        """Return its position at ``time`` in beats; before the tempo is known, that of the last tick."""
        if self._period is None:
            return max(self.count, 0) / PPQN
        return (self.count + (time - self._filtered) / self._period) / PPQN

    def lose(self) -> None:
        """Forget the tempo and the transport: nothing has come for ``HOLD`` seconds."""
        self.running = self.started = False
        self._period = None
        self._recent.clear()

    def _learn(self, time: Seconds) -> None:
        """Collect ticks until there are enough for a tempo."""
        recent = self._recent
        if recent and not 0.0 < time - recent[-1][0] < 2.0 * _SLOWEST:
            recent.clear()
        recent.append((time, self.count))
        if len(recent) > _LOCK:
            self._lock()

    def _correct(self, time: Seconds, period: Seconds) -> None:
        """Take one tick into the loop; ticks that were lost on the way are counted as if they had come."""
        missed = max(math.floor((time - self._expected) / period + 0.5), 0)
        if missed > PPQN:
            self._period = None
            self._recent.clear()
            self._learn(time)
            return
        error = time - self._expected - missed * period
        if error < -0.5 * period:  # services that are late hand a tick on again
            self.count -= 1
        else:
            self.count += missed
            self._expected += missed * period
            error = min(max(error, -_MOST * period), _MOST * period)
            omega = 2.0 * math.pi * (_FAST if self._since < _SETTLED else _SLOW) * period
            self._since += 1
            self._filtered = self._expected
            self._expected += math.sqrt(2.0) * omega * error + period
            period = min(max(period + omega * omega * error, _FASTEST), _SLOWEST)
            self._period = period
        self._recent.append((time, self.count))
        fitted = _fit([one for one, _ in self._recent])
        straight = len(self._recent) == _RECENT and fitted.away <= _CLEAR
        another = straight and abs(fitted.period / period - 1.0) > _CHANGED
        self._another = self._another + 1 if another else 0
        if self._another >= _SURE:
            self._lock()

    def _lock(self) -> None:
        """Begin the loop with the tempo of the last ticks."""
        fitted = _fit([time for time, _ in self._recent])
        self._another = 0
        if fitted.away > _STRAIGHT:
            return
        if not _FASTEST <= fitted.period <= _SLOWEST:
            self.out_of_range += len(self._recent) == _RECENT
            self._period = None
            return
        self.count = self._recent[0][1] + fitted.number
        self._period, self._filtered = fitted.period, fitted.last
        self._expected = fitted.last + fitted.period
        self._since = 0


class _Fit(NamedTuple):
    """Ticks as a straight line.

    Attributes:
        period: Seconds between ticks.
        last: When the last one should have come.
        number: Its number, from 0 for the first; ticks that are missing count.
        away: Mean distance of the ticks from it, in periods.
    """

    period: Seconds
    last: Seconds
    number: int
    away: float


def _fit(times: list[Seconds]) -> _Fit:
    """Fit a line by least squares; intervals far from the median have lost a tick, or repeat one."""
    middle = median(after - before for before, after in pairwise(times))
    if middle <= 0.0:
        return _Fit(0.0, times[-1], 0, math.inf)
    numbers = [0]
    for before, after in pairwise(times):
        numbers.append(numbers[-1] + round((after - before) / middle))
    mean_number, mean_time = sum(numbers) / len(numbers), sum(times) / len(times)
    spread = sum((number - mean_number) ** 2 for number in numbers)
    if not spread:
        return _Fit(0.0, times[-1], 0, math.inf)
    away = [(number - mean_number, at - mean_time) for number, at in zip(numbers, times, strict=True)]
    period = sum(number * at for number, at in away) / spread
    rest = sum((at - number * period) ** 2 for number, at in away) / len(away)
    last = mean_time + (numbers[-1] - mean_number) * period
    return _Fit(period, last, numbers[-1], math.sqrt(rest) / period if period > 0.0 else math.inf)
