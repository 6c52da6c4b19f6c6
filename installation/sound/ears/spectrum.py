"""Frames of the newest sound as powers of bands: one transform and one matrix product for all features.

A frame is 1,024 samples under an asymmetric window: it rises over 928 samples and falls over the newest
96, so that a sound that has just begun weighs enough to be found in its own hop, while bins are 47 Hz wide.
Powers of channels are added, so that channels out of phase do not cancel.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import RATE

__all__ = ["BANDS", "CENTRES", "FRAME", "Spectrum", "bank", "k_weights", "window"]

FRAME: Final = 1024
"""Samples of one frame."""
BANDS: Final = 32
"""Mel bands; those of 8 and 4 are sums of these."""
_FALL: Final = 96
_LOW, _HIGH = 30.0, 16_000.0
_LANES: Final = 4
"""Transforms that are computed side by side where there are so many: four cost less than two or three."""

Single = NDArray[np.float32]
Double = NDArray[np.float64]


def _mel(hertz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hertz / 700.0))


def _edges() -> Double:
    mels = np.linspace(_mel(_LOW), _mel(_HIGH), BANDS + 2)
    return np.asarray(700.0 * (10.0 ** (mels / 2595.0) - 1.0))


CENTRES: Final[Double] = _edges()[1:-1]
"""Hertz, (BANDS,): where each band weighs most; O'Shaughnessy's mel scale, 2595 log10(1 + f / 700)."""


def window() -> Single:
    """(FRAME,): half a Hann window of 2 x 928 samples, then half of one of 2 x 96."""
    rise = (np.arange(FRAME - _FALL) + 0.5) / (FRAME - _FALL)
    fall = (np.arange(_FALL) + 0.5) / _FALL
    shape = np.concatenate([0.5 - 0.5 * np.cos(np.pi * rise), 0.5 + 0.5 * np.cos(np.pi * fall)])
    return shape.astype(np.float32)


@cache
def bank() -> Double:
    """(FRAME / 2 + 1, BANDS): triangular bands of height 1, averaged over the width of each bin."""
    edges = _edges()
    width = RATE / FRAME
    inside = (np.arange(64) + 0.5) / 64 - 0.5
    hertz = (np.arange(FRAME // 2 + 1)[:, None] + inside) * width
    low, middle, high = (edges[at : at + BANDS, None, None] for at in range(3))
    triangles = np.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle))
    weights: Double = np.maximum(triangles, 0.0).mean(-1).T
    weights.flags.writeable = False
    return weights


def k_weights() -> Double:
    """(FRAME / 2 + 1,): what the K-weighting filter does to the power of each bin.

    The two filters of ITU-R BS.1770-5, tables 1 and 2, at 48 kHz; averaged over the width of each bin.
    """
    inside = (np.arange(16) + 0.5) / 16 - 0.5
    turn = np.exp(-2j * np.pi * np.abs(np.arange(FRAME // 2 + 1)[:, None] + inside) / FRAME)
    shelf = (1.53512485958697 - 2.69169618940638 * turn + 1.19839281085285 * turn**2) / (
        1.0 - 1.69065929318241 * turn + 0.73248077421585 * turn**2
    )
    low_cut = (1.0 - 2.0 * turn + turn**2) / (1.0 - 1.99004745483398 * turn + 0.99007225036621 * turn**2)
    return np.asarray((np.abs(shelf * low_cut) ** 2).mean(-1))


class Spectrum:
    """Turns frames into powers.

    Args:
        channels: Of the input.
        most: Frames that come at a time, at most.
    """

    KEPT: Final = BANDS + 5
    """Columns of ``powers``: the bands; K-weighted; all from 30 Hz, and the log2(Hz) moment of that; from 250
    to 3,500 Hz; above 1 kHz."""

    def __init__(self, channels: int, most: int) -> None:
        self._window = window()
        frames = np.zeros((channels, max(most, _LANES), FRAME), np.float32)
        bins = np.zeros((channels, max(most, _LANES), FRAME // 2 + 1), np.complex64)
        squares = bins.view(np.float32)
        powers = np.zeros((channels, max(most, _LANES), FRAME // 2 + 1), np.float32)
        lanes = [count if count == 1 else max(count, _LANES) for count in range(1, most + 1)]
        # Views for each number of frames. Beyond it there are those of before, and nobody looks at them.
        self._views = [
            _Views(
                windowed=frames[:, :count],
                lanes=frames[:, :lane],
                bins=bins[:, :lane],
                squares=squares[:, :count],
                real=squares[:, :count, ::2],
                imaginary=squares[:, :count, 1::2],
                powers=powers[:, :count],
            )
            for count, lane in enumerate(lanes, start=1)
        ]
        hertz = np.fft.rfftfreq(FRAME, 1.0 / RATE)
        heard = (hertz >= _LOW).astype(np.float64)
        octaves = np.log2(np.maximum(hertz, 1.0)) * heard
        speech, high = (hertz > 250.0) & (hertz < 3500.0), hertz > 1000.0
        columns = np.column_stack([bank(), k_weights(), heard, octaves, speech, high])
        sided = np.full(FRAME // 2 + 1, 2.0)
        sided[[0, -1]] = 1.0
        # The transform is divided by FRAME, which keeps it in single precision.
        scale = sided * (FRAME / float(np.sum(self._window.astype(np.float64) ** 2)))
        # Column after column, so that a product with a few rows reads it in its order.
        self._matrix = np.asfortranarray(columns * scale[:, None], np.float32)
        self.newest: Single = powers[0, 0]
        """(FRAME / 2 + 1,): powers of the newest frame's bins over FRAME squared, first channel."""

    def powers(self, frames: Single, offset: Single) -> Single:
        """(channels, n, KEPT): mean squares of ``frames``, (channels, n, FRAME), less ``offset``."""
        count = frames.shape[1]
        views = self._views[count - 1]
        windowed, squares, powers = views.windowed, views.squares, views.powers
        np.subtract(frames, offset[:, None, None], out=windowed)
        np.multiply(windowed, self._window, out=windowed)
        np.fft.rfft(views.lanes, None, -1, "forward", views.bins)
        np.multiply(squares, squares, out=squares)
        np.add(views.real, views.imaginary, out=powers)
        first = powers[0]
        self.newest = first[count - 1]
        found: Single = first.dot(self._matrix)[None] if len(powers) == 1 else powers @ self._matrix
        return found


@dataclass(frozen=True, slots=True)
class _Views:
    """For one number of frames: ``lanes`` are those that are transformed, the others those that are wanted.

    Attributes:
        squares: Of real and imaginary parts, which stand side by side in ``bins``.
        powers: Their sums.
    """

    windowed: Single
    lanes: Single
    bins: NDArray[np.complex64]
    squares: Single
    real: Single
    imaginary: Single
    powers: Single
