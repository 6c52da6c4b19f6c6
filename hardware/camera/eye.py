"""From a frame to bodies on the floor: small grey picture, foreground, shapes, tracks.

Frames are looked at ``WIDTH`` pixels wide and grey: where the camera sees eight metres, a person is ten
pixels across. Nothing of a frame is kept but the background, which is the room without people, and this is
never written anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.background import Background, Flags, Grey, Mask
from hardware.camera.floor import Floor
from hardware.camera.flow import Field, Flow, Shape
from hardware.camera.tracks import Found, Track, Tracks
from installation.contract import Seconds

__all__ = ["WIDTH", "Eye", "Look"]

WIDTH: Final = 160
"""Pixels across at which frames are looked at."""

_MOST: Final = 40
"""Shapes of one frame that are looked at, the largest first."""

_OWN_SHARE: Final = 0.55
"""Of a body's usual area, what a shape that holds several must have for each of them; others are hidden."""

_GROUP: Final = 8
"""A shape of more than so many of the largest bodies is none: it is light, or a curtain."""

_AT_ONCE: Final = 3
"""So many new bodies in one frame are worth a look at whether the camera was pushed."""

_IN_TURN: Final = 3
"""Each shape is looked at for a hole in one frame of so many."""

_AROUND: Final = 4
"""Pixels around a shape that belong to what is looked at of it."""

_LOWEST: Final = 0.97
"""The part of a shape's pixels that are not lower than where it stands."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame shows.

    Attributes:
        bodies: Everybody who is there, also those not seen for a moment.
        motion: How much moves, 0..1.
        ready: Whether the background is known; nothing is seen before.
        gestures: How bodies move in themselves, over the show's picture; None where nothing new is known.
    """

    bodies: Sequence[Track]
    motion: float
    ready: bool
    gestures: Field | None = None


