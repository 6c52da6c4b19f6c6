"""Where a mapping puts the picture in its window: the arithmetic of corner pin and grid, without OpenGL.

A place of the picture, (s, t) in 0..1, goes through the grid first and through the four corners then:
``window = corners(grid(s, t))``. All places have y up; a window is 0..1, too.

Sources: the projective map of a square to four points, P. Heckbert, "Fundamentals of Texture Mapping and
Image Warping", 1989, section 2.2.3; the smooth curve through the grid's points, E. Catmull and R. Rom, "A
class of local interpolating splines", 1974, with points continued in a straight line beyond the ends.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from installation.show.mapping import DisplayMapping, Grid, Point, Polygon

__all__ = ["SQUARE", "Surface", "regular", "resampled"]

Values: TypeAlias = NDArray[np.float64]

SQUARE: Final[Polygon] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
"""Corners of the whole window: lower left, lower right, upper right, upper left."""
_STEPS: Final = 8
"""Straight pieces between two points of a grid."""
_ROUNDS: Final = 12
"""Most steps of Newton's method: the error is squared in each, so that three or four do."""
_SMALL: Final = 1e-5
_NEAR: Final = 1e-7
"""Share of the window within which a place is found: far less than a pixel."""


def regular(columns: int, rows: int) -> Grid:
    """Return the points of a grid that bends nothing, the lowest row first."""
    return tuple(
        tuple((column / (columns - 1), row / (rows - 1)) for column in range(columns)) for row in range(rows)
    )


def resampled(mapping: DisplayMapping, columns: int, rows: int) -> Grid:
    """Return a grid of another number of points that bends as nearly as it can as the mapping's does."""
    surface = Surface(mapping, SQUARE)
    return tuple(tuple(surface.grid(s, t) for s, t in row) for row in regular(columns, rows))


class Surface:
    """The map of one mapping.

    Args:
        mapping: The mapping.
        fitting: Corners of the picture where the mapping has none, as it fits into the window.
    """

    def __init__(self, mapping: DisplayMapping, fitting: Polygon) -> None:
        self.corners = mapping.corners or fitting
        self._pin = _projective(self.corners)
        self._back: NDArray[Any] = np.linalg.inv(self._pin)
        self._smooth = mapping.curve == "smooth"
        self._points = np.array(mapping.grid, np.float64) if mapping.grid else None

    def grid(self, s: float, t: float) -> Point:
        """Return where the grid takes a place of the picture, before the corners are pinned."""
        x, y = self._bent(np.array([s]), np.array([t]))[0, 0]
        return float(x), float(y)

    def window(self, s: float, t: float) -> Point:
        """Return where a place of the picture is in the window."""
        return self.pinned(*self.grid(s, t))

    def windows(self, places: Sequence[Point]) -> list[Point]:
        """Return where some places of the picture are in the window."""
        table: Values = np.array(places, np.float64).reshape(-1, 2)
        if self._points is not None:
            rows, columns = self._points.shape[:2]
            across = _shares(columns, table[:, 0], smooth=self._smooth)
            up = _shares(rows, table[:, 1], smooth=self._smooth)
            table = np.einsum("pr,rcx,pc->px", up, self._points, across)
        return [self.pinned(float(x), float(y)) for x, y in table]

    def pinned(self, x: float, y: float) -> Point:
        """Return where the corners take a place, the grid left out."""
        return _through(self._pin, x, y)

    def unpinned(self, x: float, y: float) -> Point:
        """Return which place the corners take to this one of the window."""
        return _through(self._back, x, y)

    def picture(self, x: float, y: float) -> Point:
        """Return which place of the picture is shown here in the window; outside 0..1 where there is none."""
        goal = np.array(self.unpinned(x, y))
        at = goal.copy()
        if self._points is None:
            return float(at[0]), float(at[1])
        for _ in range(_ROUNDS):
            s, t = at = np.clip(at, -0.5, 1.5)
            (here, right), (above, _) = self._bent(np.array([s, s + _SMALL]), np.array([t, t + _SMALL]))
            if np.abs(goal - here).max() < _NEAR:
                break
            slope = np.stack([right - here, above - here], 1) / _SMALL
            if abs(np.linalg.det(slope)) < 1e-9:
                break
            at = np.clip(at + np.linalg.solve(slope, goal - here), -0.5, 1.5)
        return float(at[0]), float(at[1])

    def mesh(self) -> NDArray[np.float32]:
        """Return triangles, ``(3 n, 5)``: x, y, w in the window (x / w is 0..1), and s, t in the picture."""
        rows, columns = self._points.shape[:2] if self._points is not None else (2, 2)
        step = _STEPS if self._points is not None else 1
        s, t = np.linspace(0.0, 1.0, (columns - 1) * step + 1), np.linspace(0.0, 1.0, (rows - 1) * step + 1)
        places = self._bent(s, t)
        pinned = np.concatenate([places, np.ones((*places.shape[:2], 1))], 2) @ self._pin.T
        table = np.concatenate([pinned, np.stack(np.meshgrid(s, t), 2)], 2)
        quads = [
            table[:-1, :-1],
            table[:-1, 1:],
            table[1:, 1:],
            table[:-1, :-1],
            table[1:, 1:],
            table[1:, :-1],
        ]
        made: NDArray[np.float32] = np.stack(quads, 2).reshape(-1, 5).astype(np.float32)
        return made

    def _bent(self, s: Values, t: Values) -> Values:
        """Return the places of a grid of places, ``(t, s, 2)``, before the corners are pinned."""
        if self._points is None:
            return np.stack(np.meshgrid(s, t), 2)
        rows, columns = self._points.shape[:2]
        across, up = _shares(columns, s, smooth=self._smooth), _shares(rows, t, smooth=self._smooth)
        found: Values = np.einsum("tr,rcp,sc->tsp", up, self._points, across)
        return found


