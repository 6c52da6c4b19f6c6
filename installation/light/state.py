"""One frame of light on its way from the stage to the keeper."""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS
from installation.values import Seconds

__all__ = ["HEADER", "LightState"]

_LAYOUT: Final = struct.Struct("<4sIQdffI")
_MAGIC: Final = b"PLS2"

HEADER: Final = _LAYOUT.size
"""Bytes before the light: 36."""


@dataclass(frozen=True, slots=True, eq=False)
class LightState:
    """Linear light of every channel, and the data of the picture that the lamps' guard needs.

    Attributes:
        index: Number of the show frame it belongs to.
        time: Monotonic seconds at which it was made.
        light: ``(universes, 512)`` uint16, 0..65535 linear light. The coarse channel of a 16-bit pair holds
            the whole value; held, fine and unknown channels hold 0.
        mean: Mean of the guarded picture, 0..1; NaN without a picture.
        red: Red share of the guarded picture, 0..1; NaN without a picture.
        patch: ``Rig.patch`` of the lamps that it is for; 0 if unknown.
    """

    index: int
    time: Seconds
    light: NDArray[np.uint16]
    mean: float = float("nan")
    red: float = float("nan")
    patch: int = 0

    @property
    def size(self) -> int:
        """Length of ``to_bytes`` in bytes."""
        return HEADER + self.light.size * 2

    def parts(self) -> tuple[bytes, memoryview]:
        """Return header and light, row by row, as little-endian bytes without copying the light."""
        head = _LAYOUT.pack(_MAGIC, len(self.light), self.index, self.time, self.mean, self.red, self.patch)
        return head, np.ascontiguousarray(self.light, "<u2").data.cast("B")

    def to_bytes(self) -> bytes:
        """Return both parts concatenated."""
        return b"".join(self.parts())

    @classmethod
    def from_buffer(cls, buffer: bytes | bytearray | memoryview) -> "LightState":
        """Parse the result of ``to_bytes``; the light is copied. Raises ValueError for any other data."""
        if len(buffer) < HEADER:
            message = f"{len(buffer)} bytes are not a light state; its header alone has {HEADER}"
            raise ValueError(message)
        magic, universes, index, time, mean, red, patch = _LAYOUT.unpack_from(buffer)
        if magic != _MAGIC or len(buffer) != HEADER + universes * CHANNELS * 2:
            message = f"{len(buffer)} bytes are not a light state of {universes} universes"
            raise ValueError(message)
        light = np.frombuffer(buffer, "<u2", offset=HEADER).reshape(universes, CHANNELS)
        return cls(index, time, light.astype(np.uint16), mean, red, patch)
