"""Dimmer curves: tables from linear light to DMX level, and back.

Everything before the wire is linear light, 0..65535. Applying these tables is the last step.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from installation.light.profiles.profile import Curve

__all__ = ["FULL", "drive_table", "level_table", "light_table"]

FULL = 65535
"""Full light, and the highest 16-bit level."""


@lru_cache(maxsize=8)
def drive_table(curve: Curve) -> NDArray[np.uint16]:
    """Return the 16-bit level for each of the 65536 values of light: the inverse of the lamp's curve.

    The inverse of 3x^2 - 2x^3 on 0..1 is 1/2 - sin(asin(1 - 2y) / 3), the trigonometric root of the cubic.
    """
    light = np.arange(FULL + 1) / FULL
    if curve == "square":
        level = np.sqrt(light)
    elif curve == "s":
        level = 0.5 - np.sin(np.arcsin(1.0 - 2.0 * light) / 3.0)
    else:
        level = light
    table: NDArray[np.uint16] = np.rint(level * FULL).astype(np.uint16)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=64)
def level_table(curve: Curve, low: int = 0, high: int = 255) -> NDArray[np.uint8]:
    """Return the 8-bit level, ``low`` .. ``high``, for each of the 65536 values of light; 0 stays level 0."""
    span = high - low
    drive = drive_table(curve).astype(np.uint32)
    table: NDArray[np.uint8] = (low + (drive * span + FULL // 2) // FULL).astype(np.uint8)
    table[0] = 0
    table.flags.writeable = False
    return table


@lru_cache(maxsize=64)
def light_table(curve: Curve, low: int = 0, high: int = 255) -> NDArray[np.float32]:
    """Return the light, 0..1, that a lamp gives at each of the 256 levels."""
    level = np.clip((np.arange(256) - low) / (high - low), 0.0, 1.0)
    if curve == "square":
        level = level**2
    elif curve == "s":
        level = level**2 * (3.0 - 2.0 * level)
    table: NDArray[np.float32] = level.astype(np.float32)
    table.flags.writeable = False
    return table
