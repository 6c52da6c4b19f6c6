"""What a guard did, for people: a line in the log for each time it stepped in, and counts for ``status``.

The guards of the picture and of the lamps are told of in the same words.

An intervention lasts as long as the guard darkens anything visibly, pauses shorter than ``PAUSE`` included.
Its line is written when it is over, or when it has lasted ``LONG``. A guard that steps in every second
would fill the log, so lines are ``APART`` at least; those that were left out are counted in the next one.
"""

import logging
from typing import Any, Final

from installation.safety.reference import GuardReport
from installation.values import Seconds

__all__ = ["APART", "LONG", "PAUSE", "RED", "Interventions", "cause_of"]

PAUSE: Final[Seconds] = 0.5
LONG: Final[Seconds] = 10.0
APART: Final[Seconds] = 10.0

log = logging.getLogger(__name__)

RED: Final = 0.01
"""Share of the picture's light that was moved out of red, from which that is an intervention."""

_CAUSES: Final[dict[str, str]] = {
    "start": "it comes up from black",
    "lamps": "a lamp would have risen again within a second",
    "chase": "more than three rises of the room in a second",
    "room": "the light of the room would have risen again within a second",
    "joint": "picture and lamps would have flashed in turn",
    "window": "a 10-degree field would have risen again within a second",
    "group": "parts of a 10-degree field would have flashed in turn",
    "pattern": "stripes lose contrast",
    "pixel": "places would have risen again within a second",
    "red": "saturated red is limited",
}


def cause_of(report: GuardReport) -> str:
    """Why the picture's guard changed a frame; empty when it did not."""
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
    return "red" if report.moved > RED else ""


class Interventions:
    """The account of one guard.

    Args:
        whose: Whom it guards, for the log.
    """

    def __init__(self, whose: str) -> None:
        self._whose = whose
        self._count = 0
        self._open = False
        self._began: Seconds = 0.0
        self._until: Seconds = 0.0
        self._worst = 0.0
        self._cause = ""
        self._window = -1
        self._told: Seconds = 0.0
        self._said: Seconds | None = None
        self._left_out = 0
        self._last: dict[str, Any] = {}
        self._frame = -1

    def see(self, now: Seconds, report: GuardReport) -> None:
        """Take in a report of the picture's guard; one that was taken in already says nothing new."""
        if report.frame > self._frame:
            self._frame = report.frame
            self.note(now, report.reduction, cause_of(report), report.window)
        else:
            self.note(now, 0.0, "")

    def note(self, now: Seconds, reduction: float, cause: str, window: int = -1) -> None:
        """What the guard did just now.

        Args:
            now: Monotonic seconds.
            reduction: Share of the light that it took away, 0..1.
            cause: Why, as ``_CAUSES`` has it; empty when it did nothing.
            window: Number of the 10-degree window that was worst; 0 is the whole frame, -1 none.
        """
        if cause:
            if not self._open:
                self._open, self._began, self._told = True, now, now
                self._worst, self._count = -1.0, self._count + 1
            if reduction > self._worst:
                self._worst, self._cause, self._window = reduction, cause, window
            self._until = now
            if now - self._told >= LONG:
                self._told = now
                self._say(now, "goes on")
        elif self._open and now - self._until >= PAUSE:
            self._open = False
            self._say(now, "is over")

    def report(self) -> dict[str, Any]:
        """``interventions``, how many there were, and ``last``: seconds it took, cause, reduction 0..1."""
        last = self._state() if self._open else self._last
        return {"interventions": self._count, "last": last}

    def _state(self) -> dict[str, Any]:
        lasted = round(self._until - self._began, 2)
        state = {"seconds": lasted, "cause": self._cause, "reduction": round(max(self._worst, 0.0), 4)}
        return state | ({"window": self._window} if self._window >= 0 else {})

    def _say(self, now: Seconds, how: str) -> None:
        self._last = self._state()
        if self._said is not None and now - self._said < APART:
            self._left_out += 1
            return
        others = f"; {self._left_out} more since the last line" if self._left_out else ""
        self._said, self._left_out = now, 0
        log.info(
            "guard of the %s: darker by up to %.0f %%, which %s after %.1f s: %s%s",
            self._whose,
            100 * max(self._worst, 0.0),
            how,
            self._until - self._began,
            _CAUSES.get(self._cause, self._cause),
            others,
        )
