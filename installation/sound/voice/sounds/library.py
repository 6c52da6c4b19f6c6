"""All sounds of a voice by kind, made once for each seed."""

from collections.abc import Callable, Iterable, Mapping
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
    """Sounds by kind; each is made when it is asked for first.

    Args:
        seed: Of everything random.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sounds: dict[str, tuple[Sound, ...]] = {}

    def __getitem__(self, kind: str) -> tuple[Sound, ...]:
        if kind not in self._sounds:
            over = OVER if kind == "bells" else 1
            made = _made(kind, self._seed)
            self._sounds[kind] = tuple(Sound.of(samples, pitch, over) for samples, pitch in made)
        return self._sounds[kind]

    def prepare(self, kinds: Iterable[str]) -> None:
        """Make these now: up to a second for each, which no block of sound could wait for."""
        for kind in kinds:
            self[kind]


@lru_cache(maxsize=4 * len(_KINDS))
def _made(kind: str, seed: int) -> Made:
    return _KINDS[kind](np.random.Generator(np.random.PCG64(Chance(seed, kind).getrandbits(64))))
