"""The fair division of 200 hubs, beside a plain loop that halves the level, and beside SciPy's solver.

The loop is the textbook's: halve the level until the shares fill the budget, over Python lists. The solver
(SLSQP) gets the same objective, alpha = 2, for 24 hubs, since it takes minutes for 200.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from installation.bench import Row, interleave
from installation.share.division import MOST, divide, headroom

__all__ = ["bisected", "claims", "run", "solved"]

_HUBS: Final = 200
_FEW: Final = 24
_BOUND: Final = 0.2
_GOAL: Final = 0.25
_TIMES: Final = 50


def run() -> Sequence[Row]:
    """Return the time of one division as ratios, and in milliseconds."""
    needs, floors, weights, budget = claims(_HUBS)
    few, few_floors, few_weights, few_budget = claims(_FEW)
    lists = needs.tolist(), floors.tolist(), weights.tolist()

    def ours() -> None:
        for _ in range(_TIMES):
            divide(budget, needs, floors, credit_weights=weights)

    def whole() -> None:
        for _ in range(_TIMES):
            headroom(budget, divide(budget, needs, floors, credit_weights=weights), needs * 2)

    def loop() -> None:
        for _ in range(_TIMES):
            bisected(budget, *lists)

    def small() -> None:
        for _ in range(_TIMES):
            divide(few_budget, few, few_floors, privilege=few_weights, alpha=2.0)

    our, all_of_it, theirs = (one / _TIMES for one in interleave([ours, whole, loop], clock="thread"))
    little = interleave([small], clock="thread")[0] / _TIMES
    peer = partial(solved, few_budget, few, few_floors, few_weights)
    solver = interleave([peer], rounds=3, clock="thread")[0]
    return [
        Row(
            f"share: {_HUBS} hubs", our * 1e6, theirs * 1e6, None, "us", "a plain loop that halves",
            our / theirs, f"<= {_GOAL:g}", our <= _GOAL * theirs,
            f"with headroom {all_of_it * 1e6:.0f} us",
        ),
        Row(
            f"share: {_HUBS} hubs, ms", our * 1e3, _BOUND, None, "ms", "bound", our * 1e3,
            f"<= {_BOUND:g}", our * 1e3 <= _BOUND,
        ),
        Row(
            f"share: {_FEW} hubs, alpha 2", little * 1e6, solver * 1e6, None, "us", "SciPy's SLSQP",
            little / solver, "<= 0.1", little <= 0.1 * solver,
        ),
    ]  # fmt: skip


def claims(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Return needs, floors, weights and a budget of half the needs, the same each time."""
    chance = np.random.default_rng(7)
    needs = chance.integers(MOST // 1000, MOST // count, count)
    return needs, needs // 10, chance.uniform(0.25, 4.0, count), int(needs.sum()) // 2


def bisected(
    budget: int, needs: Sequence[int], floors: Sequence[int], weights: Sequence[float]
) -> list[float]:
    """Return the weighted max-min fair shares by halving the level 50 times."""
    low, high = 0.0, max(need / weight for need, weight in zip(needs, weights, strict=True))
    parties = list(zip(needs, floors, weights, strict=True))
    for _ in range(50):
        level = 0.5 * (low + high)
        if sum(min(max(weight * level, floor), need) for need, floor, weight in parties) <= budget:
            low = level
        else:
            high = level
    return [min(max(weight * low, floor), need) for need, floor, weight in parties]


def solved(budget: int, needs: np.ndarray, floors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the alpha-fair shares, alpha = 2, of SciPy's solver for general problems."""
    from scipy.optimize import minimize

    caps, low = needs / budget, np.maximum(floors / budget, 1e-9)
    found = minimize(
        lambda x: float((weights / x).sum()),
        np.maximum(caps / caps.sum(), low),
        jac=lambda x: -weights / x**2,
        method="SLSQP",
        bounds=list(zip(low, caps, strict=True)),
        constraints={"type": "eq", "fun": lambda x: x.sum() - 1.0, "jac": np.ones_like},
        options={"ftol": 1e-12, "maxiter": 300},
    )
    return np.asarray(found.x * budget)
