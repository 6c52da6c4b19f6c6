"""Striped patterns: found in the picture, and their contrast lowered, slowly.

Regular stripes and checkerboards can provoke seizures although nothing flashes. ITU-R BT.1702 and Ofcom limit
more than five light-dark pairs over a large part of the screen; Wilkins, Emmett & Harding (2005) speak of
more than half a second and a quarter of the screen. Fine patterns, below 0.1 degree, are exempt (WCAG 2.x).

Found: in every frame a row and a column of the picture are looked at, other ones each time, spread by the
golden ratio. A line is cut into light and dark against the middle between its local extremes. Where the
difference is above the law's step and at least eleven edges follow one another whose pairs have lengths that
differ by a fifth at most, the line is striped there: six pairs or more. Two scales of "local" are tried. The
striped share of all rows in a quarter of a second, or of all columns, is the striped share of the picture;
phase does not matter, so drifting, reversing and standing stripes are one.

Lowered: when that share has been above a quarter for half a second, the picture's contrast sinks by 0.04 a
second until the difference of the stripes is the law's step, and comes back by as much when they are gone.
With the contrast f, luminance y becomes ``lo + f (y - lo)`` where y > ``lo``, the ``valley``: the darkest
that the last frame was nearby. So peaks sink towards valleys; nothing becomes brighter, and at 0.04 a second
nothing flashes. It comes before all other steps of the guard, so their promises hold whatever happens here.

Not found: stripes that are curled up so much that neither a row nor a column crosses eleven in a regular
distance (labyrinths, as reaction and diffusion make them), and stripes of colour of equal luminance.
"""

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import FlashLaw
from installation.safety.windows import Windows
from installation.values import Seconds

__all__ = ["LINES", "Stripes", "lower", "reach", "striped", "valley"]

LINES = 1
"""Rows, and as many columns, that are looked at in a frame: half a millisecond of work."""

EDGES = 11
"""So many edges in a regular distance belong to six light-dark pairs: more than five."""

REGULAR = 0.2
"""By how much of their length two pairs that follow one another may differ."""

EVEN = 0.15
"""The same on the mean. Noise of single pixels has pairs of two, three and four, by chance for a while."""

SHARE = 0.25
"""Of the picture, from which stripes are lowered. Below four fifths of it they are gone."""

LASTING: Seconds = 0.5
"""For how long they have to be seen."""

RECENT: Seconds = 0.25
"""The striped share is the mean of so much time."""

RATE = 0.04
"""Change of the contrast in a second."""

_LOCAL = (16, 128)
_MIDDLE = 0.15
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def striped(line: NDArray[np.float32], least: float, finest: float) -> tuple[float, float]:
    """How much of a line is striped.

    Args:
        line: Luminance along it.
        least: Differences below this are no stripes.
        finest: Bars narrower than this, in pixels, are exempt.

    Returns:
        Share of the line, 0..1, and the mean difference of light and dark there, or 0.
    """
    if float(line.max() - line.min()) < least:
        return 0.0, 0.0
    low, high = _extremes(line)
    difference = high - low
    above = line - 0.5 * (high + low)
    middle = _MIDDLE * difference
    light = above > middle
    clear = (light | (above < -middle)) & (difference >= least)  # in between the last side goes on
    return max(_regular(*scale, finest) for scale in zip(light, clear, difference, strict=True))


