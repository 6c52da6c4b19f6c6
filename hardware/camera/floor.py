"""From the camera's picture to the floor and to the show's picture.

The floor is a plane, so four points of it fix the way between pixels and metres: a homography, found by the
direct linear transformation (Hartley and Zisserman, *Multiple View Geometry*, 2nd ed. 2004, 4.1). Without
points the camera is taken to look straight down on all of ``area``.
"""

from collections.abc import Sequence
from math import hypot
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["MARGIN", "Area", "Floor", "Point", "mirrored", "trouble"]

Point: TypeAlias = tuple[float, float, float, float]
"""A point of the floor: x and y in pixels of the camera's picture (y down), then in metres."""

Area: TypeAlias = tuple[float, float, float, float]
"""Left, near, right, far edge of a part of the floor, in metres."""

MARGIN: Final = 0.3
"""Metres outside of ``area`` in which a body still counts, as one on its edge."""

_FLAT: Final = 0.02
"""Least area of a triangle of three of the points, as a share of that of all four's box."""


class Floor:
    """The floor that a camera sees.

    Args:
        points: Four points of it; none for a camera that looks straight down.
        area: The part of the floor that is the show's picture; None is what the four points span.
        size: Width and height of the camera's picture in pixels.

    Attributes:
        area: In metres.
    """

    def __init__(self, points: Sequence[Point], area: Area | None, size: tuple[float, float]) -> None:
        if points:
            across = [point[2] for point in points]
            deep = [point[3] for point in points]
            self.area = area or (min(across), min(deep), max(across), max(deep))
        else:
            self.area = area or (0.0, 0.0, 6.0, 4.0)
            left, near, right, far = self.area
            width, height = size
            points = (
                (0.0, height, left, near),
                (width, height, right, near),
                (width, 0.0, right, far),
                (0.0, 0.0, left, far),
            )
        self._to_floor = _homography(points)
        self._to_camera: NDArray[np.float64] = np.linalg.inv(self._to_floor).astype(np.float64)

    @property
    def size(self) -> tuple[float, float]:
        """Width and depth of the area in metres."""
        left, near, right, far = self.area
        return right - left, far - near

    def metres(self, x: float, y: float) -> tuple[float, float]:
        """Where on the floor a pixel is; far away for one near the horizon."""
        return _through(self._to_floor, x, y)

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Where in the camera's picture a place in metres is."""
        return _through(self._to_camera, x, y)

    def scale(self, x: float, y: float) -> float:
        """Metres that one pixel to the side is wide, at a pixel."""
        (left, near), (right, far) = self.metres(x - 0.5, y), self.metres(x + 0.5, y)
        return hypot(right - left, far - near)

    def picture(self, x: float, y: float) -> tuple[float, float] | None:
        """The place in the show's picture, 0..1, y up, of a place in metres; None for one outside."""
        left, near, right, far = self.area
        if not (left - MARGIN <= x <= right + MARGIN and near - MARGIN <= y <= far + MARGIN):
            return None
        across, deep = (x - left) / (right - left), (y - near) / (far - near)
        return min(max(across, 0.0), 1.0), min(max(deep, 0.0), 1.0)

    def shares(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The places of many pixels in the show's picture, 0..1 inside of it, y up."""
        across, deep, weight = (row[0] * x + row[1] * y + row[2] for row in self._to_floor)
        weight = np.where(np.abs(weight) < 1e-9, 1e-9, weight)
        left, near, right, far = self.area
        return (across / weight - left) / (right - left), (deep / weight - near) / (far - near)


def trouble(points: Sequence[Point], size: tuple[float, float] | None = None) -> str:
    """What is wrong with four points, in words; empty if nothing is.

    Args:
        points: Of the floor.
        size: Width and height in pixels of the picture in which they lie; None does not look at that.
    """
    if len(points) != 4:
        return f"floor has {len(points)} points; it takes four, each [pixel x, pixel y, metre x, metre y]"
    if not np.isfinite(points).all():
        return "floor: a number that is not finite"
    for x, y, _, _ in points:
        if size is not None and not (0.0 <= x <= size[0] and 0.0 <= y <= size[1]):
            what = f"floor: pixel {x:g}, {y:g} is outside of a picture of {size[0]:g} by {size[1]:g}"
            return f"{what}; state the width and height of the picture in which it was found"
    for first, name in ((0, "pixels"), (2, "metres")):
        flat = np.array([point[first : first + 2] for point in points])
        box = float(np.prod(np.ptp(flat, axis=0)))
        for left_out in range(4):
            a, b, c = (flat[index] for index in range(4) if index != left_out)
            area = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
            if area <= _FLAT * box:
                return (
                    f"floor: three of the points lie on one line in {name}; take the corners of a rectangle"
                )
    if any(len(set(_turns([point[first : first + 2] for point in points]))) > 1 for first in (0, 2)):
        return "floor: the four points are no plain quadrangle; name its corners in order, one way around"
    return ""


def mirrored(points: Sequence[Point]) -> bool:
    """Whether left and right are exchanged: no camera that looks down on a floor sees it so."""
    pixels = _turns([(point[0], -point[1]) for point in points])
    return pixels != _turns([point[2:] for point in points])


def _turns(points: Sequence[Sequence[float]]) -> list[bool]:
    """Whether each corner of a quadrangle turns to the left."""
    found = []
    for index in range(4):
        a, b, c = (points[(index + step) % 4] for step in range(3))
        found.append((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0)
    return found


def _homography(points: Sequence[Point]) -> NDArray[np.float64]:
    """The matrix that takes (x, y, 1) in pixels to metres, from four points."""
    rows: list[list[float]] = []
    right: list[float] = []
    for px, py, mx, my in points:
        rows += [[px, py, 1, 0, 0, 0, -mx * px, -mx * py], [0, 0, 0, px, py, 1, -my * px, -my * py]]
        right += [mx, my]
    found = np.linalg.solve(np.array(rows, np.float64), np.array(right, np.float64))
    return np.append(found, 1.0).reshape(3, 3)


def _through(matrix: NDArray[np.float64], x: float, y: float) -> tuple[float, float]:
    across, deep, weight = (row[0] * x + row[1] * y + row[2] for row in matrix.tolist())
    if abs(weight) < 1e-9:
        weight = 1e-9
    return across / weight, deep / weight
