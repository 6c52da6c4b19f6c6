"""Pictures whose colours swing, and counters that look at nothing but colours."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["SWINGS", "Colours"]

Colours = Callable[[float], NDArray[np.float32]]
"""Time in seconds to one linear colour."""

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def between(*colours: tuple[float, float, float], hertz: float, luminance: float = 0.0) -> Colours:
    """One colour after the other, in cycles of 1 / hertz seconds; all of one luminance where it is given."""
    table = np.array(colours, np.float64)
    if luminance:
        table *= luminance / (table @ _WEIGHTS)[:, None]
    return lambda time: table[int(time * hertz * len(table)) % len(table)].astype(np.float32)


def hue(turns: float, back: float = 0.0) -> Colours:
    """The colour circle, so many times a second; ``back``: it swings to and fro by this share of it."""

    def draw(time: float) -> NDArray[np.float32]:
        at = turns * time if not back else back * np.sin(2 * np.pi * turns * time)
        return np.clip(np.abs((at + np.array([0, 2 / 3, 1 / 3])) * 6 % 6 - 3) - 1, 0, 1).astype(np.float32)

    return draw


def drifting(time: float) -> NDArray[np.float32]:
    """Red against a partner that drifts through all hues."""
    return hue(0.3)(time) if int(time * 18) % 2 else np.float32([0.3, 0.02, 0.02])


def through_black(time: float) -> NDArray[np.float32]:
    return np.float32([(0.4, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 0)][int(time * 24) % 4])


def random(time: float) -> NDArray[np.float32]:
    rng = np.random.default_rng(int(time * 25))
    return (rng.random(3) ** 4 * 0.3).astype(np.float32)


SWINGS: dict[str, Colours] = {
    "red and blue": between((1, 0, 0), (0, 0, 1), hertz=12),
    "red and blue, of one luminance": between((1, 0, 0), (0, 0, 1), hertz=12, luminance=0.05),
    "green and magenta, 7 Hz": between((0, 1, 0), (1, 0, 1), hertz=7, luminance=0.2),
    "blue and yellow, 3 Hz": between((0, 0, 1), (1, 1, 0), hertz=3, luminance=0.06),
    "dark red and green": between((0.03, 0, 0), (0, 0.01, 0), hertz=9),
    "red, green and blue": between((1, 0, 0), (0, 1, 0), (0, 0, 1), hertz=4, luminance=0.05),
    "four colours": between((1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), hertz=3, luminance=0.05),
    "blue and orange, 25 Hz": between((0, 0.1, 1), (1, 0.4, 0), hertz=25, luminance=0.1),
    "the colour circle, 4 Hz": hue(4.0),
    "hue to and fro, 5 Hz": hue(5.0, 0.2),
    "a partner that drifts": drifting,
    "through black": through_black,
    "random colours": random,
}
