"""Destinations of rendered frames and their sound: a film, a folder of pictures, a contact sheet."""

import sys
import wave
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from installation.errors import PhotophoreError
from installation.sound import RATE
from installation.values import BT709, LIMITED_RANGE, Seconds

__all__ = ["SOUND_FILE", "ContactSheet", "Film", "Pictures", "Sink", "Wave", "open_sink"]

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

SOUND_FILE: Final = "sound.wav"
"""Name of the sound beside pictures in a folder."""

_BITRATE: Final = 192_000
"""Bits per second of AAC: stereo without audible loss."""


class Sink(Protocol):
    """A destination that takes frames in order."""

    def add(self, pixels: Pixels) -> None:
        """Take one frame, ``(height, width, 3)`` 8-bit sRGB."""
        ...

    def hear(self, samples: Floats) -> None:
        """Take the next samples of its sound, ``(2, n)``, -1..1; the first is heard as frame 0 begins."""
        ...

    def __enter__(self) -> "Sink": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class _Draft:
    """A file that is made beside its place: what stands there is replaced once the new one is whole.

    Args:
        place: Path of the file; its folder is created.
    """

    def __init__(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        self._place = place
        self.path = place.with_name(f"{place.stem}.part{place.suffix}")

    def settle(self, *, whole: bool) -> None:
        """Put the closed file in its place; one that was interrupted only where nothing stands."""
        if not self.path.exists():  # not one frame was added
            return
        if whole or not self._place.exists():
            self.path.replace(self._place)
        else:
            kept = f"{self._place} is as it was; what was rendered until now is {self.path.name}"
            print(kept, file=sys.stderr)


class Wave:
    """A WAV file: 48 kHz, stereo, 24 bits. A file that is there stays until this one is whole.

    Args:
        path: Path of the file; its folder is created.
    """

    def __init__(self, path: Path) -> None:
        self._draft = _Draft(path)
        self._file = wave.open(str(self._draft.path), "wb")  # noqa: SIM115 - closed by __exit__
        self._file.setparams((2, 3, RATE, 0, "NONE", "not compressed"))

    def add(self, pixels: Pixels) -> None:
        """Leave the picture out."""

    def hear(self, samples: Floats) -> None:
        """Write samples."""
        whole = np.rint(np.clip(samples.T, -1.0, 1.0).astype(np.float64) * 0x7FFFFF).astype("<i4")
        self._file.writeframes(np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes())

    def __enter__(self) -> "Wave":
        return self

    def __exit__(self, kind: type[BaseException] | None = None, *_: object) -> None:
        """Write the length and close the file."""
        self._file.close()
        self._draft.settle(whole=kind is None)


class Pictures:
    """A folder of ``frame_%06d.png``, with the sound as ``sound.wav``.

    Args:
        folder: Created if it does not exist.

    Raises:
        PhotophoreError: There are frames in it: those of two films would be mixed.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if next(folder.glob("frame_*.png"), None) is not None:
            message = f"--out {folder}: there are frames of a film in it; give another folder, or empty it"
            raise PhotophoreError(message)
        self._folder = folder
        self._count = 0
        self._sound: Wave | None = None

    def add(self, pixels: Pixels) -> None:
        """Write one picture."""
        # Level 1: dark pictures compress well anyway, and zlib should not slow down rendering.
        Image.fromarray(pixels).save(self._folder / f"frame_{self._count:06d}.png", compress_level=1)
        self._count += 1

    def hear(self, samples: Floats) -> None:
        """Write samples into the WAV file beside the pictures."""
        self._sound = self._sound or Wave(self._folder / SOUND_FILE)
        self._sound.hear(samples)

    def __enter__(self) -> "Pictures":
        return self

    def __exit__(self, kind: type[BaseException] | None = None, *_: object) -> None:
        """Close the sound."""
        if self._sound is not None:
            self._sound.__exit__(kind)


class Film:
    """An MP4: H.264, yuv420p, BT.709, as players expect it; with sound also AAC, 48 kHz, stereo.

    An encoder of AAC begins with samples of its own. The file's edit list says so, and how long the sound is;
    in thousandths of a second, which is FFmpeg's default, it would be up to 24 samples wrong.

    A file that is there stays until this one is whole.

    Args:
        path: Path of the file.
        fps: Frames per second.
        crf: Quality of x264, lower is better; dark gradients need a low one.
        sound: Whether it has sound.
    """

    def __init__(self, path: Path, fps: float, crf: int = 16, *, sound: bool = False) -> None:
        import av
        from av.video.reformatter import VideoReformatter

        self._draft = _Draft(path)
        self._av = av
        self._convert = VideoReformatter()  # a frame's own makes tables and threads for that frame alone
        options = {"movie_timescale": str(RATE)}
        self._container = av.open(str(self._draft.path), "w", options=options)
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream(
            "libx264", rate=rate, options={"crf": str(crf), "preset": "fast"}
        )
        self._stream.pix_fmt = "yuv420p"
        context = self._stream.codec_context
        context.color_range, context.colorspace = LIMITED_RANGE, BT709
        context.color_primaries, context.color_trc = BT709, BT709
        self._sized = False
        self._sound = self._container.add_stream("aac", rate=RATE, layout="stereo") if sound else None
        if self._sound is not None:
            self._sound.bit_rate = _BITRATE
        self._heard = 0

    def add(self, pixels: Pixels) -> None:
        """Encode one frame; odd sizes lose their last row or column, since 4:2:0 has none."""
        height, width = pixels.shape[0] & ~1, pixels.shape[1] & ~1
        if not self._sized:
            self._stream.width, self._stream.height = width, height
            self._sized = True
        frame = self._av.VideoFrame.from_ndarray(
            np.ascontiguousarray(pixels[:height, :width]), format="rgb24"
        )
        frame = self._convert.reformat(
            frame, format="yuv420p", dst_colorspace=BT709, dst_color_range=LIMITED_RANGE
        )
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def hear(self, samples: Floats) -> None:
        """Encode samples; call after ``add`` of the first frame."""
        if self._sound is None or not samples.shape[1]:
            return
        frame = self._av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), self._heard
        self._heard += samples.shape[1]
        for packet in self._sound.encode(frame):
            self._container.mux(packet)

    def __enter__(self) -> "Film":
        return self

    def __exit__(self, kind: type[BaseException] | None = None, *_: object) -> None:
        """Flush the encoders and close the file."""
        if self._sized:
            for packet in self._stream.encode():
                self._container.mux(packet)
            for packet in self._sound.encode() if self._sound is not None else ():
                self._container.mux(packet)
        self._container.close()
        self._draft.settle(whole=kind is None)


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


def open_sink(out: Path, fps: float, *, sound: bool = False) -> Sink:
    """Return a film for ``.mp4``, else a folder.

    Args:
        out: Path of the file or folder.
        fps: Frames per second.
        sound: Whether ``hear`` will be called.

    Raises:
        PhotophoreError: It is another kind of file.
    """
    check_name(out)
    return Film(out, fps, sound=sound) if out.suffix else Pictures(out)


def check_name(out: Path) -> None:
    """Raise PhotophoreError if a name is neither that of a film nor of a folder."""
    if out.suffix.lower() not in ("", ".mp4"):
        message = f"--out {out}: expected a name that ends in .mp4, or a folder for PNG frames"
        raise PhotophoreError(message)
