"""Band powers of an EEG, and which electrodes can be believed."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.high_pass import high_passed
from hardware.biosensor.features.windows import Windows

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
    return _powers(high_passed(window, rate, _EDGE), rate)


def _powers(flat: Floats, rate: float) -> Floats:
    taper, weights = _weights(flat.shape[-1], rate)
    spectrum = np.fft.rfft(flat * taper, axis=-1)
    return np.asarray((spectrum.real**2 + spectrum.imag**2) @ weights, np.float64)


def _without_drift(window: Floats, rate: float) -> tuple[Floats, Flags]:
    """A window without drift, and where it is whole."""
    known = np.asarray(np.isfinite(window).all(axis=-1), np.bool_)
    whole = window if known.all() else np.where(known[..., np.newaxis], window, 0.0)
    return high_passed(whole, rate, _EDGE), known


def _judged(flat: Floats, known: Flags) -> tuple[Flags, Flags]:
    """Which electrodes touch skin, and which of these are not moved."""
    swing = np.ptp(flat, axis=-1)
    touch = known & (flat.std(axis=-1) > _FLAT) & (swing < _LOUD)
    return touch, touch & (swing < _SWING)


def _shares(flat: Floats, rate: float, good: Flags) -> Floats:
    """Share of alpha of each person, of windows without drift."""
    powers = _powers(flat, rate)[..., 1:]
    shares = powers[..., _ALPHA - 1] / np.maximum(powers.sum(axis=-1), 1e-12)
    found = np.full(len(flat), np.nan)
    some = good.any(axis=1)
    if some.any():
        found[some] = np.nanmedian(np.where(good[some], shares[some], np.nan), axis=1)
    return found


def electrodes_good(window: Floats, rate: float) -> tuple[Flags, Flags]:
    """Return which electrodes touch skin, and which of these are not moved, each ``(..., )``.

    Args:
        window: ``(..., samples)`` in microvolts; NaN where nothing came.
        rate: Samples per second.
    """
    return _judged(*_without_drift(window, rate))


def alpha_shares(window: Floats, rate: float, good: Flags) -> Floats:
    """Return the share of alpha in the power from 4 to 44 Hz: the median over good electrodes.

    Args:
        window: ``(people, electrodes, samples)`` in microvolts.
        rate: Samples per second.
        good: ``(people, electrodes)``: which are believed.

    Returns:
        ``(people,)``, 0..1; NaN for who has no good electrode.
    """
    return _shares(_without_drift(window, rate)[0], rate, good)


class EegBank:
    """The alpha of several people, twice a second.

    Args:
        rows: How many people.
        electrodes: How many each has.
        rate: Samples per second.
    """

    def __init__(self, rows: int, electrodes: int, rate: float) -> None:
        self._windows = Windows(rows, _WINDOW, rate, channels=electrodes)
        self._looked = np.zeros(rows, np.int64)
        self.touches: Flags = np.zeros(rows, np.bool_)
        """Whether any electrode touches skin."""

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a person, ``(electrodes, samples)`` in microvolts, oldest first."""
        self._windows.feed(row, samples)

    def forget(self, row: int) -> None:
        """Begin again: somebody else, or nobody."""
        self._windows.forget(row)
        self._looked[row], self.touches[row] = 0, False

    def look(self, moved: Flags) -> Floats:
        """Return the share of alpha of who has half a second of news; NaN for no reading and no news.

        Args:
            moved: ``(rows,)``: whose head moves, so that nothing is read.
        """
        self._windows.settle()
        counts, rate = self._windows.counts, self._windows.rate
        found = np.full(len(counts), np.nan)
        rows = np.flatnonzero(counts - self._looked >= _AFRESH * rate)
        if len(rows):
            self._looked[rows] = counts[rows]
            flat, known = _without_drift(self._windows.values[rows], rate)
            touch, good = _judged(flat, known)
            self.touches[rows] = touch.any(axis=1)
            good &= ~moved[rows].reshape(-1, 1)
            found[rows] = _shares(flat, rate, good)
        return found
