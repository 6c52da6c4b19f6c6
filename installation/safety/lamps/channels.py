"""Where the channels of many lamps lie, and how they are read and written without an index for each.

Most lamps are pixels: equal ones at equal distances, in rows of one universe. Such rows are read and written
as views with strides; addresses would be four times as large as the light itself, and every tick would fetch
them anew. Lamps that stand alone keep their addresses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Channels"]

_FEWEST = 32
"""Fewer lamps than this are no grid: their addresses cost less than a call for each of their channels."""

_WIDTH = 2
"""Bytes of a channel."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """``rows`` rows of ``across`` lamps from lamp ``start`` on; ``first`` says where its emitters lie."""

    start: int
    rows: int
    across: int
    first: tuple[int, ...]
    distance: int
    pitch: int

    @property
    def lamps(self) -> slice:
        """Indices of its lamps."""
        return slice(self.start, self.start + self.rows * self.across)

    def of(self, flat: NDArray[np.uint16], emitter: int) -> NDArray[np.uint16]:
        """The channels of one emitter, ``(rows, across)``: a view, checked against the end of ``flat``."""
        strides = (self.distance * _WIDTH, self.pitch * _WIDTH)
        offset = self.first[emitter] * _WIDTH
        return np.ndarray((self.rows, self.across), np.uint16, flat, offset, strides)


class Channels:
    """The channels of some lamps.

    Args:
        slots: ``(n, lamps)`` indices into the flat light, one row per emitter.
    """

    def __init__(self, slots: NDArray[np.int64]) -> None:
        self._slots = slots
        self._grids = [grid for grid in _grids(slots.T) if grid.rows * grid.across >= _FEWEST]
        alone = np.ones(slots.shape[1], np.bool_)
        for grid in self._grids:
            alone[grid.lamps] = False
        self._alone = np.flatnonzero(alone)
        self._raw = np.empty(slots.shape, np.uint16)

    def read(self, flat: NDArray[np.uint16], values: NDArray[np.float32]) -> None:
        """Read all of them into ``values`` (n, lamps)."""
        raw = self._raw  # first collected, then converted in one run: faster than both at once
        for grid in self._grids:
            for emitter, row in enumerate(raw[:, grid.lamps]):
                np.copyto(row.reshape(grid.rows, grid.across), grid.of(flat, emitter))
        if len(self._alone):
            raw[:, self._alone] = flat[self._slots[:, self._alone]]
        np.copyto(values, raw)

    def write(self, flat: NDArray[np.uint16], values: NDArray[np.float32]) -> None:
        """Write all of them, rounded down; the first emitter last: what only pads points there too."""
        raw = self._raw
        np.copyto(raw, values, casting="unsafe")
        for grid in self._grids:
            for emitter in reversed(range(len(raw))):
                np.copyto(grid.of(flat, emitter), raw[emitter, grid.lamps].reshape(grid.rows, grid.across))
        if len(self._alone):
            self.write_some(flat, self._alone, raw[:, self._alone])

    def write_some(
        self,
        flat: NDArray[np.uint16],
        which: NDArray[np.intp],
        values: NDArray[np.float32] | NDArray[np.uint16],
    ) -> None:
        """Write those of some lamps; ``values`` (n, lamps that are written)."""
        for slots, row in zip(self._slots[::-1], values[::-1].astype(np.uint16), strict=True):
            flat[slots.take(which, mode="clip")] = row


def _grids(slots: NDArray[np.int64]) -> Iterator[_Grid]:
    """Rows that are alike and lie at equal distances, together."""
    grid: _Grid | None = None
    for first, last in _rows(slots):
        place = tuple(int(slot) for slot in slots[first])
        across, pitch = last - first, int(slots[first + 1, 0]) - place[0] if last - first > 1 else 0
        if grid is not None and (across, pitch) == (grid.across, grid.pitch):
            away = {one - other for one, other in zip(place, grid.first, strict=True)}
            far = away.pop()
            whole, rest = divmod(far, grid.rows)
            if not away and not rest and whole > 0 and (grid.rows == 1 or whole == grid.distance):
                grid = _Grid(grid.start, grid.rows + 1, across, grid.first, whole, pitch)
                continue
        if grid is not None:
            yield grid
        grid = _Grid(first, 1, across, place, 0, pitch)
    if grid is not None:
        yield grid


def _rows(slots: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and one past the last of lamps that follow one another alike and at one distance."""
    lamps = len(slots)
    steps = np.diff(slots[:, 0])
    alike = (np.diff(slots - slots[:, :1], axis=0) == 0).all(axis=1)
    steps = np.where(alike & (steps > 0), steps, -1)
    changes = np.append(np.flatnonzero(steps[1:] != steps[:-1]) + 1, max(lamps - 1, 0))
    start = 0
    turn = iter(changes.tolist())
    while start < lamps:
        end = start
        if start < len(steps) and steps[start] > 0:
            end = next(change for change in turn if change > start)
        yield start, end + 1
        start = end + 1
