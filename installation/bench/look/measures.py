"""What can be measured of one picture, and of two that follow each other.

Every luminance is of the finished picture: linear, 1.0 = white, after the tone curve and before the guard.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Picture", "brightest", "darkest_region", "focus", "hue_bands", "luminance", "most_risen", "stripes",
    "symmetry", "tone",
]  # fmt: skip

Picture = NDArray[np.float32]

SLOPE, HALF, TOP, INSET, OUTSET = 1.3, 0.574779, 1.141433, 0.10, 0.10
"""The constants of ``shaders/lib/tone.glsl``; a test compares the two."""


def luminance(picture: Picture) -> Picture:
    """Relative luminance of linear sRGB (IEC 61966-2-1 weights), ``(height, width)``."""
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    shown: Picture = picture @ weights
    return shown


def tone(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The tone curve in numpy: scene-linear RGB in the last axis to display-linear, 1.0 = white."""
    light = np.maximum(light, 0.0)
    light = light + (light.mean(-1, keepdims=True) - light) * INSET
    power = np.maximum(light, 1e-7) ** SLOPE
    shown = TOP * power / (power + HALF)
    grey = shown.mean(-1, keepdims=True)
    result: NDArray[np.float64] = np.clip(grey + (shown - grey) / (1.0 - OUTSET), 0.0, 1.0)
    return result


def darkest_region(shown: Picture, limit: float = 0.006) -> float:
    """Share of the frame in its largest connected region below ``limit``, on a grid of about 160 columns."""
    step = max(1, shown.shape[1] // 160)
    height, width = (side // step * step for side in shown.shape)
    cells = shown[:height, :width].reshape(height // step, step, width // step, step).max((1, 3))
    dark = cells < limit
    labels = np.where(dark, np.arange(1, dark.size + 1).reshape(dark.shape), 0)
    while True:  # each cell takes the largest label of its dark neighbours until nothing changes
        grown = labels.copy()
        for axis in (0, 1):
            for shift in (1, -1):
                moved = np.roll(labels, shift, axis)
                edge = [slice(None)] * 2
                edge[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
                moved[tuple(edge)] = 0
                grown = np.maximum(grown, moved)
        grown = np.where(dark, grown, 0)
        if np.array_equal(grown, labels):
            break
        labels = grown
    sizes = np.bincount(labels.ravel())[1:]
    return float(sizes.max(initial=0)) / float(dark.size)


def hue_bands(picture: Picture, floor: float = 0.01) -> list[float]:
    """Wavelengths (nm, steps of 5) that each hold at least 4 % of the light above ``floor``."""
    table = np.array(
        [[0.15, 0, 1], [0.12, 0.38, 1], [0.12, 0.87, 1], [0.12, 1, 0.6], [0.29, 1, 0], [1, 0.42, 0.05]]
    )
    anchors = np.array([445.0, 475.0, 490.0, 508.0, 555.0, 600.0])
    steps = np.arange(445.0, 601.0, 5.0)
    colours = np.stack([np.interp(steps, anchors, table[:, channel]) for channel in range(3)], 1)
    colours -= colours.min(1, keepdims=True)
    colours /= np.linalg.norm(colours, axis=1, keepdims=True)
    shown = luminance(picture)
    bright = picture[shown > floor].astype(np.float64)
    if not len(bright):
        return []
    pure = bright - bright.min(1, keepdims=True)
    nearest = np.argmax(pure @ colours.T, axis=1)
    share = np.bincount(nearest, luminance(bright.astype(np.float32)), len(steps))
    return [float(step) for step, part in zip(steps, share / share.sum(), strict=True) if part >= 0.04]


def focus(shown: Picture, floor: float = 0.01) -> float:
    """90th percentile of the pixels above ``floor`` as a multiple of their median: texture, not a flat mass.

    NaN where hardly anything is lit.
    """
    lit = shown[shown > floor]
    return float(np.percentile(lit, 90) / np.median(lit)) if lit.size > 50 else float("nan")


def brightest(shown: Picture, area: float = 0.04) -> float:
    """Share of all light that the brightest ``area`` of the frame holds, 0..1; 1 for a black frame."""
    flat = np.sort(shown, axis=None)[::-1]
    total = float(flat.sum())
    return float(flat[: max(1, round(area * flat.size))].sum()) / total if total > 0.0 else 1.0


def most_risen(change: Picture, side: int, least: float = 0.08) -> float:
    """Largest share of a square of ``side`` pixels that rises by ``least`` or more.

    Args:
        change: Luminance now less luminance before.
        side: Of the square; where the picture is smaller, all of it is the square.
        least: What counts as a rise.
    """
    side = max(1, side)
    up = np.pad((change > least).astype(np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    if side >= min(change.shape):
        return float(up[-1, -1] / change.size)
    sums = up[side:, side:] - up[:-side, side:] - up[side:, :-side] + up[:-side, :-side]
    return float(sums.max() / side**2)


def symmetry(shown: Picture) -> float:
    """Correlation of the picture with its mirror image, left to right: 1 is a perfect mirror, 0 is none."""
    rows, columns = 36, 64
    step_y, step_x = max(1, shown.shape[0] // rows), max(1, shown.shape[1] // columns)
    height, width = shown.shape[0] // step_y, shown.shape[1] // step_x
    cells = shown[: height * step_y, : width * step_x].reshape(height, step_y, width, step_x).mean((1, 3))
    cells = np.sqrt(cells)
    cells -= cells.mean()
    power = float((cells**2).sum())
    return float((cells * cells[:, ::-1]).sum()) / power if power > 1e-9 else 0.0


def stripes(shown: Picture) -> float:
    """How striped the most striped fifth of the frame is, 0..1: pairs of light and dark of one width.

    In any direction: the share of its variation that has one wavelength (within a tenth) of which five or
    more pairs fit in. Labyrinths count, because their stripes have one width too. 0 where contrast is below
    0.1.
    """
    step = max(1, round(shown.shape[0] / 180))
    height, width = shown.shape[0] // step, shown.shape[1] // step
    small = shown[: height * step, : width * step].reshape(height, step, width, step).mean((1, 3))
    side = max(16, round((0.2 * height * width) ** 0.5))
    most = 0.0
    for top in np.linspace(0, max(height - side, 0), 3).astype(int):
        for left in np.linspace(0, max(width - side, 0), 4).astype(int):
            most = max(most, _one_wavelength(small[top : top + side, left : left + side]))
    return most


def _one_wavelength(field: Picture) -> float:
    mean = float(field.mean())
    if mean < 0.003 or min(field.shape) < 16:
        return 0.0
    seen = np.sqrt(field.astype(np.float64))
    seen -= seen.mean()
    if float(np.ptp(np.percentile(field, [10, 90]))) < 0.1 * mean:
        return 0.0
    window = np.hanning(field.shape[0])[:, np.newaxis] * np.hanning(field.shape[1])
    power = np.abs(np.fft.fft2(seen * window)) ** 2
    across, down = np.fft.fftfreq(field.shape[1]), np.fft.fftfreq(field.shape[0])
    pairs = np.hypot(across[np.newaxis], down[:, np.newaxis]) * min(field.shape)
    total = float(power[pairs > 0.5].sum())
    if total <= 0.0:
        return 0.0
    centres = np.arange(5.0, min(field.shape) / 3.0)
    shares = [float(power[np.abs(pairs - one) <= max(1.0, 0.1 * one)].sum()) for one in centres]
    return max(shares, default=0.0) / total
