"""A delay line for many lanes."""

import math

import numpy as np

from installation.signal.modulators.modulator import Floats, Lanes, Modulator
from installation.signal.spec import Setting, Spec
from installation.values import Seconds

__all__ = ["Delay"]

_LONGEST: Seconds = 30.0


class Delay(Modulator):
    """Delay: a ring of past values, resampled evenly so that the frame rate does not matter."""

    spec = Spec(
        "delay",
        "the value `time` ago, at most 30 s",
        (Setting("time", minimum=0, maximum=_LONGEST, unit="s"),),
        sync="time",
    )
    states = ("_last",)
    _last: Floats
    rate = 120.0
    """Rows of the ring per second."""

    def prepare(self) -> None:
        """Allocate a ring for the longest delay. ``place`` is the current position in rows."""
        self.retime()
        longest = _LONGEST * self.rate if self.rides else self._rows_back.max(initial=0.0)
        self.length = int(longest) + 3
        self.ring = np.full((self.length, self.size), np.nan)
        self.place = float(self.length)
        self._lanes = np.arange(self.size)

    def retime(self) -> None:
        """Move the place in the past from which each lane reads."""
        times = np.broadcast_to(self.seconds("time"), self.size)
        self._rows_back = np.minimum(times, _LONGEST) * self.rate

    def process(self, x: Floats, dt: Seconds) -> None:
        """Write the rows for the elapsed time, then interpolate between two rows."""
        if self.unsettled:
            fresh = np.isnan(self._last)
            self._last[fresh] = x[fresh]
            self.ring[:, fresh] = x[fresh]
        start, end = self.place, self.place + dt * self.rate
        newest = math.floor(end)
        for row in range(math.floor(start) + 1, newest + 1):
            self.ring[row % self.length] = self._last + (x - self._last) * ((row - start) / (end - start))
        self._last[:] = x
        wanted = end - self._rows_back
        low = np.floor(wanted).astype(np.intp)
        before = self.ring[low % self.length, self._lanes]
        whole = low < newest
        after = np.where(whole, self.ring[(low + 1) % self.length, self._lanes], x)
        gap = np.where(whole, 1.0, end - low)
        x[:] = before + (after - before) * np.where(
            gap > 0, (wanted - low) / np.where(gap > 0, gap, 1.0), 0.0
        )
        # Keep the position small, so that it stays exact for years.
        self.place = end - self.length if end >= 2 * self.length else end

    def arrays(self) -> list[Floats]:
        """Return all state including the ring."""
        return [self._last, self.ring]

    def adopt(self, old: Modulator, mine: Lanes, theirs: Lanes) -> None:
        """Copy the past as far back as both rings reach."""
        super().adopt(old, mine, theirs)
        if isinstance(old, Delay):
            newest = math.floor(old.place)
            self.place = old.place - newest + self.length + 1.0
            self.ring[:, mine] = old.ring[(newest + 1) % old.length, theirs]
            for back in range(min(self.length, old.length) - 1):
                row = (math.floor(self.place) - back) % self.length
                self.ring[row, mine] = old.ring[(newest - back) % old.length, theirs]
