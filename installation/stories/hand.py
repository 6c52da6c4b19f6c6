"""One story as a cell of the atlas: how far each pixel is from the outline, and when the pen gets there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from installation.stories.fonts import Fonts
from installation.stories.layout import Line, lines_of, lines_of_runs
from installation.stories.pen import Stroke, near, signed_distance, strokes_of, thin
from installation.values import Seconds

__all__ = [
    "CELL", "HEADER", "MOST_STORIES", "POINTS", "Row", "Written", "draw", "dwell", "table_of",
    "table_of_rows", "write",
]  # fmt: skip

CELL: Final = (512, 128)
"""Width and height of a story in the atlas, in texels; 3 lines of 28 characters."""
MOST_STORIES: Final = 64
HEADER: Final = 8
"""Texels of a row of the table before its points."""
POINTS: Final = 64
"""Points along the pen's way of each story."""

_FINE: Final = 2
"""Ink is drawn and thinned this much larger than it is kept."""
_REACH: Final = 5
"""Texels around the ink that know their distance and time."""
_INK: Final = 110
"""Coverage, 0..255, from which a pixel counts as ink."""

_SPEED: Final = 240.0
"""Way of the pen in fine pixels a second: with the lifts, a letter takes about a fifth of a second."""
_LIFT: Final[Seconds] = 0.05
_LEAP: Final = 900.0
"""Speed of the lifted pen, fine pixels a second."""

_LONGEST_WRITING: Final[Seconds] = 30.0
"""A sentence that has to be written is written faster if it would take longer."""

_NOWHERE: Final = (-1.0, -1.0)
_STROKE: Final = 6
"""Width of the pen that draws, in fine pixels; that of the writing fonts is about the same."""
_MOST_ENLARGED: Final = 0.8
"""Fine pixels for a unit of a drawing at most: a small drawing stays a small one."""

_DWELL: Final[Seconds] = 4.0
_A_WORD: Final[Seconds] = 0.4
_LEAST_DWELL: Final[Seconds] = 12.0
_WIDE_WORD: Final = 2.5
"""Wide characters that count as a word, where words have no spaces."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A story as ink and as the way of a pen. Places are in cell heights from the cell's lower left corner.

    Attributes:
        ink: ``(128, 512, 2)`` half floats, bottom row first: distance to the outline in cell heights,
            positive inside; seconds until the pen is there.
        points: ``(64, 3)``: x, y and seconds, in the order of the pen.
        box: Left, bottom, right and top of the ink.
        seconds: How long it takes to write.
        dwell: How long it is to be read after that, in seconds.
    """

    ink: NDArray[np.float16]
    points: NDArray[np.float32]
    box: tuple[float, float, float, float]
    seconds: Seconds
    dwell: Seconds


def dwell(text: str) -> Seconds:
    """Seconds for which a text has to be readable: 4 and 0.4 a word, at least 12."""
    wide = sum(1 for one in text if ord(one) > 0x2E80)
    words = len(text.split()) + wide / _WIDE_WORD
    return max(_DWELL + _A_WORD * words, _LEAST_DWELL)


def write(
    text: str, fonts: Fonts, language: str = "", key: int = 0, *, every: bool = False
) -> Written | None:
    """Write a story. Takes tens of milliseconds.

    Args:
        text: At most 84 characters.
        fonts: One of them needs to have all of its characters.
        language: BCP 47 tag.
        key: Varies the hand: its pace, and where lines begin.
        every: Whether it is written however small its signs get, and with dots for those that no font has,
            as long as it has more of others.

    Returns:
        The story; None where no font has it, or it does not fit in three lines.

    Raises:
        OSError: The font cannot be opened.
    """
    size = (_FINE * CELL[0], _FINE * CELL[1])
    font = fonts.choose(text, language)
    if font is not None and not every:
        lines = lines_of(text, font, size, key)
    elif every and _mostly_known(text, fonts):
        lines = lines_of_runs(text, lambda line: fonts.runs(line, language), size, key, every=True)
    else:
        lines = None
    if not lines:
        return None
    pace = 0.8 + 0.4 * ((key * 2654435761) % 1000) / 1000.0
    strokes = [stroke for line in lines for stroke in _strokes(line)]
    if not strokes:
        return None
    ways, times, seconds = _timed(strokes, _SPEED * pace)
    if every and seconds > _LONGEST_WRITING:
        times, seconds = times * (_LONGEST_WRITING / seconds), _LONGEST_WRITING
    grey = np.max([line.ink for line in lines], axis=0)
    return _kept(grey >= _INK, ways, times, seconds, dwell(text))


def _mostly_known(text: str, fonts: Fonts) -> bool:
    missing = set(fonts.missing(text))
    return 2 * sum(one in missing for one in text) <= sum(not one.isspace() for one in text)


def draw(strokes: Sequence[Sequence[tuple[int, int, int]]]) -> Written | None:
    """Draw a drawing with the time that its hand took.

    Args:
        strokes: Of points: x 0..1000 and y 0..500 from the upper left corner, and milliseconds.

    Returns:
        The drawing, as large as its cell; None where there is nothing on it.
    """
    width, height = (_FINE * one for one in CELL)
    every = np.array([point for stroke in strokes for point in stroke], np.float64).reshape(-1, 3)
    if not len(every):
        return None
    least, most = every[:, :2].min(axis=0), every[:, :2].max(axis=0)
    scale = min(0.92 * width / max(most[0] - least[0], 1.0), 0.86 * height / max(most[1] - least[1], 1.0))
    scale = min(scale, _MOST_ENLARGED)
    middle = 0.5 * (least + most)
    picture = Image.new("L", (width, height))
    pen = ImageDraw.Draw(picture)
    ways, times = [], []
    for stroke in strokes:
        placed = [
            ((x - middle[0]) * scale + 0.5 * width, (y - middle[1]) * scale + 0.5 * height, 0.001 * t)
            for x, y, t in stroke
        ]
        pen.line([(x, y) for x, y, _ in placed], fill=255, width=_STROKE, joint="curve")
        for x, y, _ in placed:
            pen.ellipse((x - 0.5 * _STROKE, y - 0.5 * _STROKE, x + 0.5 * _STROKE, y + 0.5 * _STROKE), 255)
        way, along = _along(placed)
        ways.append(way)
        times.append(along)
    ink = np.asarray(picture, np.uint8) >= _INK
    every_time = np.concatenate(times)
    return _kept(ink, np.concatenate(ways), every_time, float(every_time.max()) + 0.2, _LEAST_DWELL)


