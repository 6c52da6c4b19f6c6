"""Wood and ground: creaks, thumps, soft bars."""

from typing import Final

import numpy as np

from installation.sound import RATE
from installation.sound.voice.sounds.strike import Samples, band, modes, ramp

__all__ = ["bars", "creaks", "thumps"]

_BAR: Final = 330.0


def creaks(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Stick and slip: a trunk that gives way in small jerks, slower and faster, and rings with each."""
    return tuple((_creak(rng), 0.0) for _ in range(9))


def _creak(rng: np.random.Generator) -> Samples:
    seconds = rng.uniform(0.9, 3.0)
    out = np.zeros(int((seconds + 0.4) * RATE))
    shape = ((1.0, 1.0), (1.7, 0.7), (2.9, 0.5), (4.3, 0.3))
    resonances = [(rng.uniform(80.0, 160.0) * ratio, size) for ratio, size in shape]
    count = int(0.16 * RATE)
    t = np.arange(count) / RATE
    ends = np.minimum((count - np.arange(count)) / (0.03 * RATE), 1.0)  # 3 % of a low one still ring there
    scrape = 0.25 * band(rng, count, 300.0, 2200.0)
    slow, fast = rng.uniform(6.0, 14.0), rng.uniform(22.0, 48.0)
    at, middle = 0.0, rng.uniform(0.3, 0.7)
    while at < seconds:
        share = at / seconds
        rate = slow + (fast - slow) * np.exp(-(((share - middle) / 0.25) ** 2))
        jerk = np.zeros(count)
        for frequency, size in resonances:
            wobble = frequency * (1.0 + 0.05 * share + 0.02 * rng.uniform(-1.0, 1.0))
            jerk += size * np.sin(2 * np.pi * wobble * t) * np.exp(-t / (3.2 / frequency + 0.006))
        jerk += scrape * np.exp(-t / 0.004)
        jerk *= ends * (1.0 - np.exp(-t / 0.001))
        first = int(at * RATE)
        end = min(first + count, len(out))
        out[first:end] += (
            jerk[: end - first] * np.sin(np.pi * min(max(share, 0.04), 0.96)) * rng.uniform(0.3, 1.0)
        )
        at += rng.uniform(0.6, 1.4) / rate
    return ramp(out / np.abs(out).max(), 0.005, 0.2)


def thumps(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Something soft swallows: a low body with the air that it moves."""
    made = []
    for _ in range(8):
        pitch = 70.0
        t = np.arange(int(0.6 * RATE)) / RATE
        fall = pitch * (1.0 + 0.5 * np.exp(-t / 0.03))
        body = np.sin(2 * np.pi * np.cumsum(fall) / RATE) * (1.0 - np.exp(-t / 0.012)) * np.exp(-t / 0.11)
        body += (
            0.4
            * band(rng, len(t), 90.0, 380.0)
            * (1.0 - np.exp(-t / 0.01))
            * np.exp(-t / rng.uniform(0.04, 0.09))
        )
        made.append((ramp(body / np.abs(body).max(), 0.004, 0.15), pitch))
    return tuple(made)


def bars(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Soft bars of wood over water: few modes, a blow of felt."""
    made = []
    for _ in range(8):
        samples = modes(
            rng, _BAR, (1.0, 3.93, 6.6, 9.2),
            seconds=1.6, ring=0.34, damping=0.9, slope=1.3, hard=0.12, attack=0.004,
        )  # fmt: skip
        made.append((samples, _BAR))
    return tuple(made)
