"""Struck things: sums of decaying modes, begun by a burst of noise."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from installation.sound import RATE

__all__ = ["Samples", "band", "handy", "modes", "ramp"]

Samples = npt.NDArray[np.float32]


def modes(
    rng: np.random.Generator,
    pitch: float,
    ratios: Sequence[float],
    *,
    seconds: float,
    ring: float,
    damping: float = 0.9,
    slope: float = 0.8,
    hard: float = 0.3,
    attack: float = 0.0015,
    over: int = 1,
) -> Samples:
    """A struck body: each mode a pair of close frequencies (no real body is round), which beat slowly.

    Args:
        rng: Source of what differs between two bodies.
        pitch: Hz of the lowest mode.
        ratios: Frequencies of the modes as ratios to it.
        seconds: Length.
        ring: Seconds in which the lowest mode falls to 1/e.
        damping: Exponent: mode of ratio r rings r^-damping times as long.
        slope: Exponent: it begins r^-slope times as strong.
        hard: Share of the noise of the blow, 0..1.
        attack: Seconds in which it rises.
        over: Samples for each one at RATE.
    """
    t = np.arange(int(seconds * RATE) * over) / (RATE * over)
    out = np.zeros_like(t)
    for ratio in ratios:
        frequency = pitch * ratio * (1.0 + 0.012 * rng.uniform(-1.0, 1.0) * (ratio != ratios[0]))
        if frequency > 0.42 * RATE:
            continue
        fall = ring * ratio**-damping * rng.uniform(0.8, 1.25)
        size = ratio**-slope * rng.uniform(0.5, 1.0)
        apart = rng.uniform(0.2, 1.3)
        phase = rng.uniform(0.0, 2.0 * np.pi, 2)
        pair = np.sin(2 * np.pi * frequency * t + phase[0])
        pair += 0.5 * np.sin(2 * np.pi * (frequency + apart) * t + phase[1])
        out += size * np.exp(-t / fall) * pair
    out *= 1.0 - np.exp(-t / attack)
    blow = band(rng, len(t), pitch * 1.5 / over, min(pitch * 8.0, 14_000.0) / over) * np.exp(-t / 0.006)
    out = out / np.abs(out).max() + hard * blow
    return ramp(out / np.abs(out).max(), 0.0005 * over, 0.1 * over)


def band(rng: np.random.Generator, count: int, low: float, high: float, tilt: float = 0.0) -> Samples:
    """Noise within a band, with soft edges and a peak of about 1.

    Args:
        rng: Source.
        count: Samples.
        low: Hz, where it has fallen by 3 dB.
        high: The same, at the other end.
        tilt: Exponent of its spectrum's amplitude over frequency: 0 white, -0.5 pink.
    """
    length = handy(count)
    spectrum = np.fft.rfft(rng.standard_normal(length))
    f = np.maximum(np.fft.rfftfreq(length, 1.0 / RATE), 1.0)
    shape = (f / low) ** tilt / np.sqrt((1.0 + (low / f) ** 6) * (1.0 + (f / high) ** 6))
    out = np.fft.irfft(spectrum * shape, length)[:count]
    return np.asarray(out / (np.abs(out).max() + 1e-12), np.float32)


def handy(count: int) -> int:
    """The next length whose transform is fast: 2^n or 3 * 2^n."""
    power = 1 << max(count - 1, 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= count else power


def ramp(samples: npt.ArrayLike, rise: float, fall: float) -> Samples:
    """Begin and end at zero, within so many seconds."""
    out = np.array(samples, np.float32)
    for seconds, part in ((rise, out), (fall, out[::-1])):
        count = min(int(seconds * RATE), len(out))
        part[:count] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))
    return out
