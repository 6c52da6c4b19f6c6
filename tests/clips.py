"""Video files whose frames carry their number, made by PyAV: eight bars, lit or dark, are its bits."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 160, 96
DIM, BRIGHT = 40, 200


def picture_of(number: int) -> NDArray[np.uint8]:
    """The upper half has the bits of ``number``, the lowest left; the lower half is a dull red."""
    pixels = np.full((HEIGHT, WIDTH, 3), DIM, np.uint8)
    for bit in range(8):
        if number >> bit & 1:
            pixels[: HEIGHT // 2, bit * 20 : bit * 20 + 20] = BRIGHT
    pixels[HEIGHT // 2 :] = (180, 40, 40)
    return pixels


def number_of(pixels: NDArray[np.uint8]) -> int:
    """Read the number back from pixels of any size, top row first."""
    height, width = pixels.shape[:2]
    row = pixels[height // 4, :, :3].astype(int)
    middle = (DIM + BRIGHT) // 2
    return sum((int(row[int((bit + 0.5) * width / 8)].max()) > middle) << bit for bit in range(8))


def write_clip(path: Path, frames: int = 50, rate: int = 30, codec: str = "libx264", first: int = 0) -> Path:
    """Write a video with key frames every twelve frames; frame i carries ``first + i``."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = 12
        stream.codec_context.bit_rate = 4_000_000
        stream.codec_context.time_base = Fraction(1, rate)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture_of(first + number), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
