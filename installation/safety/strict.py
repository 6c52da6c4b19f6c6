"""The law of one mean: of the frame, of a 10-degree window, of a room's lamps.

The per-pixel law cannot see groups that take turns: eight stripes that rise one after another give eight
rises a second to the eye. So the means are limited too, and more strictly than pixels, by two rules:

1. The rule of ``refractory``: rises of more than ``h`` begin more than T_ref apart (Claim 3).
2. Runs. A run is a monotone stretch; it becomes an event when it has reached ``h_w``.
   A falling event: no rise at all for T_ref. A rising event: for T_ref, another rise may reach only
   0.9 h_w above its own start, the same run may go on.

Rule 2 alone is not enough: a drift made of runs just under ``h_w`` with small steps back is never an
event, and can swing by any amount several times a second. Rule 1 alone is not enough either: analysers
which add up runs count a falling staircase with tiny steps up as several transitions.

A fall goes on while the mean stays within ``slack`` of its lowest point, so that rounding errors and dither
cannot cut one fall into harmless pieces. A rise ends at the first step down, for the same reason.
"""

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["Strict"]


class Strict:
    """The machine of one mean. Plain floats: there are few of them."""

    __slots__ = (
        "_again",
        "_law",
        "after_fall",
        "after_rise",
        "event",
        "extreme",
        "level",
        "rest",
        "rising",
        "start",
        "up",
    )

    def __init__(self, law: FlashLaw) -> None:
        self._law = law
        self._again = law.again * law.window_step
        self.reset()

    def reset(self) -> None:
        """Start cold: black, as if a rise had just begun elsewhere."""
        self.level, self.rising, self.rest = 0.0, False, self._law.refractory
        self.start, self.extreme, self.up, self.event = 0.0, 0.0, False, False
        self.after_fall, self.after_rise = 0.0, self._law.refractory

    def cap(self, dt: Seconds) -> float:
        """Let ``dt`` seconds pass; the most that the mean may be now."""
        self.rest = max(self.rest - dt, -1.0)
        self.after_fall = max(self.after_fall - dt, -1.0)
        self.after_rise = max(self.after_rise - dt, -1.0)
        cap = float("inf")
        if not self.rising and self.rest > -TOLERANCE:
            cap = self.level + self._law.step
        if self.after_rise > -TOLERANCE and not (self.up and self.event):
            cap = min(cap, (self.start if self.up else self.extreme) + self._again)
        if self.after_fall > -TOLERANCE:
            cap = min(cap, self.extreme)
        return cap

    def commit(self, mean: float) -> None:
        """Take over the mean that was put out."""
        self._commit_pair(mean)
        self._commit_run(mean)

    def _commit_pair(self, mean: float) -> None:
        step = self._law.step
        if self.rising:
            if mean < self.level - step:
                self.rising, self.level = False, mean
            else:
                self.level = max(self.level, mean)
        elif mean > self.level + step:
            self.rising, self.level, self.rest = True, mean, self._law.refractory
        else:
            self.level = min(self.level, mean)

    def _commit_run(self, mean: float) -> None:
        law = self._law
        if self.up:
            if mean < self.extreme:
                self.up, self.event, self.start = False, False, self.extreme
            self.extreme = mean
        elif mean > self.extreme + law.slack:
            self.up, self.event, self.start, self.extreme = True, False, self.extreme, mean
        else:
            self.extreme = min(self.extreme, mean)
        if self.event:
            return
        if self.up and self.extreme - self.start >= law.window_step:
            self.event, self.after_rise = True, law.refractory
        elif not self.up and self.start - self.extreme >= law.window_step:
            self.event, self.after_fall = True, law.refractory
