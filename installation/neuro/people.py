"""Presence of people, and plausibility checks of their readings.

A reading is valid while it is fresh and physiologically plausible; a person is present while any of their
readings is valid. A heartbeat is valid when its rate lies within 25 % of the median of the last five: a
missed beat or a moving electrode doubles or halves the rate, a body does not. After four consecutive beats
off the median the median is reset. (Dropping intervals more than 20 % off the local median is usual in
heart-rate variability work; people who move are given a little more.)
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.parameters import CHANNELS, MOST_PEOPLE
from installation.values import Seconds

__all__ = [
    "ALPHA",
    "AT_X",
    "AT_Y",
    "BREATH",
    "FRESH",
    "HEART",
    "HIGHEST",
    "LOWEST",
    "NOBODY",
    "STILL",
    "Group",
    "People",
    "believed",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AT_X, AT_Y, HEART, BREATH, ALPHA, STILL = range(len(CHANNELS))

LOWEST: Final = np.array([0.0, 0.0, 30.0, -8.0, 0.0, 0.0])
HIGHEST: Final = np.array([1.0, 1.0, 220.0, 8.0, 8.0, 1.0])
"""Plausible range of each channel. Hearts from rest to maximal effort stay within 30 and 220 bpm."""

FRESH: Final = np.array([2.0, 2.0, 6.0, 2.0, 6.0, 6.0])
"""Maximum age of each channel in seconds; heart readings arrive once per beat."""

_BEATS: Final = 5
_OFF: Final = 0.25
_STRIKES: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The people of one frame.

    Attributes:
        present: ``(40,)`` true for the people present.
        values: ``(40, 6)`` valid readings by channel; NaN elsewhere.
        beat: ``(40,)`` true where a heartbeat arrived in this frame.
    """

    present: Flags
    values: Floats
    beat: Flags

    @property
    def count(self) -> int:
        """The number of people present."""
        return int(np.count_nonzero(self.present))


def _nobody() -> Group:
    group = Group(
        np.zeros(MOST_PEOPLE, np.bool_),
        np.full((MOST_PEOPLE, len(CHANNELS)), np.nan),
        np.zeros(MOST_PEOPLE, np.bool_),
    )
    for array in (group.present, group.values, group.beat):
        array.flags.writeable = False
    return group


NOBODY: Final = _nobody()
"""An empty room; always this same object, so that it can be compared by identity."""


_BODY_LOWEST: Final = np.array([0.0, 0.0, 0.0, 0.0])
_BODY_HIGHEST: Final = np.array([1.0, 500.0, 1.0, 1.0])
_BODY_FRESH: Final = np.array([6.0, 15.0, 3.0, 3.0])
"""Of each of ``BODY``; RMSSD comes every few seconds."""


def believed(values: Floats, times: Floats, now: Seconds) -> Floats:
    """Return what else bodies say, ``(40, 4)``: NaN where it is old or cannot be."""
    good = (now - times <= _BODY_FRESH) & (values >= _BODY_LOWEST) & (values <= _BODY_HIGHEST)
    return np.where(good, values, np.nan)


class People:
    """Validates readings; keeps the history that this needs."""

    def __init__(self) -> None:
        self._beats: Floats = np.full((MOST_PEOPLE, _BEATS), np.nan)
        self._heard: Floats = np.full(MOST_PEOPLE, -np.inf)
        self._strikes = np.zeros(MOST_PEOPLE, np.int64)
        self._empty = False
        # Pad six flags to eight bytes, so that they compare as one 64-bit integer.
        wide = np.zeros((MOST_PEOPLE, 8), np.bool_)
        self._known, self._any = wide[:, : len(CHANNELS)], wide.view(np.uint64)[:, 0]

    def look(self, values: Floats, times: Floats, now: Seconds) -> Group:
        """Return the people of this frame; ``NOBODY`` if there are none.

        Args:
            values: ``(40, 6)`` latest reading of each person and channel, NaN if there never was one.
            times: ``(40, 6)`` show time of each reading.
            now: Show time in seconds.
        """
        good = now - times <= FRESH
        if np.count_nonzero(good):
            good &= values >= LOWEST
            good &= values <= HIGHEST
        if not np.count_nonzero(good):
            if not self._empty:
                self._beats.fill(np.nan)
                self._empty = True
            return NOBODY
        self._empty = False
        hearts, since = good[:, HEART], times[:, HEART]
        beat: Flags = hearts & (since != self._heard)
        if np.count_nonzero(beat):
            np.copyto(self._heard, since, where=beat)
            self._believe(values[:, HEART], beat)
        last = self._beats[:, -1]
        clean = values.copy()
        clean[:, HEART] = last
        clean[~good] = np.nan
        known = self._known
        known[:] = good
        known[:, HEART] &= last == last
        present = self._any != 0
        self._beats[~hearts] = np.nan
        return Group(present, clean, beat) if np.count_nonzero(present) else NOBODY

    def _believe(self, rates: Floats, beat: Flags) -> None:
        """Keep new beats that are consistent with the previous ones; discard the others."""
        for person in np.flatnonzero(beat).tolist():  # rarely more than one or two per frame
            rate = float(rates[person])
            before = self._beats[person]
            known = sorted(one for one in before.tolist() if one == one)
            median = known[(len(known) - 1) // 2] if known else rate
            if abs(rate - median) > _OFF * median:
                self._strikes[person] += 1
                if self._strikes[person] < _STRIKES:
                    beat[person] = False
                    continue
                before[:] = np.nan
            self._strikes[person] = 0
            before[:-1] = before[1:].copy()
            before[-1] = rate
