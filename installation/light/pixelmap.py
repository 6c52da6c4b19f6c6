"""Strips and matrices: the channels of their pixels, and the part of the picture that each one shows.

All span arithmetic is here. A pixel never spans two universes: where the remaining channels do not hold a
whole pixel, it begins at channel 1 of the next universe (170 RGB pixels in 510 channels).
"""

import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS
from installation.light.profiles.profile import EMITTERS, Channel, Curve, Profile
from installation.show.venue_model import PixelSpec

__all__ = ["pixel_profile", "pixel_rectangles", "pixel_slots", "rectangle"]

_FORMATS: dict[str, tuple[str, ...]] = {
    "rgb": ("red", "green", "blue"),
    "grb": ("green", "red", "blue"),
    "rgbw": ("red", "green", "blue", "white"),
    "w": ("white",),
}

_WEIGHTS = {"red": 0.2126, "green": 0.7152, "blue": 0.0722, "white": 1.0}
"""Luminance, ITU-R BT.709."""

_LUMENS = 15.0
"""Lumens of a common LED pixel, a round figure; only the ratio to the fixtures' lumens matters."""


def pixel_profile(layout: str, curve: Curve) -> Profile:
    """Return the profile of one pixel; ``layout`` is ``rgb``, ``grb``, ``rgbw`` or ``w``."""
    channels = tuple(Channel(role, color=EMITTERS[role], weight=_WEIGHTS[role]) for role in _FORMATS[layout])
    return Profile(f"pixel-{layout}", channels, curve=curve, lumens=_LUMENS)


def pixel_slots(universe: int, channel: int, count: int, width: int) -> NDArray[np.int64]:
    """Return the first slot of each pixel; a slot is ``(universe - 1) * 512 + channel - 1``.

    Args:
        universe: Universe of the first pixel, from 1.
        channel: Channel of the first pixel, 1..512.
        count: Number of consecutive pixels.
        width: Channels per pixel, 1..512.
    """
    here = max(0, (CHANNELS + 1 - channel) // width)
    each = CHANNELS // width
    pixel = np.arange(count, dtype=np.int64)
    later = pixel - here
    ahead = (universe - 1) * CHANNELS + channel - 1 + pixel * width
    beyond = (universe + later // each) * CHANNELS + later % each * width
    return np.where(pixel < here, ahead, beyond)


def pixel_rectangles(spec: PixelSpec) -> NDArray[np.float32]:
    """Return ``(columns * rows, 4)`` u0, v0, u1, v1 of each pixel in wire order: its whole share of the area.

    Row 0 is at the top. ``snake`` reverses every second row. An area with x1 left of x0, or y1 below y0, is
    mirrored.
    """
    x0, y0, x1, y1 = spec.area
    row, column = np.divmod(np.arange(spec.columns * spec.rows), spec.columns)
    if spec.layout == "snake":
        column = np.where(row % 2 == 1, spec.columns - 1 - column, column)
    u = x0 + (x1 - x0) * np.stack([column, column + 1]) / spec.columns
    v = y1 + (y0 - y1) * np.stack([row, row + 1]) / spec.rows
    edges = np.stack([u.min(0), v.min(0), u.max(0), v.max(0)], axis=1)
    return _inside(edges)


def rectangle(position: tuple[float, float], size: tuple[float, float]) -> NDArray[np.float32]:
    """Return ``(1, 4)`` u0, v0, u1, v1 of the area that a fixture samples, clipped to the picture."""
    (x, y), (w, h) = position, size
    edges = [[x - w / 2, y - h / 2, x + w / 2, y + h / 2]]
    return _inside(np.array(edges))


def _inside(edges: NDArray[np.float64]) -> NDArray[np.float32]:
    cut: NDArray[np.float32] = np.clip(edges, 0.0, 1.0).astype(np.float32)
    return cut
