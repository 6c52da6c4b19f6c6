"""Shared measures of the people in the room: arousal, coherence and stillness.

Arousal. Each heart rate is compared with its own resting rate, which follows downward with a time constant
of half a minute and upward with five minutes, so that excitement shows and a naturally fast heart does not.
0 is at rest, 1 is 25 % above. The result is the mean over all hearts.

Coherence. The phase of a breath is the time since the signal last rose through its own mean, divided by the
length of the previous breath (phase between marker events: Pikovsky, Rosenblum, Kurths, *Synchronization*,
2001). With R the length of the mean of all n unit vectors (Kuramoto's order parameter), coherence is
(n R^2 - 1) / (n - 1): the mean cosine of all pairwise differences. It is 0 for random phases whatever n is,
where R itself would be 0.9 / sqrt(n) (pairwise phase consistency: Vinck et al., NeuroImage 51, 2010). It is
averaged over 8 s, since two people who breathe at different rates coincide now and then.

Stillness. The share of people who stand still.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.parameters import MOST_PEOPLE
from installation.neuro.people import BREATH, HEART, NOBODY, STILL, Group
from installation.values import Seconds

__all__ = ["Collective", "Feeling"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_EXCITED: Final = 0.25
_DOWN: Final[Seconds] = 30.0
_UP: Final[Seconds] = 300.0
_BEAT: Final[Seconds] = 6.0
"""Smoothing time of the heart rate, long enough to hide its variation with the breath."""
_MEAN: Final[Seconds] = 20.0
_TOGETHER: Final[Seconds] = 8.0
_EDGE: Final = 0.2
"""Hysteresis, relative to a breath's mean swing: how far it must pass its mean to count as a new breath."""
_SHORTEST: Final[Seconds] = 1.5
_LONGEST: Final[Seconds] = 15.0
_ZERO, _ONE = np.array(0.0), np.array(1.0)


@dataclass(frozen=True, slots=True)
class Feeling:
    """Arousal, coherence and stillness, each 0..1."""

    arousal: float
    coherence: float
    stillness: float


class Collective:
    """Tracks everybody's heart and breath.

    Attributes:
        arousal: ``(40,)`` arousal of each person, NaN where unknown.
        phase: ``(40,)`` breath phase of each person in turns, 0..1, NaN where unknown.
        pulse: ``(40,)`` heart phase, the share of the interval since the last beat; likewise.
    """

    def __init__(self) -> None:
        nothing = np.full(MOST_PEOPLE, np.nan)
        self.arousal: Floats = nothing.copy()
        self.phase: Floats = nothing.copy()
        self.pulse: Floats = nothing.copy()
        self._beaten: Floats = nothing.copy()
        self._rate, self._rest = nothing.copy(), nothing.copy()
        self._mean, self._swing = nothing.copy(), nothing.copy()
        self._full: Flags = np.zeros(MOST_PEOPLE, np.bool_)
        self._began, self._length = nothing.copy(), nothing.copy()
        self._together = 0.0
        self._empty = False

    @property
    def breaths(self) -> Floats:
        """``(40,)`` breaths a minute of each person by the last whole breath, NaN where unknown."""
        with np.errstate(all="ignore"):
            rates: Floats = 60.0 / self._length
        return rates

    def advance(self, group: Group, now: Seconds, dt: Seconds) -> Feeling:
        """Process one frame at show time ``now``."""
        if group is NOBODY:
            return self._alone(dt)
        self._empty = False
        self._hearts(group.values[:, HEART], dt)
        self._pulses(group, now)
        self._breaths(group.values[:, BREATH], now, dt)
        self._together += (self._consistency() - self._together) * _share(dt, _TOGETHER)
        excited = [arousal for arousal in self.arousal.tolist() if arousal == arousal]
        still = [still for still in group.values[:, STILL].tolist() if still == still]
        return Feeling(
            arousal=math.fsum(excited) / len(excited) if excited else 0.0,
            coherence=min(max(self._together, 0.0), 1.0),
            stillness=sum(one >= 0.5 for one in still) / len(still) if still else 0.0,
        )

    def _alone(self, dt: Seconds) -> Feeling:
        """Process a frame with an empty room: forget everybody and let the shared measures decay."""
        if not self._empty:
            self._empty = True
            for known in (self.arousal, self.phase, self._rate, self._rest, self._mean, self._swing):
                known.fill(np.nan)
            self.pulse.fill(np.nan)
            self._beaten.fill(np.nan)
            self._began.fill(np.nan)
            self._length.fill(np.nan)
            self._full.fill(False)
        self._together += (0.0 - self._together) * _share(dt, _TOGETHER)
        return Feeling(0.0, min(max(self._together, 0.0), 1.0), 0.0)

    def _hearts(self, rates: Floats, dt: Seconds) -> None:
        there = rates == rates
        rate = self._rate + (rates - self._rate) * _share(dt, _BEAT)
        np.copyto(rate, rates, where=there & (self._rate != self._rate))  # first reading of this heart
        rest = rate - self._rest
        step = np.array([_share(dt, _DOWN), _share(dt, _UP)]).take(rate > self._rest)
        rest *= step
        rest += self._rest
        np.copyto(rest, rate, where=~((self._rest == self._rest) & there))
        self._rate, self._rest = rate, rest
        arousal = rate / rest
        arousal -= 1.0
        arousal /= _EXCITED
        self.arousal = arousal.clip(_ZERO, _ONE, arousal)

    def _pulses(self, group: Group, now: Seconds) -> None:
        """Heart phase: seconds since the last beat by the seconds of the interval before it."""
        rates = group.values[:, HEART]
        np.copyto(self._beaten, now, where=group.beat)
        self._beaten[rates != rates] = np.nan
        turned = (now - self._beaten) * rates / 60.0
        self.pulse = turned - np.floor(turned)
        self.pulse[~(turned < 1.5)] = np.nan

    def _breaths(self, breaths: Floats, now: Seconds, dt: Seconds) -> None:
        there = breaths == breaths
        share = _share(dt, _MEAN)
        fresh = there & (self._mean != self._mean)
        mean = self._mean + (breaths - self._mean) * share
        np.copyto(mean, breaths, where=fresh)
        off = breaths - mean
        swing = np.abs(off)
        swing -= self._swing
        swing *= share
        swing += self._swing
        np.copyto(swing, 0.0, where=fresh)
        self._mean, self._swing = mean, swing
        edge = _EDGE * swing
        rises = there & ~self._full & (off > edge)
        self._full = (rises | (self._full & ~(off < -edge))) & there
        if np.count_nonzero(rises):
            length = now - self._began
            whole = rises & (length >= _SHORTEST) & (length <= _LONGEST)
            np.copyto(self._length, length, where=whole)
            np.copyto(self._began, now, where=rises & ~(length < _SHORTEST))
        self._began[~there] = np.nan
        since = now - self._began
        self._length[~there | (since > _LONGEST)] = np.nan
        turned = since / self._length
        self.phase = turned - np.floor(turned)
        self.phase[~(turned < 1.5)] = np.nan

    def _consistency(self) -> float:
        """Return the mean cosine of all pairwise phase differences; 0 for fewer than two people."""
        phases = self.phase[self.phase == self.phase]
        n = len(phases)
        if n < 2:
            return 0.0
        cosines, sines = portable_math.turns(phases)
        x, y = math.fsum(cosines.tolist()), math.fsum(sines.tolist())
        return (x * x + y * y - n) / (n * (n - 1))


def _share(dt: Seconds, time: Seconds) -> float:
    """Return the coefficient of an exponential average for this time constant; stable for any ``dt``."""
    return dt / (time + dt)
