"""How unequal shares are, as one number."""

from collections.abc import Iterable

__all__ = ["gini", "jain"]


def gini(shares: Iterable[float]) -> float:
    """The Gini coefficient of n shares: 0 when all are equal, (n - 1) / n when one has everything.

    Half the mean absolute difference of all pairs, over the mean (C. Gini, Variabilita e mutabilita, 1912;
    A. Sen, On Economic Inequality, 1973, chapter 2), as the sum over ascending shares
    ``sum((2 i - n - 1) x_i) / (n sum(x))``. 0 where there is nothing to share.
    """
    x = sorted(shares)
    n, total = len(x), sum(x)
    if total <= 0.0:
        return 0.0
    return max(0.0, sum((2 * i + 1 - n) * one for i, one in enumerate(x)) / (n * total))


def jain(shares: Iterable[float]) -> float:
    """Jain's index of fairness of n shares: 1 when all are equal, 1 / n when one has everything.

    ``sum(x)^2 / (n sum(x^2))`` (R. Jain, D. Chiu, W. Hawe, A Quantitative Measure of Fairness and
    Discrimination for Resource Allocation in Shared Computer Systems, DEC-TR-301, 1984). 1 where there is
    nothing to share.
    """
    x = list(shares)
    largest = max(x, default=0.0)
    if largest <= 0.0:
        return 1.0
    x = [one / largest for one in x]  # so that squares neither overflow nor vanish
    return min(1.0, sum(x) ** 2 / (len(x) * sum(one * one for one in x)))
