"""Who is in the room, and which of their readings can be believed.

A reading counts while it is fresh and within what a body can do; a person counts while any of their readings
does. A heart's beat counts when it lies within a quarter of the median of the last five: a missed beat or a
moving electrode doubles or halves a rate, a body does not; after four that agree with no median the median is
taken anew. (Dropping intervals that are more than 20 % off the local median is usual in heart-rate
variability work; rates in a room that moves are given a little more.)
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.parameters import CHANNELS, MOST_PEOPLE
from installation.values import Seconds

__all__ = ["ALPHA", "AT_X", "AT_Y", "BREATH", "HEART", "HIGHEST", "LOWEST", "STILL", "Group", "People"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AT_X, AT_Y, HEART, BREATH, ALPHA, STILL = range(len(CHANNELS))

LOWEST: Final = np.array([0.0, 0.0, 30.0, -8.0, 0.0, 0.0])
HIGHEST: Final = np.array([1.0, 1.0, 220.0, 8.0, 8.0, 1.0])
"""What each channel may be. Hearts at rest and at most effort stay within 30 and 220 beats a minute."""

_FRESH: Final = np.array([2.0, 2.0, 6.0, 2.0, 6.0, 6.0])
"""How old each may be, in seconds; a heart speaks once a beat."""

_BEATS: Final = 5
_OFF: Final = 0.25
_STRIKES: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The people of one frame.

    Attributes:
        present: ``(40,)`` who is there.
        values: ``(40, 6)`` their readings by channel; NaN where there is none to believe.
        beat: ``(40,)`` true where a heart has beaten in this frame.
    """

    present: Flags
    values: Floats
    beat: Flags

    @property
    def count(self) -> int:
        """How many people there are."""
        return int(np.count_nonzero(self.present))


class People:
    """Keeps what telling a good reading from a bad one needs of the past."""

    def __init__(self) -> None:
        self._beats: Floats = np.full((MOST_PEOPLE, _BEATS), np.nan)
        self._heard: Floats = np.full(MOST_PEOPLE, -np.inf)
        self._strikes = np.zeros(MOST_PEOPLE, np.int64)

    def look(self, values: Floats, times: Floats, now: Seconds) -> Group:
        """The people of this frame.

        Args:
            values: ``(40, 6)`` newest reading of each person and channel, NaN if there never was one.
            times: Show time of each.
            now: Show time.
        """
        good = np.isfinite(values) & (values >= LOWEST) & (values <= HIGHEST) & (now - times <= _FRESH)
        clean = np.where(good, values, np.nan)
        beat: Flags = good[:, HEART] & (times[:, HEART] != self._heard)
        self._heard = np.where(beat, times[:, HEART], self._heard)
        beat &= self._believed(clean[:, HEART], beat)
        last = self._beats[:, -1]
        clean[:, HEART] = np.where(good[:, HEART], last, np.nan)
        present = np.count_nonzero(np.isfinite(clean), axis=1) > 0
        self._beats[~good[:, HEART]] = np.nan
        return Group(present, clean, beat)

    def _believed(self, rates: Floats, beat: Flags) -> Flags:
        """Which of the new beats fit in with those before; they are remembered."""
        ordered = np.sort(self._beats, axis=1)  # NaN comes last
        known = np.count_nonzero(np.isfinite(ordered), axis=1)
        median = ordered[np.arange(MOST_PEOPLE), np.maximum(known - 1, 0) // 2]
        fits = (known == 0) | (np.abs(rates - median) <= _OFF * median)
        self._strikes = np.where(beat, np.where(fits, 0, self._strikes + 1), self._strikes)
        afresh = beat & (self._strikes >= _STRIKES)
        self._beats[afresh] = np.nan
        self._strikes[afresh] = 0
        taken: Flags = beat & (fits | afresh)
        self._beats[taken, :-1] = self._beats[taken, 1:]
        self._beats[taken, -1] = rates[taken]
        return taken
