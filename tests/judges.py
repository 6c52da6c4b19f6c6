"""What really came out: counts of transitions in decoded frames, and IRIS on encoded film.

The judges know nothing of the guard. They must fail unguarded hazards (a test says so) and pass what the
guard puts out. Counts are of transitions, i.e. half flashes: WCAG allows six in any second, the law leaves
three at most (see ``refractory``, Claim 2).

``judge`` counts per pixel, per 10-degree window and on the whole frame. IRIS (Electronic Arts, in its Python
port ``iris-pse-detection``) follows the mean of the frame only and misses halves in counter-phase; therefore
it is also run on crops.

``area`` sees what no pixel and no mean shows: quarters of a window that light up in turn (``groups``).
``red`` counts by both definitions, that of WCAG 2.2 in u'v' and the older one, and gives the larger count.
``colour`` counts what moves by more than 0.2 in u'v' between any two colours that are lit, in every pixel and
in the mean of every window; two counters, of which one takes the furthest colour for its next reference.
"""

import contextlib
import io
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import LUMINANCE
from installation.safety.windows import Windows
from tests.film import encode

__all__ = ["STEP", "Verdict", "iris", "iris_crops", "judge", "most_in_a_second", "swings", "transitions"]

STEP = 0.1
"""WCAG: a transition changes relative luminance by a tenth of the maximum or more."""
DARKER = 0.8
"""WCAG: it counts when the darker state is below this."""
AREA = 0.25
"""WCAG, ITU-R BT.1702: share of a 10-degree field from which concurrent flashes count."""
CONCURRENT = 0.05
"""Seconds within which transitions of different pixels are concurrent."""
RED_SHARE = 0.8
RED_CHANGE = 0.2
"""ISO 9241-391, WCAG 2.2: saturated red from R / (R + G + B) on; change of u'v' that counts."""
OLDER_RED = 320.0
OLDER_CHANGE = 20.0
"""Harding & Binnie 2002, WCAG 2.0: a change of max(0, (R - G - B) x 320) by more than 20 counts."""
LIT = 0.008
"""Share of white from which a colour's brightest channel makes it count."""
FLARE = 0.005
"""White that is added before a colour is measured: near black there is no hue to see."""

_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Linear sRGB to CIE 1931 XYZ (IEC 61966-2-1).


@dataclass(frozen=True, slots=True)
class Verdict:
    """Most transitions in any one second.

    Attributes:
        pixel: Of the worst pixel.
        window: Of the mean of the worst 10-degree window.
        frame: Of the mean of the frame.
        area: Of the worst window, counted when a quarter of it changed within 50 ms.
        red: Of the worst pixel, to or from saturated red, by the stricter of two definitions.
        colour: Swings of colour, of the worst pixel or window.
    """

    pixel: int
    window: int
    frame: int
    area: int
    red: int
    colour: int = 0

    @property
    def worst(self) -> int:
        """The largest of all."""
        return max(self.pixel, self.window, self.frame, self.area, self.red, self.colour)


def transitions(levels: NDArray[np.floating], step: float | None = None) -> NDArray[np.int8]:
    """Where levels over time turn: +1 a rise and -1 a fall of at least ``step`` since the last extreme.

    Args:
        levels: ``(time, n)`` relative luminance.
        step: From where on a change counts; ``STEP`` when not given.
    """
    step = STEP if step is None else step  # looked up now: it may be set for a profile
    marks = np.zeros(levels.shape, np.int8)
    low, high = levels[0].copy(), levels[0].copy()
    direction = np.zeros(levels.shape[1], np.int8)
    for mark, level in zip(marks, levels, strict=True):
        np.minimum(low, level, out=low)
        np.maximum(high, level, out=high)
        up = (direction <= 0) & (level - low >= step) & (low < DARKER)
        down = (direction >= 0) & (high - level >= step) & (level < DARKER)
        direction[up], direction[down] = 1, -1
        mark[up], mark[down] = 1, -1
        turned = up | down
        low[turned] = high[turned] = level[turned]
    return marks


def most_in_a_second(marks: NDArray[np.bool_] | NDArray[np.int8], fps: float) -> int:
    """Most marks of one column within any second."""
    count = np.cumsum(marks != 0, axis=0, dtype=np.int32)
    span = math.ceil(fps - 1e-9)
    before = np.zeros_like(count)
    before[span:] = count[:-span]
    return int((count - before).max(initial=0))


