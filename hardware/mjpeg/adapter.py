"""The ``mjpeg`` adapter."""

import os
import tempfile
from typing import IO, Annotated

from msgspec import Meta
from PIL import Image

from hardware.mjpeg.server import PATH, StreamServer
from installation.contract import (
    HOST,
    STREAM_PORT,
    AdapterError,
    PictureFrame,
    PictureOutput,
    Settings,
)

__all__ = ["MjpegOutput", "MjpegSettings"]


class MjpegSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about the stream.

    Attributes:
        host: Address to listen on. Whoever reaches it sees the picture, so it is this machine by default.
        port: TCP port; 0 takes a free one.
        quality: Of the JPEG pictures: 75 is small, 90 shows no blocks.
        rate: Most pictures a second; 0 sends every frame.
        clients: Most receivers at once.
        token: A word that receivers add to the address, as in `/stream.mjpg?token=WORD`; empty asks for none.
    """

    host: str = HOST
    port: Annotated[int, Meta(ge=0, le=65535)] = STREAM_PORT
    quality: Annotated[int, Meta(ge=10, le=95)] = 85
    rate: Annotated[float, Meta(ge=0.0, le=240.0)] = 0.0
    clients: Annotated[int, Meta(ge=1, le=64)] = 8
    token: str = ""


class MjpegOutput(PictureOutput):
    """Serves the guarded picture at full size as ``multipart/x-mixed-replace``.

    Each picture is encoded once for all receivers, and only while there are any. A slow receiver misses
    pictures and delays nobody; one that takes nothing for five seconds is disconnected.
    """

    kind = "mjpeg"
    home = "stage"
    Settings = MjpegSettings

    settings: MjpegSettings

    def __init__(self, name: str, settings: MjpegSettings) -> None:
        super().__init__(name, settings)
        self._server: StreamServer | None = None
        self._file: IO[bytes] | None = None
        self._missed = 0

    def open(self) -> None:
        """Listen. Raises AdapterError, e.g. where the port is in use."""
        if self._server is not None:
            return
        wants = self.settings
        try:
            self._server = StreamServer(wants.host, wants.port, wants.clients, wants.token)
        except OSError as error:
            reason = f"{wants.host}:{wants.port} cannot be listened on: {error.strerror or error}"
            raise AdapterError(reason, "choose another `port` or `host`") from error
        self._file = _memory()

    def send(self, frame: PictureFrame) -> None:
        """Encode one picture and hand it to all receivers."""
        server, file = self._server, self._file
        if server is None or file is None:
            raise AdapterError("it is not open")
        height, width = frame.pixels.shape[:2]
        picture = Image.frombuffer("RGBX", (width, height), frame.pixels, "raw", "RGBX", 0, 1)
        file.seek(0)
        file.truncate()
        # Into a file: Pillow releases the interpreter lock only then, and a frame is drawn meanwhile.
        picture.save(file, "JPEG", quality=self.settings.quality)
        file.seek(0)
        server.show(file.read())
        self.counters.sent += 1
        missed = server.missed
        self.counters.dropped += missed - self._missed
        self._missed = missed

    def close(self) -> None:
        """Disconnect everybody and stop listening."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            self._missed = 0
        file, self._file = self._file, None
        if file is not None:
            file.close()

    @property
    def rate(self) -> float:
        """Most pictures a second; 0 takes each."""
        return self.settings.rate

    @property
    def wanted(self) -> bool:
        """Whether anybody receives."""
        return self._server is not None and self._server.receivers > 0

    @property
    def port(self) -> int:
        """The port that it listens on; 0 while it is closed."""
        return self._server.port if self._server is not None else 0

    @property
    def detail(self) -> str:
        """Where it can be seen, and by how many it is."""
        if self._server is None:
            return f"HTTP {self.settings.host}:{self.settings.port}"
        seen = f"{self._server.receivers} of {self.settings.clients} receivers"
        host = self.settings.host
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}{PATH}, {seen}"


def _memory() -> IO[bytes]:
    """Return an unnamed file in memory, where the system has such files; else a temporary one."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("photophore-mjpeg", os.MFD_CLOEXEC), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)
