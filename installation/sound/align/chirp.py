"""The test signal, and where it is found in what was recorded. Pure."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import RATE

__all__ = ["CLEAR", "Arrival", "arrival", "chirp"]

Floats = NDArray[np.float32]

SECONDS: Final = 0.25
_LOW, _HIGH = 150.0, 12_000.0
_FADE: Final = 0.01
_AMPLITUDE: Final = 0.25
"""-12 dBFS."""
CLEAR: Final = 18.0
"""Decibels by which the correlation at the arrival exceeds its rms elsewhere; Gaussian noise reaches about 13
in a second of samples."""
_FIRST: Final = 0.5
"""Share of the highest correlation that counts as an arrival: echoes are later, and may be louder."""
_AROUND: Final = round(0.02 * RATE)
"""Samples around the arrival that are not counted as noise."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A chirp that was found.

    Attributes:
        sample: Where it begins, in samples, with a fraction.
        level: Its level in decibels, compared with what was played.
        clarity: Decibels by which it stands out; below ``CLEAR`` it may be noise.
    """

    sample: float
    level: float
    clarity: float


@cache
def chirp() -> Floats:
    """Return the test signal: a sweep of a quarter of a second, as long in each octave.

    sin(2 pi f1 T / ln(f2 / f1) (exp(t ln(f2 / f1) / T) - 1)) (Farina, AES 108th convention, 2000), -12 dBFS.
    """
    time = np.arange(round(SECONDS * RATE)) / RATE
    ratio = np.log(_HIGH / _LOW)
    sweep = np.sin(2 * np.pi * _LOW * SECONDS / ratio * np.expm1(time * ratio / SECONDS))
    edge = np.sin(np.linspace(0.0, np.pi / 2, round(_FADE * RATE))) ** 2
    sweep[: len(edge)] *= edge
    sweep[len(sweep) - len(edge) :] *= edge[::-1]
    made: Floats = (_AMPLITUDE * sweep).astype(np.float32)
    made.flags.writeable = False
    return made


def arrival(heard: Floats) -> Arrival | None:
    """Find the first chirp in a recording of one channel, ``(samples,)``; None if there is none.

    The recording is correlated with the chirp. The first correlation that is half as high as the highest
    counts, so that an echo or another speaker behind it is not taken for the sound itself.
    """
    signal = chirp().astype(np.float64)
    if len(heard) < len(signal):
        return None
    size = 1 << (len(heard) + len(signal) - 1).bit_length()
    spectrum = np.fft.rfft(heard.astype(np.float64), size) * np.fft.rfft(signal, size).conj()
    found = np.fft.irfft(spectrum, size)[: len(heard) - len(signal) + 1] / np.dot(signal, signal)
    height = np.abs(found)
    highest = float(height.max(initial=0.0))
    if highest <= 0.0:
        return None
    first = int(np.argmax(height >= _FIRST * highest))
    window = height[first : first + RATE // 1000]
    place = first + int(window.argmax())
    rest = np.concatenate([found[: max(place - _AROUND, 0)], found[place + _AROUND :]])
    noise = float(np.sqrt(np.mean(rest**2))) if len(rest) else 0.0
    clarity = 20 * np.log10(height[place] / noise) if noise > 0.0 else 200.0
    if clarity < CLEAR:
        return None
    return Arrival(
        place + _between(height, place), float(20 * np.log10(height[place])), float(min(clarity, 200.0))
    )


def _between(height: NDArray[np.float64], place: int) -> float:
    """Return how far the vertex of the parabola through three samples is from the middle one, -0.5..0.5."""
    if not 0 < place < len(height) - 1:
        return 0.0
    before, here, after = height[place - 1 : place + 2].tolist()
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0.0 else 0.0
