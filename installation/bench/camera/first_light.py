"""From a body's first movement before the camera to its first light in the picture.

A made film, 60 time-stamped frames a second, goes through the adapter, the inbox, bodies, attribution and
the medium into the scene sea-sparkle. Time is simulated: camera frame i and picture i both have time
i / 60 s, and each reading is there when its picture begins. So the figure counts frames and does not depend
on the machine. A camera that is not in step with the pictures adds up to one frame; ``Light.latency``
includes a whole one. What looking at a frame and drawing a picture really take comes on top, and is measured
beside it.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

if TYPE_CHECKING:
    from hardware.camera import CameraInput
    from installation.player.player import Player
    from installation.render.gl.context import Context

__all__ = ["FPS", "Course", "Light", "first_light"]

FPS: Final = 60
PACE: Final = 1.0
"""Metres a second from the first frame of the movement on."""
BRIGHTER: Final = 8
"""Codes of 255 by which any pixel near the body must be brighter than all of them in the second before."""
NEAR: Final = 0.5
"""Metres around the body."""

_CAMERA: Final = 640, 480
_PIXELS: Final = 160.0  # of the camera, a metre
_FLOOR: Final = 4.0, 2.25  # metres, seen in the middle of the camera's picture
_TOP: Final = 60.0  # pixels above the floor
_EMPTY, _STANDS, _LONGEST = 40, 90, 150  # frames


@dataclass(frozen=True, slots=True)
class Course:
    """Where a body stands, and where it goes.

    Attributes:
        x, y: Metres from the near left corner of a floor of 4 by 2.25 m.
        heading: Degrees, anticlockwise from the right.
        reform: 0 = privilege falls from the left to the right, 1 = everybody has privilege 1.
    """

    x: float
    y: float
    heading: float = 0.0
    reform: float = 1.0

    def place(self, frame: int) -> tuple[float, float]:
        """Where the body is in a frame of the film, in metres. It sways a little while it stands."""
        walked = PACE * max(0, frame - _EMPTY - _STANDS + 1) / FPS
        turn, sway = radians(self.heading), 0.012 * sin(2.1 * frame / FPS)
        return self.x + sway + walked * cos(turn), self.y + walked * sin(turn)


@dataclass(frozen=True, slots=True)
class Light:
    """What was measured.

    Attributes:
        frames: From the camera's first frame that shows the movement to the first brighter picture; None if
            there was none within 2.5 s.
        looking: Real milliseconds to read a frame and tell its bodies, median.
        drawing: Real milliseconds of a frame of the player, picture included, median.
    """

    frames: int | None
    looking: float
    drawing: float

    @property
    def latency(self) -> Seconds:
        """Simulated seconds, a whole frame of waiting included."""
        return float("inf") if self.frames is None else (self.frames + 1) / FPS


def first_light(course: Course, size: tuple[int, int] = (320, 180)) -> Light:
    """Play the film of a course, and look for its first light.

    Args:
        course: Where the body stands and goes.
        size: Of the show's picture in pixels.
    """
    from installation.clock import ManualClock
    from installation.ipc.options import StageOptions
    from installation.player.build import build_player
    from installation.player.production import read_production
    from installation.render.gl.context import Context

    options = StageOptions(mode="run", venue="gallery", size=size, headless=True, seed=0, scene="sea-sparkle")
    context = Context.create(size)
    player = build_player(read_production(options), options, ManualClock(1 / FPS), context, repeatable=True)
    player.tree.set("/strata/reform", (course.reform,))
    try:
        with tempfile.TemporaryDirectory() as folder:
            _write(course, Path(folder))
            camera = _camera(folder)
            camera.open()
            try:
                return _played(course, camera, player, context)
            finally:
                camera.close()
    finally:
        if player.picture is not None:
            player.picture.release()
        context.release()


def _played(course: Course, camera: "CameraInput", player: "Player", context: "Context") -> Light:
    from installation.player.inbox import Inbox

    inbox, brightest, moves = Inbox(), 0, _EMPTY + _STANDS
    looking: list[float] = []
    drawing: list[float] = []
    for index in range(moves + _LONGEST):
        began = time.perf_counter()
        inbox.extend([*camera.receive(1.0), *player.features()])
        between = time.perf_counter()
        player.step(inbox.drain(), index / FPS)
        assert player.picture is not None  # noqa: S101 - for the type checker
        pixels = player.picture.image()
        drawing.append((time.perf_counter() - between) * 1e3)
        looking.append((between - began) * 1e3)
        context.collect()
        level = _brightest(pixels, course.place(index))
        if index < moves:
            brightest = max(brightest, level) if index >= moves - FPS else 0
        elif level >= brightest + BRIGHTER:
            return Light(index - moves, median(looking), median(drawing))
    return Light(None, median(looking), median(drawing))


def _brightest(pixels: NDArray[np.uint8], place: tuple[float, float]) -> int:
    """The brightest code near a place in metres."""
    height, width = pixels.shape[:2]
    across, deep = (place[0] / _FLOOR[0] * width, (1.0 - place[1] / _FLOOR[1]) * height)
    reach = NEAR / _FLOOR[1] * height
    rows = slice(max(int(deep - reach), 0), max(int(deep + reach), 1))
    columns = slice(max(int(across - reach), 0), max(int(across + reach), 1))
    return int(pixels[rows, columns].max(initial=0))


def _camera(folder: str) -> "CameraInput":
    import msgspec

    from hardware.camera import CameraInput, CameraSettings

    (width, deep), bottom = _FLOOR, _TOP + _FLOOR[1] * _PIXELS
    right = width * _PIXELS
    corners = [[0, bottom, 0, 0], [right, bottom, width, 0], [right, _TOP, width, deep], [0, _TOP, 0, deep]]
    given = {"source": folder, "view": "overhead", "realtime": False, "fps": FPS, "floor": corners}
    return CameraInput("eye", msgspec.convert(given, CameraSettings))


def _write(course: Course, folder: Path) -> None:
    """The film as a folder of pictures, not compressed: that would take longer than to look at them."""
    import cv2

    for index, frame in enumerate(_frames(course)):
        cv2.imwrite(str(folder / f"{index:05}.bmp"), frame)


def _frames(course: Course) -> Iterator[NDArray[np.uint8]]:
    """An empty floor with a pattern and noise, a body that stands, and then goes."""
    import cv2

    chance = np.random.default_rng(1)
    width, height = _CAMERA
    across, deep = np.arange(width)[None], np.arange(height)[:, None]
    floor = 90 + 30 * np.sin(across / 37) * np.cos(deep / 29) + chance.normal(0, 6, (height, width))
    noise = chance.normal(0, 4, (2 * height, 2 * width))
    axes = int(0.25 * _PIXELS * 16), int(0.2 * _PIXELS * 16)  # sixteenths of a pixel
    for index in range(_EMPTY + _STANDS + _LONGEST):
        picture = floor.copy()
        if index >= _EMPTY:
            x, y = course.place(index)
            centre = int(x * _PIXELS * 16), int((_TOP + (_FLOOR[1] - y) * _PIXELS) * 16)
            cv2.ellipse(picture, centre, axes, 20, 0, 360, 40.0, -1, cv2.LINE_AA, 4)
        top, left = (int(one) for one in chance.integers(0, (height, width)))
        yield np.clip(picture + noise[top : top + height, left : left + width], 0, 255).astype(np.uint8)
