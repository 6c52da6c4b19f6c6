"""Decoded frames as pixels for a texture."""

from typing import TYPE_CHECKING, Final

import numpy as np

from installation.media.source import Pixels
from installation.values import BT709

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.reformatter import VideoReformatter

__all__ = ["fitted", "pixels_of"]

_UNSPECIFIED: Final = 2
"""Matrix coefficients of a frame that does not state them (ITU-T H.273, 8.3)."""
_BT601: Final = 5  # SWS_CS_ITU601 of libswscale
_HD_ROWS: Final = 720
"""Frames without stated coefficients are BT.709 from this height on, BT.601 below, as players assume."""


def pixels_of(frame: "VideoFrame", convert: "VideoReformatter", rows: int = 0) -> Pixels:
    """Return a frame as RGBA, turned upright, bottom row first.

    Colours stay display-encoded, as those of image files; high dynamic range is not tone mapped.

    Args:
        frame: The decoded frame.
        convert: One for all frames of a source: a frame's own makes tables and threads for it alone.
        rows: Most rows; a frame with more is made smaller. 0 keeps its size.
    """
    width, height = fitted((frame.width, frame.height), rows)
    stated = int(frame.colorspace)
    if stated in (0, _UNSPECIFIED):
        stated = BT709 if frame.height >= _HD_ROWS else _BT601
    converted = frame
    if frame.format.name != "rgba" or height != frame.height:
        converted = convert.reformat(frame, width, height, "rgba", src_colorspace=stated)
    pixels: Pixels = converted.to_ndarray()
    turns = round(getattr(frame, "rotation", 0) / 90) % 4
    if turns:
        pixels = np.rot90(pixels, turns)
    return np.ascontiguousarray(pixels[::-1])


def fitted(size: tuple[int, int], rows: int) -> tuple[int, int]:
    """Return a size, reduced to at most so many rows; 0 keeps it."""
    width, height = size
    if not rows or height <= rows:
        return size
    return max(1, round(width * rows / height)), rows
