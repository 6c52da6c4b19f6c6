"""Which part of the canvas a window shows, and how it is turned: a static map behind the guard."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from installation.show.mapping import NO_MAPPING, DisplayMapping

__all__ = ["IDENTITY", "WHOLE", "Flip", "Map", "Part"]

Flip: TypeAlias = Literal["none", "horizontal", "vertical", "both"]

Pair: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Map:
    """Where a window reads the picture: ``origin + along * s + up * t``; all of them 0..1, y up."""

    origin: Pair
    along: Pair
    up: Pair

    def point(self, s: float, t: float) -> Pair:
        """Return the place in the picture of a place in the window."""
        (x, y), (ax, ay), (ux, uy) = self.origin, self.along, self.up
        return x + ax * s + ux * t, y + ay * s + uy * t


IDENTITY = Map((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the canvas.

    Attributes:
        area: Left, bottom, right, top, 0..1 of the canvas, y up.
        turn: Degrees by which the picture is turned clockwise in the window: 0, 90, 180 or 270.
        flip: How it is mirrored after that, e.g. for a projector behind the screen.
        mapping: How it is bent, blended and masked after that.
    """

    area: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    turn: int = 0
    flip: Flip = "none"
    mapping: DisplayMapping = NO_MAPPING

    def size(self, picture: tuple[int, int]) -> tuple[int, int]:
        """Return its size as the window shows it, of a picture of this size; in pixels, 1 at least."""
        left, bottom, right, top = self.area
        width = max(1, round(picture[0] * (right - left)))
        height = max(1, round(picture[1] * (top - bottom)))
        return (height, width) if self.turn in (90, 270) else (width, height)

    def map(self) -> Map:
        """Return where each place of the window is in the picture."""
        # Corners of the window at (s, t) = (0, 0), (1, 0), (0, 1), as places in the part, 0..1.
        corners = {
            0: ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),
            90: ((1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),
            180: ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0)),
            270: ((0.0, 1.0), (0.0, 0.0), (1.0, 1.0)),
        }[self.turn]
        left, bottom, right, top = self.area
        first, second, third = ((left + u * (right - left), bottom + v * (top - bottom)) for u, v in corners)
        along = second[0] - first[0], second[1] - first[1]
        up = third[0] - first[0], third[1] - first[1]
        if self.flip in ("horizontal", "both"):
            first, along = (first[0] + along[0], first[1] + along[1]), (-along[0], -along[1])
        if self.flip in ("vertical", "both"):
            first, up = (first[0] + up[0], first[1] + up[1]), (-up[0], -up[1])
        return Map(first, along, up)


WHOLE = Part()
