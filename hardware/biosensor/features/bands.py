"""Band powers of an EEG."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BANDS", "band_powers"]

BANDS: Final[dict[str, tuple[float, float]]] = {
    "delta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (7.5, 13.0),
    "beta": (13.0, 30.0),
    "gamma": (30.0, 44.0),
}
"""Lower and upper edge in Hz, as Mind Monitor divides them. Below 1 Hz are drift and blinks."""


def band_powers(window: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """Return the power of each band: one periodogram with a Hann window, the mean removed first.

    Args:
        window: ``(rows, samples)``; 2 s or more resolve the lowest band.
        rate: Samples per second.

    Returns:
        ``(rows, len(BANDS))`` in the square of the window's unit.
    """
    length = window.shape[1]
    taper = np.hanning(length)
    spectrum = np.abs(np.fft.rfft((window - window.mean(axis=1, keepdims=True)) * taper, axis=1)) ** 2
    # One-sided density (Welch 1967), summed over the bins of a band.
    spectrum *= 2.0 / (rate * (taper**2).sum())
    hertz = np.fft.rfftfreq(length, 1.0 / rate)
    inside = np.array([(hertz >= low) & (hertz < high) for low, high in BANDS.values()], np.float64)
    return np.asarray(spectrum @ inside.T * (rate / length), np.float64)
