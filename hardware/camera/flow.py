"""Motion within bodies: where somebody moves an arm, and which way.

Optical flow by dense inverse search (Kroeger et al., ECCV 2016) between two small pictures of what differs
from the background, about ``_BASE`` apart, so that neither the room nor our own light in it takes part. It
counts on bodies only. The motion that a body has as a whole is taken out: places of bodies are told anyway,
and what is left is a gesture. It is averaged over a grid of the show's picture.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.background import Box, Flags, Grey
from hardware.camera.floor import Floor
from installation.contract import Seconds

__all__ = ["COLUMNS", "ROWS", "Field", "Flow", "Shape"]

COLUMNS: Final = 16
ROWS: Final = 9
"""Cells of the show's picture across and up."""

Field: TypeAlias = NDArray[np.float64]
"""``(ROWS, COLUMNS, 2)`` motion to the right and up, in widths and heights of the picture a second; the
bottom row first."""

Shape: TypeAlias = tuple[Box, Flags]
"""Rows and columns around a body in the small picture, and its pixels in there."""

_BASE: Final[Seconds] = 0.030
"""Seconds between two pictures, at least: less is noise, and twice the work."""
_GAP: Final[Seconds] = 0.2
"""After so long without a picture nothing is told of the next one."""
_CHANGED: Final = 8
"""Steps of ``Seen.off`` by which a pixel, or one near it, must change: noise and soft light move nothing."""
_SAME: Final = 0.6
"""The part of a body that must have been body before, or beside it: what appears at once is light, or new."""
_LEAST: Final = 0.35
"""Metres a second that a pixel must move otherwise than its body."""
_INSTANT: Final = 0.01
"""Seconds of motion whose way on the floor gives its direction there."""
_FASTEST: Final = 4.0
"""Metres a second that are told at most."""
_ENOUGH: Final = 0.02
"""Square metres of a cell that have to move for the whole of their motion to be told: a hand and a wrist."""
_FEWEST: Final = 3
"""Pixels of a cell that have to move: fewer are noise."""
_EDGE: Final = 0.97
"""The part of a shape's pixels that are not lower than where it stands, seen from the side."""


