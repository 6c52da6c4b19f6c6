"""Takes pictures from a camera or a network stream in a thread of its own: the newest only, never a queue.

Nothing is kept: a picture is overwritten by the next one, and forgotten when its source is lost or not shown.
"""

import logging
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from installation.errors import MediaError
from installation.media.clip import BROKEN
from installation.media.pixels import fitted, pixels_of
from installation.media.source import Pixels, Playhead, Report, Shown, Source, State
from installation.values import Seconds

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.reformatter import VideoReformatter

__all__ = ["STALE", "LiveDecoder"]

STALE: Final[Seconds] = 2.0
"""Seconds without a new picture after which the source counts as lost, and its last picture is forgotten."""

_OPEN: Final[Seconds] = 5.0
"""Seconds in which a stream must answer."""
_IDLE: Final[Seconds] = 5.0
"""Seconds without being shown after which it is closed."""
_FIRST_WAIT: Final[Seconds] = 1.0
_LONGEST_WAIT: Final[Seconds] = 30.0

log = logging.getLogger(__name__)


class LiveDecoder:
    """Receives one camera or stream while it is shown. All methods return at once.

    Args:
        source: What to receive.
        longest: Most pixels of a side.
    """

    def __init__(self, source: Source, longest: int = 8192) -> None:
        self._source = source
        self._longest = longest
        self._changed = threading.Condition()
        self._asked_at: Seconds = -_IDLE
        self._play = True
        self._stop = False
        self._reason = ""
        self._newest: Shown | None = None
        self._newest_at: Seconds = 0.0
        self._held: Shown | None = None
        self._late = 0
        self._seen = True
        self._serial = 0
        self._thread = threading.Thread(target=self._run, name=f"{source.kind} {source.told}", daemon=True)
        self._thread.start()

    @property
    def length(self) -> Seconds:
        """0: it has no length."""
        return 0.0

    def take(self, playhead: Playhead, wait: Seconds = 0.0) -> Shown | None:  # noqa: ARG002 - it cannot wait
        """Return the newest picture; None while there is none, or once it has been lost for a moment.

        Args:
            playhead: Whether it moves: the picture stands still otherwise.
            wait: Has no effect: what a live source shows at a time cannot be known later.
        """
        now = time.monotonic()
        with self._changed:
            if now - self._asked_at >= _IDLE:
                self._changed.notify_all()
            self._asked_at, self._play = now, playhead.play
            if self._newest is not None and now - self._newest_at > STALE:
                self._newest = self._held = None
            if self._play or self._held is None:
                self._held = self._newest
                self._seen = True
            return self._held

    def rest(self) -> None:
        """Note that nobody shows it now; it is closed after a while."""
        with self._changed:
            self._newest = self._held = None

    def report(self) -> Report:
        """Return its state."""
        with self._changed:
            shown = time.monotonic() - self._asked_at < _IDLE
            state: State = "opening"
            if self._reason:
                state = "lost"
            elif not shown:
                state = "resting"
            elif self._newest is not None:
                state = "playing" if self._play else "paused"
            pixels = self._newest.pixels if self._newest is not None else None
            size = (pixels.shape[1], pixels.shape[0]) if pixels is not None else (0, 0)
            return Report(state, self._reason, size, 0.0, self._late)

    def close(self, wait: Seconds = 0.0) -> None:
        """End the thread, and wait for that at most so long. Safe to call twice."""
        with self._changed:
            self._stop = True
            self._newest = self._held = None
            self._changed.notify_all()
        self._thread.join(wait)

    # The thread.

    def _idle(self) -> bool:
        return time.monotonic() - self._asked_at > _IDLE

    def _run(self) -> None:
        wait = _FIRST_WAIT
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stop or not self._idle())
                if self._stop:
                    return
            try:
                if self._receive():
                    wait = _FIRST_WAIT
                message = "" if self._stop or self._idle() else "it has ended"
            except MediaError as error:
                message = str(error)
            self._lose(message)
            if message:
                with self._changed:
                    self._changed.wait_for(lambda: self._stop, wait)
                wait = min(_LONGEST_WAIT, 2 * wait)

    def _lose(self, reason: str) -> None:
        with self._changed:
            if reason and self._reason != reason:
                log.warning("%s %s: %s", self._source.kind, self._source.told, reason)
            self._reason = reason
            self._newest = self._held = None

    def _receive(self) -> bool:
        """Receive until it ends, or nobody shows it. Returns whether there was any picture.

        Raises:
            MediaError: It cannot be opened, or was lost.
        """
        import av
        from av.video.reformatter import VideoReformatter

        got, convert = False, VideoReformatter()
        try:
            with closing(self._open()) as container:
                if not container.streams.video:
                    raise MediaError("it has no video")
                stream = container.streams.video[0]
                if stream.codec_context is None:
                    raise MediaError("its codec is not known here")
                stream.thread_type = "SLICE"  # frame threads would delay every picture
                for packet in container.demux(stream):
                    if self._stop or self._idle():
                        return got
                    try:
                        frames = packet.decode()
                    except av.error.InvalidDataError:  # of a stream that was joined between two key frames
                        continue
                    for frame in frames:
                        self._put(frame, convert)
                        got = True
        except (av.FFmpegError, *BROKEN) as error:
            raise MediaError(self._words(error)) from None
        return got

    def _open(self) -> Any:
        import av

        source = self._source
        if source.kind == "stream":
            options = {"fflags": "nobuffer", "flags": "low_delay", "analyzeduration": "1000000"}
            if source.name.startswith("rtsp://"):
                options["rtsp_flags"] = "prefer_tcp"  # some cameras send by UDP alone
            return av.open(source.name, options=options, timeout=(_OPEN, STALE), metadata_errors="replace")
        options = {}
        if source.size:
            options["video_size"] = f"{source.size[0]}x{source.size[1]}"
        if source.rate:
            options["framerate"] = f"{source.rate:g}"
        form = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}.get(sys.platform, "v4l2")
        return av.open(source.name, format=form, options=options, timeout=(_OPEN, STALE))

    def _put(self, frame: "VideoFrame", convert: "VideoReformatter") -> None:
        if max(fitted((frame.width, frame.height), self._source.rows)) > self._longest:
            raise MediaError(
                f"it is {frame.width} x {frame.height} pixels; the largest side is {self._longest}"
            )
        with self._changed:
            if not self._seen:
                self._late += 1
        pixels: Pixels = pixels_of(frame, convert, self._source.rows)
        with self._changed:
            if self._reason:
                log.info("%s %s is there again", self._source.kind, self._source.told)
            self._serial += 1
            self._reason, self._newest = "", Shown(self._serial, pixels)
            self._newest_at, self._seen = time.monotonic(), False

    def _words(self, error: Exception) -> str:
        if isinstance(error, FileNotFoundError) and self._source.kind == "camera":
            return "there is no such camera"
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return f"it cannot be received: {said}"
