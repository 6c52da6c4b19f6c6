"""The ``video-stream`` adapter: H.264 by PyAV (FFmpeg's libraries)."""

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from msgspec import Meta

from installation.contract import (
    BT709,
    LIMITED_RANGE,
    AdapterError,
    PictureFrame,
    PictureOutput,
    Seconds,
    Settings,
)

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

__all__ = ["FORMATS", "VideoStreamOutput", "VideoStreamSettings"]

FORMATS: Final = {"udp": "mpegts", "srt": "mpegts", "rtsp": "rtsp"}
"""Container by scheme of the address."""

_TICKS: Final = 90_000
"""Ticks a second of MPEG systems (ISO/IEC 13818-1)."""
_OPEN: Final[Seconds] = 5.0


class VideoStreamSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about the stream.

    Attributes:
        url: Where it goes: `udp://HOST:PORT` or `srt://HOST:PORT` (MPEG-TS), `rtsp://HOST:PORT/NAME` (a media
            server takes it, e.g. MediaMTX).
        rate: Most pictures a second.
        bitrate: Kilobits a second on average.
    """

    url: str
    rate: Annotated[float, Meta(gt=0.0, le=120.0)] = 30.0
    bitrate: Annotated[int, Meta(ge=100, le=200_000)] = 8000

    def __post_init__(self) -> None:
        """Check the address. Raises ValueError."""
        parts = urlsplit(self.url)
        if parts.scheme not in FORMATS:
            message = f"url: {self.url!r} begins with none of {', '.join(f'{one}://' for one in FORMATS)}"
            raise ValueError(message)
        if not parts.hostname or not parts.port:
            message = f"url: {self.url!r} has no host and port, e.g. udp://192.168.0.20:5004"
            raise ValueError(message)


class VideoStreamOutput(PictureOutput):
    """Sends the guarded picture at full size as H.264 without reordering, a key frame each second."""

    kind = "video-stream"
    home = "stage"
    Settings = VideoStreamSettings

    settings: VideoStreamSettings

    def __init__(self, name: str, settings: VideoStreamSettings) -> None:
        super().__init__(name, settings)
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._convert: VideoReformatter | None = None
        self._began: Seconds | None = None
        self._last = -1

    def open(self) -> None:
        """Connect, where the protocol does. Raises AdapterError."""
        if self._container is not None:
            return
        import av
        from av.video.reformatter import VideoReformatter

        url, scheme = self.settings.url, urlsplit(self.settings.url).scheme
        if FORMATS[scheme] not in av.formats_available or "libx264" not in av.codecs_available:
            raise AdapterError(
                f"this PyAV cannot send {scheme}", "install a build with it, or use another `url`"
            )
        options = {"rtsp_transport": "tcp"} if scheme == "rtsp" else {}
        if scheme == "udp":
            url += ("&" if urlsplit(url).query else "?") + "pkt_size=1316"  # seven packets of 188 bytes
        try:
            self._container = av.open(
                url, "w", format=FORMATS[scheme], container_options=options, timeout=_OPEN
            )
            self._stream = self._encoder(self._container)
            self._container.start_encoding()
            self._convert = VideoReformatter()  # a frame's own makes tables and threads for it alone
        except (av.FFmpegError, OSError, ValueError) as error:
            self._forget()
            raise self._lost(error) from None
        self._began, self._last = None, -1

    def send(self, frame: PictureFrame) -> None:
        """Encode and send one picture. Raises AdapterError where the other side is lost."""
        if self._container is None or self._stream is None or self._convert is None:
            raise AdapterError("it is not open")
        import av

        if self._began is None:
            self._began = frame.time
        at = max(self._last + 1, round((frame.time - self._began) * _TICKS))
        self._last = at
        height, width = self.size[1] & ~1, self.size[0] & ~1
        try:
            picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgba")
            picture = self._convert.reformat(
                picture, width, height, "yuv420p", dst_colorspace=BT709, dst_color_range=LIMITED_RANGE
            )
            picture.pts, picture.time_base = at, Fraction(1, _TICKS)
            for packet in self._stream.encode(picture):
                self._container.mux(packet)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._lost(error) from None
        self.counters.sent += 1

    def close(self) -> None:
        """Flush the encoder and close the connection."""
        container, stream = self._container, self._stream
        if container is None or stream is None:
            return
        import av

        with suppress(av.FFmpegError, OSError, ValueError):  # where the other side is gone
            if self._last >= 0:
                for packet in stream.encode():
                    container.mux(packet)
        self._forget()

    @property
    def rate(self) -> float:
        """Most pictures a second."""
        return self.settings.rate

    @property
    def detail(self) -> str:
        """Where it goes, without what may be a password."""
        parts = urlsplit(self.settings.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}, H.264"

    def _encoder(self, container: "OutputContainer") -> "VideoStream":
        rate = Fraction(self.settings.rate).limit_denominator(1001)
        stream: Any = container.add_stream(
            "libx264", rate=rate, options={"preset": "veryfast", "tune": "zerolatency"}
        )
        stream.width, stream.height, stream.pix_fmt = self.size[0] & ~1, self.size[1] & ~1, "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, _TICKS)
        context.bit_rate = self.settings.bitrate * 1000
        context.gop_size = max(1, round(self.settings.rate))
        context.thread_count = 2
        context.color_range, context.colorspace = LIMITED_RANGE, BT709
        context.color_primaries, context.color_trc = BT709, BT709
        return stream  # type: ignore[no-any-return]

    def _lost(self, error: Exception) -> AdapterError:
        import av

        if isinstance(error, av.error.ProtocolNotFoundError):
            scheme = urlsplit(self.settings.url).scheme
            return AdapterError(
                f"this PyAV cannot send {scheme}", "install a build with it, or use another `url`"
            )
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return AdapterError(f"{self.detail}: {said}", "is the receiver there?")

    def _forget(self) -> None:
        container, self._container, self._stream = self._container, None, None
        if container is None:
            return
        import av

        with suppress(av.FFmpegError, OSError, ValueError):  # where the trailer cannot be sent any more
            container.close()
