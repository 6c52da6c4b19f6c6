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
    """Linear light of every channel, and what the lamps' guard must know of the picture.

    Attributes:
        index: Number of the show frame it was made from.
        time: Monotonic seconds at which it was made.
        light: ``(universes, 512)`` uint16, 0..65535 linear light. The coarse channel of a 16-bit pair holds
            the whole value; held, fine and unknown channels hold 0.
        mean: Mean of the guarded picture, 0..1; NaN when there is no picture.
        red: Red share of the guarded picture, 0..1; NaN when there is no picture.
        patch: ``Rig.patch`` of the lamps that it is for; 0 when that is not known.
    """

    index: int
    time: Seconds
    light: NDArray[np.uint16]
    mean: float = float("nan")
    red: float = float("nan")
    patch: int = 0

    @property
    def size(self) -> int:
        """Bytes of ``to_bytes``."""
        return HEADER + self.light.size * 2

    def parts(self) -> tuple[bytes, memoryview]:
        """Little-endian bytes in two pieces, nothing copied: header, and the light row by row."""
        head = _LAYOUT.pack(_MAGIC, len(self.light), self.index, self.time, self.mean, self.red, self.patch)
        return head, np.ascontiguousarray(self.light, "<u2").data.cast("B")

    def to_bytes(self) -> bytes:
        """Both parts in one."""
        return b"".join(self.parts())

    @classmethod
    def from_buffer(cls, buffer: bytes | bytearray | memoryview) -> "LightState":
        """Read what ``to_bytes`` wrote; the light is copied. Raises ValueError for anything else."""
        if len(buffer) < HEADER:
            message = f"{len(buffer)} bytes are no light state, its header alone has {HEADER}"
            raise ValueError(message)
        magic, universes, index, time, mean, red, patch = _LAYOUT.unpack_from(buffer)
        if magic != _MAGIC or len(buffer) != HEADER + universes * CHANNELS * 2:
            message = f"{len(buffer)} bytes are no light state of {universes} universes"
            raise ValueError(message)
        light = np.frombuffer(buffer, "<u2", offset=HEADER).reshape(universes, CHANNELS)
        return cls(index, time, light.astype(np.uint16), mean, red, patch)
