"""Frames to an MP4 file and back, for judges that look at film: bt709, yuv420p, as a camera would have it."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["decode", "encode", "from_srgb", "to_srgb"]


def to_srgb(linear: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Linear light 0..1 to 8-bit sRGB (IEC 61966-2-1)."""
    light = np.clip(linear, 0.0, 1.0)
    code = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    whole: NDArray[np.uint8] = np.rint(code * 255).astype(np.uint8)
    return whole


def from_srgb(code: NDArray[np.uint8]) -> NDArray[np.float32]:
    """8-bit sRGB to linear light 0..1."""
    steps = np.arange(256) / 255.0
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    light: NDArray[np.float32] = table.astype(np.float32)[code]
    return light


def encode(
    frames: Sequence[NDArray[np.uint8]], path: Path, fps: int, matrix: Literal["ITU709", "ITU601"] = "ITU709"
) -> None:
    """Write a film.

    Args:
        frames: ``(height, width, 3)`` 8-bit sRGB, all of one even size.
        path: Of the MP4 file.
        fps: Frames in a second.
        matrix: From red, green, blue to luma and chroma (ITU-R BT.709 or BT.601).
    """
    import av
    from av.video.reformatter import VideoReformatter

    height, width = frames[0].shape[:2]
    convert = VideoReformatter()  # one for all frames: else each makes tables and threads of its own
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "12", "preset": "veryfast", "colorprim": "bt709"}
        stream.thread_count = 1
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            picture = convert.reformat(picture, format="yuv420p", dst_colorspace=matrix)
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))


def decode(path: Path) -> NDArray[np.uint8]:
    """All frames of a film, ``(time, height, width, 3)`` 8-bit sRGB."""
    import av
    from av.video.reformatter import VideoReformatter

    convert = VideoReformatter()
    with av.open(str(path)) as film:
        frames = [
            convert.reformat(frame, format="rgb24", src_colorspace="ITU709").to_ndarray()
            for frame in film.decode(video=0)
        ]
    return np.stack(frames)
