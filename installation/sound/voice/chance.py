"""Chance, seeded by name: so that a new patch does not change what the others do."""

import math
import random
from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

__all__ = ["Chance", "Walk"]

ItemT = TypeVar("ItemT")


class Chance(random.Random):
    """A random source of its own for each name; equal seeds and names give equal numbers."""

    def __init__(self, seed: int, name: str) -> None:
        super().__init__((seed & 0xFFFF_FFFF_FFFF_FFFF) << 32 | crc32(name.encode()))

    def wait(self, seconds: float, ragged: float = 1.0) -> float:
        """Seconds until the next event of a kind that comes once in ``seconds`` on average.

        Args:
            seconds: Mean.
            ragged: 1: as of a Poisson process, without memory; 0: even; between them both mixed.
        """
        return seconds * ((1.0 - ragged) + ragged * -math.log(1.0 - self.random()))

    def near(self, value: float, share: float) -> float:
        """A number around another one, up to this share of it off."""
        return value * (1.0 + share * (2.0 * self.random() - 1.0))

    def one(self, items: Sequence[ItemT]) -> ItemT:
        """One of several."""
        return items[int(self.random() * len(items))]

    def node_seed(self) -> int:
        """Seed of a stochastic node."""
        return self.getrandbits(30) + 1


class Walk:
    """A number 0..1 that wanders: to one place after another, each at its own pace, never round.

    Args:
        chance: Source.
        seconds: Mean time from place to place; each takes 0.5 to 2 times as long.
        value: Where it begins; a place by chance where None.
    """

    def __init__(self, chance: Chance, seconds: float, value: float | None = None) -> None:
        self._chance = chance
        self._seconds = seconds
        self._from = self._to = chance.random() if value is None else value
        self._at, self._for = 0.0, 0.0
        self.value = self._to

    def step(self, dt: float) -> float:
        """Go on by so many seconds; returns the new value."""
        self._at += dt
        if self._at >= self._for:
            self._from, self._to = self._to, self._chance.random()
            self._at = 0.0
            self._for = self._seconds * 2.0 ** self._chance.uniform(-1.0, 1.0)
        x = min(self._at / self._for, 1.0)
        self.value = self._from + (self._to - self._from) * x * x * (3.0 - 2.0 * x)
        return self.value
