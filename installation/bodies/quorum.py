"""Who stands together: groups of bodies that are near each other and still."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["group_sizes"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def group_sizes(at: Floats, counts: Flags, reach: float) -> NDArray[np.int64]:
    """Size of the group that each point belongs to: points that are linked by steps of at most ``reach``.

    Args:
        at: ``(n, 2)`` places.
        counts: ``(n,)`` which points take part.
        reach: In the unit of ``at``.

    Returns:
        ``(n,)``, 0 for points that take no part.
    """
    sizes = np.zeros(len(at), np.int64)
    some = np.flatnonzero(counts)
    if not len(some):
        return sizes
    gaps = at[some, np.newaxis] - at[np.newaxis, some]
    near = (gaps * gaps).sum(axis=2) <= reach * reach
    label = np.arange(len(some))
    while True:  # each round the smallest number of a neighbour; at most as many rounds as points
        spread = np.where(near, label[np.newaxis], len(some)).min(axis=1)
        if np.array_equal(spread, label):
            break
        label = spread
    sizes[some] = np.bincount(label, minlength=len(some))[label]
    return sizes
