"""Band powers of an EEG, and which electrodes can be believed."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.high_pass import high_passed

__all__ = ["BANDS", "EegBank", "alpha_shares", "band_powers", "electrodes_good"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BANDS: Final[dict[str, tuple[float, float]]] = {
    "delta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (7.5, 13.0),
    "beta": (13.0, 30.0),
    "gamma": (30.0, 44.0),
}
"""Lower and upper edge in Hz, as Mind Monitor divides them. Below 1 Hz are drift and blinks."""

_ALPHA: Final = list(BANDS).index("alpha")
_EDGE: Final = 1.0
"""Hz below which is drift."""
_SWING: Final = 200.0
"""Microvolts from peak to peak above which a window is a blink, a jaw or a cable, not a brain."""
_FLAT: Final = 0.5
"""Standard deviation in microvolts below which an electrode touches nobody."""
_LOUD: Final = 5000.0
"""Microvolts from peak to peak above which an electrode hangs in the air, or is at the end of its range."""
_WINDOW: Final = 2.0
"""Seconds of a spectrum."""
_AFRESH: Final = 0.5
"""Seconds from one spectrum to the next."""


@lru_cache(maxsize=16)
def _weights(length: int, rate: float) -> tuple[Floats, Floats]:
    """Taper ``(length,)``, and what makes powers of a spectrum ``(bins, bands)``."""
    taper = np.hanning(length)
    hertz = np.fft.rfftfreq(length, 1.0 / rate)
    inside = np.array([(hertz >= low) & (hertz < high) for low, high in BANDS.values()], np.float64)
    # One-sided density (Welch 1967), summed over the bins of a band.
    density = 2.0 / (rate * (taper**2).sum()) * rate / length
    return taper, inside.T * density


def band_powers(window: Floats, rate: float) -> Floats:
    """Return the power of each band: one periodogram with a Hann window, drift below 1 Hz removed first.

    Args:
        window: ``(..., samples)``; 2 s or more resolve the lowest band.
        rate: Samples per second.

    Returns:
        ``(..., len(BANDS))`` in the square of the window's unit.
    """
    taper, weights = _weights(window.shape[-1], rate)
    spectrum = np.fft.rfft(high_passed(window, rate, _EDGE) * taper, axis=-1)
    return np.asarray((spectrum.real**2 + spectrum.imag**2) @ weights, np.float64)


def electrodes_good(window: Floats, rate: float) -> tuple[Flags, Flags]:
    """Return which electrodes touch skin, and which of these are not moved, each ``(..., )``.

    Args:
        window: ``(..., samples)`` in microvolts; NaN where nothing came.
        rate: Samples per second.
    """
    known = np.isfinite(window).all(axis=-1)
    flat = high_passed(np.where(np.isfinite(window), window, 0.0), rate, _EDGE)
    swing = np.ptp(flat, axis=-1)
    touch = known & (flat.std(axis=-1) > _FLAT) & (swing < _LOUD)
    return touch, touch & (swing < _SWING)


def alpha_shares(window: Floats, rate: float, good: Flags) -> Floats:
    """Return the share of alpha in the power from 4 to 44 Hz: the median over good electrodes.

    Args:
        window: ``(people, electrodes, samples)`` in microvolts.
        rate: Samples per second.
        good: ``(people, electrodes)``: which are believed.

    Returns:
        ``(people,)``, 0..1; NaN for who has no good electrode.
    """
    powers = band_powers(np.where(good[..., np.newaxis], window, 0.0), rate)[..., 1:]
    shares = powers[..., _ALPHA - 1] / np.maximum(powers.sum(axis=-1), 1e-12)
    found = np.full(len(window), np.nan)
    some = good.any(axis=1)
    if some.any():
        found[some] = np.nanmedian(np.where(good[some], shares[some], np.nan), axis=1)
    return found


class EegBank:
    """The alpha of several people, twice a second.

    Args:
        rows: How many people.
        electrodes: How many each has.
        rate: Samples per second.
    """

    def __init__(self, rows: int, electrodes: int, rate: float) -> None:
        self._rate = rate
        self._window: Floats = np.full((rows, electrodes, int(_WINDOW * rate)), np.nan)
        self._fresh = np.zeros(rows, np.int64)
        self.touches: Flags = np.zeros(rows, np.bool_)
        """Whether any electrode touches skin."""

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a person, ``(electrodes, samples)`` in microvolts, oldest first."""
        window, fresh = self._window[row], samples[:, -self._window.shape[2] :]
        window[:, : window.shape[1] - fresh.shape[1]] = window[:, fresh.shape[1] :]
        window[:, window.shape[1] - fresh.shape[1] :] = fresh
        self._fresh[row] += samples.shape[1]

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        self._window[row] = np.nan
        self._fresh[row], self.touches[row] = 0, False

    def look(self, moved: Flags) -> Floats:
        """Return the share of alpha of who has half a second of news; NaN for no reading and no news.

        Args:
            moved: ``(rows,)``: whose head moves, so that nothing is read.
        """
        found = np.full(len(self._window), np.nan)
        rows = np.flatnonzero(self._fresh >= _AFRESH * self._rate)
        if len(rows):
            self._fresh[rows] = 0
            touch, good = electrodes_good(self._window[rows], self._rate)
            self.touches[rows] = touch.any(axis=1)
            good &= ~moved[rows, np.newaxis]
            found[rows] = alpha_shares(self._window[rows], self._rate, good)
        return found
