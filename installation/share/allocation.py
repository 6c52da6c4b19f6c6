"""How a budget is divided: max-min fair, by privilege, or between the two."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LEAST_WEIGHT", "allocate", "water_fill"]

Floats = NDArray[np.float64]

LEAST_WEIGHT = 1e-6
"""Weights below so much of the largest count as that: nobody is left out altogether."""


def water_fill(
    budget: float, needs: ArrayLike, weights: ArrayLike | None = None, floors: ArrayLike = 0.0
) -> Floats:
    """The weighted max-min fair division of a budget.

    Everybody gets ``clip(weight * level, floor, need)`` with one level for all, so that the sum is the
    budget: nobody can get more unless somebody with less for its weight gets less. Without weights this is
    max-min fairness (D. Bertsekas, R. Gallager, Data Networks, 2nd ed. 1992, section 6.5), and no division
    within the needs is more equal by any measure that transfers from rich to poor improve.

    Args:
        budget: What there is, at least 0, in any unit.
        needs: The most that each can use, in the same unit, at least 0.
        weights: Of each, in any unit; all equal when None.
        floors: The least for each. Where they exceed the budget together, they are scaled down to it.

    Returns:
        The share of each. Its sum is the budget, or the sum of the needs where that is less.
    """
    caps = np.maximum(np.asarray(needs, np.float64), 0.0)
    if not caps.size or budget <= 0.0:
        return np.zeros_like(caps)
    if float(caps.sum()) <= budget:
        return caps
    low = np.minimum(np.broadcast_to(np.asarray(floors, np.float64), caps.shape), caps).clip(0.0)
    least = float(low.sum())
    if least >= budget:
        return low * (budget / least)
    w = _weights(caps, weights)
    begins, ends = low / w, caps / w
    edges = np.unique(np.concatenate([begins, ends]))
    below, above = 0, len(edges) - 1  # the sum is less than the budget at the one, and not at the other
    while above - below > 1:
        middle = (below + above) // 2
        if float((w * edges[middle]).clip(low, caps).sum()) < budget:
            below = middle
        else:
            above = middle
    # Between two edges the sum is a straight line: what is full or at its floor stays, the others rise.
    rising = (begins <= edges[below]) & (ends >= edges[above])
    held = float(np.where(rising, 0.0, (w * edges[above]).clip(low, caps)).sum())
    level = (budget - held) / float(w[rising].sum())
    return (w * level).clip(low, caps)


def allocate(
    budget: float,
    needs: ArrayLike,
    privilege: ArrayLike,
    reform: float,
    weights: ArrayLike | None = None,
) -> Floats:
    """A division between privilege and fairness.

    At ``reform`` 0 what there is goes by privilege: in proportion to it, up to the need of each, and what the
    sated leave goes on in the same proportion. At 1 it is max-min fair. Between them each share moves in a
    straight line, so it is continuous and monotone. Without ``weights`` every index of inequality (Gini,
    Jain) is monotone too: the fair division is majorised by all others within the needs, so each point of
    the line is majorised by those before it (A. Marshall, I. Olkin, Inequalities, 1979, chapter 1).

    Args:
        budget: As in ``water_fill``.
        needs: As there.
        privilege: Of each, in any unit.
        reform: 0..1.
        weights: Of the fair division; all equal when None.
    """
    unfair, fair = water_fill(budget, needs, privilege), water_fill(budget, needs, weights)
    return unfair + min(max(reform, 0.0), 1.0) * (fair - unfair)


def _weights(caps: Floats, weights: ArrayLike | None) -> Floats:
    if weights is None:
        return np.ones_like(caps)
    w = np.broadcast_to(np.asarray(weights, np.float64), caps.shape)
    largest = float(w.max())
    return np.maximum(w / largest, LEAST_WEIGHT) if largest > 0.0 else np.ones_like(caps)
