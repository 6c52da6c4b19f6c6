"""All sounds of a voice by kind, made once for each seed."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from installation.sound.voice.chance import Chance
from installation.sound.voice.events import Sound
from installation.sound.voice.sounds import air, life, speech, water, wood
from installation.sound.voice.sounds.bells import OVER, bells
from installation.sound.voice.sounds.strike import Samples

__all__ = ["KINDS", "Behind", "Library", "Made", "Make", "made"]

Behind = Callable[[Callable[[], None]], object]
Made = tuple[tuple[Samples, float], ...]
"""Sounds of one kind: samples, and Hz of each, 0 where it has no pitch."""
Make = Callable[[str, int], Made]
"""What makes those of a kind, with a seed. Raises Exception."""

KINDS: Final[Mapping[str, Callable[[np.random.Generator], Made]]] = {
    "bells": bells,
    "drops": water.drops, "wakes": water.wakes,
    "chirps": life.chirps, "ticks": life.ticks, "fireflies": life.fireflies,
    "polyps": life.polyps, "snaps": life.snaps,
    "creaks": wood.creaks, "thumps": wood.thumps, "bars": wood.bars,
    "talkers": speech.talkers, "crowds": speech.crowds, "steps": speech.steps, "pens": speech.pens,
    "crumbs": air.crumbs, "threads": air.threads, "fronts": air.fronts,
}  # fmt: skip
"""Makers by kind. What one makes depends on the seed and on its own kind only."""

log = logging.getLogger(__name__)


class Library:
    """Sounds by kind; each is made when it is asked for first.

    Args:
        seed: Of everything random.
        behind: Runs a function in another thread, where sounds are made that are wanted; without it they are
            made at once.
        make: What makes them; ``made`` without it. It is called where they are made.
    """

    def __init__(self, seed: int, behind: Behind | None = None, make: Make | None = None) -> None:
        self._seed = seed
        self._make_kind = make
        self._behind = behind
        self._sounds: dict[str, tuple[Sound, ...]] = {}
        self._lock = threading.Lock()
        self._wanted: list[str] = []
        self._failed: set[str] = set()
        self._making = self._closed = False

    def __getitem__(self, kind: str) -> tuple[Sound, ...]:
        if kind not in self._sounds:
            self._sounds[kind] = self._make(kind)
        return self._sounds[kind]

    def ready(self, kinds: Iterable[str]) -> bool:
        """Whether none of these has to be waited for."""
        return self._behind is None or all(kind in self._sounds for kind in kinds)

    def want(self, kinds: Iterable[str]) -> None:
        """Make these, the first ones first: up to a second for each, which no block of sound could wait for.

        What was wanted before and is not among these is made when it is wanted again.
        """
        if self._behind is None:
            for kind in kinds:
                self[kind]
            return
        with self._lock:
            made = {*self._sounds, *self._failed}
            self._wanted = [kind for kind in dict.fromkeys(kinds) if kind not in made]
            if not self._wanted or self._making or self._closed:
                return
            self._making = True
        self._behind(self._work)

    def close(self) -> None:
        """Make nothing more: the voice is about to end."""
        with self._lock:
            self._closed = True

    def _make(self, kind: str) -> tuple[Sound, ...]:
        over = OVER if kind == "bells" else 1
        make = self._make_kind or made
        return tuple(Sound(samples, pitch, over) for samples, pitch in make(kind, self._seed))

    # In the other thread.

    def _work(self) -> None:
        """Make what is wanted until nothing is."""
        while True:
            with self._lock:
                if self._closed or not self._wanted:
                    self._making = False
                    return
                kind = self._wanted.pop(0)
            if kind in self._sounds:  # it was wanted again while it was made
                continue
            try:
                self._sounds[kind] = self._make(kind)
            except Exception:
                log.exception("the sounds %s cannot be made; what plays them stays silent", kind)
                with self._lock:
                    self._failed.add(kind)


@lru_cache(maxsize=4 * len(KINDS))
def made(kind: str, seed: int) -> Made:
    """Make the sounds of a kind, here and now: up to a second. Raises KeyError for another kind."""
    return KINDS[kind](np.random.Generator(np.random.PCG64(Chance(seed, kind).getrandbits(64))))
