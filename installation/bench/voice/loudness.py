"""Loudness of finished sound, in the frequency domain: for tables and tests, not for limiting."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from installation.sound import RATE

__all__ = ["bands", "loudness", "loudness_over_time"]


def _k_weighting(f: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Power response of the K filter; coefficients for 48 kHz of ITU-R BS.1770-4, tables 1 and 2."""
    z = np.exp(-2j * np.pi * f / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1.0 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high = (1.0 - 2.0 * z + z**2) / (1.0 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.asarray(np.abs(shelf * high) ** 2)


def loudness(samples: npt.NDArray[np.float32]) -> float:
    """Ungated loudness of (channels, samples) in LUFS, all channels with weight 1; -120 for silence."""
    count = samples.shape[1]
    power = np.abs(np.fft.rfft(samples, axis=1)) ** 2
    f = np.fft.rfftfreq(count, 1.0 / RATE)
    return float(-0.691 + 10.0 * np.log10(2.0 * (power * _k_weighting(f)).sum() / count**2 + 1e-12))


def loudness_over_time(samples: npt.NDArray[np.float32], seconds: float = 3.0) -> npt.NDArray[np.float64]:
    """Loudness of each window of so many seconds, one after the other."""
    step = int(seconds * RATE)
    return np.array(
        [loudness(samples[:, at : at + step]) for at in range(0, samples.shape[1] - step + 1, step)]
    )


def bands(samples: npt.NDArray[np.float32], edges: Sequence[float]) -> npt.NDArray[np.float64]:
    """Share of the power of (channels, samples) in each band between two edges in Hz; they add up to 1."""
    power = (np.abs(np.fft.rfft(samples, axis=1)) ** 2).sum(0)
    f = np.fft.rfftfreq(samples.shape[1], 1.0 / RATE)
    sums = np.array([power[(f >= a) & (f < b)].sum() for a, b in pairwise(edges)])
    return np.asarray(sums / max(sums.sum(), 1e-30))
