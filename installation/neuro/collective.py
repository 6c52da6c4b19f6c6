"""What the people in the room are as a whole: how excited, how much together, how still.

Arousal. A heart is compared with its own rest: the rest follows downward in half a minute and upward in five,
so that excitement shows and a fast heart by nature does not. 0 is at rest, 1 is a quarter above it. The mean
over all hearts.

Coherence. The phase of a breath is the time since it last rose through its own mean, over the length of the
breath before (phase between marker events: Pikovsky, Rosenblum, Kurths, *Synchronization*, 2001). With R
the length of the mean of all n unit vectors (Kuramoto's order parameter), the figure is
(n R^2 - 1) / (n - 1): the mean cosine of all pairs' differences, which is 0 for phases by chance whatever n
is, where R itself would be 0.9 / sqrt(n) (pairwise phase consistency: Vinck et al., NeuroImage 51, 2010). It
is averaged over 8 s, since two people who breathe at different rates meet now and then.

Stillness. The share of those who stand still.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable
from installation.neuro.parameters import MOST_PEOPLE
from installation.neuro.people import BREATH, HEART, STILL, Group
from installation.values import Seconds

__all__ = ["Collective", "Feeling"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_EXCITED: Final = 0.25
_DOWN: Final[Seconds] = 30.0
_UP: Final[Seconds] = 300.0
_BEAT: Final[Seconds] = 6.0
"""A heart is smoothed over this time, so that its swing with the breath does not count."""
_MEAN: Final[Seconds] = 20.0
_TOGETHER: Final[Seconds] = 8.0
_EDGE: Final = 0.2
"""Of a breath's mean swing: how far it must pass its mean to count as a new breath."""
_SHORTEST: Final[Seconds] = 1.5
_LONGEST: Final[Seconds] = 15.0


@dataclass(frozen=True, slots=True)
class Feeling:
    """All three, 0..1."""

    arousal: float
    coherence: float
    stillness: float


class Collective:
    """Follows everybody's heart and breath.

    Attributes:
        arousal: ``(40,)`` of each person, NaN where it is not known.
        phase: ``(40,)`` turns of each person's breath, 0..1, NaN where it is not known.
    """

    def __init__(self) -> None:
        nothing = np.full(MOST_PEOPLE, np.nan)
        self.arousal: Floats = nothing.copy()
        self.phase: Floats = nothing.copy()
        self._rate, self._rest = nothing.copy(), nothing.copy()
        self._mean, self._swing = nothing.copy(), nothing.copy()
        self._full: Flags = np.zeros(MOST_PEOPLE, np.bool_)
        self._began, self._length = nothing.copy(), nothing.copy()
        self._together = 0.0

    def advance(self, group: Group, now: Seconds, dt: Seconds) -> Feeling:
        """One frame of show time ``now``."""
        self._hearts(group.values[:, HEART], dt)
        self._breaths(group.values[:, BREATH], now, dt)
        self._together += (self._consistency() - self._together) * _share(dt, _TOGETHER)
        excited = self.arousal[np.isfinite(self.arousal)].tolist()
        still = group.values[:, STILL]
        still = still[np.isfinite(still)]
        return Feeling(
            arousal=math.fsum(excited) / len(excited) if excited else 0.0,
            coherence=min(max(self._together, 0.0), 1.0),
            stillness=float(np.count_nonzero(still >= 0.5)) / len(still) if len(still) else 0.0,
        )

    def _hearts(self, rates: Floats, dt: Seconds) -> None:
        there = np.isfinite(rates)
        fresh = there & ~np.isfinite(self._rate)
        self._rate = np.where(fresh, rates, self._rate + (rates - self._rate) * _share(dt, _BEAT))
        above = self._rate > self._rest
        step = np.where(above, _share(dt, _UP), _share(dt, _DOWN))
        known = np.isfinite(self._rest) & there
        self._rest = np.where(known, self._rest + (self._rate - self._rest) * step, self._rate)
        self.arousal = np.clip((self._rate / self._rest - 1.0) / _EXCITED, 0.0, 1.0)

    def _breaths(self, breaths: Floats, now: Seconds, dt: Seconds) -> None:
        there = np.isfinite(breaths)
        share = _share(dt, _MEAN)
        fresh = there & ~np.isfinite(self._mean)
        self._mean = np.where(fresh, breaths, self._mean + (breaths - self._mean) * share)
        off = breaths - self._mean
        self._swing = np.where(fresh, 0.0, self._swing + (np.abs(off) - self._swing) * share)
        edge = _EDGE * self._swing
        rises = there & ~self._full & (off > edge)
        self._full = np.where(rises, True, np.where(off < -edge, False, self._full)) & there
        length = now - self._began
        whole = rises & (length >= _SHORTEST) & (length <= _LONGEST)
        self._length = np.where(whole, length, self._length)
        begins = rises & ~(length < _SHORTEST)
        self._began = np.where(begins, now, self._began)
        self._began[~there] = np.nan
        self._length[~there | (now - self._began > _LONGEST)] = np.nan
        turned = (now - self._began) / self._length
        self.phase = np.where(turned < 1.5, turned - np.floor(turned), np.nan)

    def _consistency(self) -> float:
        """Mean cosine of the differences of all pairs of phases; 0 for fewer than two people."""
        turns = self.phase[np.isfinite(self.phase)]
        n = len(turns)
        if n < 2:
            return 0.0
        x = math.fsum(portable.cos_turns(turns).tolist())
        y = math.fsum(portable.sin_turns(turns).tolist())
        return (x * x + y * y - n) / (n * (n - 1))


def _share(dt: Seconds, time: Seconds) -> float:
    """The part of the way that an exponential average of this time goes in ``dt``; stable for any ``dt``."""
    return dt / (time + dt)
