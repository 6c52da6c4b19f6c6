"""Privilege: a field over the floor that decides how strongly and how soon a body is answered."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

__all__ = ["DELAYS", "GAINS", "PIPELINE", "delay", "gain", "held", "privilege"]

Floats = NDArray[np.float64]

GAINS: Final = (0.15, 1.0)
"""Gain of the answer where privilege is 0, and where it is 1."""

DELAYS: Final[tuple[Seconds, Seconds]] = (1.2, 0.06)
"""Delay of the answer where privilege is 0, and where it is 1: from the movement to its light."""

PIPELINE: Final[Seconds] = 0.06
"""The part of a delay that passes anyway, from a movement before a camera of 60 frames a second to its light:
tracking, following, the medium and the scene. `photophore bench camera` measures it."""

EDGE: Final = (0.18, 0.62)
"""Where the field falls from 1 to 0, in shares of the width: within two steps of a 6 m floor most of it."""


def privilege(x: Floats, reform: float) -> Floats:
    """Privilege at some places, 0..1: unequal at reform 0, 1 for everybody at reform 1.

    Args:
        x: Places across the floor, 0..1.
        reform: 0..1.
    """
    low, high = EDGE
    way = np.clip((x - low) / (high - low), 0.0, 1.0)
    field: Floats = 1.0 - way * way * (3.0 - 2.0 * way)
    return field + (1.0 - field) * min(max(reform, 0.0), 1.0)


def gain(of: Floats) -> Floats:
    """Gain of the answer at this privilege."""
    return GAINS[0] + (GAINS[1] - GAINS[0]) * of


def delay(of: Floats) -> Floats:
    """Delay of the answer at this privilege, in seconds."""
    return DELAYS[0] + (DELAYS[1] - DELAYS[0]) * of


def held(delays: Floats) -> Floats:
    """How long an answer has to be held back so that it comes after ``delays`` seconds, 0 or more."""
    return np.maximum(delays - PIPELINE, 0.0)
