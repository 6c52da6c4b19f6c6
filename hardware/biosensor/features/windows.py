"""The last seconds of signals, for several people at once.

Samples are kept as they come, and moved into the windows when somebody looks: all rows that have as many new
samples in one step, which costs little more than one row.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Windows"]

Floats = NDArray[np.float64]


class Windows:
    """Windows of equal length.

    Args:
        rows: How many people.
        seconds: Length of each.
        rate: Samples per second that come.
        channels: Signals of each person.
        step: So many samples are one, their mean.

    Attributes:
        rate: Samples per second that are kept.
        values: ``(rows, channels, samples)``, the newest last; NaN where nothing has come.
        counts: ``(rows,)`` samples that have been kept so far.
    """

    def __init__(self, rows: int, seconds: float, rate: float, *, channels: int = 1, step: int = 1) -> None:
        self.rate = rate / step
        self._step = step
        self.values: Floats = np.full((rows, channels, max(int(seconds * self.rate), 4)), np.nan)
        self.counts = np.zeros(rows, np.int64)
        self._waiting: list[list[Floats]] = [[] for _ in range(rows)]

    @property
    def lines(self) -> Floats:
        """The first channel: ``(rows, samples)``."""
        return self.values[:, 0]

    def feed(self, row: int, samples: Floats) -> None:
        """Take the next samples of a person, ``(samples,)`` or ``(channels, samples)``, oldest first."""
        self._waiting[row].append(samples if samples.ndim == 2 else samples[np.newaxis])

    def forget(self, row: int) -> None:
        """Begin again."""
        self.values[row] = np.nan
        self.counts[row] = 0
        self._waiting[row] = []

    def settle(self) -> None:
        """Move what has come into the windows."""
        groups: dict[int, tuple[list[int], list[Floats]]] = {}
        for row, waiting in enumerate(self._waiting):
            if not waiting:
                continue
            block = waiting[0] if len(waiting) == 1 else np.concatenate(waiting, axis=1)
            whole = block.shape[1] // self._step * self._step
            rest = block.shape[1] - whole
            self._waiting[row] = [block[:, whole:]] if rest else []
            if whole:
                rows, blocks = groups.setdefault(whole, ([], []))
                rows.append(row)
                blocks.append(block[:, :whole] if rest else block)
        for rows, blocks in groups.values():
            self._move(rows, np.stack(blocks))

    def _move(self, rows: list[int], fresh: Floats) -> None:
        if self._step > 1:
            fresh = fresh.reshape(*fresh.shape[:2], -1, self._step).mean(axis=3)
        count, values = fresh.shape[2], self.values
        self.counts[rows] += count
        if count >= values.shape[2]:
            values[rows] = fresh[:, :, -values.shape[2] :]
        elif len(rows) == len(values):
            values[:, :, :-count] = values[:, :, count:]
            values[:, :, -count:] = fresh
        else:
            values[rows] = np.concatenate([values[rows][:, :, count:], fresh], axis=2)
