"""The newest samples as waveform and spectrum, for shaders that hear."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Scope

__all__ = ["BINS", "SAMPLES", "scope_of"]

SAMPLES: Final = 1024
BINS: Final = 512

_WINDOW: Final = np.hanning(SAMPLES + 1)[:-1].astype(np.float32)
_SCALE: Final = np.float32(2.0 / _WINDOW.sum())


def scope_of(samples: NDArray[np.float32]) -> Scope:
    """Return a scope of the newest ``SAMPLES`` samples ``(channels, n)``; too few are preceded by silence.

    The amplitudes of the spectrum are those of a Hann window, scaled so that a sine of full scale has 1 in
    the bin of its frequency.
    """
    newest = samples[:, -SAMPLES:]
    if newest.shape[1] < SAMPLES:
        newest = np.pad(newest, ((0, 0), (SAMPLES - newest.shape[1], 0)))
    bins = np.abs(np.fft.rfft(newest * _WINDOW, axis=1))[:, :BINS] * _SCALE
    bins[:, 0] *= 0.5
    return Scope(
        channels=len(newest),
        wave=newest.astype("<f4").tobytes(),
        spectrum=np.clip(bins, 0.0, 1.0).astype("<f4").tobytes(),
    )
