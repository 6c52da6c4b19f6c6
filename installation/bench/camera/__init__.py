"""A camera's frame of 640x480 with six people: CPU of one core, from the frame to its readings, and to light.

The peer is OpenCV's own background model (MOG2), which tells no bodies. The frames are made; no camera is
needed. ``first_light`` says which part of the way to light is simulated.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from math import cos, sin
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from installation.bench import Row

__all__ = ["run"]

_SIZE = 640, 480
_PEOPLE = 6
_FPS = 60
_FRAMES = 240
_EMPTY = 60
_MOST_MS = 4.0
_LIGHT_MS = 80.0


def run() -> Sequence[Row]:
    """Nothing where OpenCV is not installed."""
    from hardware.camera import has_opencv

    if not has_opencv():
        return []
    frames = list(_frames())
    looked = [_looked_at(frames, visible=False), _looked_at(frames, visible=True), _told(frames)]
    return [*looked, *_lit()]


def _looked_at(frames: Sequence[NDArray[np.uint8]], *, visible: bool) -> Row:
    """Milliseconds of one core for a frame."""
    import cv2

    from hardware.camera.eye import Eye
    from hardware.camera.floor import Floor

    cv2.setNumThreads(1)
    eye = Eye(Floor((), None, _SIZE), _SIZE, overhead=True, visible=visible)
    peer: Any = cv2.createBackgroundSubtractorMOG2()
    ours, theirs, people = [], [], 0
    for index, frame in enumerate(frames):
        start = time.thread_time()
        people = len(eye.look(frame, index / _FPS).bodies)
        middle = time.thread_time()
        peer.apply(frame)
        ours.append((middle - start) * 1e3)
        theirs.append((time.thread_time() - middle) * 1e3)
    ours, theirs = ours[_EMPTY:], theirs[_EMPTY:]
    mean = fmean(ours)  # a gesture is looked for in every other frame
    note = f"{people} people who wave; slowest hundredth {sorted(ours)[-max(1, len(ours) // 100)]:.2f} ms"
    name = f"camera: a frame, {'visible' if visible else 'infrared'}"
    goal, met = f"<= {_MOST_MS:g} ms", mean <= _MOST_MS and people == _PEOPLE
    return Row(
        name, mean, median(theirs), None, "ms CPU", "MOG2 alone", mean / median(theirs), goal, met, note
    )


def _told(frames: Sequence[NDArray[np.uint8]]) -> Row:
    """Milliseconds from the time at which a frame of a file is due to its readings."""
    import cv2
    import msgspec

    from hardware.camera import CameraInput, CameraSettings

    late: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.avi"
        writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), _FPS, _SIZE)
        for frame in frames:
            writer.write(frame)
        writer.release()
        adapter = CameraInput(
            "eye", msgspec.convert({"source": str(file), "view": "overhead"}, CameraSettings)
        )
        adapter.open()
        try:
            while adapter.counters.received + adapter.counters.dropped < len(frames):
                readings = adapter.receive(0.25)
                late += [(time.monotonic() - one.time) * 1e3 for one in readings[:1]]
        finally:
            adapter.close()
    period, middle = 1e3 / _FPS, median(late)
    worst = sorted(late)[-max(1, len(late) // 100)]
    note = f"decoding included; slowest hundredth {worst:.1f} ms; {adapter.counters.dropped} frames left out"
    name, ratio = "camera: from the frame to its readings, 60 fps", middle / period
    return Row(name, middle, period, None, "ms", "a frame's time", ratio, "<= 1.0", ratio <= 1.0, note)


def _lit() -> Sequence[Row]:
    """Simulated milliseconds from a body's movement to its light, at privilege 1; nothing without OpenGL."""
    from installation.bench.camera.first_light import FPS, Course, first_light
    from installation.bodies.privilege import DELAYS
    from installation.errors import GraphicsError

    courses = [Course(2.0, 1.1), Course(0.8, 1.3, 70.0), Course(2.9, 1.0, 180.0)]
    try:
        lights = [first_light(course) for course in courses]
        late = first_light(Course(3.0, 1.1, 180.0, reform=0.0))
    except GraphicsError:
        return []
    ours, worst = median(one.latency for one in lights) * 1e3, max(one.latency for one in lights) * 1e3
    law = DELAYS[1] * 1e3
    looking, drawing = median(one.looking for one in lights), median(one.drawing for one in lights)
    note = (
        f"slowest of {len(lights)} ways {worst:.0f} ms, {late.latency * 1e3:.0f} ms at privilege 0; "
        f"simulated at {FPS} fps, one frame of waiting included; "
        f"real time: {looking:.1f} ms to read and look, {drawing:.0f} ms to draw"
    )
    goal = f"<= {_LIGHT_MS:g} ms"
    name = "camera: first light after a body moves, privilege 1"
    return [Row(name, ours, law, None, "ms", "the law's delay", ours / law, goal, worst <= _LIGHT_MS, note)]


def _frames() -> Iterator[NDArray[np.uint8]]:
    """An empty floor with a pattern and noise, then people who walk in circles and wave."""
    import cv2

    chance = np.random.default_rng(1)
    width, height = _SIZE
    across, deep = np.arange(width)[None], np.arange(height)[:, None]
    floor = 90 + 30 * np.sin(across / 37) * np.cos(deep / 29) + chance.normal(0, 6, (height, width))
    noise = chance.normal(0, 4, (2 * height, 2 * width))
    for index in range(_FRAMES):
        picture = floor.copy()
        for number in range(_PEOPLE if index >= _EMPTY else 0):
            turn = index / 40 + number
            x, y = 110 + 210 * (number % 3) + 55 * cos(turn), 120 + 230 * (number // 3) + 55 * sin(turn)
            shade, angle = 40.0 if number % 2 else 170.0, 0.8 * sin(index / 9 + number)
            cv2.ellipse(picture, (int(x), int(y)), (27, 22), 20, 0, 360, shade, -1)
            hand = int(x + 80 * cos(angle)), int(y - 80 * sin(angle))
            cv2.line(picture, (int(x), int(y)), hand, shade, 10)
        top, left = (int(one) for one in chance.integers(0, (height, width)))
        grey = np.clip(picture + noise[top : top + height, left : left + width], 0, 255).astype(np.uint8)
        yield np.repeat(grey[..., None], 3, 2)
