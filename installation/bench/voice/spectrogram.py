"""Spectrograms to look at: time to the right, four seconds a mark; frequency upwards, an octave a mark."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from installation.sound import RATE

__all__ = ["spectrogram"]

LOW: Final = 25.0
OCTAVES: Final = 9.6
"""From 25 Hz to 19.4 kHz."""
_FLOOR: Final = -105.0
"""Decibels of what is black, of a band of a sixth of a tone."""
_RANGE: Final = 65.0
_LONG: Final = 8192
_SHORT: Final = 1024
_CROSS: Final = 900.0
"""Hz below which long windows are used, and above which short ones."""


def spectrogram(samples: npt.NDArray[np.float32], width: int, height: int, title: str = "") -> Image.Image:
    """Draw (channels, samples), all channels added as powers.

    Args:
        samples: At RATE.
        width: Pixels.
        height: Pixels.
        title: Written in the corner.
    """
    levels = np.stack([_column(samples, share) for share in (np.arange(width) + 0.5) / width], 1)
    rows = np.geomspace(LOW, LOW * 2.0**OCTAVES, height)[::-1]
    picture = np.empty((height, width))
    grid = np.geomspace(LOW, LOW * 2.0**OCTAVES, len(levels))
    for index in range(width):
        picture[:, index] = np.interp(rows, grid, levels[:, index])
    x = np.clip((10.0 * np.log10(picture + 1e-14) - _FLOOR) / _RANGE, 0.0, 1.0)
    colours = np.stack([x**2.2, x**1.05, np.clip(1.7 * x, 0.0, 1.0) * (1.0 - 0.25 * x)], 2)
    image = Image.fromarray((255.0 * np.clip(colours, 0.0, 1.0)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    seconds = samples.shape[1] / RATE
    for second in range(4, int(seconds) + 1, 4):
        at = second / seconds * width
        draw.line((at, height - 4, at, height), fill=(110, 110, 110))
    for octave in range(1, int(OCTAVES) + 1):
        y = height * (1.0 - octave / OCTAVES)
        draw.line((0, y, 4, y), fill=(110, 110, 110))
    draw.text((8, 3), title, fill=(230, 230, 230))
    return image


def _column(samples: npt.NDArray[np.float32], share: float) -> npt.NDArray[np.float64]:
    """Power in 160 bands around a moment."""
    bands = 160
    edges = np.geomspace(LOW, LOW * 2.0**OCTAVES, bands + 1)
    found = np.zeros(bands)
    middle = int(share * samples.shape[1])
    for length, rows in ((_LONG, edges[:-1] < _CROSS), (_SHORT, edges[:-1] >= _CROSS)):
        first = min(max(middle - length // 2, 0), samples.shape[1] - length)
        window = np.hanning(length)
        part = samples[:, first : first + length] * window
        power = (np.abs(np.fft.rfft(part, axis=1)) ** 2).sum(0) / (window**2).sum() / length * 2.0
        total = np.concatenate([[0.0], np.cumsum(power)])
        step = RATE / length
        whole = np.interp(edges / step + 0.5, np.arange(len(total)), total)
        found[rows] = np.diff(whole)[rows]
    return found
