"""Between light and level: how lamps answer, and what to send so that they give the light that is meant.

Everything before the wire is linear light, 0..65535. These tables are the last step.
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
    """16-bit level for each of the 65536 lights: the inverse of the lamp's curve.

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
    """8-bit level for each of the 65536 lights, within ``low`` .. ``high``; no light is always level 0."""
    span = high - low
    drive = drive_table(curve).astype(np.uint32)
    table: NDArray[np.uint8] = (low + (drive * span + FULL // 2) // FULL).astype(np.uint8)
    table[0] = 0
    table.flags.writeable = False
    return table


@lru_cache(maxsize=64)
def light_table(curve: Curve, low: int = 0, high: int = 255) -> NDArray[np.float32]:
    """Light 0..1 for each of the 256 levels: what a lamp shows that is sent this level."""
    level = np.clip((np.arange(256) - low) / (high - low), 0.0, 1.0)
    if curve == "square":
        level = level**2
    elif curve == "s":
        level = level**2 * (3.0 - 2.0 * level)
    table: NDArray[np.float32] = level.astype(np.float32)
    table.flags.writeable = False
    return table
