"""What may be told of many people: only of five or more, rounded, slow, and held while they change.

Whoever sees a mean before and after somebody has left can compute what that person had (a differencing
attack). So a value is not the mean itself. It is a sample, taken every few seconds, rounded to a twentieth
of the range, and none is taken for ten seconds after somebody has come or gone: what the room has become
since then is mixed with what the one who left took along. In a crowd that never stands still a sample is
taken all the same when three or more have changed since the last one: then the difference is of several.

What remains: of n people, whoever knows who has left, and sees the values for minutes before and after while
nothing else changes, learns that person's mean to about n / 20 + (n - 1) / 20 of the range. With five
that is half of it. Nothing here adds noise, because values drive light and would make it tremble.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

__all__ = ["FEWEST", "GLIDE", "HOLD", "SAMPLE", "STEP", "Disclosure", "GroupPulse"]

Flags = NDArray[np.bool_]

FEWEST: Final = 5
"""Minimum number of people in a mean. With fewer it says too much about each and stays private."""
SAMPLE: Final[Seconds] = 5.0
"""Time between two samples."""
HOLD: Final[Seconds] = 10.0
"""How long none is taken after somebody has come or gone."""
STEP: Final = 0.05
"""To what a sample is rounded, as a share of the range of the measure."""
GLIDE: Final[Seconds] = 2.0
"""Time constant of the glide from sample to sample."""
_SEVERAL: Final = 3
_BEAT: Final[Seconds] = 0.1
"""How long a beat is 1, as one of a person is."""


class Disclosure:
    """The values that may leave the room, of measures that are made of the same people.

    Args:
        ranges: Of each measure, least to most.

    Attributes:
        open: Whether a sample of five or more people stands.
        told: What is told now of each measure; NaN where nothing is.
        real: How far what is told is of people, 0..1; the rest is simulated.
    """

    def __init__(self, ranges: Sequence[float]) -> None:
        self._steps = [STEP * one for one in ranges]
        self.open = False
        self.told = [math.nan] * len(ranges)
        self.real = 0.0
        self._samples: list[float] = []
        self._members = b""
        self._before: Flags | None = None
        self._changed: Seconds = -math.inf
        self._sampled: Seconds = -math.inf
        self._news = 0

    def advance(
        self, members: Flags, values: Sequence[float], simulated: Sequence[float], now: Seconds, dt: Seconds
    ) -> None:
        """Process one moment.

        Args:
            members: Of whom these measures are made now; real people only, and only those with a value.
            values: What the measures are of these people; NaN where unknown.
            simulated: What they are of simulated ones; NaN where there are none.
            now: Show time in seconds.
            dt: Seconds since the last call.
        """
        self._follow(members, now)
        if int(np.count_nonzero(members)) < FEWEST:
            self.open = False
        elif self._due(now):
            self.open = True
            self._sampled, self._news = now, 0
            self._samples = [_rounded(one, step) for one, step in zip(values, self._steps, strict=True)]
        targets = self._samples if self.open else simulated
        share = dt / (GLIDE + dt)
        self.real += (float(self.open) - self.real) * share
        self.told = [
            target if math.isnan(told + target) else told + (target - told) * share
            for told, target in zip(self.told, targets, strict=True)
        ]

    def _follow(self, members: Flags, now: Seconds) -> None:
        """Notice who has come and gone."""
        key = members.tobytes()
        if key == self._members:
            return
        if self._before is not None:
            self._news += int(np.count_nonzero(self._before ^ members))
        self._members, self._before, self._changed = key, members.copy(), now

    def _due(self, now: Seconds) -> bool:
        if now - self._sampled < SAMPLE:
            return False
        settled = now - self._changed >= HOLD
        return settled or (self.open and self._news >= _SEVERAL and now - self._sampled >= HOLD)


class GroupPulse:
    """The pulse of the group: beats at the rate that is told of hearts.

    A beat of one's own is at one's own seat. What everybody sees has the rate of all and the phase of nobody,
    so that it says no more than that rate does.
    """

    def __init__(self) -> None:
        self._phase = 0.0
        self._left: Seconds = 0.0

    def advance(self, rate: float, dt: Seconds) -> float:
        """Let time pass; return 1 in a beat, else 0.

        Args:
            rate: Beats a minute; 0 where nothing is told of hearts, which begins anew.
            dt: Seconds since the last call.
        """
        self._left = max(self._left - dt, 0.0)
        self._phase = self._phase + rate / 60.0 * dt if rate > 0.0 else 0.0
        if self._phase >= 1.0:
            self._phase %= 1.0
            self._left = _BEAT
        return float(self._left > 0.0)


def _rounded(value: float, step: float) -> float:
    return round(value / step) * step if math.isfinite(value) else math.nan
