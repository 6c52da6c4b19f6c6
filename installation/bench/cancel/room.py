"""A synthetic room: what a microphone hears of what we play, of people, and of nobody."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["Signal", "erle", "level", "path", "people", "pink", "played_in", "whole"]

Signal: TypeAlias = NDArray[Any]


def whole(seconds: float) -> int:
    """Samples of so many seconds, in whole blocks."""
    return int(seconds * RATE) // BLOCK * BLOCK


def path(random: np.random.Generator, decay: float = 0.4) -> Signal:
    """Impulse response from a loudspeaker to a microphone: direct sound, and noise that decays by 60 dB.

    The direct sound is 3 dB above all reflections together, and comes after 4 ms.
    """
    count = int(1.25 * decay * RATE)
    direct = int(0.004 * RATE)
    tail = random.standard_normal(count) * np.exp(-6.9078 * np.arange(count) / RATE / decay)
    tail[:direct] = 0.0
    tail /= np.sqrt(np.square(tail).sum())
    tail[direct] += 10 ** (3 / 20)
    return np.asarray(0.5 * tail / np.sqrt(np.square(tail).sum()))


def pink(random: np.random.Generator, count: int) -> Signal:
    """Pink noise of root mean square 1."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0))
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(noise / noise.std())


def people(random: np.random.Generator, count: int) -> Signal:
    """Something like speech: syllables of pink noise, with pauses, of root mean square 1."""
    times = np.arange(count) / RATE
    wander = np.cumsum(random.standard_normal(count)) * 0.002
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 3.7 * times + wander)) ** 2
    talk = pink(random, count) * syllables * (np.sin(2 * np.pi * 0.3 * times) > -0.3)
    return np.asarray(talk / talk.std())


def played_in(response: Signal, signal: Signal, latency: float = 0.0) -> Signal:
    """A signal as it arrives, after the devices' latency in seconds."""
    late = np.pad(signal, (round(latency * RATE), 0))[: len(signal)]
    size = 1 << (len(late) + len(response) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(late, size) * np.fft.rfft(response, size), size)[: len(signal)]


def level(signal: Signal) -> float:
    """Root mean square in decibels."""
    return float(10 * np.log10(np.mean(np.square(signal)) + 1e-20))


def erle(echo: Signal, rest: Signal, start: float, end: float) -> float:
    """Decibels by which the echo is quieter between two times (echo return loss enhancement)."""
    span = slice(whole(start), whole(end))
    return level(echo[span]) - level(rest[span])
