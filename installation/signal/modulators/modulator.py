"""The interface of modulators: steps that transform a signal on its route, for many lanes at once.

A lane is one route's value on its way to a parameter. NaN in a lane means "no value yet", or that an earlier
step overflowed; state that receives NaN restarts with the next number, so no non-finite value can persist.
Only portable operations are used (see ``portable_math``).
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.signal.spec import Row, Spec, length_of
from installation.values import METER, TEMPO, Beat, Seconds

__all__ = ["ONE", "ZERO", "Decay", "Floats", "Lanes", "Modulator", "clamp"]

Floats = NDArray[np.float64]
Lanes = NDArray[np.intp]

ZERO, ONE = np.array(0.0), np.array(1.0)
"""Arrays, because numpy handles them faster than Python scalars."""

_MANY = 4096
"""From this number of different limits on, two vectorised passes are faster than one call."""
_FEW = 10
"""Up to this number of different times, Python's arithmetic is faster than numpy's."""


def clamp(x: Floats, low: Floats, high: Floats) -> None:
    """Clamp ``x`` to ``low``..``high`` in place; NaN stays NaN.

    ``np.maximum`` and ``np.minimum`` are avoided: they reset the processor's flags, at 2 us per call.
    """
    if low.ndim and len(x) >= _MANY:
        np.maximum(x, low, out=x)
        np.minimum(x, high, out=x)
    else:
        x.clip(low, high, out=x)


class Modulator(ABC):
    """One step of many routes' shapes.

    Args:
        rows: Checked settings, one row per lane.

    Attributes:
        unsettled: Whether any state may be NaN. False skips the check for a frame, which is correct if all
        lanes
            were finite in the previous frame, because every step passes NaN on.
    """

    spec: ClassVar[Spec]
    states: ClassVar[tuple[str, ...]] = ()
    """Names of the state arrays, one number per lane, that a hot reload carries over."""
    waits: ClassVar[bool] = False
    """Whether it reacts to rises, so that its lane must see a press that is shorter than a frame."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.size = len(rows)
        self._rows = rows
        lengths = [length_of(one.name) for one in self.spec.lengths]
        self.rides = any(row[name] == row[name] for row in rows for name in lengths)  # is a number
        """Whether any time is a length in notes or bars, so that the tempo matters."""
        self._pace = 60.0 / TEMPO, METER
        self._scratch = np.empty((3, self.size))
        self.unsettled = True
        for name in self.states:
            setattr(self, name, np.full(self.size, np.nan))
        self.prepare()

    def prepare(self) -> None:  # noqa: B027 - some have nothing to prepare
        """Convert the rows to arrays. Called once."""

    def ride(self, beat: Beat) -> None:
        """Follow the tempo, from the next ``process`` on."""
        pace = 60.0 / beat.bpm, beat.meter
        if pace != self._pace:
            self._pace = pace
            self.retime()

    def retime(self) -> None:  # noqa: B027 - most have no times
        """Take over times that have changed with the tempo; state stays."""

    def seconds(self, name: str) -> Floats:
        """Return one time of all lanes at the present tempo; a single number if all are equal."""
        second, meter = self._pace
        times = np.array([_seconds(row, name, second, meter) for row in self._rows], np.float64)
        return np.asarray(times[0]) if self.size and (times == times[0]).all() else times

    @abstractmethod
    def process(self, x: Floats, dt: Seconds) -> None:
        """Transform the lanes ``x`` in place, ``dt`` seconds after the last call."""

    def adopt(self, old: "Modulator", mine: Lanes, theirs: Lanes) -> None:
        """Take over the state of ``old`` where lane ``mine[i]`` is the old lane ``theirs[i]``."""
        for name in self.states:
            getattr(self, name)[mine] = getattr(old, name)[theirs]

    def arrays(self) -> list[Floats]:
        """Return all state, with the lanes along the last axis; views, not copies."""
        return [getattr(self, name) for name in self.states]

    def column(self, name: str) -> Floats:
        """Return one setting of all lanes; a single number if all are equal, which is faster."""
        values = np.array([row[name] for row in self._rows], np.float64)
        return np.asarray(values[0]) if self.size and (values == values[0]).all() else values

    def begin(self, state: Floats, x: Floats) -> None:
        """Initialise NaN state with the lane's present value."""
        if self.unsettled:
            np.copyto(state, x, where=np.isnan(state))


def _seconds(row: Row, name: str, beat: Seconds, meter: int) -> Seconds:
    length, time = float(row[length_of(name)]), float(row[name])
    if math.isnan(length):
        return time
    return (-length * meter if length < 0.0 else length) * beat


class _Shares(dict[float, float]):
    """1 - exp(-dt / time) by time, for one ``dt``: most filters share a few times."""

    dt: Seconds = math.nan

    def __missing__(self, time: Seconds) -> float:
        share = self[time] = 1.0 if time <= 0 else 1.0 - portable_math.exp_of(-self.dt / time)
        return share


_SHARES = _Shares()


class Decay:
    """Coefficients of one-pole filters: 1 - exp(-dt / time), exact for any frame rate."""

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
        """Return one coefficient per lane; 1 where the time is 0."""
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
