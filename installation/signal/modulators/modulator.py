"""The contract of a modulator: what bends a signal on its way, many lanes at once.

A lane is one route's number on its way to a parameter. NaN in a lane means "nothing has arrived yet", or
that a step before it overflowed; state that meets NaN starts afresh with the next number, so nothing that
is not finite can stay in here. Only portable operations are used (see ``portable``).
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.signal.spec import Row, Spec
from installation.values import Seconds

__all__ = ["ONE", "ZERO", "Decay", "Floats", "Lanes", "Modulator", "clamp"]

Floats = NDArray[np.float64]
Lanes = NDArray[np.intp]

ZERO, ONE = np.array(0.0), np.array(1.0)
"""Arrays, because numpy takes longer to look at one of Python's numbers than to clamp a few hundred."""

_MANY = 4096
"""From so many limits of their own on, two passes with wide vectors are faster than one without."""
_FEW = 10
"""Up to so many different times, Python's arithmetic is faster than numpy's."""


def clamp(x: Floats, low: Floats, high: Floats) -> None:
    """Bring ``x`` into ``low``..``high`` in place; NaN stays NaN.

    ``np.maximum`` and ``np.minimum`` reset the processor's flags, for two microseconds each time.
    """
    if low.ndim and len(x) >= _MANY:
        np.maximum(x, low, out=x)
        np.minimum(x, high, out=x)
    else:
        x.clip(low, high, out=x)


class Modulator(ABC):
    """One step of many routes' shapes.

    Args:
        rows: Checked settings, one row a lane.

    Attributes:
        unsettled: Whether any state may be NaN. False lets a frame skip looking for it, which is right when
            all lanes came out finite the frame before, because every step passes NaN on.
    """

    spec: ClassVar[Spec]
    states: ClassVar[tuple[str, ...]] = ()
    """Names of the arrays, one number a lane, that a hot reload carries over."""
    waits: ClassVar[bool] = False
    """Whether it waits for rises, so that its lane must hear a press that is over within a frame."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.size = len(rows)
        self._rows = rows
        self._scratch = np.empty((3, self.size))
        self.unsettled = True
        for name in self.states:
            setattr(self, name, np.full(self.size, np.nan))
        self.prepare()

    def prepare(self) -> None:  # noqa: B027 - some have nothing to prepare
        """Turn the rows into arrays. Called once."""

    @abstractmethod
    def process(self, x: Floats, dt: Seconds) -> None:
        """Bend the lanes ``x`` in place, ``dt`` seconds after the last time."""

    def adopt(self, old: "Modulator", mine: Lanes, theirs: Lanes) -> None:
        """Go on with the state of ``old`` where lane ``mine[i]`` is the old lane ``theirs[i]``."""
        for name in self.states:
            getattr(self, name)[mine] = getattr(old, name)[theirs]

    def arrays(self) -> list[Floats]:
        """All state, with the lanes along the last axis; views, not copies."""
        return [getattr(self, name) for name in self.states]

    def column(self, name: str) -> Floats:
        """One setting of all lanes; a single number where they agree, which is faster to compute with."""
        values = np.array([row[name] for row in self._rows], np.float64)
        return np.asarray(values[0]) if self.size and (values == values[0]).all() else values

    def begin(self, state: Floats, x: Floats) -> None:
        """Start the state where it is NaN with the lane's present value."""
        if self.unsettled:
            np.copyto(state, x, where=np.isnan(state))


class _Shares(dict[float, float]):
    """1 - exp(-dt / time) by time, for one ``dt``: filters of all kinds have the same few times."""

    dt: Seconds = math.nan

    def __missing__(self, time: Seconds) -> float:
        share = self[time] = 1.0 if time <= 0 else 1.0 - portable_math.exp_of(-self.dt / time)
        return share


_SHARES = _Shares()


class Decay:
    """Shares of the way that one-pole filters go in ``dt``: 1 - exp(-dt / time), exact for any frame rate."""

    def __init__(self, times: Floats) -> None:
        self._times, inverse = np.unique(np.atleast_1d(times), return_inverse=True)
        self._inverse = inverse if times.ndim else None
        self._still = self._times <= 0
        self._divisor = np.where(self._still, 1.0, self._times)
        self._few: list[float] | None = self._times.tolist() if len(self._times) <= _FEW else None
        self._share: Floats = np.empty(len(self._times))
        self._dt = math.nan
        self._out: Floats = np.empty(len(inverse))

    def share(self, dt: Seconds) -> Floats:
        """One share a lane; 1 where the time is 0."""
        if dt != self._dt:
            self._dt = dt
            if self._few is not None:
                if dt != _SHARES.dt:
                    _SHARES.clear()
                    _SHARES.dt = dt
                self._share[:] = [_SHARES[time] for time in self._few]
            else:
                self._share = 1.0 - portable_math.exp(-dt / self._divisor)
                self._share[self._still] = 1.0
            if self._inverse is not None:
                self._share.take(self._inverse, None, self._out, "clip")
        return self._share if self._inverse is None else self._out
