"""Sounds for the tests of the ears, and ears that hear a whole one."""

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Heard
from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears

Samples = NDArray[np.float32]


def sine(hertz: float, seconds: float, amplitude: float = 0.1, phase: float = 0.0) -> Samples:
    """A sine, float32 at 48 kHz."""
    t = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2.0 * np.pi * hertz * t + phase)).astype(np.float32)


def white(seconds: float, amplitude: float = 0.01, seed: int = 1) -> Samples:
    """White noise of this standard deviation."""
    made = np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * amplitude
    return made.astype(np.float32)


def click(amplitude: float = 0.5, seed: int = 1) -> Samples:
    """A click of 20 ms: noise that dies away in 3 ms."""
    t = np.arange(round(0.02 * RATE)) / RATE
    made = np.random.default_rng(seed).standard_normal(t.size) * np.exp(-t / 0.003) * amplitude
    return made.astype(np.float32)


def click_track(times: NDArray[np.float64], seconds: float, noise: float = 0.0005) -> Samples:
    """Clicks at these times in seconds, over soft noise."""
    made = white(seconds, noise)
    one = click()
    for at in times:
        begin = round(at * RATE)
        part = made[begin : begin + one.size]
        part += one[: part.size]
    return made


def hear(ears: Ears, samples: Samples, begin: float = 0.0) -> list[Heard]:
    """What ears say of ``samples``, (n,) for all channels alike or (channels, n); block by block."""
    if samples.ndim == 1:
        samples = np.tile(samples, (ears.channels, 1))
    heard = []
    for number in range(samples.shape[1] // BLOCK):
        block = samples[:, number * BLOCK : (number + 1) * BLOCK]
        heard.append(ears.hear(block, begin + (number + 1) * BLOCK / RATE))
    return heard
