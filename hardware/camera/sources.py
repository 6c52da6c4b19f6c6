"""Where frames come from: a camera, a video file, a folder of pictures.

A file and a folder begin again at their end. In real time they keep their own rate, and leave frames out
rather than fall behind; otherwise they give one frame after the other, and their time counts as if they had
kept it.
"""

import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

# Seconds after which a camera that sends nothing is lost; ten if nobody says so. Before the import.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.contract import AdapterError, Seconds

__all__ = ["PICTURES", "Camera", "Folder", "Picture", "Source", "Video", "in_colour", "open_source"]

PICTURES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
"""What counts as a picture in a folder, by the end of its name."""

_MOST_PICTURES: Final = 100_000
_LARGEST: Final = 64 << 20  # bytes of one picture file
_LATE: Final[Seconds] = 1.0
_FPS: Final = (1.0, 240.0)
_MISSED: Final = 10

cv2.setNumThreads(1)  # the other cores belong to the picture
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # a camera that is away is told by us, once


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame.

    Attributes:
        pixels: ``(height, width)`` or ``(height, width, 3)``, blue, green, red.
        time: Seconds for whoever follows bodies through frames.
        arrived: Monotonic seconds at which it was there.
    """

    pixels: NDArray[np.uint8]
    time: Seconds
    arrived: Seconds


class Source(ABC):
    """Gives frames.

    Attributes:
        words: What it is, for people.
        dropped: Frames that were left out or could not be read.
    """

    words = ""
    dropped = 0

    @abstractmethod
    def read(self, timeout: Seconds, woken: threading.Event) -> Picture | None:
        """The next frame, or None where none comes in time, or somebody has set ``woken``.

        Raises AdapterError when there will be none any more.
        """

    @abstractmethod
    def close(self) -> None:
        """Release it."""


class Camera(Source):
    """A camera of this machine.

    Args:
        which: Its number, or on Linux its path (``/dev/v4l/by-id/...`` stays whatever else is plugged in).
        size: Width and height to ask for.
        fps: Frames a second to ask for.
    """

    def __init__(self, which: int | str, size: tuple[int, int], fps: float) -> None:
        self.words = f"camera {which}"
        api = cv2.CAP_V4L2 if sys.platform.startswith("linux") else cv2.CAP_ANY
        self._capture = cv2.VideoCapture(which, api)
        if not self._capture.isOpened():
            self._capture.release()
            hint = "plug it in, or name another; `v4l2-ctl --list-devices` lists them"
            raise AdapterError(f"{self.words} cannot be opened", hint)
        wanted = (cv2.CAP_PROP_FRAME_WIDTH, size[0]), (cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        for what, value in (*wanted, (cv2.CAP_PROP_FPS, fps), (cv2.CAP_PROP_BUFFERSIZE, 1)):
            self._capture.set(what, value)  # a wish: what comes is made as large as we look at it

    def read(self, timeout: Seconds, woken: threading.Event) -> Picture | None:
        """The next frame; the driver does the waiting, a frame's time at most."""
        del timeout  # OpenCV cannot wait for a part of a frame
        woken.clear()
        good, pixels = self._capture.read()
        now = monotonic()
        if not good or pixels is None:
            raise AdapterError(f"{self.words} gives no picture any more", "look at its cable")
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0  # V4L2: the kernel's, on our clock
        arrived = stamp if 0.0 <= now - stamp < _LATE else now
        return Picture(pixels, arrived, arrived)

    def close(self) -> None:
        """Release the device."""
        self._capture.release()


class _Paced(Source):
    """Frames at a rate of their own.

    Args:
        fps: Frames a second.
        realtime: Whether to keep that rate.
    """

    def __init__(self, fps: float, realtime: bool) -> None:
        self._step: Seconds = 1.0 / min(max(fps, _FPS[0]), _FPS[1])
        self._realtime = realtime
        self._due = self._time = monotonic()

    def read(self, timeout: Seconds, woken: threading.Event) -> Picture | None:
        """The next frame when it is due."""
        if not self._realtime:
            self._time += self._step
            return Picture(self._next(), self._time, monotonic())
        wait = self._due - monotonic()
        if woken.wait(max(min(wait, timeout), 0.0)) or wait > timeout:
            woken.clear()
            return None
        late = monotonic() - self._due
        if late > _LATE:  # the machine was asleep, or stopped: go on from here
            self._due += late
        elif late > self._step:
            skipped = int(late / self._step)
            self._skip(skipped)
            self.dropped += skipped
            self._due += skipped * self._step
        arrived = self._due
        self._due += self._step
        return Picture(self._next(), arrived, arrived)

    @abstractmethod
    def _next(self) -> NDArray[np.uint8]:
        """The next frame. Raises AdapterError."""

    @abstractmethod
    def _skip(self, count: int) -> None:
        """Leave so many out."""