def judge(frames: NDArray[np.floating], fps: float, windows: Windows) -> Verdict:
    """Count over linear light.

    Args:
        frames: ``(time, height, width, 3)``, 1.0 = white.
        fps: Frames in a second.
        windows: The 10-degree windows of the viewer.
    """
    luminance = frames @ np.array(LUMINANCE)
    colours = frames.reshape(len(frames), -1, 3)
    marks = transitions(luminance.reshape(len(frames), -1))
    means = windows.means(luminance)
    means_marks = transitions(means)
    return Verdict(
        pixel=most_in_a_second(marks, fps),
        window=most_in_a_second(means_marks, fps),
        frame=most_in_a_second(means_marks[:, :1], fps),
        area=_area(marks.reshape(luminance.shape), fps, windows),
        red=max(most_in_a_second(marks, fps) for marks in (_red_marks(colours), _older_red(colours))),
        colour=_colour(frames, fps, windows),
    )


def _colour(frames: NDArray[np.floating], fps: float, windows: Windows) -> int:
    """Swings of colour of the worst pixel or window."""
    means = windows.means(np.moveaxis(frames, -1, 1)).transpose(0, 2, 1)
    return max(
        most_in_a_second(marks(*places, RED_CHANGE), fps)
        for places in map(_places, (frames.reshape(len(frames), -1, 3), means))
        for marks in (_swings, _furthest_swings)
    )


def swings(
    colours: NDArray[np.floating], *, furthest: bool = False, change: float = RED_CHANGE
) -> NDArray[np.bool_]:
    """Where a lit colour is more than ``change`` in u'v' from the reference.

    Args:
        colours: ``(time, n, 3)`` linear light.
        furthest: Whether the next reference is the colour that was furthest from the last reference since
            the mark, instead of the one at the mark.
        change: What counts.
    """
    return (_furthest_swings if furthest else _swings)(*_places(colours), change)


