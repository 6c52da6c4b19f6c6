"""Single periods for wavetable oscillators, with few harmonics, so that nothing aliases."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from installation.sound.voice.graph import Node, sf

__all__ = ["reed", "wave"]

_LENGTH: Final = 2048


def wave(harmonics: Sequence[float], phase: float = 0.0) -> Node:
    """A period with these strengths of its harmonics, from the first on; peak 1.

    Args:
        harmonics: Strengths.
        phase: Turns by which each harmonic is behind the one before, so that the period has no sharp peak.
    """
    t = np.arange(_LENGTH) / _LENGTH
    out = np.zeros(_LENGTH)
    for index, size in enumerate(harmonics):
        out += size * np.sin(2 * np.pi * ((index + 1) * t + phase * index * (index + 1) / 2))
    return sf.Buffer(np.asarray(out / np.abs(out).max(), np.float32)[None])


def reed() -> Node:
    """A soft reed: odd harmonics a little stronger."""
    return wave((1.0, 0.22, 0.34, 0.08, 0.12, 0.03, 0.05), 0.31)
