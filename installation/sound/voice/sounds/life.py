"""Small life: stridulating kinds, ticks, snapping shrimps, soft polyps."""

from typing import Final

import numpy as np

from installation.sound import RATE
from installation.sound.voice.sounds.strike import Samples, band, modes, ramp

__all__ = ["KINDS", "chirps", "fireflies", "polyps", "snaps", "ticks"]

KINDS: Final = 9
"""Kinds of small life."""
VARIANTS: Final = 3


def chirps(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Chirps of ``KINDS`` kinds, ``VARIANTS`` of each after one another.

    A file runs over a scraper: pulses that excite a resonant wing. Kinds differ in the wing's pitch (1.9 to
    8.5 kHz), in how many pulses there are and how fast they come.
    """
    made: list[tuple[Samples, float]] = []
    for kind in range(KINDS):
        wing = 1900.0 * (8500.0 / 1900.0) ** (kind / (KINDS - 1)) * rng.uniform(0.95, 1.05)
        rate = rng.uniform(24.0, 90.0)
        pulses = int(rng.integers(3, 16))
        slide = rng.uniform(-0.25, 0.25)
        made.extend((_chirp(rng, wing, rate, pulses, slide), wing) for _ in range(VARIANTS))
    return tuple(made)


def _chirp(rng: np.random.Generator, wing: float, rate: float, pulses: int, slide: float) -> Samples:
    length = pulses / rate + 0.06
    out = np.zeros(int(length * RATE) + RATE // 20)
    tooth = int(0.05 * RATE)
    t = np.arange(tooth) / RATE
    at = 0.0
    for index in range(pulses):
        share = index / max(pulses - 1, 1)
        size = np.sin(np.pi * (0.15 + 0.75 * share)) * rng.uniform(0.6, 1.0)
        f = wing * (1.0 + 0.03 * share + 0.01 * rng.uniform(-1, 1))
        ring = np.exp(-t * wing / 9.0) * (1.0 - np.exp(-t / 0.0006))
        part = ring * (np.sin(2 * np.pi * f * t) + 0.3 * np.sin(2 * np.pi * 2.03 * f * t))
        part += 0.35 * ring * band(rng, tooth, wing * 0.7, wing * 1.4)
        first = int(at * RATE)
        count = min(tooth, len(out) - first)
        out[first : first + count] += size * part[:count]
        at += (1.0 + slide * share) / rate * rng.uniform(0.93, 1.07)
    return ramp(out / np.abs(out).max(), 0.001, 0.02)


def ticks(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Dry ticks of seeds and shells, for what runs along a seam."""
    made = []
    for _ in range(10):
        pitch = rng.uniform(600.0, 1500.0)
        ratios = (1.0, rng.uniform(1.5, 1.8), rng.uniform(2.3, 2.9), rng.uniform(3.4, 4.2))
        samples = modes(rng, pitch, ratios, seconds=0.2, ring=0.018, damping=0.6, slope=0.4, hard=0.5)
        made.append((samples, pitch))
    return tuple(made)


def fireflies(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Soft pulses of insects that answer each other: two to four beats of a hollow body."""
    made = []
    for _ in range(12):
        out = np.zeros(int(0.5 * RATE), np.float32)
        pitch = 1200.0
        at = 0.0
        for _ in range(int(rng.integers(2, 5))):
            body = modes(
                rng, pitch * rng.uniform(0.99, 1.01), (1.0, 1.51, 2.42, 3.3),
                seconds=0.22, ring=0.035, damping=0.7, slope=1.0, hard=0.25, attack=0.006,
            )  # fmt: skip
            first = int(at * RATE)
            out[first : first + len(body)] += body * rng.uniform(0.5, 1.0)
            at += rng.uniform(0.045, 0.07)
        made.append((ramp(out / np.abs(out).max(), 0.001, 0.05), pitch))
    return tuple(made)


def polyps(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Soft bodies that open: a breath, then a hollow tone."""
    made = []
    for _ in range(8):
        pitch = 440.0
        tone = modes(
            rng, pitch, (1.0, 2.0, 3.01, 4.6),
            seconds=1.4, ring=0.28, damping=1.2, slope=1.5, hard=0.02, attack=0.03,
        )  # fmt: skip
        t = np.arange(len(tone)) / RATE
        breath = band(rng, len(tone), 500.0, 2400.0) * (t / 0.08) * np.exp(1.0 - t / 0.08)
        made.append((ramp(0.8 * tone + 0.3 * breath, 0.004, 0.2), pitch))
    return tuple(made)


def snaps(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """The crackle of a reef: clouds of snapping shrimps, each snap a collapsing bubble of a millisecond."""
    made = []
    for _ in range(8):
        out = np.zeros(int(1.8 * RATE))
        for at in rng.random(int(rng.integers(6, 26))) * 1.7:
            count = 480
            snap = band(rng, count, 2200.0, 15_000.0) * np.exp(-np.arange(count) / RATE / 0.0012)
            first = int(at * RATE)
            out[first : first + count] += snap * rng.uniform(0.05, 1.0) ** 3
        made.append((ramp(out / np.abs(out).max(), 0.001, 0.01), 0.0))
    return tuple(made)
