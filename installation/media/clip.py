"""A video file that is read at given times: always the frame that stands at that time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installation.errors import MediaError
from installation.media.pixels import fitted, pixels_of
from installation.media.source import EARLY, Pixels
from installation.paths import is_file
from installation.values import Seconds

if TYPE_CHECKING:
    from av import VideoFrame

__all__ = ["BROKEN", "Clip", "Facts", "probe"]

BROKEN: Final = (OSError, ValueError, TypeError, LookupError, ArithmeticError, MemoryError)
"""What PyAV raises for damaged files, besides its own errors."""

_MOST_DAMAGED: Final = 64
"""Damaged packets in a row after which a file is given up."""
_MOST_PACKETS: Final = 2_000_000
"""Packets that are counted in a file that does not state its length: nine hours at 60 a second."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a video file is.

    Attributes:
        size: Width and height in pixels.
        length: Seconds.
        rate: Frames per second on average; 0 if unknown.
        codec: Name of its codec.
    """

    size: tuple[int, int]
    length: Seconds
    rate: float
    codec: str


class Clip:
    """An open video file. Used by one thread at a time.

    Args:
        path: The file.
        longest: Most pixels of a side.
        rows: Most rows of the pictures that are read; 0 keeps their size.

    Raises:
        MediaError: It cannot be read, has no video, or is too large.
    """

    def __init__(self, path: Path, longest: int = 8192, rows: int = 0) -> None:
        import av
        from av.video.reformatter import VideoReformatter

        self._convert = VideoReformatter()
        self._broken: tuple[type[Exception], ...] = (av.FFmpegError, *BROKEN)
        self.path = path
        self._rows = rows
        if not is_file(path):  # a pipe would be waited for
            raise MediaError(f"there is no file {path.name}")
        try:
            self._container = av.open(str(path), metadata_errors="replace")
        except self._broken as error:
            raise MediaError(_words(path, error)) from None
        try:
            if not self._container.streams.video:
                raise MediaError(f"{path.name} has no video")
            self._stream = self._container.streams.video[0]
            if self._stream.codec_context is None:
                raise MediaError(f"{path.name} has a codec that is not known here")
            self._stream.thread_type = "AUTO"
            self._stream.thread_count = 2
            self._tick = float(self._stream.time_base or 0) or 1e-6
            self._begin = self._stream.start_time or 0
            self.facts = self._facts()
            width, height = fitted(self.facts.size, rows)
            if max(width, height) > longest:
                raise MediaError(f"{path.name} is {width} x {height} pixels; the largest side is {longest}")
            self._frames: Iterator[tuple[Seconds, VideoFrame]] = self._decode()
            self._next: tuple[Seconds, VideoFrame] | None = None
            self._done = False
        except self._broken as error:
            self.close()
            raise MediaError(_words(path, error)) from None
        except MediaError:
            self.close()
            raise

    def read(self, due: Seconds) -> tuple[Seconds, Pixels, int] | None:
        """Return the newest frame that stands at ``due``, or the following one if that is later.

        Frames before it are decoded and left out; the next call goes on behind the returned one.

        Args:
            due: Seconds from the beginning.

        Returns:
            Its time, the pixels, and how many were left out; None at the end.

        Raises:
            MediaError: The file is damaged.
        """
        skipped = 0
        first = self._following()
        if first is None:
            return None
        current = first
        while True:
            after = self._following()
            if after is None or after[0] > due + EARLY:
                self._next = after
                return current[0], self._pixels(current[1]), skipped
            current, skipped = after, skipped + 1

    def seek(self, to: Seconds) -> None:
        """Go on with the frames from the key frame before ``to`` on. Raises MediaError."""
        self._next, self._done = None, False
        ticks = self._begin + int(max(0.0, to) / self._tick)
        try:
            self._container.seek(ticks, stream=self._stream, backward=True)
        except self._broken as error:
            if to > 0.0:  # a file that cannot be searched is read from its beginning
                self.seek(0.0)
                return
            raise MediaError(_words(self.path, error)) from None
        self._frames = self._decode()

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        self._container.close()

    def _pixels(self, frame: "VideoFrame") -> Pixels:
        try:
            return pixels_of(frame, self._convert, self._rows)
        except self._broken as error:
            raise MediaError(_words(self.path, error)) from None

    def _following(self) -> "tuple[Seconds, VideoFrame] | None":
        waiting, self._next = self._next, None
        if waiting is not None:
            return waiting
        if self._done:
            return None
        following = next(self._frames, None)
        if following is None or following[0] >= self.facts.length - EARLY:  # behind the end
            self._done = True
            return None
        return following

    def _decode(self) -> "Iterator[tuple[Seconds, VideoFrame]]":
        """Yield frames with their times, over damaged places. Raises MediaError."""
        damaged, last, step = 0, -1.0, 1.0 / (self.facts.rate or 25.0)
        try:
            for packet in self._container.demux(self._stream):
                try:
                    frames = packet.decode()
                except self._broken as error:
                    damaged += 1
                    if damaged > _MOST_DAMAGED:
                        raise MediaError(_words(self.path, error)) from None
                    continue
                for frame in frames:
                    damaged = 0
                    stated = frame.pts is not None
                    last = (frame.pts - self._begin) * self._tick if stated else last + step
                    yield last, frame
        except self._broken as error:
            raise MediaError(_words(self.path, error)) from None

    def _facts(self) -> Facts:
        stream, container = self._stream, self._container
        rate = float(stream.average_rate or stream.guessed_rate or 0)
        if stream.duration:
            length = stream.duration * self._tick
        elif container.duration:
            length = container.duration / 1e6
        else:
            length = self._counted(rate)
        context = stream.codec_context
        if length <= 0.0 or not (context.width and context.height):
            raise MediaError(f"{self.path.name} has no frames")
        return Facts((context.width, context.height), length, rate, context.name)

    def _counted(self, rate: float) -> Seconds:
        """Return the length of a file that does not state it: the end of its last packet."""
        end, step = 0.0, 1.0 / (rate or 25.0)
        for number, packet in enumerate(self._container.demux(self._stream)):
            if packet.size and number < _MOST_PACKETS:
                took = packet.duration * self._tick if packet.duration else step
                at = (packet.pts - self._begin) * self._tick if packet.pts is not None else end
                end = max(end, at + took)
        self._container.seek(self._begin, stream=self._stream, backward=True)
        return end


def probe(path: Path, longest: int = 8192, rows: int = 0) -> Facts:
    """Open a video file, decode its first frame, and return what it is. Raises MediaError."""
    clip = Clip(path, longest, rows)
    try:
        if clip.read(0.0) is None:
            raise MediaError(f"{path.name} has no frames")
    finally:
        clip.close()
    return clip.facts


def _words(path: Path, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{path.name} may not be read by this user"
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{path.name} cannot be decoded: {said}"