def _shares(count: int, at: Values, *, smooth: bool) -> Values:
    """Return the share of each of ``count`` points, evenly spaced over 0..1, in the places ``at``."""
    place = at * (count - 1)
    first = np.clip(np.floor(place), 0, count - 2).astype(int)
    u = place - first
    if smooth:
        parts = [
            (-u + 2 * u**2 - u**3) / 2, (2 - 5 * u**2 + 3 * u**3) / 2,
            (u + 4 * u**2 - 3 * u**3) / 2, (-(u**2) + u**3) / 2,
        ]  # fmt: skip
    else:
        parts = [np.zeros_like(u), 1.0 - u, u, np.zeros_like(u)]
    wide = np.zeros((len(at), count + 2))  # with one point more at both ends
    for offset, part in enumerate(parts):
        wide[np.arange(len(at)), first + offset] += part
    shares = wide[:, 1:-1].copy()
    shares[:, 0] += 2 * wide[:, 0]  # the point before the first one: 2 first - second
    shares[:, 1] -= wide[:, 0]
    shares[:, -1] += 2 * wide[:, -1]
    shares[:, -2] -= wide[:, -1]
    return shares


@lru_cache(maxsize=64)
def _projective(corners: Polygon) -> Values:
    """Return the matrix that takes the unit square to four corners; w is positive in the square."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    sums = np.array([x0 - x1 + x2 - x3, y0 - y1 + y2 - y3])
    g, h = np.linalg.solve(np.array([[x1 - x2, x3 - x2], [y1 - y2, y3 - y2]]), sums)
    return np.array(
        [
            [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            [g, h, 1.0],
        ]
    )


def _through(matrix: NDArray[Any], x: float, y: float) -> Point:
    across, up, weight = matrix @ np.array([x, y, 1.0])
    weight = weight if abs(weight) > 1e-9 else 1e-9
    return float(across / weight), float(up / weight)