class Eye:
    """Follows bodies through frames.

    Args:
        floor: Between pixels of ``size``, metres and the show's picture.
        size: Width and height in pixels of the pictures in which ``floor`` and ``ignore`` are stated.
        overhead: Whether the camera looks down on heads; otherwise a body stands where its lowest part is.
        visible: Whether the camera sees the light that the show makes.
        ignore: Polygons, ``x1, y1, x2, y2, ...`` in pixels, in which nothing counts.
        smallest: Square metres from which a shape is a body.
        largest: Square metres above which it is several.
        absorb: Seconds after which what does not move at all is furniture.
    """

    def __init__(
        self,
        floor: Floor,
        size: tuple[int, int] = (640, 480),
        *,
        overhead: bool = False,
        visible: bool = False,
        ignore: Sequence[Sequence[float]] = (),
        smallest: float = 0.08,
        largest: float = 1.2,
        absorb: Seconds = 120.0,
    ) -> None:
        self._floor = floor
        self._overhead = overhead
        self._limits = smallest, largest
        self._scale = size[0] / WIDTH
        self._shape = (max(1, round(size[1] / self._scale)), WIDTH)
        self._background = Background(self._usable(ignore), visible=visible, absorb=absorb)
        self._tracks = Tracks()
        self._flow = Flow(floor, self._shape, self._scale, overhead=overhead)
        self._shapes: list[Shape] = []
        self._bodies: Mask = np.zeros(self._shape, np.uint8)
        self._time: Seconds | None = None
        self._frame = 0

    def look(self, frame: NDArray[np.uint8], now: Seconds) -> Look:
        """Look at a frame.

        Args:
            frame: ``(height, width)`` or ``(height, width, 3)``, any size.
            now: Seconds at which it was taken; never less than before.
        """
        seen = self._background.look(self._small(frame), self._bodies, now)
        dt = 0.0 if self._time is None else max(0.0, now - self._time)
        self._time = now
        self._frame += 1
        if seen.mask is None or seen.off is None:
            self._tracks.hold(now)
            self._flow.forget()
            return Look(self._tracks.bodies, 0.0, self._background.known)
        self._tracks.advance(now)
        new = self._tracks.find(self._found(seen.mask, dt), now)
        if new >= _AT_ONCE and self._background.was_pushed(now):
            self._bodies[:] = 0
        outside = {one.key for one in self._tracks.bodies if self._floor.picture(one.x, one.y) is None}
        self._tracks.drop(outside)
        gestures = self._flow.see(seen.off, self._shapes, now)
        return Look(self._tracks.bodies, seen.motion, True, gestures)

    def pixel(self, track: Track) -> tuple[float, float]:
        """Where in the camera's picture a body stands, in pixels of ``size``."""
        return self._floor.pixel(track.x, track.y)

    def _small(self, frame: NDArray[np.uint8]) -> Grey:
        height, width = self._shape
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame
        if grey.shape != (height, width):
            grey = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
        small: Grey = grey.astype(np.float32)
        return small

    def _usable(self, ignore: Sequence[Sequence[float]]) -> Flags:
        canvas = np.zeros(self._shape, np.uint8)
        for polygon in ignore:
            corners = np.array(polygon, np.float32).reshape(-1, 2) / self._scale
            cv2.fillPoly(canvas, [np.round(corners).astype(np.int32)], 255)
        usable: Flags = canvas == 0
        return usable

    def _found(self, mask: Mask, dt: Seconds) -> list[Found]:
        """The bodies of a mask; what is furniture is taken out."""
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        order = sorted(range(1, count), key=lambda one: -int(stats[one, cv2.CC_STAT_AREA]))[:_MOST]
        inside = self._tracks_inside(labels, count)
        found: list[Found] = []
        self._bodies[:] = 0
        self._shapes.clear()
        smallest, largest = self._limits
        for one in order:
            left, top, width, height, pixels = (int(number) for number in stats[one])
            scale = self._floor.scale((left + width / 2) * self._scale, (top + height) * self._scale)
            area = pixels * (scale * self._scale) ** 2
            if area < smallest or pixels < 6:
                continue
            rows = slice(max(top - _AROUND, 0), top + height + _AROUND)
            box = rows, slice(max(left - _AROUND, 0), left + width + _AROUND)
            whole: Flags = labels[box] == one
            large = area > _GROUP * largest
            rested = self._background.rests(whole, box, dt)
            thorough = (len(found) + self._frame) % _IN_TURN == 0
            if self._background.is_furniture(whole, box, rested, large=large, thorough=thorough):
                self._flow.forget()  # the background has changed
                continue
            if large:
                continue
            self._bodies[box][whole] = 255
            self._shapes.append((box, whole))
            places = np.nonzero(whole)
            found += self._divided(
                places[1] + box[1].start, places[0] + rows.start, area, inside.get(one, [])
            )
        return found

    def _tracks_inside(self, labels: NDArray[Any], count: int) -> dict[int, list[Track]]:
        """Which tracks should be in which shape by now."""
        found: dict[int, list[Track]] = {}
        if count < 2:
            return found
        for track in self._tracks.bodies:
            x, y = self._floor.pixel(track.x, track.y)
            column, row = round(x / self._scale), round(y / self._scale)
            around = labels[max(row - 3, 0) : max(row + 3, 0), max(column - 2, 0) : max(column + 3, 0)]
            here = around[around > 0]
            if here.size:
                found.setdefault(int(np.bincount(here).argmax()), []).append(track)
        return found

    def _divided(self, columns: Any, rows: Any, area: float, tracks: Sequence[Track]) -> list[Found]:
        """The bodies of one shape: as many as were on their way into it and find room, or as it is large."""
        room, known = area, list[Track]()
        for track in sorted(tracks, key=lambda one: -one.hits):
            if known and room < _OWN_SHARE * track.area:
                break  # it is behind the others: the track goes on by itself
            known.append(track)
            room -= _OWN_SHARE * track.area
        count = max(len(known), ceil(area / self._limits[1]), 1)
        if count == 1:
            return [self._standing(columns, rows, area, shared=len(tracks) > 1)]
        starts = [self._floor.pixel(one.x, one.y) for one in known]
        parts = _clusters(
            columns,
            rows,
            [(x / self._scale, y / self._scale) for x, y in starts],
            count,
            flat=not self._overhead,
        )
        return [
            self._standing(columns[part], rows[part], area * np.count_nonzero(part) / rows.size, shared=True)
            for part in parts
            if part.any()
        ]

    def _standing(self, columns: Any, rows: Any, area: float, *, shared: bool) -> Found:
        """Where a shape stands on the floor."""
        across = float(columns.mean()) + 0.5
        if self._overhead:
            deep = float(rows.mean()) + 0.5
        else:
            lowest = int(_LOWEST * (rows.size - 1))
            deep = float(np.partition(rows, lowest)[lowest]) + 1.0
        x, y = self._floor.metres(across * self._scale, deep * self._scale)
        return Found(x, y, area, shared)


def _clusters(
    columns: Any, rows: Any, starts: Sequence[tuple[float, float]], count: int, *, flat: bool
) -> list[Flags]:
    """Pixels of one shape in so many groups (k-means), from where bodies should be.

    Args:
        columns: Of each pixel.
        rows: Of each pixel.
        starts: Column and row of the bodies that are known.
        count: How many groups.
        flat: Whether only columns tell bodies apart, because they stand upright.
    """
    points = np.stack([columns, rows * (0.0 if flat else 1.0)], 1).astype(np.float64)
    centres = [np.array([x, 0.0 if flat else y], np.float64) for x, y in starts]
    if not centres:
        centres.append(points[points[:, 0].argmin()])
    while len(centres) < count:
        distance = np.min([((points - one) ** 2).sum(1) for one in centres], axis=0)
        centres.append(points[distance.argmax()])
    owner = np.zeros(len(points), np.intp)
    for _ in range(3):
        owner = np.argmin([((points - one) ** 2).sum(1) for one in centres], axis=0)
        centres = [
            points[owner == index].mean(0) if (owner == index).any() else one
            for index, one in enumerate(centres)
        ]
    return [owner == index for index in range(len(centres))]
