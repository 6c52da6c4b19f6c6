"""What the guard did, told as interventions: for the log and the status. Nothing here writes anything.

One intervention is a stretch of time in which the guard acted, with pauses of at most a second; a flash that
is held for a minute is one line, not 3,600. It is told when it has ended, and after a minute in any case:
what goes on is told again, a part at a time.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from installation.safety.reference import GuardReport
from installation.values import Seconds

__all__ = ["LONGEST", "PAUSE", "Cause", "Intervention", "Interventions", "cause_of"]

PAUSE: Final[Seconds] = 1.0
"""So long without acting, and the intervention has ended."""

LONGEST: Final[Seconds] = 60.0
"""After so long it is told even though it goes on."""

RED: Final = 0.01
"""Share of the picture's light that was moved out of red, from which that is an intervention."""

Cause: TypeAlias = Literal["start", "window", "group", "pattern", "pixel", "red"]
"""``start``: the ramp from black; ``window``: the mean of a 10-degree field or of the frame; ``group``: parts
of a field in turn; ``pattern``: stripes; ``pixel``: each pixel's own rest; ``red``: saturated red."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """One of them.

    Attributes:
        start: When it began, in seconds of the clock that was given.
        duration: Seconds from its first to its last frame.
        cause: Of the frame that lost most.
        window: The window that dimmed that frame most, or -1.
        ratio: Least share of the picture's luminance that came through in any frame, 0..1.
        frames: In how many frames the guard acted.
    """

    start: Seconds
    duration: Seconds
    cause: Cause
    window: int
    ratio: float
    frames: int

    def __str__(self) -> str:
        """One line for people."""
        where = f" in window {self.window}" if self.window > 0 else " on the frame" if not self.window else ""
        return f"{self.cause}{where} for {self.duration:.1f} s, {self.ratio:.0%} came through at the least"


def cause_of(report: GuardReport) -> Cause | None:
    """Why the guard acted in a frame; None when it did not."""
    if report.active:
        if report.window >= 0:
            return "window"
        if report.dimmed < 1.0:
            return "start"
        if report.held:
            return "group"
    if report.contrast < 1.0:
        return "pattern"
    if report.active:
        return "pixel"
    return "red" if report.moved > RED else None


class Interventions:
    """Follows the reports of one guard."""

    def __init__(self) -> None:
        self._current: Intervention | None = None
        self._frame = -1

    @property
    def current(self) -> Intervention | None:
        """The one that goes on, or that ended less than a pause ago."""
        return self._current

    def update(self, report: GuardReport, time: Seconds) -> Intervention | None:
        """Take in a report, once a frame.

        Args:
            report: The newest; one that was taken in already changes nothing but the time.
            time: Now, on any clock that does not go back.

        Returns:
            An intervention that has ended, or the part of one that has lasted for ``LONGEST``.
        """
        cause = cause_of(report) if report.frame > self._frame else None
        self._frame = max(self._frame, report.frame)
        told = self._ended(time)
        if cause is not None:
            ratio = min(1.0, max(0.0, 1.0 - report.reduction))
            self._extend(Intervention(time, 0.0, cause, report.window, ratio, 1), time)
        return told

    def _ended(self, time: Seconds) -> Intervention | None:
        told = self._current
        if told is None:
            return None
        quiet = time - told.start - told.duration > PAUSE
        if not quiet and told.duration < LONGEST:
            return None
        self._current = None
        return told

    def _extend(self, now: Intervention, time: Seconds) -> None:
        known = self._current
        if known is None:
            self._current = now
            return
        worst = now if now.ratio < known.ratio else known
        duration, frames = time - known.start, known.frames + 1
        self._current = replace(worst, start=known.start, duration=duration, frames=frames)
