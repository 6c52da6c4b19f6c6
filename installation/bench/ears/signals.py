"""Sounds whose onsets, beats and kind are known, because they are made here.

Everything is float32 at 48 kHz, one channel, and follows from the seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from installation.sound import RATE

__all__ = ["Sound", "applause", "music", "noise", "notes", "onset_sounds", "speech", "tempo_sounds"]

Samples = NDArray[np.float32]
Double = NDArray[np.float64]

KINDS = ("clicks", "plucks", "bursts", "soft", "mixed")
RATIOS = (40.0, 20.0, 10.0, 5.0)
"""Decibels from the noise up to the first 50 ms of each note, on average; 40 is practically clean."""
TEMPI = tuple(range(60, 181, 10))
SWINGS = (0.5, 0.58, 0.66)
_LEVEL = 0.1


@dataclass(frozen=True)
class Sound:
    """One sound and what is true of it.

    Attributes:
        name: As it is told.
        group: What results are summed over.
        onsets: Seconds; of a soft note the middle of its attack.
        beats: Seconds.
        tempo: Beats a minute at the end; 0 for none.
    """

    name: str
    group: str
    samples: Samples
    onsets: Double = field(default_factory=lambda: np.empty(0))
    beats: Double = field(default_factory=lambda: np.empty(0))
    tempo: float = 0.0


def onset_sounds(seconds: float = 12.0, seed: int = 1) -> Iterator[Sound]:
    """Each kind of note at each ratio of signal to noise, in pink and in white noise by turns."""
    for number, kind in enumerate(KINDS):
        for ratio in RATIOS:
            random = np.random.default_rng((seed, number, int(ratio)))
            times = _times(random, seconds, 0.25 if kind == "soft" else 0.14, 0.7)
            dry, truth = notes(kind, times, seconds, random)
            colour = "pink" if int(ratio) % 20 == 0 else "white"
            samples = _in_noise(dry, times, ratio, colour, random)
            yield Sound(f"{kind}, {ratio:.0f} dB, {colour}", kind, samples, onsets=truth)


def tempo_sounds(seconds: float = 24.0, seed: int = 1, tempi: Sequence[int] = TEMPI) -> Iterator[Sound]:
    """Each of ``tempi`` with each swing, clean and in noise; then tempi that change."""
    for bpm in tempi:
        for swing in SWINGS:
            for style, ratio in (("drums", 40.0), ("drums", 10.0), ("plucked", 20.0)):
                random = np.random.default_rng((seed, bpm, int(swing * 100), int(ratio)))
                beats = np.arange(0.3, seconds, 60.0 / bpm)
                samples = music(style, beats, swing, seconds, ratio, random)
                name = f"{style}, {bpm} BPM, swing {swing:.0%}, {ratio:.0f} dB"
                yield Sound(name, style, samples, beats=beats, tempo=float(bpm))
    for first, last in ((90, 120), (130, 100), (80, 95), (150, 170)):
        random = np.random.default_rng((seed, first, last))
        beats = _ramp(first, last, seconds)
        samples = music("drums", beats, 0.54, seconds, 20.0, random)
        end = 60.0 / float(np.mean(np.diff(beats[-9:])))
        yield Sound(f"drums, {first} to {last} BPM", "changing", samples, beats=beats, tempo=end)


def _ramp(first: float, last: float, seconds: float) -> Double:
    """Beats of a tempo that stands for a quarter of the time, moves for a half, and stands again."""
    at = [0.3]
    while at[-1] < seconds:
        way = min(max((at[-1] / seconds - 0.25) / 0.5, 0.0), 1.0)
        at.append(at[-1] + 60.0 / (first + (last - first) * way))
    return np.array(at[:-1])


def _times(random: np.random.Generator, seconds: float, least: float, most: float) -> Double:
    gaps = random.uniform(least, most, int(seconds / least))
    times = 0.5 + np.cumsum(gaps)
    return times[times < seconds - 0.3]


def noise(colour: str, count: int, random: np.random.Generator) -> Samples:
    """Noise of RMS 1: ``white``; ``pink``, -3 dB an octave; ``room``, -6 dB an octave above 60 Hz."""
    slope = {"white": 0.0, "pink": 0.5, "room": 1.0}[colour]
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum *= np.maximum(np.fft.rfftfreq(count, 1.0 / RATE), 60.0 if colour == "room" else 20.0) ** -slope
    made = np.fft.irfft(spectrum, count)
    return np.asarray(made / np.sqrt(np.mean(made * made)), dtype=np.float32)


def notes(
    kind: str, times: Sequence[float] | Double, seconds: float, random: np.random.Generator
) -> tuple[Samples, Double]:
    """Notes of one kind, and when they begin."""
    dry = np.zeros(int(seconds * RATE), np.float32)
    truth = []
    for at in times:
        which = KINDS[int(random.integers(4))] if kind == "mixed" else kind
        note, late = _NOTES[which](random)
        begin = round(at * RATE)
        note = note[: dry.size - begin] * np.float32(_LEVEL * random.uniform(0.5, 1.5))
        dry[begin : begin + note.size] += note
        truth.append(at + late)
    return dry, np.array(truth)


def _click(random: np.random.Generator) -> tuple[Samples, float]:
    t = np.arange(int(0.03 * RATE)) / RATE
    return _single(random.standard_normal(t.size) * np.exp(-t / 0.003) * 2.0), 0.0


def _pluck(random: np.random.Generator, pitch: float = 0.0) -> tuple[Samples, float]:
    note = round(12.0 * float(np.log2(pitch / 82.4))) if pitch else int(random.integers(0, 42))
    return _string(note), 0.0


@lru_cache(maxsize=128)
def _string(note: int) -> Samples:
    """A plucked string, ``note`` semitones above a guitar's low E: partials that decay by their number."""
    t = np.arange(int(0.9 * RATE)) / RATE
    pitch = 82.4 * 2.0 ** (note / 12.0)
    partials = np.arange(1, min(13, int(12_000 / pitch) + 1))[:, None]
    phases = np.random.default_rng(note + 100).uniform(0.0, 2.0 * np.pi, partials.shape)
    tones = np.sin(2.0 * np.pi * pitch * partials * t + phases) * np.exp(-t * partials**0.6 / 0.25)
    rise = np.minimum(t / 0.002, 1.0)
    return _single((tones / partials).sum(0) * rise * np.minimum((0.9 - t) / 0.05, 1.0))