def _places(colours: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """u'v' of ``(time, n, 3)`` linear light, as ``(time, 2, n)``, and which are lit."""
    seen = np.maximum(_planes(colours), 0.0)
    red, green, blue = seen
    return _chromaticity(seen), np.maximum(np.maximum(red, green), blue) >= LIT


def _planes(colours: NDArray[np.floating]) -> NDArray[np.float64]:
    """``(time, n, 3)`` linear light as ``(3, time, n)``, each channel in one piece, as numpy is fast on."""
    return np.ascontiguousarray(np.moveaxis(colours, -1, 0), np.float64)


def _chromaticity(planes: NDArray[np.float64]) -> NDArray[np.float64]:
    """u'v' of ``_planes``, as ``(time, 2, n)``."""
    red, green, blue = planes
    x, y, z = (red * row[0] + green * row[1] + blue * row[2] for row in _XYZ)
    total = np.maximum(x + 15 * y + 3 * z, 1e-12)
    places = np.empty((len(total), 2, total.shape[1]))
    np.divide(4 * x, total, out=places[:, 0])
    np.divide(9 * y, total, out=places[:, 1])
    return places


def _apart(places: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares of the distances of ``(2, n)`` places in u'v'."""
    across, up = places - others
    squares: NDArray[np.float64] = across * across + up * up
    return squares


def _swings(places: NDArray[np.float64], lit: NDArray[np.bool_], change: float) -> NDArray[np.bool_]:
    """``swings`` with the colour at a mark as the next reference."""
    marks = np.zeros(lit.shape, np.bool_)
    last, known = np.zeros(places.shape[1:]), np.zeros(lit.shape[1], np.bool_)
    for mark, at, light in zip(marks, places, lit, strict=True):
        np.logical_and(light & known, _apart(at, last) > change * change, out=mark)
        np.copyto(last, at, where=mark | (light & ~known))
        known |= light
    return marks


def _furthest_swings(places: NDArray[np.float64], lit: NDArray[np.bool_], change: float) -> NDArray[np.bool_]:
    """``swings`` with the colour that was furthest since a mark as the next reference."""
    marks = np.zeros(lit.shape, np.bool_)
    last, before = np.zeros(places.shape[1:]), np.zeros(places.shape[1:])
    known = np.zeros(lit.shape[1], np.bool_)
    for mark, at, light in zip(marks, places, lit, strict=True):
        np.logical_and(light & known, _apart(at, last) > change * change, out=mark)
        further = light & known & ~mark & (_apart(at, before) > _apart(last, before))
        begins = light & ~known
        np.copyto(before, last, where=mark)
        np.copyto(before, at, where=begins)
        np.copyto(last, at, where=mark | begins | further)
        known |= light
    return marks


def _area(marks: NDArray[np.int8], fps: float, windows: Windows) -> int:
    """Rises and falls in turns of a quarter of a window.

    Two rises without a fall between them are parts of one, as in a plot with peaks and valleys.
    """
    slack = max(1, round(CONCURRENT * fps))
    edges = np.zeros((len(marks), windows.count), np.int8)
    for sign, bit in ((1, 1), (-1, 2)):
        recent = marks == sign
        for late in range(1, slack):
            recent[late:] |= marks[:-late] == sign
        over = windows.means(recent) >= AREA
        over[1:] &= ~over[:-1]
        edges |= np.where(over, bit, 0).astype(np.int8)
    return max((_in_turns(column, fps) for column in edges.T if column.any()), default=0)


def _in_turns(edges: NDArray[np.int8], fps: float) -> int:
    """Longest sequence of rises and falls in turns within any second.

    Args:
        edges: Per frame 1 for a rise, 2 for a fall, 3 for both, in whichever order gives more.
        fps: Frames in a second.
    """
    at = np.flatnonzero(edges)
    span, most = math.ceil(fps - 1e-9), 0
    for first in range(len(at)):
        rise = fall = 0  # longest sequence that ends in it
        for index in at[first:][at[first:] < at[first] + span]:
            if edges[index] == 3:
                rise, fall = max(fall + 1, rise + 2), max(rise + 1, fall + 2)
            elif edges[index] == 1:
                rise = max(rise, fall + 1)
            else:
                fall = max(fall, rise + 1)
        most = max(most, rise, fall)
    return most


def _red_marks(colours: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Where a colour has moved by more than RED_CHANGE in u'v' to or from saturated red."""
    marks = np.zeros(colours.shape[:2], np.bool_)
    seen = _planes(colours) + FLARE
    reds = _saturated(seen)
    places = _chromaticity(seen)
    last, was = places[0].copy(), reds[0].copy()
    for mark, at, red in zip(marks[1:], places[1:], reds[1:], strict=True):
        np.logical_and(_apart(at, last) > RED_CHANGE * RED_CHANGE, red | was, out=mark)
        moved = mark | red  # the furthest state counts: into red the reference goes along
        np.copyto(last, at, where=moved)
        np.copyto(was, red, where=moved)
    return marks


def _saturated(planes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where ``_planes`` are saturated red."""
    red, green, blue = planes
    saturated: NDArray[np.bool_] = red >= RED_SHARE * (red + green + blue)
    return saturated


def _older_red(colours: NDArray[np.floating]) -> NDArray[np.int8]:
    """Where (R - G - B) x 320 has turned by more than 20, from or to saturated red, in either direction."""
    marks = np.zeros(colours.shape[:2], np.int8)
    seen = _planes(colours)
    values = np.maximum((seen[0] - seen[1] - seen[2]) * OLDER_RED, 0.0)
    reds = _saturated(seen + FLARE)
    last, was = values[0].copy(), reds[0].copy()
    for mark, value, red in zip(marks[1:], values[1:], reds[1:], strict=True):
        moved = (np.abs(value - last) > OLDER_CHANGE) & (red | was)
        np.copyto(mark, np.sign(value - last), where=moved, casting="unsafe")
        np.copyto(last, value, where=moved)
        np.copyto(was, red, where=moved)
    return marks


def iris(frames: Sequence[NDArray[np.uint8]], fps: int) -> str:
    """The verdict of IRIS on the frames, encoded as film: ``Pass``, ``PassWithWarning`` or ``Fail``.

    Args:
        frames: ``(height, width, 3)`` 8-bit sRGB, of even size.
        fps: Frames in a second; IRIS takes whole numbers only.

    Raises:
        ModuleNotFoundError: ``iris-pse-detection`` is not installed.
    """
    from iris_pse_detection.configuration import Configuration
    from iris_pse_detection.video_analyser import VideoAnalyser

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "film.mp4"
        encode(frames, path, fps, "ITU601")  # OpenCV, which IRIS reads with, takes every film for that
        settings = Configuration()
        settings.results_path = f"{folder}/results/"
        result = VideoAnalyser(settings).analyse_video(str(path))
    return str(result.overall_result.name)


def iris_crops(frames: NDArray[np.uint8], fps: int, across: int = 3) -> Iterator[str]:
    """Yield the verdict of IRIS on each of ``across`` x ``across`` tiles, computed as it is asked for.

    Args:
        frames: ``(time, height, width, 3)`` 8-bit sRGB; tiles are cut to even sizes.
        fps: Frames in a second.
        across: Tiles along each side.
    """
    height, width = (frames.shape[1] // across) & ~1, (frames.shape[2] // across) & ~1
    for row in range(across):
        for column in range(across):
            tile = frames[:, row * height : (row + 1) * height, column * width : (column + 1) * width]
            yield iris([np.ascontiguousarray(frame) for frame in tile], fps)