def _along(placed: Sequence[tuple[float, float, float]]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Places of a stroke about a pixel apart, as rows and columns, and their times."""
    points = np.array(placed, np.float64)
    far = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points[:, :2], axis=0).T))))
    steps = np.linspace(0.0, far[-1], max(2, int(far[-1]) + 1))
    x, y, t = (np.interp(steps, far, points[:, axis]) for axis in range(3))
    return np.column_stack((y.round(), x.round())).astype(np.intp), t


def _strokes(line: Line) -> list[Stroke]:
    ink = line.ink >= _INK
    rows, columns = np.nonzero(ink)
    if not len(rows):
        return []
    top, left = int(rows.min()), int(columns.min())
    thinned = thin(ink[top : rows.max() + 1, left : columns.max() + 1])
    found = strokes_of(thinned, leftward=line.leftward, small=_FINE * CELL[1] * 0.06)
    corner = np.array((top, left), np.intp)
    return [Stroke(one.way + corner) for one in found]


def _timed(strokes: Sequence[Stroke], speed: float) -> tuple[NDArray[np.intp], NDArray[np.float64], Seconds]:
    """All places of all strokes, and when the pen is there."""
    now = 0.0
    at = strokes[0].way[0]
    times = []
    for stroke in strokes:
        now += _LIFT + float(np.hypot(*(stroke.way[0] - at))) / _LEAP
        long = np.hypot(*np.diff(stroke.way, axis=0).T)
        along = now + np.concatenate(([0.0], np.cumsum(long))) / speed
        times.append(along)
        now, at = float(along[-1]), stroke.way[-1]
    return np.concatenate([one.way for one in strokes]), np.concatenate(times), now


def _kept(
    ink: NDArray[np.bool_],
    ways: NDArray[np.intp],
    times: NDArray[np.float64],
    seconds: Seconds,
    stay: Seconds,
) -> Written:
    reach = _REACH * _FINE
    height, width = ink.shape
    distance = signed_distance(ink, reach) / height
    when = near(ink.shape, ways, times, reach)[0]
    small = distance.reshape(height // _FINE, _FINE, width // _FINE, _FINE).mean((1, 3))
    kept = np.stack((small, when[::_FINE, ::_FINE]), axis=-1)[::-1]
    rows, columns = np.nonzero(ink)
    box = (columns.min(), height - 1 - rows.max(), columns.max() + 1, height - rows.min())
    chosen = np.linspace(0, len(ways) - 1, POINTS).round().astype(np.intp)
    points = np.column_stack(
        (ways[chosen, 1] / height, (height - 1 - ways[chosen, 0]) / height, times[chosen])
    ).astype(np.float32)
    left, bottom, right, top = (float(one) / height for one in box)
    return Written(np.ascontiguousarray(kept, np.float16), points, (left, bottom, right, top), seconds, stay)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row of the table.

    Attributes:
        story: What stands in it; None leaves it empty.
        number: Of the story; two rows of one story have the same.
        cell: Of its ink in the atlas.
        new: 0; or a number above 0 if it has just come: of those that have, the lowest is told first.
        age: 0 for the newest of the wall..1 for what has been on it longest; below 0 where that is no matter.
        hub: Place of the station where it was left, in the picture, 0..1; None if it is not known.
        theme: Place where stories of its theme gather, likewise.
    """

    story: Written | None
    number: int
    cell: int
    new: int = 0
    age: float = -1.0
    hub: tuple[float, float] | None = None
    theme: tuple[float, float] | None = None


def table_of(stories: Sequence[Written]) -> NDArray[np.float32]:
    """Return the table of stories that stand in one row each, in the order of their cells; 64 at most."""
    return table_of_rows([Row(one, i, i) for i, one in enumerate(stories)])


def table_of_rows(rows: Sequence[Row]) -> NDArray[np.float32]:
    """Return the table that shaders read (``lib/stories.glsl``).

    Args:
        rows: At most 64; those beyond are left out.

    Returns:
        ``(64, 72, 4)``: a row for each. Texel 0: the story's box; 1: seconds to write, seconds to be read, 1
        if it is there, how many rows there are (in every row); 2: ``new``, ``number``, ``cell``; 8 on: x,
        y and time of its points.
    """
    table = np.zeros((MOST_STORIES, HEADER + POINTS, 4), np.float32)
    kept = rows[:MOST_STORIES]
    table[:, 1, 3] = len(kept)
    for texels, row in zip(table, kept, strict=False):
        texels[2] = row.new, row.number, row.cell, row.age
        texels[3] = *(row.hub or _NOWHERE), *(row.theme or _NOWHERE)
        if row.story is not None:
            texels[0] = row.story.box
            texels[1, :3] = row.story.seconds, row.story.dwell, 1.0
            texels[HEADER:, :3] = row.story.points
    return table
