"""All sounds of a voice by kind, made once for each seed."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from installation.sound.voice.chance import Chance
from installation.sound.voice.events import Sound
from installation.sound.voice.sounds import air, life, speech, water, wood
from installation.sound.voice.sounds.bells import OVER, bells
from installation.sound.voice.sounds.strike import Samples

__all__ = ["Library"]

Made = tuple[tuple[Samples, float], ...]

_KINDS: Final[Mapping[str, Callable[[np.random.Generator], Made]]] = {
    "bells": bells,
    "drops": water.drops, "wakes": water.wakes,
    "chirps": life.chirps, "ticks": life.ticks, "fireflies": life.fireflies,
    "polyps": life.polyps, "snaps": life.snaps,
    "creaks": wood.creaks, "thumps": wood.thumps, "bars": wood.bars,
    "talkers": speech.talkers, "crowds": speech.crowds, "steps": speech.steps, "pens": speech.pens,
    "crumbs": air.crumbs, "threads": air.threads, "fronts": air.fronts,
}  # fmt: skip
"""Makers by kind. What one makes depends on the seed and on its own kind only."""


class Library:
    """Sounds by kind.

    Args:
        seed: Of everything random.
    """

    def __init__(self, seed: int) -> None:
        self._sounds = {
            kind: tuple(
                Sound.of(samples, pitch, OVER if kind == "bells" else 1)
                for samples, pitch in _made(kind, seed)
            )
            for kind in _KINDS
        }

    def __getitem__(self, kind: str) -> tuple[Sound, ...]:
        return self._sounds[kind]


@lru_cache(maxsize=4 * len(_KINDS))
def _made(kind: str, seed: int) -> Made:
    return _KINDS[kind](np.random.Generator(np.random.PCG64(Chance(seed, kind).getrandbits(64))))
