"""Division of a budget in whole numbers: the same answer on every machine, whatever its processor.

Amounts are whole parts of any unit, at most ``MOST``. Everything is integer arithmetic, but for the powers of
weights, which ``portable_math`` makes equal everywhere. Nothing depends on the order of the parties.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from installation.portable_math import power

__all__ = ["FAIREST", "MOST", "divide", "fair_weights", "headroom", "whole_fill"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST: Final = 1 << 30
"""The largest amount of one party and the largest budget."""
FAIREST: Final = 32.0
"""From this alpha on the division is max-min fair, the limit of alpha-fairness."""

_BITS: Final = 16
_ONE: Final = 1 << _BITS


def fair_weights(privilege: ArrayLike, alpha: float) -> Floats:
    """Return the weights with which ``whole_fill`` is alpha-fair.

    Alpha-fairness maximises ``sum(w x^(1 - a) / (1 - a))`` over the shares x, with the logarithm at a = 1
    (J. Mo, J. Walrand, Fair End-to-End Window-Based Congestion Control, IEEE/ACM Transactions on Networking
    8, 2000). With one resource the best shares are ``min(need, (w / l)^(1 / a))``: a water filling with
    weights ``w^(1 / a)``. At 1 shares are proportional to privilege, and the larger alpha is, the more equal
    they are.

    Args:
        privilege: Weight w of each, above 0, in any unit.
        alpha: Above 0; from ``FAIREST`` on all weights are equal.
    """
    w = np.asarray(privilege, np.float64)
    return np.ones_like(w) if alpha >= FAIREST else power(w, 1.0 / alpha)


def whole_fill(
    budget: int, needs: ArrayLike, weights: ArrayLike | None = None, floors: ArrayLike = 0
) -> Whole:
    """The weighted max-min fair division of a budget in whole parts (see ``water_fill``).

    Everybody gets ``clip(weight * level, floor, need)``, rounded down, with the greatest level for which the
    sum is within the budget. The sum is never above it, and less than two parts a party below it.

    Args:
        budget: 0..``MOST``.
        needs: The most that each can use, 0..``MOST``.
        weights: Of each, above 0, in any unit; all equal when None. Below 1/65536 of the largest they count
            as that.
        floors: The least for each. Where they exceed the budget together, they are scaled down to it.

    Returns:
        The share of each, int64.
    """
    caps = _between(np.asarray(needs, np.int64), 0, MOST)
    total = min(max(int(budget), 0), MOST)
    if int(caps.sum()) <= total:
        return caps
    low = _between(np.asarray(floors, np.int64), 0, caps)
    least = int(low.sum())
    if least >= total:
        scaled: Whole = low * total // max(least, 1)
        return scaled
    w = _whole_weights(weights, len(caps))
    # Each share is a straight line of the level between these two edges. Rounding the edges outwards counts
    # a little more than is given, so the sum stays within the budget.
    begins, ends = (low << _BITS) // w, -((-(caps << _BITS)) // w)
    edges = np.concatenate((begins, ends))
    order = edges.argsort()
    edges = edges[order]
    slopes = np.concatenate((w, -w))[order].cumsum()
    filled = (slopes[:-1] * (edges[1:] - edges[:-1])).cumsum()
    rest = (total - least) << _BITS
    k = int(filled.searchsorted(rest, side="right"))
    before = int(filled[k - 1]) if k else 0
    slope = int(slopes[k])
    level = int(edges[k]) + ((rest - before) // slope if slope > 0 else 0)
    return _between((w * level) >> _BITS, low, caps)


def divide(
    budget: int,
    needs: ArrayLike,
    floors: ArrayLike = 0,
    *,
    privilege: ArrayLike | None = None,
    credit_weights: ArrayLike | None = None,
    reform: float = 1.0,
    alpha: float = FAIREST,
) -> Whole:
    """Divide a budget between privilege and fairness.

    At ``reform`` 0 in proportion to privilege, at 1 alpha-fair, between them on a straight line, as the
    commons are (``allocation.allocate``).

    Args:
        budget: 0..``MOST``.
        needs: As in ``whole_fill``.
        floors: As there.
        privilege: Of each, above 0; all equal when None.
        credit_weights: Factor on the weight of each in the fair division, from what it has missed
            (``credit``); 1 when None. Where privilege rules, nothing is made up for.
        reform: 0..1, counted in thousandths.
        alpha: See ``fair_weights``.
    """
    count = len(np.asarray(needs))
    bonus = np.ones(count) if credit_weights is None else np.asarray(credit_weights, np.float64)
    rank = np.ones(count) if privilege is None else np.asarray(privilege, np.float64)
    fair = whole_fill(budget, needs, fair_weights(rank, alpha) * bonus, floors)
    way = min(max(round(reform * 1000), 0), 1000)
    if way == 1000:
        return fair
    unfair = whole_fill(budget, needs, rank, floors)
    return unfair + (fair - unfair) * way // 1000


def headroom(budget: int, shares: Whole, caps: ArrayLike) -> Whole:
    """Give what nobody asks for to all, up to the cap of each, those with the least first.

    Whoever asks for more finds it there already, without waiting for an agreement.

    Returns:
        Shares that are nowhere less than the given ones.
    """
    roof = np.maximum(_between(np.asarray(caps, np.int64), 0, MOST), shares)
    return whole_fill(budget, roof, None, shares) if int(shares.sum()) < budget else shares


def _between(amounts: Whole, least: Whole | int, most: Whole | int) -> Whole:
    # ``np.clip`` takes three times as long for a few hundred: its arguments are sorted out in Python.
    held: Whole = np.minimum(np.maximum(amounts, least), most)
    return held


def _whole_weights(weights: ArrayLike | None, count: int) -> Whole:
    if weights is None:
        return np.full(count, _ONE, np.int64)
    w = np.asarray(weights, np.float64)
    if w.shape != (count,):
        w = np.broadcast_to(w, (count,))
    largest = float(w.max()) if count else 0.0
    if not 0.0 < largest < float("inf"):
        return np.full(count, _ONE, np.int64)
    whole: Whole = np.rint(np.maximum(w / largest, 0.0) * _ONE).astype(np.int64)
    return np.maximum(whole, 1)
