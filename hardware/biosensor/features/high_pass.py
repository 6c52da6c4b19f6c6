"""Removes drift from windows: a high-pass without a beginning, for as many rows as there are.

A recursive filter needs seconds until it has settled, and rings after each step. A window of a few seconds is
freed of drift by regression instead: its straight line, and the cosines of the discrete cosine transform that
are slower than the edge, are fitted to it and taken away (as drift is in imaging of the brain: Holmes et al.,
NeuroImage 5, S480, 1997). That is one product of matrices, and no sample weighs more for being at an end.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["high_passed"]

Floats = NDArray[np.float64]

_SHORTEST: Final = 4


@lru_cache(maxsize=64)
def _slow(length: int, rate: float, edge: float) -> Floats:
    """Orthonormal columns that span what is slower than ``edge``; ``(length, columns)``."""
    at = (np.arange(length) + 0.5) / length
    columns = [np.ones(length), at - 0.5]
    # Cosine k has half a turn in length / k samples: k * rate / (2 * length) Hz.
    columns += [np.cos(np.pi * k * at) for k in range(1, 1 + int(2.0 * length * edge / rate))]
    basis, _ = np.linalg.qr(np.stack(columns[: max(_SHORTEST // 2, length // 2)], axis=1))
    basis.flags.writeable = False
    return np.asarray(basis, np.float64)


def high_passed(window: Floats, rate: float, edge: float) -> Floats:
    """Return ``window`` without what is slower than ``edge``.

    Args:
        window: ``(..., samples)``; finite.
        rate: Samples per second.
        edge: Hz; drift of less than half of it is gone, twice of it stays.
    """
    if window.shape[-1] < _SHORTEST:
        return np.asarray(window - window.mean(axis=-1, keepdims=True), np.float64)
    slow = _slow(window.shape[-1], rate, edge)
    return np.asarray(window - (window @ slow) @ slow.T, np.float64)
