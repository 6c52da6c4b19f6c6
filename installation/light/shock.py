"""Pressure fronts on the lamps of a room: each lamp responds slightly before the front reaches it.

Each lamp fades up once as a front passes its position in the picture and down again, never above ``HIGHEST``
of its light, and the room's mean never rises by more than ``MEAN``. The lamps' guard follows, as always.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["COLOUR", "HIGHEST", "LEAD", "MEAN", "lift"]

Floats = NDArray[np.float32]

LEAD: Final = 0.15
"""Seconds by which the lamps are ahead of the picture."""
HIGHEST: Final = 0.1
"""Share of a lamp's full light; 0.072 as luminance, below what the flash law counts as a rise."""
MEAN: Final = 0.04
COLOUR: Final = (0.12, 0.87, 1.0)
"""Linear light of 490 nm with some white, as in the bright cores of the picture; luminance 0.72."""
_RISE: Final = 0.12
_FALL: Final = 0.7
"""Seconds in which a lamp fades up, and down again."""


def lift(samples: Floats, fronts: NDArray[np.float64], aspect: float, room: Floats) -> Floats | None:
    """Return the light to add to each lamp, ``(lamps, 3)`` linear; None without an active front.

    Args:
        samples: ``(lamps, 4)`` u0, v0, u1, v1 of each lamp in the picture.
        fronts: ``(k, 5)`` x, y, age (s), energy (0..1) and speed (picture heights per second) of each.
        aspect: Width of the picture divided by its height.
        room: ``(lamps,)`` share of the room's light; sums to 1 or less.
    """
    running = fronts[fronts[:, 3] > 0.0]
    if not len(running) or not len(samples):
        return None
    x, y, age, energy, speed = (column[:, np.newaxis] for column in running.T)
    u, v = (samples[:, 0] + samples[:, 2]) * 0.5, (samples[:, 1] + samples[:, 3]) * 0.5
    distance = np.hypot((u - x) * aspect, v - y)
    since = age + LEAD - distance / np.maximum(speed, 0.05)
    rising = np.clip(since / _RISE, 0.0, 1.0)
    sinking = np.clip(1.0 - (since - _RISE) / _FALL, 0.0, 1.0)
    swell = _ease(rising) * _ease(sinking) * energy
    level = HIGHEST * swell.max(axis=0)
    mean = float((level * room).sum()) * 0.72
    if mean > MEAN:
        level *= MEAN / mean
    added: Floats = (level[:, np.newaxis] * np.array(COLOUR)).astype(np.float32)
    return added


def _ease(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return share * share * (3.0 - 2.0 * share)
