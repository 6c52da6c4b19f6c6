"""A camera's frame of 640x480 with six people: CPU of one core, and from the frame to its readings.

The peer is OpenCV's own background model (MOG2), which tells no bodies. The frames are made; no camera is
needed.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from math import cos, sin
from pathlib import Path
from statistics import median
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


def run() -> Sequence[Row]:
    """Nothing where OpenCV is not installed."""
    from hardware.camera import has_opencv

    if not has_opencv():
        return []
    frames = list(_frames())
    return [_looked_at(frames, visible=False), _looked_at(frames, visible=True), _told(frames)]


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
    mean = median(ours)
    note = f"{people} people seen; slowest hundredth {sorted(ours)[-max(1, len(ours) // 100)]:.2f} ms"
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


def _frames() -> Iterator[NDArray[np.uint8]]:
    """An empty floor with a pattern and noise, then people who walk in circles."""
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
            cv2.ellipse(picture, (int(x), int(y)), (27, 22), 20, 0, 360, 40.0 if number % 2 else 170.0, -1)
        top, left = (int(one) for one in chance.integers(0, (height, width)))
        grey = np.clip(picture + noise[top : top + height, left : left + width], 0, 255).astype(np.uint8)
        yield np.repeat(grey[..., None], 3, 2)
