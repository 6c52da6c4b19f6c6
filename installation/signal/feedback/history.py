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
_SAME = np.array(1e-6)
"""Seconds. A head this near to a frame reads that frame, so that rounding does not blend two."""


class History:
    """The past of many lanes.

    Args:
        heads: How many; each reads ``width`` lanes that are next to each other.
        width: Lanes a head.
        frames: Heads whose delay counts frames instead of seconds.

    Attributes:
        rows: A frame each, as a ring.
        newest: Row of the frame that was written last; -1 before the first.
        now: Seconds since the first frame.
        times: When each row was written, twice in a row, so that any turn of the ring is one slice.
        heads: How far back each head reads now; NaN before its first frame.
    """

    def __init__(self, heads: int, width: int, frames: Indices) -> None:
        self.count, self.width = heads, width
        self.rows: Floats = np.zeros((ROWS, heads * width))
        self.times: Floats = np.zeros(2 * ROWS)
        self.heads: Floats = np.full(heads, np.nan)
        self.newest = -1
        self.now: Seconds = 0.0
        self._flat = self.rows.reshape(ROWS * heads, width)
        self._frames = frames
        self._wanted: Floats = np.zeros(heads)
        self._moving = True
        self._dt: Seconds = -1.0
        self._first = False
        self._even = 0
        self._lanes: Indices = np.arange(heads)
        self._oldest: Indices = self._lanes - (ROWS - 1) * heads
        self._now: Indices = np.full(heads, ROWS - 1)
        self._reach: int | None = None
        self._low: Indices = self._now
        """The frame at or before each head, counted from the oldest."""
        self._next: Floats = np.zeros(heads)
        self._back: Indices = self._lanes
        self._at: Indices = np.zeros(heads, np.intp)
        self._before: Floats = np.zeros((heads, width))
        self._after: Floats = np.zeros((heads, width))
        self._share: Floats | None = None

    @property
    def reach(self) -> int:
        """How many frames back the farthest head reads."""
        if self._reach is None:
            self._reach = ROWS - 1 - int(self._low.min(initial=ROWS - 1))
        return self._reach

    def aim(self, delays: Floats) -> None:
        """Tell the heads where to go: seconds, or frames where a head counts frames; 0 or more."""
        self._wanted = delays
        self._moving = True

    def write(self, x: Floats, dt: Seconds) -> None:
        """Add a frame, ``dt`` after the one before. Before the first one, everything was as it is now."""
        self.turn(dt)[:] = x
        self.fill()

    def turn(self, dt: Seconds) -> Floats:
        """Begin a frame, ``dt`` after the one before; the caller writes its row, and then calls ``fill``."""
        self.now += dt
        if self.newest < 0:
            self._first = True
            self.times[:] = self.now - np.arange(2 * ROWS, 0, -1)
        self._even = self._even + 1 if dt == self._dt else 0
        self._dt = dt
        row = self.newest = (self.newest + 1) % ROWS
        self.times[row] = self.times[row + ROWS] = self.now
        written: Floats = self.rows[row]
        return written

    def fill(self) -> None:
        """Say that the frame is written; what was before the first one is as that one."""
        if self._first:
            self._first = False
            self.rows[:] = self.rows[self.newest]

    def read(self) -> Floats:
        """What the heads hear in this frame, by lane; they move on first. The next read writes over it."""
        if self._moving:
            self._glide()
            self._find()
        elif self._even <= (self.reach + 2 if self._even else 0):
            self._find()  # the frames behind are not evenly spaced: look for them again
        at, before, after = self._at, self._before, self._after
        np.add(self._back, self.newest * self.count, out=at)
        self._flat.take(at, 0, before, "wrap")
        if self._share is not None:
            at += self.count
            self._flat.take(at, 0, after, "wrap")
            after -= before
            after *= self._share
            before += after
        return before.reshape(-1)

    def window(self) -> list[Floats]:
        """Views of the frames that any head may still read, in one part or two; none without delays."""
        if self.reach == 0:
            return []
        count = min(self.reach + 1, ROWS)
        first = self.newest + 1 - count
        if first >= 0:
            return [self.rows[first : self.newest + 1]]
        return [self.rows[first:], self.rows[: self.newest + 1]]

    def adopt(self, old: "History", mine: Indices, theirs: Indices) -> None:
        """Go on with the past of lane ``theirs[i]`` of ``old`` as lane ``mine[i]``."""
        if old.newest < 0:
            return
        self.newest, self.now, self.times = old.newest, old.now, old.times.copy()
        self.rows[:, mine] = old.rows[:, theirs]
        self.heads[mine // self.width] = old.heads[theirs // old.width]

    def begin(self, lanes: Indices, x: Floats) -> None:
        """Say that some lanes have always been as they are in ``x``, which holds all lanes."""
        self.rows[:, lanes] = x[lanes]

    def _glide(self) -> None:
        """Move the heads by at most one frame's way."""
        step = np.full(self.count, SPEED * self._dt)
        step[self._frames] = SPEED
        fresh = np.isnan(self.heads)
        self.heads[fresh] = self._wanted[fresh]
        way = self._wanted - self.heads
        near = np.abs(way) <= step
        self.heads = np.where(near, self._wanted, self.heads + np.maximum(np.minimum(way, step), -step))
        self._moving = not bool(near.all())

    def _find(self) -> None:
        """Find the frame at or before each head, and the share of the way to the next."""
        if not np.count_nonzero(self.heads):  # all hear what is now
            self._low, self._reach = self._now, None
            self._back, self._share = self._lanes, None
            return
        newest = self.newest
        times = self.times[newest + 1 : newest + 1 + ROWS]  # oldest first; the last is now
        later = times[1:]
        wanted = self.now - self.heads
        low = later.searchsorted(wanted + _SAME, "right")  # what is older than all is as the oldest
        start = times.take(low)
        share = later.take(low, None, self._next, "clip")
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
        self._low, self._reach = low, None
        self._back = low * self.count
        self._back += self._oldest
        self._share = None
        if np.count_nonzero(share):
            self._share = np.empty((self.count, self.width))
            self._share[:] = share[:, np.newaxis]