class Video(_Paced):
    """A video file, over and over.

    Args:
        path: Of the file.
        fps: Frames a second where the file does not say.
        realtime: Whether to keep its rate.
    """

    def __init__(self, path: Path, fps: float, realtime: bool) -> None:
        self.words = f"video {path.name}"
        self._path = path
        self._capture = _opened(path)
        told = float(self._capture.get(cv2.CAP_PROP_FPS))
        super().__init__(told if _FPS[0] <= told <= _FPS[1] else fps, realtime)

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _next(self) -> NDArray[np.uint8]:
        good, pixels = self._capture.read()
        if not good:
            self._capture.release()
            self._capture = _opened(self._path)
            good, pixels = self._capture.read()
        if not good:
            raise AdapterError(
                f"{self.words} holds no frames", "play it with another program to see what it is"
            )
        frame: NDArray[np.uint8] = pixels
        return frame

    def _skip(self, count: int) -> None:
        for _ in range(count):
            if not self._capture.grab():
                return


class Folder(_Paced):
    """The pictures of a folder in the order of their names, over and over.

    Args:
        path: Of the folder.
        fps: Frames a second.
        realtime: Whether to keep that rate.
        refuse: Told which picture cannot be read.
    """

    def __init__(self, path: Path, fps: float, realtime: bool, refuse: Callable[[str], None]) -> None:
        self.words = f"pictures of {path.name}"
        self._refuse = refuse
        self._files = _pictures(path)
        self._at = 0
        super().__init__(fps, realtime)

    def close(self) -> None:
        """Nothing is open between two pictures."""

    def _next(self) -> NDArray[np.uint8]:
        for _ in range(min(len(self._files), _MISSED)):
            file = self._files[self._at]
            self._at = (self._at + 1) % len(self._files)
            pixels = _decoded(file)
            if pixels is not None:
                return pixels
            self.dropped += 1
            self._refuse(file.name)
        raise AdapterError(f"{self.words}: none can be read", "put pictures there, PNG or JPEG")

    def _skip(self, count: int) -> None:
        self._at = (self._at + count) % len(self._files)


def open_source(
    source: int | str, size: tuple[int, int], fps: float, *, realtime: bool, refuse: Callable[[str], None]
) -> Source:
    """Open what a venue file names.

    Args:
        source: Number or path of a camera, or path of a video file or a folder of pictures.
        size: To ask of a camera.
        fps: To ask of a camera; the rate of a folder.
        realtime: Whether files keep their rate.
        refuse: Told which picture of a folder cannot be read.

    Raises:
        AdapterError: It is not there, or is none of these.
    """
    if isinstance(source, int) or source.isdecimal():
        return Camera(int(source), size, fps)
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return Folder(path, fps, realtime, refuse)
        if path.is_file():
            return Video(path, fps, realtime)
        if path.is_char_device():
            return Camera(os.fspath(path), size, fps)
    except OSError as error:
        raise AdapterError(f"{path}: {error.strerror or error}", "look at the path and its rights") from error
    raise AdapterError(f"{path} is not there", "name a camera by number or path, a video file or a folder")


def in_colour(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A frame as ``(height, width, 3)`` of red, green, blue, of this width and height."""
    sized = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    code = cv2.COLOR_GRAY2RGB if sized.ndim == 2 else cv2.COLOR_BGR2RGB
    found: NDArray[np.uint8] = cv2.cvtColor(sized, code)
    return found


def _opened(path: Path) -> Any:
    capture = cv2.VideoCapture(os.fspath(path), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        capture.release()
        raise AdapterError(
            f"{path.name} is no video that can be read", "use MP4 or AVI; a folder of pictures works too"
        )
    return capture


def _pictures(path: Path) -> Sequence[Path]:
    files = sorted(one for one in path.iterdir() if one.suffix.lower() in PICTURES)[:_MOST_PICTURES]
    if not files:
        raise AdapterError(
            f"{path.name} holds no pictures", f"put pictures there: {', '.join(sorted(PICTURES))}"
        )
    return files


def _decoded(file: Path) -> NDArray[np.uint8] | None:
    """A picture file, grey; None where it cannot be read."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        raw = np.frombuffer(file.read_bytes(), np.uint8)
    except OSError:
        return None
    found: NDArray[np.uint8] | None = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if raw.size else None
    return found
