"""Pink noise of a stated loudness, for a sound-level meter at the listening position."""

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.sound.desk.filters import K_WEIGHTING, response
from installation.sound.desk.measure import loudness
from installation.values import Seconds

__all__ = ["REFERENCE", "pink_noise"]

REFERENCE = -23.0
"""LUFS of the noise that ``dba`` of a venue is measured with."""
_LOW, _HIGH = 20.0, 20_000.0


def pink_noise(seconds: Seconds, channels: int, seed: int = 0) -> NDArray[np.float32]:
    """Return pink noise of ``REFERENCE`` LUFS from 20 Hz to 20 kHz that repeats without a gap.

    Args:
        seconds: Length, made whole in blocks.
        channels: Number of channels, each with a noise of its own; all in front, where the weight is 1.
        seed: Of its phases.

    Returns:
        float32 (channels, samples).
    """
    count = max(round(seconds * RATE / BLOCK), 1) * BLOCK
    at = np.fft.rfftfreq(count, 1.0 / RATE)
    inside = (at >= _LOW) & (at <= _HIGH)
    shape = np.zeros(len(at))
    shape[inside] = 1.0 / np.sqrt(at[inside])  # as much power in each octave
    heard = np.zeros(len(at))
    heard[inside] = np.interp(at[inside], *_curve())
    # Parseval: the mean square of a real signal of these magnitudes, all but 0 Hz and half the rate twice.
    power = 2.0 * float(np.sum(shape**2 * heard)) / count**2 * channels
    gain = 10.0 ** ((REFERENCE - loudness(power)) / 20.0)
    phases = np.exp(2j * np.pi * np.random.default_rng(seed).random((channels, len(at))))
    return np.fft.irfft(gain * shape * phases, count, axis=1).astype(np.float32)


def _curve() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return frequencies and the power that K-weighting leaves of them."""
    at = np.geomspace(_LOW, _HIGH, 2000)
    return at, np.abs(response(K_WEIGHTING, at)[0]) ** 2
