"""A sentence as lines of ink: broken evenly, shaped by Pillow, as one grey picture for each line."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, features

from installation.stories.fonts import Font, loaded

__all__ = ["LINE", "MOST_LINES", "Line", "lines_of", "lines_of_text", "right_to_left"]

MOST_LINES: Final = 3
LINE: Final = 28
"""Characters in a line; wide ones count twice."""
_LONGEST: Final = 36
_SMALLEST: Final = 0.72
"""A sentence that is too long is written this much smaller at most."""
_NOT_FIRST: Final = frozenset(
    "\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff1b\uff1a\u300d\u300f\uff09\u30fc\u201d\u2026,.!?;:)\u00bb"
)
"""Marks that stay with what stands before them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of ink.

    Attributes:
        ink: ``(height, width)`` coverage 0..255, top row first, of the whole cell.
        leftward: Whether it is written from right to left.
    """

    ink: NDArray[np.uint8]
    leftward: bool


def right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    for one in text:
        kind = unicodedata.bidirectional(one)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def lines_of_text(text: str, most: int = MOST_LINES) -> list[str] | None:
    """Break a text into lines of 28 characters, as even as they can be; None if ``most`` are too few.

    Where its words leave no other way, lines have up to 36 characters.
    """
    units = _units(" ".join(text.split()))
    widths = [_width(unit) for unit in units]
    if widths:
        widths[-1] += 1  # as if a space came after it, as after every other line
    for room in (LINE, _LONGEST):
        for count in range(1, most + 1):
            best = _evenly(widths, count, room)
            if best is not None:
                edges = [0, *best, len(units)]
                return ["".join(units[a:b]).strip() for a, b in pairwise(edges)]
    return None


def _wide(one: str) -> bool:
    return unicodedata.east_asian_width(one) in ("W", "F")


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(one) else 2 if _wide(one) else 1 for one in text)


def _units(text: str) -> list[str]:
    """What stays together: words with the space after them, and single wide characters."""
    units: list[str] = []
    for one in text:
        after_space = bool(units) and units[-1].endswith(" ")
        apart = _wide(one) or bool(units and _wide(units[-1][-1]))
        if not units or (one != " " and one not in _NOT_FIRST and (after_space or apart)):
            units.append(one)
        else:
            units[-1] += one
    return units


def _evenly(widths: Sequence[int], count: int, room: int) -> tuple[int, ...] | None:
    """Where to break into ``count`` lines, the longest as short as can be; None if one is above ``room``."""
    if count == 1:
        return () if sum(widths) <= room + 1 else None
    best: tuple[int, tuple[int, ...]] | None = None
    for at in range(1, len(widths)):
        rest = _evenly(widths[at:], count - 1, room) if sum(widths[:at]) <= room + 1 else None
        if rest is not None:
            breaks = (at, *(at + one for one in rest))
            longest = max(sum(widths[a:b]) for a, b in pairwise([0, *breaks, len(widths)]))
            if best is None or longest < best[0]:
                best = longest, breaks
    return None if best is None else best[1]


def lines_of(text: str, font: Font, size: tuple[int, int], key: int) -> list[Line] | None:
    """Draw a text in a cell; None if it does not fit.

    Args:
        text: At most 84 characters.
        font: Has all of them.
        size: Width and height of the cell in pixels.
        key: Varies where the lines begin, as a hand does.
    """
    broken = lines_of_text(text)
    if broken is None:
        return None
    width, height = size
    leftward = right_to_left(text)
    pitch = height // MOST_LINES
    large = pitch * 0.76 * font.scale
    shaped = features.check("raqm")
    way = ("rtl" if leftward else "ltr") if shaped else None
    pen = loaded(font.path, round(large))
    longest = max(pen.getlength(one, direction=way) for one in broken)
    room = width * 0.96
    if longest > room:
        if longest * _SMALLEST > room:
            return None
        pen = loaded(font.path, int(large * room / longest))
    top = (height - pitch * len(broken)) // 2
    lines = []
    for i, one in enumerate(broken):
        ink = Image.new("L", size)
        long = pen.getlength(one, direction=way)
        indent = (((key * 7919 + i * 104729) % 97) / 97.0) * min(0.035 * width, width - long)
        x = width - long - indent - 0.01 * width if leftward else indent + 0.01 * width
        y = top + (i + 0.70) * pitch
        ImageDraw.Draw(ink).text((x, y), one, fill=255, font=pen, anchor="ls", direction=way)
        lines.append(Line(np.asarray(ink, np.uint8), leftward))
    return lines
