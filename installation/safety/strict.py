"""The law of one mean: of the frame, of a 10-degree window, of a room's lamps.

The per-pixel law cannot see groups that take turns: eight stripes that rise one after another give eight
rises a second to the eye. So the means are limited too, and more strictly than pixels, by two rules:

1. The rule of ``refractory``, with the same proof (Claim 3): whatever threshold above ``h`` a counter has, it
   finds at most one rise and two falls of the mean in any second.
2. Runs. A run is a monotone stretch; it becomes an event when it has reached ``h_w``. For T_ref after an
   event, another rise may reach only 0.9 h_w above its own start, so it is no event. The rise that is the
   event itself may go on, and the time runs from its highest point: otherwise a rise that has stood for
   hours could grow, step back a little and grow again, two large rises at once. On the whole frame and on a
   room's sum (``still``), no rise at all for T_ref after a fall.

Rule 2 alone is not enough: a drift made of runs just under ``h_w`` with small steps back is never an
event, and can swing by any amount several times a second. Rule 1 alone is not enough either: analysers
which add up runs count a falling staircase with tiny steps up as several transitions. They look at the
frame's mean, therefore ``still`` holds there. On every 10-degree window it would be wrong: a slow bright
shape that leaves one window would forbid every rise in it, the whole picture would dim for that, which is
a fall in all other windows, and so on; measured, a few drifting blobs lost a quarter of their light.

A run goes on while the mean stays within ``slack`` of its furthest point, so that rounding errors and dither
cannot cut it into harmless pieces, each with a start of its own. Only a rise that is an event ends at the
first step down, because it is the one that may go on.
"""

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["Strict"]

_ANY = float("inf")


class Strict:
    """The machine of one mean. Plain floats: there are few of them.

    Args:
        law: The venue's profile.
        still: Whether a falling event forbids every rise; for the frame and the room.
    """

    __slots__ = (
        "_again",
        "_cap",
        "_law",
        "_rounding",
        "_step",
        "_still",
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

    def __init__(self, law: FlashLaw, *, still: bool) -> None:
        self._law = law
        self._still = still
        self._again = law.again * law.window_step
        self._step, self._rounding = law.step, law.rounding
        self.reset()

    def reset(self) -> None:
        """Start cold: black, as if a rise had just been."""
        self.level, self.rising, self.rest = 0.0, False, self._law.refractory
        self.start, self.extreme, self.up, self.event = 0.0, 0.0, False, False
        self.after_fall, self.after_rise = 0.0, self._law.refractory
        self._cap = 0.0

    def cap(self, dt: Seconds) -> float:
        """Let ``dt`` seconds pass; the most that the mean may be now."""
        # Far below 0 they stop. A picture has a hundred of these: comparing costs a third of calling `max`.
        if self.rest > -1.0:
            self.rest -= dt
        if self.after_fall > -1.0:
            self.after_fall -= dt
        if self.after_rise > -1.0:
            self.after_rise -= dt
        cap = _ANY
        if not self.rising and self.rest > -TOLERANCE:
            cap = self.level + self._law.step
        resting = self.after_rise > -TOLERANCE or self.after_fall > -TOLERANCE
        if resting and not (self.up and self.event):
            cap = min(cap, (self.start if self.up else self.extreme) + self._again)
        if self._still and self.after_fall > -TOLERANCE:
            cap = min(cap, self.extreme)
        self._cap = cap
        return cap

    def commit(self, mean: float) -> None:
        """Take over the mean that was put out.

        A mean that was dimmed to its cap is taken as exactly the cap: ``mean * (cap / mean)`` may be the next
        float above, and that would be a rise in the middle of a rest.
        """
        if self._cap < mean < self._cap + self._rounding:
            mean = self._cap
        self._commit_pair(mean)
        self._commit_run(mean)

    def _commit_pair(self, mean: float) -> None:
        if self.rising:
            if mean < self.level - self._step:
                self.rising, self.level = False, mean
            elif mean > self.level + self._rounding:
                self.level, self.rest = mean, self._law.refractory
        elif mean > self.level + self._step:
            self.rising, self.level, self.rest = True, mean, self._law.refractory
        elif mean < self.level:
            self.level = mean

    def _commit_run(self, mean: float) -> None:
        law = self._law
        if self.up:
            if mean < self.extreme - (law.rounding if self.event else law.slack):
                self.up, self.event, self.start, self.extreme = False, False, self.extreme, mean
            else:
                if self.event and mean > self.extreme + law.rounding:
                    self.after_rise = law.refractory
                self.extreme = max(self.extreme, mean)
        elif mean > self.extreme + law.slack:
            self.up, self.event, self.start, self.extreme = True, False, self.extreme, mean
        elif mean < self.extreme:
            self.extreme = mean
        if self.event:
            return
        if self.up and self.extreme - self.start >= law.window_step:
            self.event, self.after_rise = True, law.refractory
        elif not self.up and self.start - self.extreme >= law.window_step:
            self.event, self.after_fall = True, law.refractory