def _burst(random: np.random.Generator) -> tuple[Samples, float]:
    length = random.uniform(0.03, 0.08)
    t = np.arange(int(length * RATE)) / RATE
    low = random.uniform(200.0, 3000.0)
    spectrum = np.fft.rfft(random.standard_normal(t.size))
    pitch = np.fft.rfftfreq(t.size, 1.0 / RATE)
    spectrum[(pitch < low) | (pitch > 3.0 * low)] = 0.0
    made = np.fft.irfft(spectrum, t.size)
    made /= np.sqrt(np.mean(made * made))
    return _single(made * np.minimum(t / 0.003, 1.0) * np.minimum((length - t) / 0.01, 1.0)), 0.0


def _soft(random: np.random.Generator) -> tuple[Samples, float]:
    attack = random.uniform(0.02, 0.06)
    t = np.arange(int(0.5 * RATE)) / RATE
    pitch = 110.0 * 2.0 ** (random.integers(0, 36) / 12.0)
    tones = sum(np.sin(2.0 * np.pi * pitch * n * t + random.uniform(0, 6.28)) / n**1.5 for n in range(1, 7))
    shape = np.minimum(t / attack, 1.0) * np.where(t < 0.15, 1.0, np.exp(-(t - 0.15) / 0.06))
    return _single(np.asarray(tones) * shape * np.minimum((0.5 - t) / 0.02, 1.0)), attack / 2.0


_NOTES = {"clicks": _click, "plucks": _pluck, "bursts": _burst, "soft": _soft}


def _single(samples: Double) -> Samples:
    return samples.astype(np.float32)


def _in_noise(dry: Samples, times: Double, ratio: float, colour: str, random: np.random.Generator) -> Samples:
    length = int(0.05 * RATE)
    begins = [round(at * RATE) for at in times]
    power = np.mean([np.mean(dry[begin : begin + length] ** 2) for begin in begins])
    floor = np.float32(np.sqrt(power) * 10.0 ** (-ratio / 20.0))
    return np.asarray(dry + noise(colour, dry.size, random) * floor, dtype=np.float32)


