"""What a guard did, for people: a line in the log for each time it stepped in, and counts for ``status``.

The guards of the picture and of the lamps are told of in the same words.

An intervention lasts as long as the guard darkens anything visibly, pauses shorter than ``PAUSE`` included.
It may have had several causes, each for a while; the one that acted longest gives it its name, with the
darkest moment that was of this cause, where that was and what was playing. Coming up from black names it
only where there was nothing else: that is how every start begins, and takes all light at first.

Its line is written when it is over, or when it has lasted ``LONG``. A guard that steps in every second, or
never stops, would fill the log. So lines are ``APART`` at least, and from each to the next it may take three
times as long, up to ``SELDOM``, until there was as long a silence; those left out are counted in the next.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from installation.safety.report import GuardReport
from installation.safety.windows import Windows
from installation.status import InterventionStatus, taken
from installation.values import Seconds

__all__ = ["APART", "LONG", "PAUSE", "RED", "SELDOM", "Interventions", "cause_of", "place_in"]

PAUSE: Final[Seconds] = 0.5
LONG: Final[Seconds] = 10.0
APART: Final[Seconds] = 10.0
SELDOM: Final[Seconds] = 1800.0
MORE: Final = 3.0
"""How much longer than the last pause between two lines the next one is."""

log = logging.getLogger(__name__)

RED: Final = 0.01
"""Share of the picture's light that was moved out of red, from which that is an intervention."""

