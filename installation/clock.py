"""Show time. One clock makes frames; nothing else may ask what time it is.

After a freeze it is better to lose time than to let everything jump: ``dt`` is clamped, and the
part that was lost is counted in ``late``.
"""

import gc
import re
import time
from collections.abc import Callable
from typing import Protocol

from installation.values import Frame, Seconds

__all__ = [
    "MAX_DT", "Clock", "GivenClock", "ManualClock", "MonotonicClock", "Pacer", "Sweep", "read_time",
    "time_text",
]  # fmt: skip

MAX_DT: Seconds = 0.25
"""Longest step of show time in one frame; the rest of a stall is lost on purpose."""


_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):([0-5]\d(?:\.\d{1,6})?)")


def read_time(text: str) -> Seconds | None:
    """Read a length of time, ``M:SS``, ``M:SS.s`` or ``H:MM:SS``; None if it is not one."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    if hours is not None and int(minutes) > 59:
        return None
    return int(hours or 0) * 3600.0 + int(minutes) * 60.0 + float(seconds)


def time_text(seconds: Seconds) -> str:
    """Return a length of time as ``M:SS``, without fractions."""
    whole = int(max(seconds, 0.0))
    return f"{whole // 60}:{whole % 60:02d}"


class Clock(Protocol):
    """What makes frames."""

    late: Seconds
    """Show time lost to clamping since the start."""

    def tick(self) -> Frame:
        """Begin the next frame."""
        ...


class MonotonicClock:
    """Real time, from the system's monotonic clock.

    Args:
        start: Show time of the first frame, so that a restarted stage goes on where it was.
        now: Source of monotonic seconds.

    Attributes:
        moment: Monotonic seconds of the last frame; None before the first.
    """

    def __init__(self, start: Seconds = 0.0, now: Callable[[], Seconds] = time.monotonic) -> None:
        self.late = 0.0
        self._now = now
        self._time = start
        self.moment: Seconds | None = None
        self._index = 0

    def tick(self) -> Frame:
        """Begin the next frame, as long after the last one as really passed (at most MAX_DT)."""
        now = self._now()
        passed = 0.0 if self.moment is None else max(0.0, now - self.moment)
        self.moment = now
        dt = min(passed, MAX_DT)
        self.late += passed - dt
        self._time += dt
        frame = Frame(self._index, self._time, dt)
        self._index += 1
        return frame


class ManualClock:
    """Virtual time: frame i stands at ``i * step`` exactly, however long it takes to make.

    Args:
        step: Seconds between frames; may be changed between ticks.
        start: Show time of the first frame.
    """

    def __init__(self, step: Seconds = 1 / 60, start: Seconds = 0.0) -> None:
        self.late = 0.0
        self.step = step
        self._start = start
        self._index = 0
        self._base = 0
        self._last_step = step

    def tick(self) -> Frame:
        """Begin the next frame."""
        if self.step != self._last_step:  # rebase, so that index * step stays exact
            self._start += (self._index - 1 - self._base) * self._last_step if self._index else 0.0
            self._base = max(0, self._index - 1)
            self._last_step = self.step
        moment = self._start + (self._index - self._base) * self.step
        frame = Frame(self._index, moment, self.step if self._index else 0.0)
        self._index += 1
        return frame


class Pacer:
    """Holds a loop to a steady rate: sleep until shortly before the due time, then spin.

    Sleeping alone is late by 0.2 ms and more; spinning alone takes a whole core. Due times lie on an
    absolute grid, so that single late frames do not shift the ones that follow.

    Args:
        rate: Frames a second.
        spin: Seconds before the due time at which sleeping ends.
    """

    def __init__(
        self, rate: float, spin: Seconds = 0.0012, now: Callable[[], Seconds] = time.perf_counter
    ) -> None:
        self.period = 1.0 / rate
        self.late = 0
        """Frames that came later than one whole period after their due time."""
        self._spin = spin
        self._now = now
        self._due: Seconds | None = None

    @property
    def rest(self) -> Seconds:
        """Seconds until the next due time; negative when it has passed."""
        return 0.0 if self._due is None else self._due + self.period - self._now()

    def wait(self) -> None:
        """Return at the next due time; at once when it has passed."""
        now = self._now()
        if self._due is None:
            self._due = now
        self._due += self.period
        if now > self._due + self.period:  # a stall: start a new grid, never race to catch up
            self.late += 1
            self._due = now
            return
        rest = self._due - self._spin - now
        if rest > 0:
            time.sleep(rest)
        while self._now() < self._due:
            pass


class Sweep:
    """The garbage collector's work, between frames and in small pieces instead of anywhere and at once.

    While it is entered, Python does not collect by itself. ``gc.freeze`` what was built before: then each
    piece looks at new objects only, and takes well under a millisecond however many live. What outlives a
    full collection that grew long is frozen too.
    """

    _YOUNG = 700  # container objects; Python's own threshold
    _OLD = 3_000  # a full collection of so many takes about half a millisecond
    _LONG: Seconds = 0.0005

    def __init__(self) -> None:
        self._older = 0

    def __enter__(self) -> "Sweep":
        gc.disable()
        return self

    def __exit__(self, *_: object) -> None:
        gc.enable()

    def step(self) -> None:
        """Between two frames: collect what is due."""
        young = gc.get_count()[0]
        if young < self._YOUNG:
            return
        gc.collect(1)
        self._older += young
        if self._older >= self._OLD:
            self._older = 0
            began = time.perf_counter()
            gc.collect()
            if time.perf_counter() - began > self._LONG:
                gc.freeze()


class GivenClock:
    """Time as somebody else measured it: for the replay of a recording.

    Attributes:
        dt: Seconds of show time of the next frame; set before each tick.
    """

    def __init__(self) -> None:
        self.late = 0.0
        self.dt: Seconds = 0.0
        self._time: Seconds = 0.0
        self._index = 0

    def tick(self) -> Frame:
        """Begin the next frame, ``dt`` after the last one; the sum is made as ``MonotonicClock`` makes it."""
        self._time += self.dt
        frame = Frame(self._index, self._time, self.dt)
        self._index += 1
        return frame
