"""The render scale: scenes are rendered smaller while the machine cannot hold the requested frame rate.

Only stateless passes follow it (``render.isf_host.plan.scaled``); the guard, the post passes and persistent
passes of a scene keep their size, so that the piece is the same. A step without effect is reverted.
"""

from collections import deque
from statistics import median
from typing import Final

from installation.values import Command, Seconds

__all__ = ["FEWEST_ROWS", "STEPS", "VERB", "RenderScale"]

VERB: Final = "render-scale"
"""The command that sets it. It depends on measured time, so it passes the inbox and is recorded."""
STEPS: Final = (1.0, 0.85, 0.7, 0.6, 0.5)
FEWEST_ROWS: Final = 360
"""Least rows of a scene: with fewer, a single point would become a square."""

_FULL: Final = 0.97
"""Share of the period that a frame's work may take before the scale is lowered."""
_ROOM: Final = 0.85
"""Share of it that the work must be expected to stay below before the scale is raised."""
_HELPS: Final = 0.03
"""Least share of the work that a lower scale has to save."""
_WINDOW: Seconds = 0.75
"""Seconds on which a decision is based, with at least as many frames as the next constant says."""
_FRAMES: Final = 8
_SETTLE: Seconds = 1.0
_RAISE_AFTER: Seconds = 4.0
_USELESS_FOR: Seconds = 60.0


class RenderScale:
    """Decides the scale from the work per frame.

    Args:
        rate: Requested frames per second.
        rows: Height of the picture in pixels.

    Attributes:
        scale: The present scale, 0..1.
    """

    def __init__(self, rate: float, rows: int) -> None:
        self.scale = 1.0
        self._period = 1.0 / rate
        self._steps = [step for step in STEPS if step == 1.0 or step * rows >= FEWEST_ROWS]
        self._work: deque[tuple[Seconds, Seconds]] = deque()
        self._scene = ""
        self._changed: Seconds = -1.0e9
        self._before: tuple[float, Seconds] | None = None
        """Scale and work before the last step down, until its saving is known."""
        self._useless_until: Seconds = -1.0e9

    def look(
        self, work: Seconds, scene: str, now: Seconds, drawn: float | None = None
    ) -> tuple[Command, ...]:
        """Take one frame into account.

        Args:
            work: Seconds of work, without waiting for its due time or for the display.
            scene: The scene; a change of scene starts the measurement anew.
            now: Monotonic seconds.
            drawn: The scale that the picture has; the one that was decided if None.

        Returns:
            The command that changes the scale; usually empty.
        """
        if scene != self._scene:
            self._scene, self._before = scene, None
            self._useless_until = now
            self._work.clear()
        if now - self._changed < _SETTLE:
            self._work.clear()
            return ()
        if drawn is not None and drawn != self.scale:  # somebody else has set it, or the command was lost
            self._changed = now
            return (Command(VERB, (self.scale,), now, "stage"),)
        self._work.append((now, work))
        if len(self._work) < _FRAMES or now - self._work[0][0] < _WINDOW:
            return ()
        wanted = self._decide(median(work for _, work in self._work), now)
        while len(self._work) > _FRAMES and now - self._work[1][0] >= _WINDOW:
            self._work.popleft()
        if wanted == self.scale:
            return ()
        self.scale, self._changed = wanted, now
        self._work.clear()
        return (Command(VERB, (wanted,), now, "stage"),)

    def _decide(self, work: Seconds, now: Seconds) -> float:
        at = self._steps.index(self.scale)
        before, self._before = self._before, None
        if before is not None and work > before[1] * (1.0 - _HELPS):
            self._useless_until = now + _USELESS_FOR
            return before[0]
        if work > _FULL * self._period:
            if at == len(self._steps) - 1 or now < self._useless_until:
                return self.scale
            self._before = self.scale, work
            return next((one for one in self._steps[at + 1 :] if self._fits(work, one)), self._steps[-1])
        if at and now - self._changed > _RAISE_AFTER and self._fits(work, self._steps[at - 1]):
            return self._steps[at - 1]
        return self.scale

    def _fits(self, work: Seconds, scale: float) -> bool:
        """Whether the period would suffice at another scale, if all work grew with the number of pixels."""
        return work * (scale / self.scale) ** 2 < _ROOM * self._period
