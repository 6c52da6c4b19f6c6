"""Which routes stand on their fallback and hold nothing of their signal any more.

What a private signal moves is private, too. A route with a ``fallback`` no longer hears its signal once that
has been silent for ``stale`` seconds, but its shape may remember: a low-pass and an envelope fade, a delay
brings the past again, a gate stays where it was put. So its state is compared with that of a shape that never
had anything but the fallback: once, at a time that the signal's values do not shift. Where anything is left
then, the route stays private until its signal has come and gone again.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.signal.modulators.steps import Steps
from installation.values import Seconds

__all__ = ["Rest"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_AFTER: Final[Seconds] = 30.0
"""How long it stands on its fallback before. To look until nothing is left would tell how much there was: a
low-pass needs longer for more. The guard of the lamps has forgotten what it heard by then, too."""
_SAME: Final = 1e-9
"""Difference of two states that is none: the least step of a lamp is fifteen thousand times as much."""


class Rest:
    """Finds them.

    Args:
        count: Number of lanes.
        spare: Those with a fallback.
        values: Their fallbacks.
        again: Makes the shapes of all lanes anew; called when that is needed first.
    """

    def __init__(self, count: int, spare: Indices, values: Floats, again: Callable[[], Steps]) -> None:
        self.lanes: Flags = np.zeros(count, np.bool_)
        """True for a lane in which nothing of its signal is left."""
        self._spare, self._again = spare, again
        self._values = np.zeros(count)
        self._values[spare] = values
        self._cleared: Flags = np.zeros(len(spare), np.bool_)
        self._judged: Flags = np.zeros(len(spare), np.bool_)
        self._since: Floats = np.full(len(spare), np.inf)
        self._fresh: Steps | None = None

    def look(self, steps: Steps, stale: Flags, secret: Flags, now: Seconds) -> None:
        """Find them after the shapes of a frame.

        Args:
            steps: The shapes.
            stale: Which of the lanes with a fallback stand on it.
            secret: Which of them have a private signal: the others are not looked for.
            now: Show time.
        """
        wanted = stale & secret
        self._cleared &= wanted
        self._judged &= wanted
        self.lanes[self._spare] = self._cleared  # what was left went in the frame before
        if not (wanted & ~self._judged).any():
            self._since[~wanted] = np.inf
            return
        # Infinite, or later than now after the time has jumped back: begins now.
        self._since = np.where(wanted, np.minimum(self._since, now), np.inf)
        due = wanted & ~self._judged & (now - self._since >= _AFTER)
        if due.any():
            self._judged |= due
            clear = due & (self._left(steps)[self._spare] <= _SAME)
            self._clear(steps, self._spare[clear])
            self._cleared |= clear

    def _pairs(self, steps: Steps) -> Iterator[tuple[Indices, Floats, Floats]]:
        """Yield lanes, their state, and that of shapes that never had anything but the fallback."""
        if self._fresh is None:
            self._fresh = self._again()
            self._fresh.process(self._values.copy(), 0.0)
        for (lanes, state), (_, fresh) in zip(steps.states(), self._fresh.states(), strict=True):
            yield lanes, state, fresh

    def _clear(self, steps: Steps, which: Indices) -> None:
        """Take the last of it out: a number that falls for ever tells exactly when it was written."""
        for lanes, state, fresh in self._pairs(steps):
            at = np.flatnonzero(np.isin(lanes, which))
            state[..., at] = fresh[..., at]

    def _left(self, steps: Steps) -> Floats:
        """Return how far the state of each lane is from that."""
        left = np.zeros(len(self.lanes))
        for lanes, state, fresh in self._pairs(steps):
            apart = np.abs(state - fresh)
            apart = np.where(np.isnan(apart), np.where(np.isnan(state) & np.isnan(fresh), 0.0, np.inf), apart)
            left[lanes] = np.maximum(left[lanes], apart.reshape(-1, len(lanes)).max(axis=0))
        return left
