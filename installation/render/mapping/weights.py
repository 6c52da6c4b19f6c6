"""How much light a place of a mapped window shows: soft edges between overlapping projectors, and masks.

A soft edge is a factor on linear light that rises from 0 to 1 in an S; that of the neighbour falls by the
same curve, so that both add up to one at every place of the overlap: 2 t^2 up to the middle, 1 - 2 (1 - t)^2
from there (P. Bourke, "Edge blending using commodity projectors", 2004, with p = 2). ``shaders/post/encode``
draws it. Nothing gets brighter here: each factor is 1 at most, and the exponent on it is 1 at least.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from installation.show.mapping import DisplayMapping

__all__ = ["MASK_SIZE", "mask_texels", "overlaps"]

MASK_SIZE: Final = 1024
"""Width and height of a mask in texels; it is drawn finer and reduced."""
_FINE: Final = 2

Area: TypeAlias = tuple[float, float, float, float]


def mask_texels(mapping: DisplayMapping) -> NDArray[np.uint8]:
    """Return a mask over a display's area, ``(size, size)``, 255 where all light passes; lowest row first."""
    side = MASK_SIZE * _FINE
    inside = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(inside)
    for polygon in mapping.mask:
        pen.polygon([(x * side - 0.5, y * side - 0.5) for x, y in polygon], fill=255)
    passes = np.asarray(inside) if mapping.mask_mode == "keep" else 255 - np.asarray(inside)
    shown = Image.fromarray(passes).resize((MASK_SIZE, MASK_SIZE), Image.Resampling.BOX)
    if mapping.mask_soft <= 0.0:
        return np.asarray(shown).copy()
    # The blurred step is a half at the edge: twice what is above that falls to 0 where the mask begins.
    blurred = np.asarray(
        shown.filter(ImageFilter.GaussianBlur(mapping.mask_soft * MASK_SIZE / 2.0)), np.float32
    )
    soft = np.clip(2.0 * blurred - 255.0, 0.0, 255.0)
    softened: NDArray[np.uint8] = np.minimum(soft, np.asarray(shown)).astype(np.uint8)
    return softened


def overlaps(areas: Sequence[Area], index: int) -> Area:
    """Return the widths of soft edges that fit a display's overlaps: left, bottom, right, top of its area.

    A neighbour counts at an edge if its area contains the middle of that edge and ends inside this one.

    Args:
        areas: Areas of all displays.
        index: Which of them.
    """
    left, bottom, right, top = areas[index]
    wide, high = right - left, top - bottom
    widths = [0.0, 0.0, 0.0, 0.0]
    for at, (l2, b2, r2, t2) in enumerate(areas):
        if at == index:
            continue
        beside = min(top, t2) - max(bottom, b2) > 0.5 * min(high, t2 - b2)
        above = min(right, r2) - max(left, l2) > 0.5 * min(wide, r2 - l2)
        if beside and l2 < left < r2 < right:
            widths[0] = max(widths[0], (r2 - left) / wide)
        if beside and left < l2 < right < r2:
            widths[2] = max(widths[2], (right - l2) / wide)
        if above and b2 < bottom < t2 < top:
            widths[1] = max(widths[1], (t2 - bottom) / high)
        if above and bottom < b2 < top < t2:
            widths[3] = max(widths[3], (top - b2) / high)
    return widths[0], widths[1], widths[2], widths[3]
