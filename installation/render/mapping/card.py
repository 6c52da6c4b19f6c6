"""The test card of the calibration, over the canvas: squares, the displays' areas, the handles.

It is part of the picture before master and guard, so that it obeys blackout, panic and the flash law as
everything else; windows show it bent, and so each handle where it belongs. Lamps do not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import moderngl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen
from installation.render.gl.target import Target
from installation.show.mapping import Point

__all__ = ["Card", "Marks"]

_FRAGMENT: Final = """#version 330 core
in vec2 uv;
out vec4 colour;
uniform sampler2D picture;
uniform sampler2D card;
void main() {
    vec4 ink = texture(card, uv);
    vec3 under = texture(picture, uv).rgb * 0.15;
    colour = vec4(mix(under, ink.rgb * ink.rgb, ink.a), 1.0);
}
"""
_SQUARES: Final = 8
"""Squares from the lower to the upper edge of the canvas."""

_ROWS: Final = 1080
"""Most rows in which it is drawn: the frame waits for that while a handle is dragged."""

Colour: TypeAlias = tuple[int, int, int, int]
_LINE: Final[Colour] = (120, 120, 120, 255)
_FRAME: Final[Colour] = (110, 110, 190, 255)
_EDITED: Final[Colour] = (230, 170, 60, 255)
_HANDLE: Final[Colour] = (70, 200, 220, 255)
_CHOSEN: Final[Colour] = (255, 255, 255, 255)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the card shows, in places of the canvas, 0..1, y up.

    Attributes:
        names: Of the displays.
        areas: Of the displays: left, bottom, right, top.
        edited: Which display is edited.
        handles: Its handles.
        chosen: Which of them arrow keys move; -1 for none.
        lines: Lines between handles: outlines of masks, ends of soft edges.
    """

    names: Sequence[str]
    areas: Sequence[tuple[float, float, float, float]]
    edited: int
    handles: Sequence[Point]
    chosen: int
    lines: Sequence[Sequence[Point]] = ()


class Card:
    """The card and its pass.

    Args:
        context: The OpenGL context.
        size: Of the canvas in pixels.
    """

    def __init__(self, context: Context, size: tuple[int, int]) -> None:
        share = min(1.0, _ROWS / size[1])
        self._context, self._size = context, size
        self._drawn_at = max(1, round(size[0] * share)), max(1, round(size[1] * share))
        self._marks: Marks | None = None
        self._made: tuple[FullScreen, Target] | None = None
        self._ink: moderngl.Texture | None = None

    @property
    def on(self) -> bool:
        """Whether it is shown."""
        return self._marks is not None

    def show(self, marks: Marks | None) -> None:
        """Show these marks from the next frame on; None takes the card away."""
        if marks == self._marks:
            return
        self._marks = marks
        if self._ink is not None:
            self._ink.release()
            self._ink = None
        if marks is not None:
            pixels = np.ascontiguousarray(np.asarray(_drawn(marks, self._drawn_at))[::-1])
            self._ink = self._context.gl.texture(self._drawn_at, 4, pixels.tobytes())
            self._ink.repeat_x = self._ink.repeat_y = False

    def over(self, picture: moderngl.Texture) -> moderngl.Texture:
        """Return the picture with the card over it; the same texture while there is none."""
        if self._ink is None:
            return picture
        if self._made is None:
            self._made = FullScreen(self._context, _FRAGMENT, "card"), Target(self._context, self._size)
        drawer, target = self._made
        drawer.draw(target.framebuffer, {"picture": picture, "card": self._ink})
        return target.texture

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for part in self._made or ():
            part.release()
        if self._ink is not None:
            self._ink.release()
        self._made = self._ink = self._marks = None


def _drawn(marks: Marks, size: tuple[int, int]) -> Image.Image:
    width, height = size
    made = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(made)
    thin = max(1, round(height / 360))

    def at(point: Point) -> Point:
        """Pixel of a place, the upper row first."""
        return point[0] * (width - 1), (1.0 - point[1]) * (height - 1)

    side = height / _SQUARES
    for step in range(round(width / side) + 1):
        x = min(step * side, width - 1)
        pen.line([(x, 0), (x, height)], fill=_LINE, width=thin)
    for step in range(_SQUARES + 1):
        y = min(step * side, height - 1)
        pen.line([(0, y), (width, y)], fill=_LINE, width=thin)
    order = [one for one in range(len(marks.areas)) if one != marks.edited]
    for index in (*order, marks.edited):
        _frame(pen, marks, index, size, thin)
    for line in marks.lines:
        pen.line([at(one) for one in line], fill=_HANDLE, width=2 * thin)
    for number, point in enumerate(marks.handles):
        x, y = at(point)
        chosen = number == marks.chosen
        reach, ink = (max(height / 28, 9.0), _CHOSEN) if chosen else (max(height / 40, 6.0), _HANDLE)
        pen.ellipse([x - reach, y - reach, x + reach, y + reach], outline=ink, width=2 * thin)
        if chosen:
            pen.line([(x - reach, y), (x + reach, y)], fill=ink, width=thin)
            pen.line([(x, y - reach), (x, y + reach)], fill=ink, width=thin)
    return made


def _frame(pen: ImageDraw.ImageDraw, marks: Marks, index: int, size: tuple[int, int], thin: int) -> None:
    """Draw a display's area: its outline, diagonals and circle, and its name below the middle."""
    width, height = size
    left, bottom, right, top = marks.areas[index]
    ink = _EDITED if index == marks.edited else _FRAME
    x0, x1 = left * (width - 1), right * (width - 1)
    y0, y1 = (1.0 - top) * (height - 1), (1.0 - bottom) * (height - 1)
    pen.rectangle([x0, y0, x1, y1], outline=ink, width=2 * thin)
    pen.line([(x0, y0), (x1, y1)], fill=ink, width=thin)
    pen.line([(x0, y1), (x1, y0)], fill=ink, width=thin)
    x, y, reach = (x0 + x1) / 2, (y0 + y1) / 2, min(x1 - x0, y1 - y0) / 3
    pen.ellipse([x - reach, y - reach, x + reach, y + reach], outline=ink, width=thin)
    font = ImageFont.load_default(size=max(12, round(height / 16)))
    text = f"{index + 1} {marks.names[index]}"
    pen.text((x - font.getlength(text) / 2, y + reach / 4), text, font=font, fill=ink)
