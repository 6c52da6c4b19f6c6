"""A delay line for many edges: every frame of the last seconds, read at heads that glide.

Frames are kept as they come, with their times, so a delay of whole frames is exact at a steady frame rate and
right in seconds at any other. A head that is told to go elsewhere glides there like the head of a tape, at
``SPEED`` seconds a second, so a change of delay bends what is heard and never tears it.
"""

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

__all__ = ["ROWS", "SPEED", "History"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

ROWS = 4096
"""Frames that are kept: 10 s at up to 400 frames a second; above, delays end where the memory does."""
SPEED = 4.0
"""How fast a head moves along the tape: seconds a second, or frames a frame."""
_SAME: Seconds = 1e-6
"""A head this near to a frame reads that frame, so that rounding does not blend two."""


class History:
    """The past of several lanes in pairs: what was, and the same for a twin that differs a little.

    Args:
        count: Edges; each has two lanes, next to each other.
        frames: True for edges whose delay counts frames instead of seconds.

    Attributes:
        rows: A frame each, as a ring.
        newest: Row of the frame that was written last; -1 before the first.
        now: Seconds since the first frame.
        times: When each row was written, twice in a row, so that any turn of the ring is one slice.
        heads: How far back each edge reads now.
        reach: How many frames back the farthest head reads.
    """

    def __init__(self, count: int, frames: NDArray[np.bool_]) -> None:
        self.count = count
        self.rows: Floats = np.zeros((ROWS, 2 * count))
        self.times: Floats = np.zeros(2 * ROWS)
        self._frames = np.flatnonzero(frames)
        self._edges: Indices = np.arange(count)
        self.heads: Floats = np.full(count, np.nan)
        self.newest = -1
        self.now: Seconds = 0.0
        self.reach = 0

    def write(self, x: Floats, dt: Seconds) -> None:
        """Add a frame, ``dt`` after the one before. Before the first one, everything was as it is now."""
        self.now += dt
        if self.newest < 0:
            self.rows[:] = x
            self.times[:] = self.now - np.arange(2 * ROWS, 0, -1)
        row = self.newest = (self.newest + 1) % ROWS
        self.rows[row] = x
        self.times[row] = self.times[row + ROWS] = self.now

    def read(self, delays: Floats, dt: Seconds) -> Floats:
        """What was ``delays`` ago, ``(count, 2)``; heads move towards the delays first.

        Args:
            delays: One an edge, 0 or more: seconds, or frames where the edge counts frames.
            dt: Of this frame.
        """
        heads = self.heads
        if not (delays == heads).all():
            self._glide(delays, dt)
        pairs = self.rows.reshape(ROWS * self.count, 2)
        newest = self.newest
        if not heads.any():
            self.reach = 0
            return pairs[newest * self.count : (newest + 1) * self.count].copy()
        low, share = self._place()
        self.reach = ROWS - 1 - int(np.minimum.reduce(low))
        first = newest + 1
        at = (low + first) % ROWS
        at *= self.count
        at += self._edges
        before = pairs.take(at, axis=0)
        if not share.any():
            return before
        at += self.count
        at[at >= len(pairs)] -= len(pairs)
        after = pairs.take(at, axis=0)
        after -= before
        after *= share[:, np.newaxis]
        after += before
        return after

    def window(self) -> Indices:
        """Rows that any head may still read, the newest first."""
        return (self.newest - np.arange(min(self.reach + 2, ROWS))) % ROWS

    def adopt(self, old: "History", mine: Indices, theirs: Indices) -> None:
        """Go on with the past of edge ``theirs[i]`` of ``old`` as edge ``mine[i]``; the others begin now."""
        if old.newest < 0:
            return
        self.newest, self.now, self.times = old.newest, old.now, old.times.copy()
        self.rows.reshape(ROWS, self.count, 2)[:, mine] = old.rows.reshape(ROWS, old.count, 2)[:, theirs]
        self.heads[mine] = old.heads[theirs]

    def begin(self, edges: Indices, x: Floats) -> None:
        """Say that some edges have always been as they are now, ``x`` of all lanes."""
        self.rows.reshape(ROWS, self.count, 2)[:, edges] = x.reshape(self.count, 2)[edges]
        self.heads[edges] = np.nan

    def _glide(self, delays: Floats, dt: Seconds) -> None:
        step = np.full(self.count, SPEED * dt)
        step[self._frames] = SPEED
        fresh = np.isnan(self.heads)
        self.heads[fresh] = delays[fresh]
        way = np.maximum(np.minimum(delays - self.heads, step), -step)
        near = np.abs(delays - self.heads) <= step
        np.copyto(self.heads, np.where(near, delays, self.heads + way))

    def _place(self) -> tuple[Indices, Floats]:
        """The frame at or before each head, counted from the oldest, and the share of the way to the next."""
        newest = self.newest
        times = self.times[newest + 1 : newest + 1 + ROWS]  # oldest first; the last is now
        wanted = self.now - self.heads
        low = times.searchsorted(wanted + _SAME, "right")
        low -= 1
        np.maximum(low, 0, out=low)
        start = times.take(low)
        share = times.take(low + 1, mode="clip")
        share -= start
        wanted -= start
        exact = wanted <= _SAME
        wanted[exact] = 0.0
        share[exact] = 1.0
        np.divide(wanted, share, out=share)
        if self._frames.size:
            back = self.heads[self._frames]
            whole = np.ceil(back)
            low[self._frames] = np.maximum(ROWS - 1 - whole.astype(np.intp), 0)
            share[self._frames] = whole - back
        return low, share
