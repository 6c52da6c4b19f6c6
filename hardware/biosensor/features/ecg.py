"""Heart beats from an electrocardiogram: the same search as for a pulse, on the energy of its steep part.

The QRS complex is what is steep in an ECG: its energy lies about 5 to 20 Hz, where P and T waves and drift
have little (Pan and Tompkins, IEEE Trans. Biomed. Eng. 32, 1985). The root of that energy, smoothed over a
tenth of a second, is one hump for each beat, upright whichever way round the electrodes are.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features.pulse import PulseBank, at_ends, repeats

__all__ = ["EcgBank"]

Floats = NDArray[np.float64]

_PASS: Final = 8.0, 20.0
_SMOOTH: Final = 0.08
_PEAKED: Final = 1.4
"""Standard deviations that the highest fiftieth stands out: of beats, 2 to 4; of the hum of the mains, 1."""


class EcgBank(PulseBank):
    """Finds the beats of several people; 100 samples a second or more, any unit."""

    works_at = 125.0

    def __init__(self, rows: int, rate: float, full: float = float("inf")) -> None:
        super().__init__(rows, rate, full)

    def _front(self, window: Floats) -> Floats:
        length = window.shape[1]
        ramp = np.linspace(-1.0, 1.0, length)
        flat = window - window.mean(axis=1, keepdims=True)
        flat -= np.outer(flat @ ramp / (ramp @ ramp), ramp)
        size = length + int(self._rate)
        hertz = np.fft.rfftfreq(size, 1.0 / self._rate)
        low, high = _PASS
        gain = np.clip((hertz - 0.5 * low) / (0.5 * low), 0.0, 1.0)
        gain *= np.clip((1.5 * high - hertz) / (0.5 * high), 0.0, 1.0)
        steep = np.fft.irfft(np.fft.rfft(flat, size, axis=1) * gain, size, axis=1)
        # A Gaussian in the spectrum is one in time, of this standard deviation.
        smooth = np.exp(-0.5 * (2.0 * np.pi * hertz * 0.5 * _SMOOTH) ** 2)
        energy = np.fft.irfft(np.fft.rfft(steep * steep, axis=1) * smooth, size, axis=1)[:, :length]
        root = np.sqrt(np.maximum(energy, 0.0))
        return np.asarray(root - root.mean(axis=1, keepdims=True), np.float64)

    def _newest(self, window: Floats) -> Floats:
        return self._front(window)

    def _quality(self, clean: Floats, passed: Floats) -> tuple[Floats, Floats]:
        swing = np.maximum(passed.std(axis=1), 1e-30)
        level = np.maximum(np.abs(clean).max(axis=1), 1e-30)
        tops = np.sort(passed, axis=1)[:, -max(int(0.02 * passed.shape[1]), 1)]
        fine = (tops > _PEAKED * swing) & (at_ends(clean) < 0.2) & (swing > 1e-6 * level)
        quality, lag = repeats(passed, self._rate)
        return quality * fine, lag
