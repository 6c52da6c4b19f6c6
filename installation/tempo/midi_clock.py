"""Follows a MIDI clock: 24 ticks a beat that arrive unevenly, and a transport that starts, stops and goes on.

MIDI 1.0 Detailed Specification, "System Common" (song position pointer, in sixteenths of 6 ticks) and "System
Real Time" (clock, start, continue, stop): the first tick after a start or a continue is the one that it
means. The ticks pass a second-order loop: Fons Adriaensen, "Using a DLL to filter time", Linux Audio
Conference 2005.
"""

import math
from itertools import pairwise
from statistics import median
from typing import Final

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
_SETTLED: Final = 24
"""Ticks after which the loop becomes slow."""
_FAST, _SLOW = 2.0, 0.4
"""Bandwidth of the loop in Hz, at first and later: the second takes 5 ms of jitter down to less than 1 ms."""
_FAR, _STRIKES = 0.4, 3
"""Ticks in a row that are so many periods from where they were expected make the loop begin anew."""
_AGAIN: Final = 0.7
"""Periods by which a tick comes early that is the one before once more."""
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
        self._times: list[Seconds] = []
        self._period: Seconds | None = None
        self._filtered: Seconds = 0.0
        self._expected: Seconds = 0.0
        self._since = 0
        self._strikes = self._dropped = 0

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
        self._relock([])

    def _learn(self, time: Seconds) -> None:
        times = self._times
        if times and not 0.0 < time - times[-1] < 2.0 * _SLOWEST:
            times.clear()
        times.append(time)
        if len(times) <= _LOCK:
            return
        period = median(after - before for before, after in pairwise(times))
        if not _FASTEST <= period <= _SLOWEST:
            self.out_of_range += 1
            del times[0]
            return
        self._period = period
        numbers = [round((one - times[0]) / period) for one in times]
        self.count += max(numbers[-1] - _LOCK, 0)  # ticks that were lost on the way
        begins = sum(one - number * period for one, number in zip(times, numbers, strict=True)) / len(times)
        self._filtered = begins + numbers[-1] * period
        self._expected = self._filtered + period
        self._since = self._strikes = 0

    def _correct(self, time: Seconds, period: Seconds) -> None:
        """Take one tick into the loop; ticks that were lost on the way are counted as if they had come."""
        missed = max(math.floor((time - self._expected) / period + 0.5), 0)
        if missed > PPQN:
            self._relock([time])
            return
        self.count += missed
        self._expected += missed * period
        error = time - self._expected
        self._strikes = self._strikes + 1 if abs(error) > _FAR * period else 0
        twice = error < -_AGAIN * period
        if not self._strikes:
            self._dropped = 0
        if self._strikes >= _STRIKES:
            self.count += self._dropped  # the tempo has doubled: they counted after all
            self._relock([time])
            return
        if twice:  # services that are late hand a buffer on again
            self.count -= 1
            self._dropped += 1
            return
        omega = 2.0 * math.pi * (_FAST if self._since < _SETTLED else _SLOW) * period
        self._since += 1
        self._filtered = self._expected
        self._expected += math.sqrt(2.0) * omega * error + period
        self._period = min(max(period + omega * omega * error, _FASTEST), _SLOWEST)

    def _relock(self, times: list[Seconds]) -> None:
        self._times = times
        self._period = None
        self._strikes = self._dropped = 0
