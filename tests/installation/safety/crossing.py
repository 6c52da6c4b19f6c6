"""Points that cross a counter's tenth together, in parts, having risen or sunk nearly so far one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Crossing", "parts", "sinking"]

CYCLE = 2.2
"""Seconds from one gathering to the next."""


def parts(kind: str, count: int, size: tuple[int, int]) -> NDArray[np.int64]:
    """Which part of a picture ``(width, height)`` each pixel belongs to, ``(height, width)``."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    if kind == "columns":
        return x % count
    if kind == "blocks":
        return (x // 2 + 2 * (y // 2)) % count
    if kind == "by chance":
        return np.random.default_rng(3).integers(0, count, (size[1], size[0]))
    return x * count // size[0]


@dataclass(frozen=True)
class Crossing:
    """One way to do it.

    Attributes:
        park: Change that each point makes alone, in shares of white; for ``strict`` these are halved.
        top: Change at which it stops; past a tenth.
        speed: How fast it goes from ``park`` to ``top``, white in a second.
        count, kind: The parts.
        gap: Seconds from one part's crossing to the next one's.
        rate: Frames a second.
        base: Light from which it starts.
        down: Sinks from ``base`` instead of rising.
        distance: Metres from which the picture, 2 m high, is seen.
    """

    park: float = 0.088
    top: float = 0.105
    speed: float = 0.49
    count: int = 4
    kind: str = "columns"
    gap: float = 0.15
    rate: int = 60
    base: float = 0.0
    down: bool = False
    distance: float = 5.08

    def pictures(self, size: tuple[int, int], half: bool, seconds: float) -> Iterator[NDArray[np.float32]]:
        """Frames ``(height, width, 3)``: all points gather one by one, then cross and go back in turn."""
        share, part = (0.5 if half else 1.0), parts(self.kind, self.count, size)
        alone = np.random.default_rng(1).random((size[1], size[0])) * 0.85
        for index in range(round(seconds * self.rate)):
            now = index / self.rate % CYCLE
            since = now - 0.95 - self.gap * part
            moved = np.minimum(self.top, self.park + self.speed * np.maximum(since, 0.0)) * share
            away = np.where((now > alone) & (since < 0.09), moved, 0.0)
            level = self.base - away if self.down else self.base + away
            yield np.repeat(np.clip(level, 0.0, 1.0)[..., None], 3, axis=2).astype(np.float32)


def sinking(size: tuple[int, int], half: bool, rate: int, seconds: float) -> Iterator[NDArray[np.float32]]:
    """Quarters leap up in turn, sink one by one by nearly a tenth, and creep past it together.

    Args:
        size: Width and height in pixels.
        half: All changes by half, for ``strict``.
        rate: Frames a second.
        seconds: How long.
    """
    part, rng = parts("columns", 4, size), np.random.default_rng(2)
    alone, late = rng.random((2, size[1], size[0]))
    for index in range(round(seconds * rate)):
        now = index / rate % CYCLE
        since = now - 0.3 - 0.25 * part
        crept = np.minimum(0.115, 0.088 + 0.49 * np.maximum(since - 0.2, 0.0))
        level = 0.13 - np.where(since > 0.02 + 0.16 * alone, crept, 0.0)
        lit = (since >= 0) & (now < 1.5 + 0.6 * late)
        level = np.where(lit, level, 0.0) * (0.5 if half else 1.0)
        yield np.repeat(level[..., None], 3, axis=2).astype(np.float32)
