"""Blue noise for dithering: the void-and-cluster method (Ulichney, SPIE 1913, 1993).

``shaders/lib/blue-noise.png`` was generated with ``blue_noise(64, seed=1)``; a test regenerates and compares
it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from installation.paths import shaders

__all__ = ["blue_noise", "load", "save"]

SIGMA = 1.5
"""Sigma of the Gaussian that measures crowding, in texels; Ulichney's choice."""


def blue_noise(side: int = 64, seed: int = 1) -> NDArray[np.int64]:
    """Return ranks 0..side*side-1 of a square that tiles seamlessly; thresholds give even distributions."""
    count = side * side
    crowd = _Crowding(side)
    chance = np.random.default_rng(seed)
    pattern = np.zeros(count, bool)
    for spot in chance.permutation(count)[: count // 10]:
        pattern[spot] = True
        crowd.add(int(spot), 1.0)
    while True:  # move the tightest cluster into the largest void until it would move back
        tightest = crowd.tightest(pattern)
        pattern[tightest] = False
        crowd.add(tightest, -1.0)
        emptiest = crowd.emptiest(pattern)
        pattern[emptiest] = True
        crowd.add(emptiest, 1.0)
        if emptiest == tightest:
            break
    ranks = np.zeros(count, np.int64)
    start, start_crowd = pattern.copy(), crowd.field.copy()
    for rank in range(int(pattern.sum()) - 1, -1, -1):
        spot = crowd.tightest(pattern)
        pattern[spot] = False
        crowd.add(spot, -1.0)
        ranks[spot] = rank
    pattern, crowd.field = start, start_crowd
    for rank in range(int(pattern.sum()), count):
        spot = crowd.emptiest(pattern)
        pattern[spot] = True
        crowd.add(spot, 1.0)
        ranks[spot] = rank
    return ranks.reshape(side, side)


def save(path: Path) -> None:
    """Write the texture as a 16-bit grey PNG: (rank + 1/2) of 4096, over 65536."""
    ranks = blue_noise()
    levels = ((ranks + 0.5) * (65536.0 / ranks.size)).astype(np.uint16)
    Image.fromarray(levels).save(path, optimize=True)


def load() -> NDArray[np.float32]:
    """Return the shipped texture, with values evenly distributed over 0..1."""
    with Image.open(shaders() / "lib" / "blue-noise.png") as picture:
        return (np.asarray(picture, dtype=np.float64) / 65536.0).astype(np.float32)


class _Crowding:
    """Crowding of each texel: the sum of Gaussians around all chosen texels, on a torus."""

    def __init__(self, side: int) -> None:
        self.side = side
        away = np.minimum(np.arange(side), side - np.arange(side)).astype(float)
        falloff = np.exp(-(away**2) / (2.0 * SIGMA**2))
        self._kernel = np.outer(falloff, falloff)
        self.field: NDArray[np.float64] = np.zeros(side * side)

    def add(self, spot: int, amount: float) -> None:
        """Add (1) or remove (-1) a texel."""
        row, column = divmod(spot, self.side)
        self.field += amount * np.roll(self._kernel, (row, column), (0, 1)).ravel()

    def tightest(self, pattern: NDArray[np.bool_]) -> int:
        """Return the chosen texel with the highest crowding."""
        return int(np.argmax(np.where(pattern, self.field, -np.inf)))

    def emptiest(self, pattern: NDArray[np.bool_]) -> int:
        """Return the free texel with the lowest crowding."""
        return int(np.argmin(np.where(pattern, np.inf, self.field)))