class Flow:
    """Compares what bodies look like from picture to picture.

    Args:
        floor: Between pixels of the camera's picture, metres and the show's picture.
        shape: Height and width of the small picture.
        scale: Pixels of the camera's picture that a pixel of the small one is wide.
        overhead: Whether the camera looks down on heads. Otherwise bodies are upright: everything of one is
            as far away as its feet, and what it moves upwards is told as upwards in the show's picture.
    """

    def __init__(self, floor: Floor, shape: tuple[int, int], scale: float, *, overhead: bool) -> None:
        self._floor = floor
        self._shape = shape
        self._scale = scale
        self._overhead = overhead
        self._before: NDArray[np.uint8] | None = None
        self._time: Seconds = 0.0
        self._were: Flags | None = None
        self._search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._search.setFinestScale(1)
        self._near = np.ones((5, 5), np.uint8)

    def forget(self) -> None:
        """What is seen next cannot be compared with what was seen before: light or background has changed."""
        self._before = None

    def see(self, off: Grey, bodies: Sequence[Shape], now: Seconds) -> Field | None:
        """Compare a picture with the one before.

        Args:
            off: ``(height, width)`` difference to the background, as ``Seen.off``.
            bodies: Where bodies are in it.
            now: Seconds of the picture.

        Returns:
            The motion, or None where there is nothing new to tell.
        """
        dt = now - self._time
        if self._before is not None and 0.0 <= dt < _BASE:
            return None
        (before, were), self._time = (self._before, self._were), now
        self._before = self._were = None
        if not bodies:  # nobody: no work
            return None
        self._before = np.clip(off + 128.0, 0.0, 255.0).astype(np.uint8)
        self._were = self._around(bodies)
        if before is None or were is None or not 0.0 < dt <= _GAP:
            return None
        changed = cv2.dilate(
            (cv2.absdiff(self._before, before) >= _CHANGED).astype(np.uint8), self._near
        ).astype(np.bool_)
        moving = [
            (box, inside, some)
            for box, inside in bodies
            if np.count_nonzero(some := inside & changed[box]) >= _FEWEST
            and np.count_nonzero(inside & were[box]) >= _SAME * np.count_nonzero(inside)
        ]
        if not moving:
            return np.zeros((ROWS, COLUMNS, 2))
        # From this picture back to the one before: the motion belongs to where things are now.
        back = self._search.calc(self._before, before, None)
        found = [self._gestures(back[box] / -dt, box, inside, some) for box, inside, some in moving]
        return _averaged(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def _around(self, bodies: Sequence[Shape]) -> Flags:
        """Where bodies are, and two pixels around them."""
        mask = np.zeros(self._shape, np.uint8)
        for box, inside in bodies:
            mask[box][inside] = 1
        around: Flags = cv2.dilate(mask, self._near).astype(np.bool_)
        return around

    def _gestures(
        self, moved: Grey, box: Box, inside: Flags, some: Flags
    ) -> tuple[NDArray[np.intp], Field, NDArray[np.float64]]:
        """What some pixels of a body do that the body as a whole does not.

        Args:
            moved: ``(rows, columns, 2)`` pixels a second of each pixel of the box.
            box: Rows and columns around the body.
            inside: Its pixels in the box.
            some: Those of them that count.

        Returns:
            The cell of each that moves; its motion, ``(n, 2)``; its square metres.
        """
        own = moved[some] - np.median(moved[inside], axis=0)
        rows, columns = np.nonzero(some)
        across = (columns + box[1].start + 0.5) * self._scale
        deep = (rows + box[0].start + 0.5) * self._scale
        if not self._overhead:
            feet = np.nonzero(inside)[0]
            lowest = int(_EDGE * (feet.size - 1))
            stands = float(np.partition(feet, lowest)[lowest]) + box[0].start + 1.0
            deep = np.full(deep.size, stands * self._scale)
        scale = self._floor.scale(float(across.mean()), float(deep.mean())) * self._scale
        speed = np.hypot(own[:, 0], own[:, 1]) * scale
        x, y = self._floor.shares(across, deep)
        here = (speed > _LEAST) & (x >= 0.0) & (x < 1.0) & (y >= 0.0) & (y < 1.0)
        own = own[here] * np.minimum(1.0, _FASTEST / speed[here])[:, np.newaxis]
        cells = (y[here] * ROWS).astype(np.intp) * COLUMNS + (x[here] * COLUMNS).astype(np.intp)
        gestures = self._on_wall(own, across[here], deep[here], scale)
        return cells, gestures, np.full(cells.size, scale * scale)

    def _on_wall(self, own: Field, across: Field, deep: Field, scale: float) -> Field:
        """Motion in shares of the show's picture a second, y up, however the camera is turned.

        A camera that looks down sees both directions on the floor. One that stands beside sees up and down on
        the body itself, and left and right on the floor where it stands.

        Args:
            own: ``(n, 2)`` motion in pixels of the reduced picture a second, y down.
            across: Where, in pixels of the camera's picture from the left.
            deep: The same from the top.
            scale: Metres that a pixel of the reduced picture is wide there.
        """
        step = own * (self._scale * _INSTANT)
        down = step[:, 1] if self._overhead else 0.0
        x, y = self._floor.shares(across, deep)
        then_x, then_y = self._floor.shares(across + step[:, 0], deep + down)
        found = np.stack([then_x - x, then_y - y], axis=1) / _INSTANT
        if not self._overhead:
            found[:, 1] = -own[:, 1] * scale / self._floor.size[1]
        return found


def _averaged(cells: NDArray[np.intp], gestures: Field, areas: NDArray[np.float64]) -> Field:
    """The mean motion of each cell; less where little of it moves."""
    count = ROWS * COLUMNS
    area = np.bincount(cells, areas, count)
    enough = (np.bincount(cells, minlength=count) >= _FEWEST) * np.minimum(area / _ENOUGH, 1.0)
    share = enough / np.maximum(area, 1e-9)
    sums = [np.bincount(cells, gestures[:, axis] * areas, count) * share for axis in (0, 1)]
    return np.stack(sums, 1).reshape(ROWS, COLUMNS, 2)
