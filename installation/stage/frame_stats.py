"""Frame statistics for ``status``, and the heartbeat: the last step but one of a frame.

``mark`` is the only source of the stage's heartbeat, so it stops if the stage hangs anywhere in a frame.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final

import numpy as np

from installation.status import FrameStatus
from installation.values import Frame, Seconds

__all__ = ["FrameStats"]

_KEPT: Final = 600


class FrameStats:
    """Statistics over the last ten seconds at 60 Hz, and the heartbeat.

    Args:
        rate: Target frame rate, frames per second.
        beat: Called with each frame, e.g. to advance the keeper's heartbeat.
        now: Source of monotonic seconds.
    """

    def __init__(
        self,
        rate: float = 60.0,
        beat: Callable[[Frame, Seconds], None] = lambda _frame, _now: None,
        now: Callable[[], Seconds] = monotonic,
    ) -> None:
        self.frames = 0
        self.late = 0
        self.index = 0
        self._period = 1.0 / rate
        self._beat = beat
        self._now = now
        self._intervals = np.zeros(_KEPT)
        self._last: Seconds | None = None

    def mark(self, frame: Frame) -> None:
        """Count a finished frame. More than 1.5 periods after the previous one, it counts as late."""
        now = self._now()
        self.index = frame.index
        if self._last is not None:
            interval = now - self._last
            self._intervals[self.frames % _KEPT] = interval
            self.frames += 1
            if interval > 1.5 * self._period:
                self.late += 1
        self._last = now
        self._beat(frame, now)

    def report(self, scale: float = 1.0) -> FrameStatus:
        """Return the ``frame`` of ``status``; ``scale`` is the render scale, 0..1."""
        known = self._intervals[: min(self.frames, _KEPT)]
        if not len(known):
            return FrameStatus(index=self.index, scale=scale)
        p50, p99 = np.percentile(known, [50, 99]) * 1000
        mean = float(known.mean())
        return FrameStatus(
            index=self.index,
            fps=round(1 / mean, 2) if mean > 0 else 0.0,
            p50_ms=round(float(p50), 3),
            p99_ms=round(float(p99), 3),
            late=self.late,
            scale=scale,
        )
