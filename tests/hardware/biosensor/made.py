"""Biosignals of known truth."""

from math import pi, sin

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ppg(bpm: float, seconds: float, rate: float, seed: int = 1, noise: float = 0.05) -> tuple[Floats, Floats]:
    """A pulse with an echo, drift, breath and noise on a level of 0.4; and the times of its crests."""
    chance = np.random.default_rng(seed)
    time, beats = 0.3, []
    while time < seconds:
        beats.append(time)
        time += 60.0 / bpm * (1.0 + 0.03 * sin(2.0 * pi * 0.1 * time) + 0.01 * chance.standard_normal())
    clock = np.arange(int(seconds * rate)) / rate
    made = 0.4 + 0.05 * np.sin(2.0 * pi * 0.05 * clock) + noise * 0.02 * chance.standard_normal(len(clock))
    for beat in beats:
        since = clock - beat
        rise = np.where(since > 0.0, since / 0.12 * np.exp(1.0 - np.maximum(since, 0.0) / 0.12), 0.0)
        made += 0.02 * (rise + 0.35 * np.exp(-(((since - 0.36) / 0.07) ** 2)))
    return made, np.array(beats) + 0.12


def eeg(alpha: float, seconds: float, rate: float = 256.0, seed: int = 2) -> Floats:
    """Microvolts: noise that falls with frequency, a 10 Hz rhythm of amplitude ``alpha``, and slow drift."""
    chance = np.random.default_rng(seed)
    count = int(seconds * rate)
    hertz = np.fft.rfftfreq(count, 1.0 / rate)
    spectrum = np.fft.rfft(chance.standard_normal(count)) / np.maximum(hertz, 1.0) ** 0.5
    clock = np.arange(count) / rate
    drift = 30.0 * np.sin(2.0 * pi * 0.2 * clock)
    return np.fft.irfft(spectrum, count) * 8.0 + alpha * np.sin(2.0 * pi * 10.0 * clock) + drift