_CAUSES: Final[dict[str, str]] = {
    "start": "it comes up from black",
    "lamps": "a lamp would have risen again within a second",
    "chase": "more than three rises of the room in a second",
    "room": "the light of the room would have risen again within a second",
    "joint": "picture and lamps would have flashed in turn",
    "window": "a 10-degree field, or the whole, would have risen again within a second",
    "group": "parts of a 10-degree field would have flashed in turn",
    "pattern": "stripes lose contrast",
    "pixel": "places would have risen again within a second",
    "red": "saturated red is limited",
    "colour": "a colour would have swung to another more than three times in a second",
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


def place_in(windows: Windows, window: int) -> str:
    """Where in the picture a 10-degree window is, in words; empty for none.

    Args:
        windows: Of the picture as it lies in textures, its first row at the bottom.
        window: Its number; 0 is the whole frame, -1 none.
    """
    if window < 0:
        return ""
    if window == 0:
        return "whole picture"
    left, bottom, right, top = windows.pixels[window].tolist()
    column = ("left", "", "right")[min(3 * (left + right) // (2 * windows.width), 2)]
    row = ("bottom", "", "top")[min(3 * (bottom + top) // (2 * windows.height), 2)]
    return " ".join(word for word in (row, column) if word) or "middle"


@dataclass(slots=True)
class _Cause:
    """One cause of an intervention.

    Attributes:
        seconds: How long it acted.
        worst: Greatest share of the light that was taken away meanwhile.
        where: Place of that moment; empty if it has none.
        during: What was playing then.
        cut: Greatest share of the lit points that were cut.
        deepest: Greatest share of its light that one of them lost.
        moved: Greatest share of the light that was moved out of red.
        contrast: Least that was left of the contrast of stripes.
    """

    seconds: Seconds = 0.0
    worst: float = -1.0
    where: str = ""
    during: str = ""
    cut: float = 0.0
    deepest: float = 0.0
    moved: float = 0.0
    contrast: float = 1.0

    def take(self, report: GuardReport) -> None:
        """Keep the worst of what the picture's guard reports."""
        self.cut, self.deepest = max(self.cut, report.cut), max(self.deepest, report.deepest)
        self.moved, self.contrast = max(self.moved, report.moved), min(self.contrast, report.contrast)


class Interventions:
    """The account of one guard.

    Args:
        whose: Whom it guards, for the log.
        place: Says in words where a 10-degree window of its picture is.
    """

    def __init__(self, whose: str, place: Callable[[int], str] = lambda _window: "") -> None:
        self._whose = whose
        self._place = place
        self._count = 0
        self._open = False
        self._began: Seconds = 0.0
        self._until: Seconds = 0.0
        self._seen: Seconds = 0.0
        self._causes: dict[str, _Cause] = {}
        self._told: Seconds = 0.0
        self._said: Seconds | None = None
        self._apart, self._long = APART, LONG
        self._left_out = 0
        self._last: dict[str, Any] = {}
        self._frame = -1

    def see(self, now: Seconds, report: GuardReport, during: str = "") -> None:
        """Take in a report of the picture's guard; one that was taken in already says nothing new."""
        if report.frame > self._frame:
            self._frame = report.frame
            place = self._place(report.window)
            self.note(now, report.reduction, cause_of(report), place, during, report)
        else:
            self.note(now, 0.0, "")

    def note(
        self,
        now: Seconds,
        reduction: float,
        cause: str,
        where: str = "",
        during: str = "",
        report: GuardReport | None = None,
    ) -> None:
        """What the guard did just now.

        Args:
            now: Monotonic seconds.
            reduction: Share of the light that it took away, 0..1.
            cause: Why, as ``_CAUSES`` has it; empty when it did nothing.
            where: Which part was worst, in words.
            during: What was playing.
            report: Of the picture's guard: cuts, what was moved out of red, contrast.
        """
        if cause:
            if not self._open:
                self._open, self._began, self._told, self._seen = True, now, now, now
                self._causes, self._count, self._long = {}, self._count + 1, LONG
            one = self._causes.setdefault(cause, _Cause())
            one.seconds += now - self._seen
            if report is not None:
                one.take(report)
            if reduction > one.worst:
                one.worst, one.where, one.during = reduction, where, during
            self._until = now
            if now - self._told >= self._long:
                self._told, self._long = now, min(self._long * MORE, SELDOM)
                self._say(now, "goes on")
        elif self._open and now - self._until >= PAUSE:
            self._open = False
            self._say(now, "is over")
        self._seen = now

    def report(self) -> dict[str, Any]:
        """How many there were (``interventions``), and the ``last``.

        Of that: ``seconds`` it took, its ``cause``, the ``reason`` that this is in words, the greatest
        ``reduction`` 0..1 of that cause, ``where`` and ``during`` what that was, and the seconds of all
        ``causes``; of the picture ``cut``, the greatest share of lit points that were cut, and ``deepest``,
        what that took of one; ``moved`` and ``contrast`` of those two causes that take no light. All after
        ``reduction`` only where there is something to say.
        """
        last = self._state() if self._open else self._last
        return {"interventions": self._count, "last": last}

    def _ordered(self) -> list[tuple[str, _Cause]]:
        """Causes by how long they acted, the start after all others."""
        return sorted(
            self._causes.items(), key=lambda item: (item[0] == "start", -item[1].seconds, -item[1].worst)
        )

    def _state(self) -> dict[str, Any]:
        causes = self._ordered()
        name, main = causes[0]
        state: dict[str, Any] = {
            "seconds": round(self._until - self._began, 2),
            "cause": name,
            "reason": _CAUSES.get(name, name),
            "reduction": round(max(main.worst, 0.0), 4),
        }
        state |= {key: said for key, said in (("where", main.where), ("during", main.during)) if said}
        if main.cut:
            state |= {"cut": round(main.cut, 4), "deepest": round(main.deepest, 4)}
        if main.moved > RED:
            state["moved"] = round(main.moved, 4)
        if main.contrast < 1.0:
            state["contrast"] = round(main.contrast, 4)
        if len(causes) > 1:
            state["causes"] = {cause: round(one.seconds, 2) for cause, one in causes}
        return state

    def _say(self, now: Seconds, how: str) -> None:
        self._last = self._state()
        if self._said is not None:
            if now - self._said < self._apart:
                self._left_out += 1
                return
            quiet = now - self._said > MORE * self._apart
            self._apart = APART if quiet else min(self._apart * MORE, SELDOM)
        left_out = f"; {self._left_out} more since the last line" if self._left_out else ""
        self._said, self._left_out = now, 0
        (name, main), *others = self._ordered()
        also = "".join(f"; also {one.seconds:.1f} s: {_CAUSES.get(cause, cause)}" for cause, one in others)
        log.info(
            "guard of the %s: %s%s%s, which %s after %.1f s: %s%s%s",
            self._whose,
            taken(msgspec.convert(self._last, InterventionStatus)),
            f" ({main.where})" if main.where else "",
            f" in {main.during}" if main.during else "",
            how,
            self._until - self._began,
            _CAUSES.get(name, name),
            also,
            left_out,
        )
