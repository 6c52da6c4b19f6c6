"""From ink to the way of a pen: thin to a skeleton, walk along it, and say when each place is reached."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stroke", "near", "signed_distance", "strokes_of", "thin"]

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

_AROUND: Final = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Neighbours as rows and columns, clockwise from above."""
_LOOKS_BACK: Final = 5
"""Pixels behind the pen that say where it is heading."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """What is drawn without lifting the pen: ``(n, 2)`` rows and columns in order."""

    way: Whole


def thin(ink: Flags) -> Flags:
    """Thin ink to lines one pixel wide (Zhang and Suen 1984)."""
    now = np.pad(ink, 1).astype(np.uint8)
    while True:
        before = int(now.sum())
        for second in (False, True):
            around = [np.roll(now, (-dy, -dx), (0, 1)) for dy, dx in _AROUND]
            n, e, s, w = around[0], around[2], around[4], around[6]
            count = np.sum(around, axis=0, dtype=np.uint8)
            rises = np.zeros_like(now)
            for one, following in zip(around, [*around[1:], around[0]], strict=True):
                rises += (one == 0) & (following == 1)
            open_ = (n * w * (e | s) == 0) if second else (e * s * (n | w) == 0)
            # Step 1 wants n e s = 0 and e s w = 0, step 2 n e w = 0 and n s w = 0.
            # A dot of two by two pixels would vanish: one of them stays.
            last = (count == 3) & (e + around[3] + s == 3)
            gone = (now == 1) & (count >= 2) & (count <= 6) & (rises == 1) & open_ & ~last
            now[gone] = 0
        if int(now.sum()) == before:
            return now[1:-1, 1:-1].astype(np.bool_)


def strokes_of(skeleton: Flags, *, leftward: bool, small: float) -> list[Stroke]:
    """Walk along a skeleton as a hand would.

    Args:
        skeleton: One pixel wide.
        leftward: Whether the hand moves from right to left.
        small: Pixels; parts that are smaller, dots and marks, are drawn after the letter they belong to.
    """
    side = -1 if leftward else 1
    left = {(int(y), int(x)) for y, x in np.argwhere(skeleton)}
    parts = []
    while left:
        part = _connected(left)
        along = [side * x for _, x in part]
        high = max(y for y, _ in part) - min(y for y, _ in part)
        mark = max(along) - min(along) < small and high < small
        parts.append((max(along) + 0.5 * small if mark else min(along), min(part), part))
    strokes: list[Stroke] = []
    for _, _, part in sorted(parts, key=lambda one: one[:2]):
        strokes += _walk(part, side)
    return strokes


def _beside(at: tuple[int, int], pixels: "set[tuple[int, int]]") -> list[tuple[int, int]]:
    y, x = at
    return [(y + dy, x + dx) for dy, dx in _AROUND if (y + dy, x + dx) in pixels]


def _connected(left: "set[tuple[int, int]]") -> "set[tuple[int, int]]":
    """Take one connected part out of ``left``."""
    first = min(left)
    left.discard(first)
    part, front = {first}, [first]
    while front:
        for one in _beside(front.pop(), left):
            left.discard(one)
            part.add(one)
            front.append(one)
    return part


def _walk(part: "set[tuple[int, int]]", side: int) -> list[Stroke]:
    """Draw one connected part: straight on at a crossing, then what was left over, nearest first."""
    ends = [one for one in part if len(_beside(one, part)) == 1] or list(part)
    left = set(part)
    # A hand begins at the near side, and rather above.
    pen = min(ends, key=lambda at: (side * at[1] + 0.4 * at[0], at))
    strokes = []
    while left:
        way = [pen]
        left.discard(pen)
        while ahead := _beside(way[-1], left):
            way.append(_straight(way, ahead))
            left.discard(way[-1])
        strokes.append(Stroke(np.array(way, np.intp)))
        if left:
            pen = _next(way[-1], left, side)
    return [one for one in strokes if len(one.way) > 2] or strokes[:1]


def _straight(way: "list[tuple[int, int]]", ahead: "list[tuple[int, int]]") -> tuple[int, int]:
    y, x = way[-1]
    back = way[-min(len(way), _LOOKS_BACK)]
    dy, dx = y - back[0], x - back[1]
    return max(
        ahead, key=lambda at: ((at[0] - y) * dy + (at[1] - x) * dx) / (abs(at[0] - y) + abs(at[1] - x)) ** 0.5
    )


def _next(pen: tuple[int, int], left: "set[tuple[int, int]]", side: int) -> tuple[int, int]:
    """Where the pen is put down next: near, and rather at what lies behind in the line."""
    found = np.array(sorted(left), np.intp)
    far = np.hypot(found[:, 0] - pen[0], found[:, 1] - pen[1])
    lead = side * found[:, 1]
    cost = far + 0.7 * (lead - lead.min())
    y, x = found[int(cost.argmin())]
    return int(y), int(x)


def _discs(reach: int) -> list[tuple[int, int, float]]:
    """Offsets within ``reach``, farthest first, and their lengths."""
    span = range(-reach, reach + 1)
    found = [(dy, dx, float(np.hypot(dy, dx))) for dy in span for dx in span]
    return sorted((one for one in found if one[2] <= reach), key=lambda one: -one[2])


def near(shape: tuple[int, int], at: Whole, values: Floats, reach: int) -> tuple[Floats, Floats]:
    """Give every pixel the value of the nearest of some places.

    Args:
        shape: Of the picture.
        at: ``(n, 2)`` rows and columns.
        values: ``(n,)``; where two are equally near, the later in the list is taken.
        reach: Pixels; further away it is 0.

    Returns:
        The values, and the distances in pixels, ``reach + 1`` where nothing is near.
    """
    wide = shape[1] + 2 * reach
    value = np.zeros((shape[0] + 2 * reach) * wide)
    distance = np.full(value.size, float(reach + 1))
    places = (at[:, 0] + reach) * wide + at[:, 1] + reach
    for dy, dx, long in _discs(reach):
        there = places + (dy * wide + dx)
        value[there] = values
        distance[there] = long
    inner = np.s_[reach : reach + shape[0], reach : reach + shape[1]]
    return value.reshape(-1, wide)[inner], distance.reshape(-1, wide)[inner]


def _edge(ink: Flags) -> Whole:
    """Pixels of ink that touch something else."""
    wide = np.pad(ink, 1)
    inner = np.ones_like(ink)
    for dy, dx in _AROUND[::2]:
        inner &= wide[1 + dy : wide.shape[0] - 1 + dy, 1 + dx : wide.shape[1] - 1 + dx]
    return np.argwhere(ink & ~inner)


def signed_distance(ink: Flags, reach: int) -> Floats:
    """Distance to the outline in pixels, positive inside the ink, held at ``reach``."""
    outside, inside = (_edge(one) for one in (ink, ~ink))
    away = near(ink.shape, outside, np.zeros(len(outside)), reach)[1]
    deep = near(ink.shape, inside, np.zeros(len(inside)), reach)[1]
    return np.clip(np.where(ink, deep - 0.5, 0.5 - away), -reach, reach)