def _extremes(line: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``(scales, length)`` lowest and highest in each block of ``_LOCAL`` and its neighbours."""
    found = []
    for of in (np.minimum, np.maximum):
        scale = np.empty((len(_LOCAL), len(line)), np.float32)
        blocks, before = line, 1
        for row, block in zip(scale, _LOCAL, strict=True):  # blocks of blocks: the same extremes
            blocks, before = of.reduceat(blocks, np.arange(0, len(blocks), block // before)), block
            row[:] = np.repeat(_with_neighbours(of, blocks), block)[: len(line)]
        found.append(scale)
    return found[0], found[1]


def _with_neighbours(of: np.ufunc, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = blocks.copy()
    of(spread[1:], blocks[:-1], out=spread[1:])
    of(spread[:-1], blocks[1:], out=spread[:-1])
    return spread


def _regular(
    light: NDArray[np.bool_], clear: NDArray[np.bool_], difference: NDArray[np.float32], finest: float
) -> tuple[float, float]:
    """``striped`` at one scale: light or dark where that is ``clear``, and their difference nearby."""
    known = np.flatnonzero(clear)
    sides = light[known]
    edges = known[1:][sides[1:] != sides[:-1]]
    if len(edges) < EDGES:
        return 0.0, 0.0
    pairs = (edges[2:] - edges[:-2]).astype(np.float64)
    uneven = np.abs(pairs[1:] - pairs[:-1]) > np.maximum(1.0, REGULAR * np.minimum(pairs[1:], pairs[:-1]))
    breaks = np.concatenate(([0], np.flatnonzero(uneven) + 1, [len(pairs)]))
    long = np.flatnonzero(breaks[1:] - breaks[:-1] + 2 >= EDGES)  # n pairs have n + 2 edges
    covered = total = 0.0
    for first, after in zip(breaks[long], breaks[long + 1], strict=True):
        some = pairs[first:after]
        if np.abs(np.diff(some)).mean() > EVEN * some.mean() or some.mean() / 2 < finest:
            continue
        start, end = edges[first], edges[after + 1]
        length = min(float(end - start) + some.mean(), float(len(light)))
        covered += length
        total += length * float(difference[start : end + 1].mean())
    return min(1.0, covered / len(light)), total / covered if covered else 0.0


class Stripes:
    """What was seen in the last half second, and the contrast that follows from it.

    Args:
        windows: Of the picture; they know its size, and how large a degree is.
        law: The venue's profile.
    """

    def __init__(self, windows: Windows, law: FlashLaw) -> None:
        self._size = (windows.width, windows.height)
        self._finest = windows.degree * 0.1
        self._least = law.step
        self._seen: deque[tuple[Seconds, float, float, float]] = deque()
        self._span = 0.0
        self._lasting = 0.0
        self.contrast = 1.0

    def places(self, frame: int) -> tuple[list[int], list[int]]:
        """Numbers of the rows and of the columns that are looked at in a frame."""
        turns = [((frame * LINES + k + 0.5) * _GOLDEN) % 1.0 for k in range(LINES)]
        width, height = self._size
        return [int(turn * height) for turn in turns], [int(turn * width) for turn in turns]

    def look(self, lines: Sequence[NDArray[np.float32]], dt: Seconds) -> float:
        """Take in one frame's lines.

        Args:
            lines: ``LINES`` rows, then as many columns; what lies beyond the picture's size is not read.
            dt: Seconds since the last frame.

        Returns:
            The contrast from now on, 0..1.
        """
        width, height = self._size
        rows = [striped(line[:width], self._least, self._finest) for line in lines[:LINES]]
        columns = [striped(line[:height], self._least, self._finest) for line in lines[LINES:]]
        across, down = (sum(share for share, _ in some) / LINES for some in (rows, columns))
        deepest = max(difference for _, difference in (*rows, *columns))
        self._seen.append((dt, across, down, deepest))
        self._span += dt
        while self._span - self._seen[0][0] >= RECENT:
            self._span -= self._seen.popleft()[0]
        return self._follow(dt)

    def _follow(self, dt: Seconds) -> float:
        count = len(self._seen)
        share = max(sum(one[1] for one in self._seen), sum(one[2] for one in self._seen)) / count
        there = share > SHARE * (0.8 if self._lasting > LASTING else 1.0)
        self._lasting = self._lasting + dt if there else 0.0
        target = 1.0
        if self._lasting > LASTING:
            target = min(1.0, self._least / max(one[3] for one in self._seen))
        step = RATE * dt
        self.contrast = min(max(target, self.contrast - step), self.contrast + step)
        return self.contrast


def reach(windows: Windows) -> int:
    """How far around a cell its valley is looked for, in cells: half of the widest pair there can be."""
    return math.ceil(max(windows.width, windows.height) / 12 / windows.cell) + 1


def valley(least: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """The lowest of each cell's surroundings, smoothed.

    Args:
        least: ``(rows, columns)`` lowest luminance of each cell.
        reach: In cells.
    """
    lowest: NDArray[np.float32] = least
    for axis in (1, 0):
        lowest = np.minimum.reduce(_around(lowest, reach, axis))
    for axis in (1, 0):
        lowest = np.add.reduce(_around(lowest, reach, axis)) / np.float32(2 * reach + 1)
    return lowest


def _around(cells: NDArray[np.float32], reach: int, axis: int) -> list[NDArray[np.float32]]:
    """The cells, moved by up to ``reach`` both ways; those at the border stand for what is beyond it."""
    size = cells.shape[axis]
    places = np.arange(size)
    return [np.take(cells, np.clip(places + by, 0, size - 1), axis) for by in range(-reach, reach + 1)]


def lower(
    luminance: NDArray[np.float32], lowest: NDArray[np.float32], cell: int, contrast: float
) -> NDArray[np.float32]:
    """Luminance with less contrast.

    Args:
        luminance: ``(height, width)``.
        lowest: ``(rows, columns)`` of the cells' valleys. They are so smooth that no cell's edge shows.
        cell: Edge of a cell in pixels.
        contrast: 0..1.
    """
    grounds = lowest.repeat(cell, axis=0).repeat(cell, axis=1)[: luminance.shape[0], : luminance.shape[1]]
    peaks = np.maximum(luminance - grounds, np.float32(0.0))
    lowered: NDArray[np.float32] = luminance - np.float32(1.0 - contrast) * peaks
    return lowered