def music(
    style: str, beats: Double, swing: float, seconds: float, ratio: float, random: np.random.Generator
) -> Samples:
    """Four beats a bar, eighths between them at ``swing`` of the beat, in pink noise.

    Args:
        style: ``drums``: kick, snare and hats with a bass line; ``plucked``: strings only, that leave out
            every fifth note or so.
        beats: Seconds.
        swing: Place of the off-beat in the beat, 0.5..0.67.
        seconds: Length.
        ratio: Decibels from the noise up to the notes.
        random: Where the rest comes from.
    """
    dry = np.zeros(int((seconds + 1.0) * RATE), np.float32)

    def play(at: float, note: Samples, gain: float) -> None:
        begin = round(at * RATE)
        part = dry[begin : begin + note.size]
        part += note[: part.size] * np.float32(gain * random.uniform(0.8, 1.2) * _LEVEL)

    lengths = np.append(np.diff(beats), beats[-1] - beats[-2])
    for number, (at, length) in enumerate(
        zip(beats + random.normal(0.0, 0.003, beats.size), lengths, strict=True)
    ):
        off = at + swing * length + random.normal(0.0, 0.003)
        if style == "drums":
            play(at, _kick() if number % 2 == 0 else _snare(random), 2.0)
            play(at, _hat(random), 0.6)
            play(off, _hat(random), 0.5)
            if number % 2 == 0 or random.random() < 0.3:
                play(at, _pluck(random, 55.0 * 2.0 ** (random.integers(0, 8) / 12.0))[0], 0.8)
        else:
            if random.random() < 0.9:
                play(at, _pluck(random, 110.0 * 2.0 ** (random.integers(0, 15) / 12.0))[0], 1.0)
            if random.random() < 0.7:
                play(off, _pluck(random, 220.0 * 2.0 ** (random.integers(0, 20) / 12.0))[0], 0.6)
    dry = dry[: int(seconds * RATE)]
    return _in_noise(dry, beats[beats < seconds - 0.1], ratio, "pink", random)


def _kick() -> Samples:
    t = np.arange(int(0.25 * RATE)) / RATE
    return _single(np.sin(2.0 * np.pi * (50.0 * t + 4.0 * (1.0 - np.exp(-t / 0.02)))) * np.exp(-t / 0.07))


def _snare(random: np.random.Generator) -> Samples:
    t = np.arange(int(0.2 * RATE)) / RATE
    tone = np.sin(2.0 * np.pi * 190.0 * t) * np.exp(-t / 0.04)
    return _single(0.5 * tone + 0.5 * random.standard_normal(t.size) * np.exp(-t / 0.05))


def _hat(random: np.random.Generator) -> Samples:
    t = np.arange(int(0.06 * RATE)) / RATE
    bright = np.diff(random.standard_normal(t.size + 1))
    return _single(0.4 * bright * np.exp(-t / 0.015))


def speech(seconds: float, random: np.random.Generator) -> Samples:
    """Something that goes as speech does: syllables of a buzzing voice with two formants, hisses, pauses."""
    made = np.zeros(int(seconds * RATE))
    at = 0.2
    while at < seconds - 0.5:
        length = random.uniform(0.12, 0.28)
        t = np.arange(int(length * RATE)) / RATE
        glide = random.uniform(95.0, 220.0) * (1.0 + random.uniform(-0.15, 0.15) * t / length)
        first, second = random.uniform(300.0, 800.0), random.uniform(900.0, 2300.0)
        turn = 2.0 * np.pi * np.cumsum(glide) / RATE
        syllable = np.zeros(t.size)
        for n in range(1, 30):
            pitch = n * glide[0]
            tilt = sum(1.0 / (1.0 + ((pitch - formant) / 120.0) ** 2) for formant in (first, second))
            syllable += (tilt + 0.05) / n**0.5 * np.sin(n * turn)
        syllable *= np.sin(np.pi * t / length) ** 0.7
        hiss = np.diff(random.standard_normal(int(0.06 * RATE) + 1)) * (0.4 if random.random() < 0.4 else 0.0)
        for part, begin in ((hiss, at - 0.05), (syllable, at)):
            start = round(begin * RATE)
            made[start : start + part.size] += part[: made.size - start]
        at += (
            length + random.uniform(0.0, 0.06) + (random.uniform(0.2, 0.5) if random.random() < 0.12 else 0.0)
        )
    return _single(made / np.sqrt(np.mean(made * made)) * _LEVEL)


def applause(seconds: float, random: np.random.Generator, people: int = 40) -> Samples:
    """People who clap 3 to 5 times a second, each at a rate, a place and with hands of their own."""
    made = np.zeros(int((seconds + 0.2) * RATE))
    t = np.arange(int(0.02 * RATE)) / RATE
    for _ in range(people):
        rate, middle, gain = random.uniform(3.0, 5.0), random.uniform(900.0, 2500.0), random.uniform(0.2, 1.0)
        ring = np.sin(2.0 * np.pi * middle * t + random.uniform(0.0, 6.28))
        at = random.uniform(0.0, 0.3)
        while at < seconds:
            clap = (random.standard_normal(t.size) + ring) * np.exp(-t / random.uniform(0.002, 0.006))
            start = round(at * RATE)
            made[start : start + clap.size] += gain * clap
            at += 1.0 / rate + random.normal(0.0, 0.015)
    made = made[: int(seconds * RATE)]
    return _single(made / np.sqrt(np.mean(made * made)) * _LEVEL)
