"""``[display.mapping]``: how one projector's picture is bent, blended with its neighbours' and masked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, Final, Literal, TypeAlias

from installation.show.document import Node
from installation.show.fields import Fields, describe, freeze
from installation.show.schema import key, read
from installation.values import Places

__all__ = [
    "DIGITS",
    "EDGES",
    "FARTHEST",
    "MOST_GRID",
    "MOST_POINTS",
    "NO_MAPPING",
    "DisplayMapping",
    "Grid",
    "Point",
    "Polygon",
    "convex",
    "overlaps",
    "read_mapping",
    "rounded",
]

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]
Area: TypeAlias = tuple[float, float, float, float]
Grid: TypeAlias = tuple[tuple[Point, ...], ...]

EDGES: Final = ("left", "bottom", "right", "top")
"""Order of the widths in ``blend``; it is that of ``area``."""
FARTHEST: Final = 1.0
"""How far beyond its window a point may lie, in widths and heights of the window."""
MOST_GRID: Final = 9
"""Most points of the grid in a row or a column."""
MOST_POINTS: Final = 200
"""Most points of all masks of a display."""
DIGITS: Final = 5
"""Decimals that are kept: a fiftieth of a pixel in a window 2,000 pixels wide."""
_LEAST_TURN: Final = 1e-4
"""Least cross product of two sides of the four corners, in shares of the window: less is a line."""


@dataclass(frozen=True, slots=True)
class DisplayMapping:
    """``[display.mapping]``: corner pin, grid warp, soft edges and masks of one display."""

    corners: Annotated[
        Polygon,
        key(
            "where the picture's lower left, lower right, upper right and upper left corner are in the "
            "window, 0..1, y up; -1..2 is possible",
            kind="list of 4 [x, y]",
            default="as large as fits",
        ),
    ] = ()
    grid: Annotated[
        Grid,
        key(
            "rows of points, the lowest row first: where the points of a regular grid over the picture go, "
            "before the corners are pinned; 2 to 9 in a row and in a column",
            kind="list of rows of [x, y]",
            default="no grid",
        ),
    ] = ()
    curve: Annotated[
        Literal["smooth", "straight"], key("how the picture runs between the points of the grid")
    ] = "smooth"
    blend: Annotated[
        tuple[float, float, float, float],
        key(
            "width of the soft edges in shares of the display's area: left, bottom, right, top of the canvas",
            low=0.0,
            high=1.0,
        ),
    ] = (0.0, 0.0, 0.0, 0.0)
    blend_gamma: Annotated[
        float,
        key(
            "exponent on the light of soft edges: 1 adds up to an even picture, more darkens a seam that is "
            "too bright",
            low=1.0,
            high=4.0,
        ),
    ] = 1.0
    mask: Annotated[
        tuple[Polygon, ...],
        key(
            "polygons in the display's area, 0..1, y up",
            kind="list of polygons of [x, y]",
            default="none",
        ),
    ] = ()
    mask_mode: Annotated[
        Literal["hide", "keep"], key("whether polygons hide what is in them, or all that is not in them")
    ] = "hide"
    mask_soft: Annotated[
        float, key("width of a mask's soft edge in shares of the display's height", low=0.0, high=0.5)
    ] = 0.0
    places: Places = field(default_factory=dict, compare=False)

    @property
    def plain(self) -> bool:
        """Whether it changes nothing."""
        return not (self.corners or self.grid or self.mask or any(self.blend))


NO_MAPPING: Final = DisplayMapping()


def convex(corners: Polygon) -> bool:
    """Whether four corners form a convex area, in their order, that a picture can be pinned to."""
    turns = []
    for index in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(index + step) % 4] for step in range(3))
        turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    return min(turns) > _LEAST_TURN


def rounded(mapping: DisplayMapping) -> DisplayMapping:
    """Return a mapping with the decimals that a file keeps."""
    names = [one.name for one in fields(mapping) if one.name != "places"]
    return replace(mapping, **{name: _round(getattr(mapping, name)) for name in names})


def _round(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_round(one) for one in value)
    return round(value, DIGITS) + 0.0 if isinstance(value, float) else value


def overlaps(areas: Sequence[Area], index: int) -> Area:
    """Return the widths of soft edges that fit a display's overlaps: left, bottom, right, top of its area.

    A neighbour counts at an edge if its area contains the middle of that edge and ends inside this one.

    Args:
        areas: Areas of all displays.
        index: Which of them.
    """
    left, bottom, right, top = areas[index]
    wide, high = right - left, top - bottom
    widths = [0.0, 0.0, 0.0, 0.0]
    for at, (l2, b2, r2, t2) in enumerate(areas):
        if at == index:
            continue
        beside = min(top, t2) - max(bottom, b2) > 0.5 * min(high, t2 - b2)
        above = min(right, r2) - max(left, l2) > 0.5 * min(wide, r2 - l2)
        if beside and l2 < left < r2 < right:
            widths[0] = max(widths[0], (r2 - left) / wide)
        if beside and left < l2 < right < r2:
            widths[2] = max(widths[2], (right - l2) / wide)
        if above and b2 < bottom < t2 < top:
            widths[1] = max(widths[1], (t2 - bottom) / high)
        if above and bottom < b2 < top < t2:
            widths[3] = max(widths[3], (top - b2) / high)
    return widths[0], widths[1], widths[2], widths[3]


def read_mapping(table: Fields) -> DisplayMapping:
    """Read the table."""
    corners, grid, mask = _corners(table), _grid(table), _mask(table)
    return read(DisplayMapping, table, corners=corners, grid=grid, mask=mask)


def _corners(fields: Fields) -> Polygon:
    found = fields.member("corners", None)
    if found is None:
        return ()
    points, hint = _points(found.node), "corners = [[0, 0], [1, 0], [1, 1], [0, 1]], each -1..2"
    if points is None or len(points) not in (0, 4):
        said = f"corners: expected four points [x, y], got {describe(found.node)}"
        fields.report(found.node.where, said, hint)
        return ()
    if points and not convex(points):
        said = "corners: they must form a convex area: lower left, lower right, upper right, upper left"
        fields.report(found.node.where, said, "mirror a picture with `flip`")
        return ()
    return points


def _grid(fields: Fields) -> Grid:
    found = fields.member("grid", None)
    if found is None:
        return ()
    value = found.node.value
    rows = [_points(row) for row in value] if isinstance(value, tuple) else [None]
    good = [row for row in rows if row is not None and len(row) == len(rows[0] or ())]
    if not rows:
        return ()
    if len(good) < len(rows) or not (2 <= len(rows) <= MOST_GRID and 2 <= len(good[0]) <= MOST_GRID):
        message = f"grid: expected 2 to {MOST_GRID} rows of 2 to {MOST_GRID} points [x, y], each -1..2"
        fields.report(found.node.where, message, "all rows have as many points; the lowest row comes first")
        return ()
    return tuple(good)


def _mask(fields: Fields) -> tuple[Polygon, ...]:
    found = fields.member("mask", None)
    if found is None:
        return ()
    value = found.node.value
    made = [_points(one) for one in value] if isinstance(value, tuple) else [None]
    polygons = tuple(one for one in made if one is not None and len(one) >= 3)
    if len(polygons) < len(made) or sum(map(len, polygons)) > MOST_POINTS:
        message = f"mask: expected polygons of three points [x, y] or more, {MOST_POINTS} points in all"
        fields.report(found.node.where, message, "mask = [[[0.1, 0.1], [0.4, 0.1], [0.2, 0.5]]]")
        return ()
    return polygons


def _points(node: Node) -> Polygon | None:
    """Return a list of points within reach of the window; None if it is something else."""
    value = freeze(node)
    if not isinstance(value, tuple):
        return None
    points = [_point(one) for one in value]
    good = tuple(one for one in points if one is not None)
    return good if len(good) == len(points) else None


def _point(value: object) -> Point | None:
    parts = value if isinstance(value, tuple) else ()
    numbers = [float(one) for one in parts if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(parts) != 2 or len(numbers) != 2 or not all(-FARTHEST <= one <= 1.0 + FARTHEST for one in numbers):
        return None
    return numbers[0], numbers[1]
