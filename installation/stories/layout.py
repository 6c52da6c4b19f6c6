"""A sentence as lines of ink: broken evenly, shaped by Pillow, as one grey picture for each line."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

from installation.guestbook import graphemes
from installation.stories.fonts import Font, Run, loaded

__all__ = ["LINE", "MOST_LINES", "Line", "lines_of", "lines_of_runs", "lines_of_text", "right_to_left"]

MOST_LINES: Final = 3
LINE: Final = 28
"""Characters in a line; wide ones count twice."""
_LONGEST: Final = 36
_LONGER: Final = (48, 64, 96, 144)
_SMALLEST: Final = 0.72
"""A sentence that is too long is written this much smaller at most."""
_LEAST: Final = 0.3
"""The same for a sentence that has to be written."""
_DOTS: Final = 3
"""Rows and columns of dots that stand for a sign which no font has."""
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


def lines_of_text(text: str, most: int = MOST_LINES, *, every: bool = False) -> list[str] | None:
    """Break a text into lines of 28 characters, as even as they can be; None if ``most`` are too few.

    Where its words leave no other way, lines have up to 36 characters. With ``every`` any text is broken,
    if it has to be within words or into longer lines.
    """
    broken = _broken(_units(" ".join(text.split())), most, (LINE, _LONGEST))
    if broken is None and every:
        signs = graphemes(" ".join(text.split()))
        broken = _broken(signs, most, (LINE, _LONGEST, *_LONGER))
    return broken


def _broken(units: Sequence[str], most: int, rooms: Sequence[int]) -> list[str] | None:
    widths = [_width(unit) for unit in units]
    if widths:
        widths[-1] += 1  # as if a space came after it, as after every other line
    for room in rooms:
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
    """Draw a text in a cell with one font that has all of it; see ``lines_of_runs``."""
    return lines_of_runs(text, lambda line: [Run(line, font)], size, key)


def lines_of_runs(
    text: str, runs: Callable[[str], Sequence[Run]], size: tuple[int, int], key: int, *, every: bool = False
) -> list[Line] | None:
    """Draw a text in a cell; None if it does not fit.

    Args:
        text: At most 84 characters.
        runs: Splits a line into runs of one font each.
        size: Width and height of the cell in pixels.
        key: Varies where the lines begin, as a hand does.
        every: Whether it is written however small it gets.
    """
    broken = lines_of_text(text, every=every)
    if broken is None:
        return None
    width, height = size
    leftward = right_to_left(text)
    pitch = height // MOST_LINES
    large, shrunk = pitch * 0.76, False
    split = [list(runs(one)) for one in broken]
    longest = max(_length(line, large, leftward, shrunk) for line in split)
    room = width * 0.96
    if longest > room:
        if longest * (_LEAST if every else _SMALLEST) > room:
            return None
        large, shrunk = large * room / longest, True
    top = (height - pitch * len(broken)) // 2
    lines = []
    for i, line in enumerate(split):
        ink = Image.new("L", size)
        long = _length(line, large, leftward, shrunk)
        indent = (((key * 7919 + i * 104729) % 97) / 97.0) * min(0.035 * width, width - long)
        x = width - long - indent - 0.01 * width if leftward else indent + 0.01 * width
        y = top + (i + 0.70) * pitch
        _draw(ImageDraw.Draw(ink), line, (x, y), large, leftward, shrunk)
        lines.append(Line(np.asarray(ink, np.uint8), leftward))
    return lines


def _way(run: Run, leftward: bool) -> str | None:
    if not features.check("raqm"):
        return None
    if run.text.strip() and not any(unicodedata.bidirectional(one) in ("L", "R", "AL") for one in run.text):
        return "rtl" if leftward else "ltr"
    return "rtl" if right_to_left(run.text) or (leftward and not run.text.strip()) else "ltr"


def _pen(run: Run, large: float, shrunk: bool) -> ImageFont.FreeTypeFont | None:
    if run.font is None:
        return None
    size = large * run.font.scale
    return loaded(run.font.path, max(int(size) if shrunk else round(size), 1))


def _pads(run: Run, pen: ImageFont.FreeTypeFont) -> tuple[float, float]:
    """Widths of the spaces before and after a run, in the order of reading."""
    space = pen.getlength(" ")
    before = len(run.text) - len(run.text.lstrip())
    return space * before, space * (len(run.text.lstrip()) - len(run.text.strip()))


def _length(line: Sequence[Run], large: float, leftward: bool, shrunk: bool) -> float:
    return sum(_run_length(run, large, leftward, shrunk) for run in line)


def _run_length(run: Run, large: float, leftward: bool, shrunk: bool) -> float:
    pen = _pen(run, large, shrunk)
    if pen is None:
        return 0.7 * large * len(graphemes(run.text))
    return sum(_pads(run, pen)) + pen.getlength(run.text.strip(), direction=_way(run, leftward))


def _draw(
    ink: ImageDraw.ImageDraw,
    line: Sequence[Run],
    at: tuple[float, float],
    large: float,
    leftward: bool,
    shrunk: bool,
) -> None:
    """Draw the runs of a line beside each other, from the right if it is written leftward."""
    x, y = at
    for run in reversed(line) if leftward else line:
        pen = _pen(run, large, shrunk)
        if pen is None:
            _dots(ink, graphemes(run.text), (x, y), large)
        else:
            before, after = _pads(run, pen)
            x += after if leftward else before
            ink.text((x, y), run.text.strip(), fill=255, font=pen, anchor="ls", direction=_way(run, leftward))
            x -= after if leftward else before
        x += _run_length(run, large, leftward, shrunk)


def _dots(ink: ImageDraw.ImageDraw, signs: Sequence[str], at: tuple[float, float], large: float) -> None:
    """A pattern of dots for each sign that no font has, always the same for the same sign."""
    step, radius = 0.15 * large, 0.04 * large
    for i, sign in enumerate(signs):
        bits = (ord(sign[0]) * 2654435761 >> 13) | 0b100000001
        for j in range(_DOTS * _DOTS):
            if bits >> j & 1:
                x = at[0] + 0.7 * large * i + step * (1 + j % _DOTS)
                y = at[1] - step * (j // _DOTS)
                ink.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
