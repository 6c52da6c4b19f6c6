"""How much rhythms go together: phase locking, order, and correlation of each with all others.

Phase locking of two people is the length of the mean of exp(i (a - b)) over a window, with a and b their
phases (phase-locking value: Lachaux, Rodriguez, Martinerie, Varela, Human Brain Mapping 8, 1999). That of two
people who know nothing of each other is not 0: within a few breaths their phases do not turn far. How much is
due to that is usually found with surrogates. Here a surrogate cuts the window into segments and turns the
phase difference of each by an angle of its own, drawn evenly. What its squared locking value is on average
over all drawings is known without drawing any: with R the sum of a segment's unit vectors, it is
sum |R|^2 / n^2. That bias is subtracted, and the rest scaled so that locked phases keep 1:

    L^2 = (|sum R|^2 - sum |R|^2) / (n^2 - sum n_segment^2)

Order is Kuramoto's parameter: the length of the mean of all unit vectors at one moment (*Chemical
Oscillations, Waves, and Turbulence*, 1984). For n independent phases it is 0.9 / sqrt(n).

Correlation is that of each person's series with the mean of all others' (leave-one-out intersubject
correlation: Nastase, Gazzola, Hasson, Keysers, Social Cognitive and Affective Neuroscience 14, 2019), every
series scaled to variance 1. It follows from the correlations r of all pairs: for person i,
(sum_j r_ij - 1) / sqrt(sum_jk r_jk - 2 sum_j r_ij + 1).

All sums are products and additions in a fixed order, so they give the same bits on every processor.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.values import Seconds

__all__ = ["PERIOD", "SEGMENT", "SEGMENTS", "Synchrony", "order"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PERIOD: Final[Seconds] = 0.1
"""Time between two samples."""
SEGMENT: Final[Seconds] = 6.0
SEGMENTS: Final = 6
"""The window is the last 30 to 36 s."""

_SAMPLES: Final = round(SEGMENT / PERIOD)
_LEAST: Final = 3 * _SAMPLES
"""Samples that two people must have had together before anything is said of them."""
_KNOWN, _CC, _SS, _SC, _CS, _BOTH, _X, _XX, _XY = range(9)
_LEFT: Final = np.array([0, 1, 2, 2, 1, 3, 4, 5, 4])
_RIGHT: Final = np.array([0, 1, 2, 1, 2, 3, 3, 3, 4])
"""Rows of (phase known, cosine, sine, value known, value, its square) whose outer products are summed."""


class Synchrony:
    """The synchrony of one rhythm of many people over the last half minute.

    Args:
        rows: How many people at most.
        offset: About the mean of the series; it is subtracted so that no digits are lost.

    Attributes:
        locking: ``(n, n)`` squared phase locking of each pair, its bias removed: 1 is locked, 0 is chance,
            and for chance a little below 0 as often as above; NaN where unknown. n is the last row that was
            known in the window; the diagonal means nothing.
        alike: ``(n, n)`` correlation of the series of each pair; NaN where unknown.
    """

    def __init__(self, rows: int, offset: float = 0.0) -> None:
        self._rows = rows
        self._offset = offset
        self._sums: Floats = np.zeros((SEGMENTS, 9, rows, rows))
        self._last = [0] * SEGMENTS
        self._segment = 0
        self._taken = 0
        self.locking: Floats = np.zeros((0, 0))
        self.alike: Floats = np.zeros((0, 0))

    def clear(self) -> None:
        """Forget everybody."""
        if any(self._last):
            self._sums.fill(0.0)
            self._last = [0] * SEGMENTS
            self.locking = self.alike = np.zeros((0, 0))

    def forget(self, row: int) -> None:
        """Forget one row, whose person is another from now on."""
        self._sums[:, :, row, :] = 0.0
        self._sums[:, :, :, row] = 0.0

    def take(self, phase: Floats, series: Floats) -> None:
        """Take one sample of everybody, every ``PERIOD``.

        Args:
            phase: ``(rows,)`` turns, NaN where unknown.
            series: ``(rows,)`` any unit, NaN where unknown.
        """
        if self._taken == _SAMPLES:
            self._taken = 0
            self._segment = (self._segment + 1) % SEGMENTS
            last = self._last[self._segment]
            self._sums[self._segment, :, :last, :last] = 0.0
            self._last[self._segment] = 0
        self._taken += 1
        known, both = phase == phase, series == series
        there = np.flatnonzero(known | both)
        if not len(there):
            return
        last = int(there[-1]) + 1
        known, both = known[:last], both[:last]
        cosines, sines = portable_math.turns(np.where(known, phase[:last], 0.0))
        x = np.where(both, series[:last] - self._offset, 0.0)
        rows = np.stack([known, cosines * known, sines * known, both, x, x * x])
        self._sums[self._segment, :, :last, :last] += rows[_LEFT, :, np.newaxis] * rows[_RIGHT, np.newaxis, :]
        self._last[self._segment] = max(self._last[self._segment], last)

    def look(self) -> None:
        """Compute ``locking`` and ``alike`` of the window."""
        last = max(self._last)
        sums = self._sums[:, :, :last, :last]
        with np.errstate(all="ignore"):
            total = portable_math.added(sums)
            across, along = sums[:, _CC] + sums[:, _SS], sums[:, _SC] - sums[:, _CS]
            within = portable_math.added(across * across + along * along)
            counts = sums[:, _KNOWN]
            re, im = total[_CC] + total[_SS], total[_SC] - total[_CS]
            n = total[_KNOWN]
            free = n * n - portable_math.added(counts * counts)
            self.locking = (re * re + im * im - within) / free
            self.locking[~((n >= _LEAST) & (free > 0.0))] = np.nan
            n = total[_BOTH]
            spread = total[_XX] - total[_X] * total[_X] / n
            shared = total[_XY] - total[_X] * total[_X].T / n
            self.alike = shared / np.sqrt(spread * spread.T)
            flat = spread <= 1e-9 * total[_XX]
            self.alike[~(n >= _LEAST) | flat | flat.T] = np.nan

    def mean_locking(self, rows: Flags) -> float:
        """Return the squared phase locking of a group, 0..1: the mean over its pairs; NaN if unknown.

        Args:
            rows: ``(rows,)`` who belongs to it.
        """
        of = np.flatnonzero(rows[: len(self.locking)])
        return _within(_mean_of_pairs(self.locking[np.ix_(of, of)]))

    def locked_to(self, row: int) -> Flags:
        """Return of whom locking to one row is known; ``(rows,)``."""
        found: Flags = np.zeros(self._rows, np.bool_)
        if row < len(self.locking):
            found[: len(self.locking)] = self.locking[row] == self.locking[row]
            found[row] = False
        return found

    def locking_to(self, row: int, rows: Flags) -> float:
        """Return the squared phase locking of a group to one row, 0..1; NaN if unknown."""
        if row >= len(self.locking):
            return math.nan
        found = [one for one in self.locking[row][rows[: len(self.locking)]].tolist() if one == one]
        return _within(math.fsum(found) / len(found)) if found else math.nan

    @staticmethod
    def paired(matrix: Floats, rows: Flags) -> Flags:
        """Return who of a group is in a pair of it of which something is known; ``(rows,)``.

        Args:
            matrix: ``locking`` or ``alike``.
            rows: ``(rows,)`` who belongs to it.
        """
        found: Flags = np.zeros(len(rows), np.bool_)
        of = rows[: len(matrix)]
        known = (matrix == matrix) & of & of[:, np.newaxis]
        np.fill_diagonal(known, False)
        found[: len(matrix)] = known.any(axis=0)
        return found

    def correlations(self, rows: Flags) -> Floats:
        """Return the correlation of each of a group with the mean of all others in it, -1..1.

        Returns:
            ``(members,)``, by row; NaN for who has no series that varies. Empty for fewer than two.
        """
        of = np.flatnonzero(rows[: len(self.alike)])
        alike = self.alike[np.ix_(of, of)]
        good = np.diagonal(alike) == np.diagonal(alike)
        alike = np.where(good[:, np.newaxis] & good & (alike == alike), alike, 0.0)
        sums = portable_math.added(alike)
        own = np.diagonal(alike)
        others = math.fsum(sums.tolist()) - 2.0 * sums + own
        with np.errstate(all="ignore"):
            found: Floats = (sums - own) / np.sqrt(others)
        found[~good | ~(others > 1e-9)] = np.nan
        return found if len(of) > 1 else np.zeros(0)

    def mean_correlation(self, rows: Flags) -> float:
        """Return the mean of ``correlations``; NaN if nothing is known."""
        found = [one for one in self.correlations(rows).tolist() if one == one]
        return math.fsum(found) / len(found) if len(found) > 1 else math.nan


def order(phases: Floats) -> float:
    """Return Kuramoto's order parameter of phases in turns, 0..1; NaN of fewer than two known ones."""
    known = phases[phases == phases]
    n = len(known)
    if n < 2:
        return math.nan
    cosines, sines = portable_math.turns(known)
    x, y = math.fsum(cosines.tolist()), math.fsum(sines.tolist())
    return math.sqrt(x * x + y * y) / n


def _mean_of_pairs(matrix: Floats) -> float:
    """Return the mean of what is known above the diagonal."""
    upper = matrix[np.triu_indices(len(matrix), 1)]
    known = upper[upper == upper].tolist()
    return math.fsum(known) / len(known) if known else math.nan


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0) if value == value else math.nan
