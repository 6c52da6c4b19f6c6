"""Water: bubbles, drops and wakes."""

from typing import Final

import numpy as np

from installation.sound import RATE
from installation.sound.voice.sounds.strike import Samples, band, ramp

__all__ = ["bubble", "drops", "wakes"]

_DROPS: Final = 18
_WAKES: Final = 10


def bubble(rng: np.random.Generator, radius: float, rise: float) -> Samples:
    """One bubble that takes off, rings and rises.

    It rings at 3 / r Hz and dies as exp(-d t), d = 0.13 / r + 0.0072 r^-1.5, with its radius r in metres; its
    pitch rises as it nears the surface (K. van den Doel, Physically based models for liquid sounds, 2005).

    Args:
        rng: Source of the blow.
        radius: Millimetres.
        rise: Share of the damping with which its pitch rises: 0 deep, 0.1 or more near the surface.
    """
    r = radius / 1000.0
    damping = 0.13 / r + 0.0072 * r**-1.5
    t = np.arange(int(min(6.0 / damping, 0.4) * RATE) + 64) / RATE
    phase = 2.0 * np.pi * (3.0 / r) * t * (1.0 + 0.5 * rise * damping * t)
    out = np.sin(phase) * np.exp(-damping * t) * (1.0 - np.exp(-t / 0.0008))
    out += 0.15 * band(rng, len(t), 1500.0, 9000.0) * np.exp(-t / 0.003)
    return ramp(out, 0.0003, 0.004)


def drops(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Single drops: one bubble and what follows it."""
    made = []
    for index in range(_DROPS):
        out = np.zeros(int(0.5 * RATE), np.float32)
        radius = 0.9 * 6.0 ** (index / (_DROPS - 1))
        at = 0.0
        for size in (1.0, rng.uniform(0.2, 0.6), rng.uniform(0.05, 0.3)):
            _add(out, size * bubble(rng, radius * rng.uniform(0.6, 1.1), rng.uniform(0.05, 0.18)), at)
            at += rng.uniform(0.02, 0.12)
        made.append((ramp(out, 0.0005, 0.02), 0.0))
    return tuple(made)


def wakes(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """What stays behind a body: bubbles, many at first and fewer and fewer over two seconds."""
    made = []
    for _ in range(_WAKES):
        out = np.zeros(int(2.4 * RATE), np.float32)
        count = int(rng.integers(24, 60))
        for at in 0.6 * -np.log(1.0 - rng.random(count) * 0.96):
            size = rng.uniform(0.1, 1.0) ** 2 * np.exp(-at / 1.2)
            _add(out, size * bubble(rng, rng.uniform(0.7, 3.2), rng.uniform(0.02, 0.15)), at)
        made.append((ramp(out / np.abs(out).max(), 0.002, 0.3), 0.0))
    return tuple(made)


def _add(out: Samples, part: Samples, at: float) -> None:
    first = int(at * RATE)
    count = min(len(part), len(out) - first)
    if count > 0:
        out[first : first + count] += part[:count]
