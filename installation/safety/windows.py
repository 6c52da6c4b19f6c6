"""Where the 10-degree windows of a viewer lie in the picture.

WCAG and ISO 9241-391 speak of the area that flashes within any 10-degree field of view. How large such a
field is on the wall follows from the distance of the nearest viewer: 2 d tan(5 degrees), 17.5 % of d.
Windows slide by at most half their size, and there are at least 5 x 5 of them where they are smaller than
the picture, so that no field lies between two windows. Along a side there are 31 at most. Where a viewer is
so near that his field is less than a sixteenth of it, windows have that size: larger than his field, without
gaps, and what is smaller is bounded by the rule of every pixel.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST", "Windows", "lay_windows"]

FIELD_DEGREES = 10.0
_FEWEST = 5
MOST = 31
"""Windows along one side, at most."""


@dataclass(frozen=True)  # without slots: boxes are kept once they are known
class Windows:
    """The windows of one picture size. Window 0 is the whole frame.

    Attributes:
        width, height: Size of the picture in pixels.
        cell: Edge of the square cells, in pixels, to which windows are aligned.
        columns, rows: ``(n, 2)`` first and one-past-last cell of each span; entry 0 of both is the whole.
        degree: Pixels in one degree of the nearest viewer, straight ahead.
    """

    width: int
    height: int
    cell: int
    columns: NDArray[np.int32]
    rows: NDArray[np.int32]
    degree: float

    @property
    def grid(self) -> tuple[int, int]:
        """Cells across and down; the last ones may reach beyond the picture."""
        return -(-self.width // self.cell), -(-self.height // self.cell)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """For each window its index into ``columns`` and ``rows``."""
        inner = [(i, j) for j in range(1, len(self.rows)) for i in range(1, len(self.columns))]
        return [(0, 0), *inner]

    @property
    def count(self) -> int:
        """Number of windows, the frame included."""
        return 1 + (len(self.columns) - 1) * (len(self.rows) - 1)

    @cached_property
    def pixels(self) -> NDArray[np.int32]:
        """``(count, 4)``: x0, y0, x1, y1 of each window in pixels, half open, inside the picture."""
        limit = np.array([self.width, self.height] * 2, np.int32)
        boxes = [(*self.columns[i], *self.rows[j]) for i, j in self.pairs]
        return np.minimum(np.array(boxes, np.int32)[:, [0, 2, 1, 3]] * self.cell, limit)

    @cached_property
    def _spread(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """What adds up the rows of each span from the left and its columns from the right, and pixels."""
        down, across = (
            ((spans[:, :1] * self.cell <= np.arange(size)) & (np.arange(size) < spans[:, 1:] * self.cell))
            for spans, size in ((self.rows, self.height), (self.columns, self.width))
        )
        x0, y0, x1, y1 = self.pixels.T
        return (
            down.astype(np.float64),
            across.T.astype(np.float64),
            ((x1 - x0) * (y1 - y0)).astype(np.float64),
        )

    def means(self, luminance: NDArray[np.floating] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """Mean of each window of images ``(..., height, width)``, as ``(..., count)``."""
        down, across, areas = self._spread
        # In one piece and of one kind, or the linear algebra's own loops are not used.
        total = down @ np.ascontiguousarray(luminance, np.float64) @ across
        inner = total[..., 1:, 1:].reshape(*total.shape[:-2], -1)
        means: NDArray[np.float64] = np.concatenate([total[..., :1, 0], inner], axis=-1)
        return np.maximum(means, 0.0, out=means) / areas

    def darkest(self, luminance: NDArray[np.float32]) -> NDArray[np.float32]:
        """The lowest of each cell of an image ``(height, width)``, as ``(rows, columns)``."""
        across, down = self.grid
        fill = ((0, down * self.cell - self.height), (0, across * self.cell - self.width))
        whole = np.pad(luminance, fill, mode="edge")
        least: NDArray[np.float32] = whole.reshape(down, self.cell, across, self.cell).min(axis=(1, 3))
        return least


def lay_windows(size: tuple[int, int], viewing_distance: float, metres_per_height: float) -> Windows:
    """Lay the windows for a picture.

    Args:
        size: Width and height in pixels.
        viewing_distance: Metres from the nearest viewer to the picture.
        metres_per_height: Metres of wall that the picture's height covers.
    """
    width, height = size
    field = 2.0 * viewing_distance * math.tan(math.radians(FIELD_DEGREES / 2))
    pixels = field / metres_per_height * height
    cell = max(1, min(8, 1 << max(0, (min(size) // 32).bit_length() - 1)))
    columns, rows = _spans(width, pixels, cell), _spans(height, pixels, cell)
    degree = viewing_distance * math.tan(math.radians(1.0)) / metres_per_height * height
    return Windows(width, height, cell, columns, rows, degree)


def _spans(length: int, window: float, cell: int) -> NDArray[np.int32]:
    cells = -(-length // cell)
    whole = (0, cells)
    extent = max(1, round(window / cell), math.ceil(2 * cells / (MOST + 1)))
    if extent >= cells:
        return np.array([whole, whole], np.int32)
    room = cells - extent
    count = max(_FEWEST, 1 + math.ceil(room / max(1.0, extent / 2)))
    starts = [round(k * room / (count - 1)) for k in range(count)]
    return np.array([whole, *((start, start + extent) for start in starts)], np.int32)
