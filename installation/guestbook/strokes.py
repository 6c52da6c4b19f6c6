"""A drawing as strokes with the time of the hand: read from a browser, bounded, and made small.

On the wire and in the store it is JSON: ``[[x, y, ms, x, y, ms, ...], ...]``, a list for each stroke, whole
numbers. Drawn in a frame 1000 wide and 500 high from the upper left corner.
"""

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


def _thinned(strokes: list[list[tuple[int, int, int]]]) -> Drawing:
    """Leave out points that others nearly lie on, until few enough are left."""
    weights = [_weights(stroke) for stroke in strokes]
    reach = _FINEST
    while sum(int((one > reach).sum()) for one in weights) > _KEPT_POINTS:
        reach *= 1.5
    return tuple(
        tuple(point for point, weight in zip(stroke, of, strict=True) if weight > reach)
        for stroke, of in zip(strokes, weights, strict=True)
    )


def _weights(stroke: list[tuple[int, int, int]]) -> NDArray[np.float64]:
    """Return for each point the reach up to which Douglas and Peucker (1973) keep it; infinite at the ends.

    A span is split at the point farthest off its line; no point outweighs the one that its span was split
    at. All splits are found once, whatever the reach: at most one for each point, each a pass over its span.
    """
    xs, ys = (np.array([point[axis] for point in stroke], dtype=np.float64) for axis in (0, 1))
    weights = np.zeros(len(stroke))
    weights[[0, -1]] = math.inf
    spans = [(0, len(stroke) - 1, math.inf)]
    while spans:
        first, last, above = spans.pop()
        if last - first < 2:
            continue
        (ax, ay, _), (bx, by, _) = stroke[first], stroke[last]
        dx, dy = bx - ax, by - ay
        px, py = xs[first + 1 : last] - ax, ys[first + 1 : last] - ay
        long = math.hypot(dx, dy)
        off = np.abs(px * dy - py * dx) / long if long else np.hypot(px, py)
        at = int(off.argmax())
        weight = min(above, float(off[at]))
        if weight > _FINEST:
            at += first + 1
            weights[at] = weight
            spans += [(first, at, weight), (at, last, weight)]
    return weights
