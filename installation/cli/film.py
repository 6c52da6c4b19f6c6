"""Destinations of rendered frames: a film, a folder of pictures, a contact sheet."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from installation.errors import PhotophoreError
from installation.values import Seconds

__all__ = ["ContactSheet", "Film", "Pictures", "Sink", "open_sink"]

Pixels = NDArray[np.uint8]


class Sink(Protocol):
    """A destination that takes frames in order."""

    def add(self, pixels: Pixels) -> None:
        """Take one frame, ``(height, width, 3)`` 8-bit sRGB."""
        ...

    def __enter__(self) -> "Sink": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Pictures:
    """A folder of ``frame_%06d.png``.

    Args:
        folder: Created if it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._count = 0

    def add(self, pixels: Pixels) -> None:
        """Write one picture."""
        # Level 1: dark pictures compress well anyway, and zlib should not slow down rendering.
        Image.fromarray(pixels).save(self._folder / f"frame_{self._count:06d}.png", compress_level=1)
        self._count += 1

    def __enter__(self) -> "Pictures":
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: no file is open."""


class Film:
    """An MP4: H.264, yuv420p, BT.709, as players expect it.

    Args:
        path: Path of the file.
        fps: Frames per second.
        crf: Quality of x264, lower is better; dark gradients need a low one.
    """

    def __init__(self, path: Path, fps: float, crf: int = 16) -> None:
        import av

        path.parent.mkdir(parents=True, exist_ok=True)
        self._av = av
        self._container = av.open(str(path), "w")
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream(
            "libx264", rate=rate, options={"crf": str(crf), "preset": "fast"}
        )
        self._stream.pix_fmt = "yuv420p"
        context = self._stream.codec_context
        context.color_range, context.colorspace = 1, 1  # limited, BT.709 (ITU-T H.273 codes)
        context.color_primaries, context.color_trc = 1, 1
        self._sized = False

    def add(self, pixels: Pixels) -> None:
        """Encode one frame; odd sizes lose their last row or column, since 4:2:0 has none."""
        height, width = pixels.shape[0] & ~1, pixels.shape[1] & ~1
        if not self._sized:
            self._stream.width, self._stream.height = width, height
            self._sized = True
        frame = self._av.VideoFrame.from_ndarray(
            np.ascontiguousarray(pixels[:height, :width]), format="rgb24"
        )
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def __enter__(self) -> "Film":
        return self

    def __exit__(self, *_: object) -> None:
        """Flush the encoder and close the file."""
        if self._sized:
            for packet in self._stream.encode():
                self._container.mux(packet)
        self._container.close()


class ContactSheet:
    """A picture of frames at equal intervals, each with its time.

    Args:
        path: Path of the PNG.
        total: Total number of frames.
        columns, rows: Columns and rows of the sheet.
    """

    def __init__(self, path: Path, total: int, columns: int = 4, rows: int = 3) -> None:
        self._path = path
        self._columns, self._rows = columns, rows
        count = min(columns * rows, total)
        self._wanted = {round((i + 0.5) * total / count - 0.5): i for i in range(count)}
        self._index = 0
        self._sheet: Image.Image | None = None
        self._font = ImageFont.load_default(size=14)

    def add(self, pixels: Pixels, time: Seconds) -> None:
        """Take one frame; it is used if it is due."""
        place = self._wanted.get(self._index)
        self._index += 1
        if place is None:
            return
        width = 400
        height = round(width * pixels.shape[0] / pixels.shape[1])
        if self._sheet is None:
            self._sheet = Image.new("RGB", (width * self._columns, (height + 22) * self._rows), (8, 10, 12))
        x, y = place % self._columns * width, place // self._columns * (height + 22)
        self._sheet.paste(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS), (x, y))
        ImageDraw.Draw(self._sheet).text(
            (x + 6, y + height + 2), f"{time:.1f} s", font=self._font, fill=(120, 140, 150)
        )

    def save(self) -> None:
        """Write the sheet."""
        if self._sheet is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._sheet.save(self._path)


def open_sink(out: Path, fps: float) -> Sink:
    """Return a film for ``.mp4``, else a folder.

    Raises:
        PhotophoreError: It is another kind of file.
    """
    if out.suffix.lower() == ".mp4":
        return Film(out, fps)
    if out.suffix:
        message = f"--out {out}: expected a name that ends in .mp4, or a folder for PNG frames"
        raise PhotophoreError(message)
    return Pictures(out)
