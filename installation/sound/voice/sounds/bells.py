"""Bells: glass and stone, from dark to bright."""

from typing import Final

import numpy as np

from installation.sound.voice.sounds.strike import Samples, modes

__all__ = ["OVER", "PITCH", "bells"]

PITCH: Final = 880.0
"""Hz of all of them at rate 1."""
COUNT: Final = 12
OVER: Final = 2
"""They are made twice as fine, because they are played at many pitches."""


def bells(rng: np.random.Generator) -> tuple[tuple[Samples, float], ...]:
    """Small bells; the first are dark and dull, the last bright and long."""
    made = []
    for index in range(COUNT):
        bright = index / (COUNT - 1)
        ratios = (1.0, 2.0 + 0.08 * bright, 2.76, 4.1, 5.4, 6.9, 8.9)[: 3 + round(4 * bright)]
        samples = modes(
            rng, PITCH, ratios,
            seconds=1.1 + 1.3 * bright,
            ring=0.16 + 0.34 * bright,
            damping=1.0 - 0.2 * bright,
            slope=1.5 - 0.8 * bright,
            hard=0.10 + 0.12 * bright,
            attack=0.006 - 0.0045 * bright,
            over=OVER,
        )  # fmt: skip
        made.append((samples, PITCH))
    return tuple(made)
