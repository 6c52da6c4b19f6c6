"""How much light a place of a mapped window shows: soft edges between overlapping projectors, and masks.

A soft edge is a factor on linear light that rises from 0 to 1 in an S; that of the neighbour falls by the
same curve, so that both add up to one at every place of the overlap: 2 t^2 up to the middle, 1 - 2 (1 - t)^2
from there (P. Bourke, "Edge blending using commodity projectors", 2004, with p = 2). ``shaders/post/encode``
draws it. Nothing gets brighter here: each factor is 1 at most, and the exponent on it is 1 at least.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from installation.show.mapping import DisplayMapping

__all__ = ["MASK_SIZE", "mask_texels"]

MASK_SIZE: Final = 1024
"""Width and height of a mask in texels; it is drawn finer and reduced."""
_FINE: Final = 2


def mask_texels(mapping: DisplayMapping, aspect: float = 1.0) -> NDArray[np.uint8]:
    """Return a mask over a display's area, ``(size, size)``, 255 where all light passes; lowest row first.

    Args:
        mapping: Of the display.
        aspect: Width of its area in heights of it: texels are as wide, and a soft edge has one width.
    """
    side = MASK_SIZE * _FINE
    inside = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(inside)
    for polygon in mapping.mask:
        pen.polygon([(x * side - 0.5, y * side - 0.5) for x, y in polygon], fill=255)
    passes = np.asarray(inside) if mapping.mask_mode == "keep" else 255 - np.asarray(inside)
    shown = Image.fromarray(passes).reduce(_FINE)
    if mapping.mask_soft <= 0.0:
        return np.asarray(shown).copy()
    # The blurred step is a half at the edge: twice what is above that falls to 0 where the mask begins.
    up = mapping.mask_soft * MASK_SIZE / 2.0
    blurred = np.asarray(shown.filter(ImageFilter.GaussianBlur((up / aspect, up))), np.float32)
    soft = np.clip(2.0 * blurred - 255.0, 0.0, 255.0)
    softened: NDArray[np.uint8] = np.minimum(soft, np.asarray(shown)).astype(np.uint8)
    return softened
