"""Air: what falls and is eaten, bowed threads, a low pressure."""

from typing import Final

import numpy as np

from installation.sound import RATE
from installation.sound.voice.sounds.strike import Samples, band, ramp

__all__ = ["FRONT_SECONDS", "crumbs", "fronts", "threads"]

FRONT_SECONDS: Final = 1.2
"""Length of one front of pressure."""


def crumbs(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Crumbs that sink: a grain of noise whose pitch falls; most end in the middle of their way."""
    made = []
    for _ in range(12):
        seconds = rng.uniform(2.2, 4.5)
        t = np.arange(int(seconds * RATE)) / RATE
        share = t / seconds
        f = rng.uniform(3800.0, 6200.0) * (rng.uniform(0.1, 0.2) ** share)
        places = np.linspace(0.0, seconds, 2 + int(seconds / 0.11))
        wobble = np.interp(t, places, rng.uniform(0.97, 1.03, len(places)))
        phase = 2 * np.pi * np.cumsum(f * wobble) / RATE
        rough = band(rng, len(t), 4.0, 160.0)
        tone = np.sin(phase + 2.2 * rough) + 0.3 * np.sin(2.41 * phase + 3.0 * rough)
        grain = 0.25 + 0.75 * np.abs(band(rng, len(t), 2.0, 22.0)) ** 0.7
        out = tone * grain * (1.0 - share) ** 1.2
        if rng.random() < 0.9:  # eaten on the way
            out *= 1.0 / (1.0 + np.exp((share - rng.uniform(0.3, 0.7)) * 140.0))
        made.append((ramp(out / np.abs(out).max(), 0.05, 0.05), 0.0))
    return tuple(made)


def threads(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Glass threads under a slow bow: a narrow band of noise around each of a few partials."""
    made = []
    for _ in range(5):
        pitch = 880.0
        count = 7 * RATE
        seconds = 7.0
        t = np.arange(count) / RATE
        out = np.zeros(count)
        for ratio, size in ((1.0, 1.0), (2.756, 0.3), (5.404, 0.09)):
            slow = rng.standard_normal((2, int(seconds * 5.0 * ratio) + 2))
            places = np.linspace(0.0, seconds, slow.shape[1])
            wave = 2 * np.pi * pitch * ratio * t
            narrow = np.interp(t, places, slow[0]) * np.cos(wave) + np.interp(t, places, slow[1]) * np.sin(
                wave
            )
            steady = np.sin(wave + rng.uniform(0, 6.0))
            out += size * (0.55 * steady + 0.25 * narrow)
        bow = np.interp(t, np.linspace(0, seconds, 16), rng.uniform(0.55, 1.0, 16))
        made.append((ramp(out * bow / np.abs(out).max(), 2.2, 2.6), pitch))
    return tuple(made)


def fronts(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """A front of pressure: a body of air between 35 and 70 Hz that swells and goes, without an edge."""
    made = []
    for _ in range(3):
        t = np.arange(int(FRONT_SECONDS * RATE)) / RATE
        f = 38.0 + 24.0 * np.exp(-t / 0.4)
        body = np.sin(2 * np.pi * np.cumsum(f) / RATE) + 0.7 * band(rng, len(t), 38.0, 62.0)
        swell = (t / 0.25) ** 2 / (1.0 + (t / 0.25) ** 2) * np.exp(-t / 0.3)
        made.append((_low(body * swell), 0.0))
    return tuple(made)


def _low(samples: Samples) -> Samples:
    """Take away what is outside 30 to 75 Hz, so that the edges of a swell make no click."""
    spectrum = np.fft.rfft(samples)
    f = np.fft.rfftfreq(len(samples), 1.0 / RATE)
    spectrum *= 1.0 / (1.0 + (f / 75.0) ** 12) * (f**8 / (f**8 + 28.0**8))
    out = ramp(np.fft.irfft(spectrum, len(samples)), 0.1, 0.3)
    return np.asarray(out / np.abs(out).max(), np.float32)
