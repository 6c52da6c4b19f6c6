"""The points of a mapping that a hand can take: where they are, and what moving them does."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from installation.render.mapping.surface import SQUARE, Surface, regular
from installation.render.part import Part
from installation.show.mapping import EDGES, FARTHEST, DisplayMapping, Point, Polygon, convex

__all__ = ["MODES", "Handles", "Mode", "within"]

Mode: TypeAlias = Literal["corners", "grid", "blend", "mask"]

MODES: Final[tuple[Mode, ...]] = ("corners", "grid", "blend", "mask")
_CORNER_NAMES: Final = ("lower left", "lower right", "upper right", "upper left")
_NARROW: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Handles:
    """The handles of one display in one mode, numbered from 0.

    Attributes:
        part: What the window shows, with its mapping.
        fitting: Corners of the picture in the window where the mapping pins none.
        mode: Which handles.
    """

    part: Part
    fitting: Polygon
    mode: Mode

    @property
    def mapping(self) -> DisplayMapping:
        """The mapping."""
        return self.part.mapping

    @property
    def surface(self) -> Surface:
        """Where the mapping puts the picture."""
        return Surface(self.mapping, self.fitting)

    def count(self) -> int:
        """Return how many there are."""
        return len(self.in_part())

    def in_part(self) -> list[Point]:
        """Return where each is in the picture's part, as the window is turned, 0..1."""
        match self.mode:
            case "corners":
                return list(SQUARE)
            case "grid":
                rows = self.mapping.grid
                return [one for row in regular(len(rows[0]), len(rows)) for one in row] if rows else []
            case "blend":
                left, bottom, right, top = self.mapping.blend
                places = ((left, 0.5), (0.5, bottom), (1.0 - right, 0.5), (0.5, 1.0 - top))
                return [self.from_area(*one) for one in places]
            case "mask":
                return [self.from_area(*one) for polygon in self.mapping.mask for one in polygon]

    def in_window(self) -> list[Point]:
        """Return where each is in the window, 0..1."""
        surface = self.surface
        if self.mode == "corners":
            return list(surface.corners)
        if self.mode == "grid":
            return [surface.pinned(*one) for row in self.mapping.grid for one in row]
        return surface.windows(self.in_part())

    def name(self, number: int) -> str:
        """Return how people know one of them."""
        match self.mode:
            case "corners":
                return _CORNER_NAMES[number]
            case "grid":
                row, column = divmod(number, len(self.mapping.grid[0]))
                return f"point {column + 1} in row {row + 1}"
            case "blend":
                return f"{EDGES[number]} edge"
            case "mask":
                polygon, point = self.member(number)
                return f"point {point + 1} of mask {polygon + 1}"

    def moved(self, number: int, to: Point) -> DisplayMapping | None:
        """Return the mapping with a handle at another place of the window; None where it must not go.

        Args:
            number: Which handle.
            to: Where to, 0..1 of the window.
        """
        mapping, surface = self.mapping, self.surface
        if self.mode == "corners":
            corners = tuple(within(to) if at == number else one for at, one in enumerate(surface.corners))
            return replace(mapping, corners=corners) if convex(corners) else None
        if self.mode == "grid":
            place = within(surface.unpinned(*to))
            row, column = divmod(number, len(mapping.grid[0]))
            rows = [list(one) for one in mapping.grid]
            rows[row][column] = place
            return replace(mapping, grid=tuple(tuple(one) for one in rows))
        across, up = self.to_area(*surface.picture(*to))
        if self.mode == "blend":
            return self._blended(number, (across, up, 1.0 - across, 1.0 - up)[number])
        polygon, point = self.member(number)
        masks = [list(one) for one in mapping.mask]
        masks[polygon][point] = within((across, up))
        return replace(mapping, mask=tuple(tuple(one) for one in masks))

    def _blended(self, edge: int, width: float) -> DisplayMapping:
        widths = list(self.mapping.blend)
        widths[edge] = min(max(width, 0.0), 1.0)
        if widths[edge] < _NARROW:
            widths[edge] = 0.0
        left, bottom, right, top = widths
        return replace(self.mapping, blend=(left, bottom, right, top))

    def member(self, number: int) -> tuple[int, int]:
        """Return which polygon a handle of the mask belongs to, and which of its points it is."""
        for polygon, points in enumerate(self.mapping.mask):
            if number < len(points):
                return polygon, number
            number -= len(points)
        raise IndexError(number)

    def to_area(self, s: float, t: float) -> Point:
        """Return where a place of the window's part is in the display's area of the canvas, 0..1."""
        left, bottom, right, top = self.part.area
        x, y = self.part.map().point(s, t)
        return (x - left) / (right - left), (y - bottom) / (top - bottom)

    def from_area(self, across: float, up: float) -> Point:
        """Return where a place of the display's area is in the window's part."""
        left, bottom, right, top = self.part.area
        seen = self.part.map()
        (ax, ay), (ux, uy) = seen.along, seen.up
        x = left + across * (right - left) - seen.origin[0]
        y = bottom + up * (top - bottom) - seen.origin[1]
        area = ax * uy - ay * ux
        return (x * uy - y * ux) / area, (ax * y - ay * x) / area


def within(point: Point) -> Point:
    """Return the nearest place that a file may state: at most one window beyond the window."""
    x, y = (min(max(one, -FARTHEST), 1.0 + FARTHEST) for one in point)
    return x, y
