"""A multi-lane delay line: all frames of the last seconds, read at heads that glide.

Frames are stored with their times, so a delay in whole frames is exact at a steady frame rate and correct in
seconds at any other. When its delay changes, a head glides to the new position like a tape head, at ``SPEED``
seconds per second, so that the output stays continuous.
"""

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

__all__ = ["ROWS", "SPEED", "History"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

ROWS = 4096
"""Frames stored: 10 s at up to 400 fps; at higher rates the maximum delay is shorter."""
SPEED = 4.0
"""Speed of a head along the tape: seconds per second, or frames per frame."""
_SAME = np.array(1e-6)
"""Seconds. A head this close to a frame reads exactly that frame, so that rounding does not blend two."""


class History:
    """The past of many lanes.

    Args:
        heads: Number of heads; each reads ``width`` adjacent lanes.
        width: Lanes per head.
        frames: Heads whose delay is in frames instead of seconds.

    Attributes:
        rows: The frames, as a ring buffer.
        newest: Row of the latest frame; -1 before the first.
        now: Seconds since the first frame.
        times: Time of each row, stored twice in a row, so that any rotation of the ring is one slice.
        heads: Current delay of each head; NaN before its first frame.
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
        """Delay of the farthest head in frames."""
        if self._reach is None:
            self._reach = ROWS - 1 - int(self._low.min(initial=ROWS - 1))
        return self._reach

    def aim(self, delays: Floats) -> None:
        """Set target delays of the heads: seconds, or frames for heads that count frames; at least 0."""
        self._wanted = delays
        self._moving = True

    def write(self, x: Floats, dt: Seconds) -> None:
        """Append a frame, ``dt`` after the previous one. The past before the first frame equals it."""
        self.turn(dt)[:] = x
        self.fill()

    def turn(self, dt: Seconds) -> Floats:
        """Begin a frame, ``dt`` after the previous one; the caller writes its row and then calls ``fill``."""
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
        """Finish a frame; the past before the first frame equals it."""
        if self._first:
            self._first = False
            self.rows[:] = self.rows[self.newest]

    def read(self) -> Floats:
        """Advance the heads and return their values by lane. The next read overwrites the array."""
        if self._moving:
            self._glide()
            self._find()
        elif self._even <= (self.reach + 2 if self._even else 0):
            self._find()  # the frames are not evenly spaced: search again
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
        """Return one or two views of the frames that any head may still read; none without delays."""
        if self.reach == 0:
            return []
        count = min(self.reach + 1, ROWS)
        first = self.newest + 1 - count
        if first >= 0:
            return [self.rows[first : self.newest + 1]]
        return [self.rows[first:], self.rows[: self.newest + 1]]

    def adopt(self, old: "History", mine: Indices, theirs: Indices) -> None:
        """Copy the past of lane ``theirs[i]`` of ``old`` to lane ``mine[i]``."""
        if old.newest < 0:
            return
        self.newest, self.now, self.times = old.newest, old.now, old.times.copy()
        self.rows[:, mine] = old.rows[:, theirs]
        self.heads[mine // self.width] = old.heads[theirs // old.width]

    def begin(self, lanes: Indices, x: Floats) -> None:
        """Fill the past of some lanes with their values in ``x``, which holds all lanes."""
        self.rows[:, lanes] = x[lanes]

    def _glide(self) -> None:
        """Move the heads by at most one frame's distance."""
        step = np.full(self.count, SPEED * self._dt)
        step[self._frames] = SPEED
        fresh = np.isnan(self.heads)
        self.heads[fresh] = self._wanted[fresh]
        way = self._wanted - self.heads
        near = np.abs(way) <= step
        self.heads = np.where(near, self._wanted, self.heads + np.maximum(np.minimum(way, step), -step))
        self._moving = not bool(near.all())

    def _find(self) -> None:
        """Find the frame at or before each head, and the fraction of the way to the next."""
        if not np.count_nonzero(self.heads):  # no delays
            self._low, self._reach = self._now, None
            self._back, self._share = self._lanes, None
            return
        newest = self.newest
        times = self.times[newest + 1 : newest + 1 + ROWS]  # oldest first; the last is the present
        later = times[1:]
        wanted = self.now - self.heads
        low = later.searchsorted(wanted + _SAME, "right")  # clamp to the oldest
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
