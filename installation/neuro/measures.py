"""Measures of many people, each from plain arrays: means, coherence, disagreement, calm, confidence.

Sums are made by ``math.fsum`` or in a fixed order, so they give the same bits on every processor.
"""

import math

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.disclosure import FEWEST
from installation.neuro.parameters import BODY

__all__ = ["calm_of", "confidence", "consistency", "difference", "mean", "of_enough", "vector"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_EDA, _RMSSD = BODY.index("eda"), BODY.index("rmssd")


def mean(values: Floats, weights: Floats) -> float:
    """Return the mean of what is known, by weight; NaN if nothing is."""
    known = (values == values) & (weights > 0.0)
    total = math.fsum(weights[known].tolist())
    return math.fsum((values[known] * weights[known]).tolist()) / total if total > 0.0 else math.nan


def vector(phases: Floats, weights: Floats) -> tuple[float, float]:
    """Return the sum of the unit vectors of phases in turns, by weight; 0, 0 if none is known."""
    known = (phases == phases) & (weights > 0.0)
    cosines, sines = portable_math.turns(phases[known])
    weights = weights[known]
    return math.fsum((cosines * weights).tolist()), math.fsum((sines * weights).tolist())


def consistency(phases: Floats, weights: Floats) -> float:
    """Return the mean cosine of the differences of all pairs of phases, by weight; NaN for fewer than two."""
    own = weights[(phases == phases) & (weights > 0.0)].tolist()
    if len(own) < 2:
        return math.nan
    x, y = vector(phases, weights)
    whole, squares = math.fsum(own), math.fsum(one * one for one in own)
    return (x * x + y * y - squares) / max(whole * whole - squares, 1e-9)


def difference(phases: Floats, arousal: Floats) -> float:
    """Return the mean disagreement of all pairs, 0..1; NaN for fewer than two of whom anything is known.

    That of two is half the difference of their arousals and half of (1 - cos) / 2 of that of their phases;
    what is not known of both counts as no difference.

    Args:
        phases: Of breaths in turns, NaN where unknown.
        arousal: 0..1, NaN where unknown.
    """
    some = (phases == phases) | (arousal == arousal)
    n = int(np.count_nonzero(some))
    if n < 2:
        return math.nan
    phases, arousal = phases[some], arousal[some]
    known = phases == phases
    cosines, sines = portable_math.turns(np.where(known, phases, 0.0))
    apart = 0.5 - 0.5 * (cosines[:, np.newaxis] * cosines + sines[:, np.newaxis] * sines)
    apart = np.where(known[:, np.newaxis] & known, apart, 0.0)
    excited = np.abs(arousal[:, np.newaxis] - arousal)
    differ = 0.5 * apart + 0.5 * np.where(excited == excited, excited, 0.0)
    return math.fsum(differ.ravel().tolist()) / (n * (n - 1))


def of_enough(values: Floats) -> Floats:
    """Return values where five or more are known, else none: NaN for all."""
    return values if np.count_nonzero(values == values) >= FEWEST else np.full_like(values, np.nan)


def calm_of(arousal: Floats, rates: Floats, body: Floats | None = None) -> Floats:
    """Return the calm of each person, 0..1; NaN where nothing is known.

    Args:
        arousal: 0..1.
        rates: Breaths a minute.
        body: ``(n, 4)`` what else their sensors say (``BODY``); None for nothing.
    """
    parts = [1.0 - arousal, (18.0 - rates) / 12.0]
    if body is not None:
        parts += [1.0 - body[:, _EDA], (body[:, _RMSSD] - 20.0) / 60.0]
    table = np.stack(parts)
    known = table == table
    total: Floats = portable_math.added(np.where(known, table.clip(0.0, 1.0), 0.0)) / np.count_nonzero(
        known, axis=0
    )
    return total


def confidence(who: Flags, quality: Floats, fresh: Floats) -> float:
    """Return how many times how good times how fresh the readings of some people are, 0..1.

    Args:
        who: Whose.
        quality: Of each, 0..1.
        fresh: 1 for a reading of now, 0 for one that expires.
    """
    count = int(np.count_nonzero(who))
    if not count:
        return 0.0
    good = math.fsum(quality[who].tolist()) / count
    age = math.fsum(fresh[who].clip(0.0, 1.0).tolist()) / count
    return min(count / FEWEST, 1.0) * good * age
