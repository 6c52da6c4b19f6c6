"""A drawing as strokes with the time of the hand: read from a browser, bounded, and made small.

On the wire and in the store it is JSON: ``[[x, y, ms, x, y, ms, ...], ...]``, a list for each stroke, whole
numbers. Drawn in a frame 1000 wide and 500 high from the upper left corner.
"""

import heapq
import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.guestbook.words import SentenceError

__all__ = ["FRAME", "LONGEST_DRAWING", "Drawing", "read_drawing", "stored", "strokes_in"]

FRAME: Final = (1000, 500)
"""Width and height of the frame that is drawn in."""
LONGEST_DRAWING: Final = 65_536
"""Most bytes of JSON that a browser may send."""
_MOST_STROKES: Final = 80
_MOST_POINTS: Final = 6000
_KEPT_POINTS: Final = 600
"""Most points that are stored: 20 s of a hand at 30 points a second."""
_FINEST: Final = 1.0
"""Distance from the line between others below which a point is always left out."""
_LONGEST: Final = 600_000
"""Milliseconds: beyond that a drawing was left lying."""
_PAUSE: Final = 600
"""Milliseconds: longer pauses between strokes are shortened to that, they would be dead time on the wall."""
_WHOLE: Final = 20_000
"""Milliseconds of a whole drawing on the wall; a longer one is drawn faster."""
_SMALLEST: Final = 12.0
"""Smallest side of a drawing, so that a dot by mistake is none."""

Drawing = tuple[tuple[tuple[int, int, int], ...], ...]
"""Strokes of points: x, y and milliseconds since the beginning, never falling."""

_FORM: Final = msgspec.json.Decoder(list[list[float]])


def read_drawing(text: str) -> Drawing:
    """Read a drawing that a browser sent.

    Raises:
        SentenceError: It is no drawing, is too large, or there is nothing on it.
    """
    if len(text) > LONGEST_DRAWING:
        raise SentenceError("drawing", f"the drawing has more than {LONGEST_DRAWING} bytes")
    try:
        found = _FORM.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError as error:
        raise SentenceError("drawing", f"this is no drawing: {error}") from None
    strokes = [_points(one) for one in found if one]
    if not strokes:
        raise SentenceError("empty", "there is nothing on the drawing")
    if len(strokes) > _MOST_STROKES or sum(map(len, strokes)) > _MOST_POINTS:
        raise SentenceError("drawing", "the drawing has too many strokes")
    xs, ys = [[point[axis] for stroke in strokes for point in stroke] for axis in (0, 1)]
    if max(max(xs) - min(xs), max(ys) - min(ys)) < _SMALLEST:
        raise SentenceError("empty", "there is nothing on the drawing")
    return _thinned(_paced(strokes))


def stored(drawing: Drawing) -> str:
    """Return a drawing as it is stored and sent."""
    return msgspec.json.encode([[n for point in stroke for n in point] for stroke in drawing]).decode()


def strokes_in(text: str) -> Drawing:
    """Read what ``stored`` returned. Raises SentenceError for anything else."""
    try:
        found = msgspec.json.decode(text, type=list[list[int]])
    except msgspec.DecodeError as error:
        raise SentenceError("drawing", f"this is no drawing: {error}") from None
    return tuple(tuple(_points(one)) for one in found if one)


def _points(flat: Sequence[float]) -> list[tuple[int, int, int]]:
    if len(flat) % 3 or not all(math.isfinite(one) for one in flat):
        raise SentenceError("drawing", "this is no drawing: a point has x, y and time")
    points, last = [], 0
    for i in range(0, len(flat), 3):
        x, y = (round(min(max(flat[i + axis], 0), FRAME[axis])) for axis in (0, 1))
        last = max(last, round(min(max(flat[i + 2], 0), _LONGEST)))
        points.append((x, y, last))
    return points


def _paced(strokes: Sequence[Sequence[tuple[int, int, int]]]) -> list[list[tuple[int, int, int]]]:
    """Begin at 0, shorten long pauses, and draw faster what is longer than 20 s."""
    now, paced = 0, []
    before: int | None = None
    for stroke in strokes:
        pause = 0 if before is None else min(max(stroke[0][2] - before, 0), _PAUSE)
        begin, now = stroke[0][2], now + pause
        paced.append([(x, y, now + t - begin) for x, y, t in stroke])
        before, now = stroke[-1][2], paced[-1][-1][2]
    if now <= _WHOLE:
        return paced
    return [[(x, y, round(t * _WHOLE / now)) for x, y, t in stroke] for stroke in paced]


def _thinned(strokes: Sequence[Sequence[tuple[int, int, int]]]) -> Drawing:
    """Leave out points that others nearly lie on, and keep those that the lines need most.

    After Douglas and Peucker (1973): a span is split at the point farthest off its line, the worst span of
    all first, until every point is near or enough are kept. That bounds the splits, each a pass or two.
    """
    places = [np.array([(x, y) for x, y, _ in stroke], dtype=np.float64).T.copy() for stroke in strokes]
    kept = [{0, len(stroke) - 1} for stroke in strokes]
    spans: list[tuple[float, int, int, int, int]] = []

    def look(stroke: int, first: int, last: int) -> None:
        if last - first > 1:
            off, at = _farthest(places[stroke][:, first : last + 1])
            if off > _FINEST:
                heapq.heappush(spans, (-off, stroke, first, first + at, last))

    for stroke, points in enumerate(strokes):
        look(stroke, 0, len(points) - 1)
    for _ in range(_KEPT_POINTS - sum(map(len, kept))):
        if not spans:
            break
        _, stroke, first, at, last = heapq.heappop(spans)
        kept[stroke].add(at)
        look(stroke, first, at)
        look(stroke, at, last)
    return tuple(tuple(points[i] for i in sorted(those)) for points, those in zip(strokes, kept, strict=True))


def _farthest(places: NDArray[np.float64]) -> tuple[float, int]:
    """Return how far the farthest of some places (2, n) is off the line between the ends, and which it is."""
    (ax, ay), (bx, by) = places[:, 0], places[:, -1]
    px, py = places[0] - ax, places[1] - ay
    long = math.hypot(bx - ax, by - ay)
    off = np.abs(px * (by - ay) - py * (bx - ax)) / long if long else np.hypot(px, py)
    at = int(off.argmax())
    return float(off[at]), at
