"""Voices without words: a throat, a mouth that moves, and no language; feet and pens."""

from typing import Final

import numpy as np

from installation.sound import RATE
from installation.sound.voice.sounds.strike import Samples, band, handy, ramp

__all__ = ["crowds", "pens", "steps", "talkers"]

# Formants in Hz of eight vowels of a grown speaker, rounded (Peterson and Barney, 1952).
_VOWELS: Final = np.array(
    [
        (730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480),
        (570, 840, 2410), (660, 1720, 2410), (440, 1020, 2240), (490, 1350, 1690),
    ],
    float,
)  # fmt: skip
_WIDTHS: Final = np.array([90.0, 120.0, 180.0])
_SIZES: Final = np.array([1.0, 0.45, 0.16])
_POINTS: Final = 8
"""Moments of a syllable at which its mouth is computed."""
_HALF: Final = RATE // 2
"""Voices are made at half the rate: they have nothing above 6 kHz, and take a quarter of the time."""


def talkers(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Sentences of single people: syllables with a melody that falls, and a breath."""
    return tuple((_double(_sentence(rng, rng.uniform(95.0, 230.0))), 0.0) for _ in range(12))


def crowds(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Some of many: pieces of 5 s in which so many talk at once that nobody is heard."""
    sentences = [_sentence(rng, rng.uniform(85.0, 240.0)) for _ in range(10)]
    made = []
    length = 5 * _HALF
    for _ in range(8):
        out = np.zeros(length)
        for _ in range(14):
            one = sentences[int(rng.integers(len(sentences)))]
            step = rng.uniform(0.88, 1.14)
            one = np.interp(np.arange(0.0, len(one) - 1, step), np.arange(len(one)), one)
            pause = np.zeros(int(rng.uniform(0.1, 0.9) * _HALF))
            # Turned before it is repeated: a repetition that is cut off and turned has a step in its midst.
            turned = np.roll(np.concatenate([one, pause]), int(rng.integers(length)))
            out += np.resize(turned, length) * rng.uniform(0.3, 1.0)
        window = np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 0.8
        out = out * window
        made.append((_double(np.asarray(out / np.abs(out).max(), np.float32)), 0.0))
    return tuple(made)


def _sentence(rng: np.random.Generator, throat: float) -> Samples:
    """One sentence at half the rate: 5 to 12 syllables, each a vowel that glides into another."""
    syllables = []
    count = int(rng.integers(5, 13))
    size = rng.uniform(0.86, 1.18)
    mouth = _VOWELS[int(rng.integers(len(_VOWELS)))] * size
    for index in range(count):
        to = _VOWELS[int(rng.integers(len(_VOWELS)))] * size
        pitch = throat * (1.12 - 0.28 * index / count) * rng.uniform(0.93, 1.08)
        syllables.append(_syllable(rng, pitch, mouth, to))
        if rng.random() < 0.18:
            syllables.append(np.zeros(int(rng.uniform(0.04, 0.22) * _HALF), np.float32))
        mouth = to
    out = np.concatenate(syllables)
    return np.asarray(out / np.abs(out).max(), np.float32)


def _syllable(rng: np.random.Generator, pitch: float, mouth: np.ndarray, to: np.ndarray) -> Samples:
    length = int(rng.uniform(0.09, 0.26) * _HALF)
    share = np.arange(length) / length
    glide = np.clip(share * rng.uniform(1.2, 2.5), 0.0, 1.0)
    f = pitch * (1.0 + rng.uniform(-0.12, 0.12) * share)
    phase = 2 * np.pi * np.cumsum(f) / _HALF
    points = np.linspace(0.0, 1.0, _POINTS)
    steps = np.clip(1.0 - np.abs(share[None] - points[:, None]) * (_POINTS - 1), 0.0, 1.0)
    formants = mouth + (to - mouth) * np.interp(points, share, glide)[:, None]
    harmonics = np.arange(1, min(int(4200.0 / pitch), 30))
    away = (harmonics[:, None, None] * np.interp(points, share, f)[:, None] - formants) / _WIDTHS
    sizes = ((_SIZES / (1.0 + away * away)).sum(2) + 0.004) / harmonics[:, None] ** 0.35
    out = ((sizes @ steps) * np.sin(harmonics[:, None] * phase)).sum(0)
    hiss = rng.standard_normal(length) * 0.02
    envelope = np.minimum(share * 9.0, 1.0) ** 1.5 * np.minimum((1.0 - share) * 5.0, 1.0)
    return np.asarray((out + hiss) * envelope * rng.uniform(0.5, 1.0), np.float32)


def _double(samples: Samples) -> Samples:
    """From half the rate to the whole one, exactly for what is band-limited."""
    length = handy(len(samples))
    spectrum = np.fft.rfft(samples, length)
    full = np.zeros(length + 1, complex)
    full[: len(spectrum)] = spectrum
    return ramp(2.0 * np.fft.irfft(full, 2 * length)[: 2 * len(samples)], 0.01, 0.05)


def steps(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Soft soles on a floor: heel, then ball."""
    made = []
    for _ in range(10):
        t = np.arange(int(0.32 * RATE)) / RATE
        out = np.zeros(len(t))
        for at, size in ((0.0, 1.0), (rng.uniform(0.07, 0.13), rng.uniform(0.3, 0.7))):
            since = np.maximum(t - at, 0.0)
            blow = (t >= at) * np.exp(-since / 0.02) * (1.0 - np.exp(-since / 0.003)) ** 2
            out += size * blow * band(rng, len(t), 70.0, rng.uniform(300.0, 900.0), -0.4)
        made.append((ramp(out / np.abs(out).max(), 0.002, 0.05), 0.0))
    return tuple(made)


def pens(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Strokes of a pen on paper: a few letters each, as fast as the hand."""
    made = []
    for _ in range(10):
        seconds = rng.uniform(0.6, 1.6)
        count = int(seconds * RATE)
        speed = np.zeros(count)
        at = 0.0
        while at < seconds - 0.1:
            long = rng.uniform(0.05, 0.2)
            part = slice(int(at * RATE), int((at + long) * RATE))
            width = len(speed[part])
            speed[part] = np.sin(np.pi * np.arange(width) / max(width, 1)) * rng.uniform(0.4, 1.0)
            at += long + rng.uniform(0.01, 0.09)
        paper = band(rng, count, 1100.0, 3200.0) + 0.5 * band(rng, count, 3500.0, 7500.0) * speed
        out = paper * speed**1.5
        made.append((ramp(out / np.abs(out).max(), 0.01, 0.05), 0.0))
    return tuple(made)
