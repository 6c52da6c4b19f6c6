"""Whole pictures read back, one or two frames late, without waiting for the graphics card.

A picture is encoded into a target of its own when it is drawn. Once a fence has passed, its pixels are copied
into a pixel buffer, and from there into memory when a second one has passed. A software rasteriser has the
pixels in memory already: there the buffer would be one more copy, and is left out.
"""

import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.contract import PictureFrame
from installation.render.gl.context import Context
from installation.render.gl.target import Target
from installation.render.gl.wait import Fence
from installation.values import Seconds

__all__ = ["SLOTS", "Frames"]

SLOTS: Final = 3
"""Pictures on their way at once."""


@dataclass(slots=True)
class _Slot:
    """One target, its buffer, and the picture that is on its way through them."""

    target: Target
    buffer: moderngl.Buffer | None
    index: int = 0
    time: Seconds = 0.0
    fence: Fence | None = None
    copied: bool = False


class Frames:
    """Reads finished pictures back.

    Args:
        context: The OpenGL context.
        size: Width and height of the canvas in pixels.
        band: Rows below the canvas that are not picture.
        encode: Draws the latest frame as 8-bit sRGB into a framebuffer of a size.
    """

    def __init__(
        self,
        context: Context,
        size: tuple[int, int],
        band: int,
        encode: Callable[[moderngl.Framebuffer, tuple[int, int]], None],
    ) -> None:
        self._context = context
        self._size = size
        self._band = band
        self._encode = encode
        self._free: list[_Slot] = []
        self._made = 0
        self._underway: deque[_Slot] = deque()
        self._memory: list[tuple[NDArray[np.uint8], weakref.ref[PictureFrame] | None]] = []

    def request(self, index: int, time: Seconds) -> bool:
        """Have the latest frame read back; ``collect`` returns it later. False if too many are on their way.

        Args:
            index: Number of the frame.
            time: Monotonic seconds at which it was drawn.
        """
        slot = self._slot()
        if slot is None:
            return False
        self._encode(slot.target.framebuffer, slot.target.size)
        slot.index, slot.time, slot.copied = index, time, False
        slot.fence = Fence(self._context)
        self._underway.append(slot)
        return True

    def collect(self) -> list[PictureFrame]:
        """Return the pictures that have arrived, oldest first, rows from the bottom up; call once a frame."""
        arrived = []
        while self._underway and self._arrived(self._underway[0]):
            slot = self._underway.popleft()
            arrived.append(self._picture(slot))
            self._free.append(slot)
        for slot in self._underway:
            self._advance(slot)
        return arrived

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for slot in (*self._free, *self._underway):
            if slot.fence is not None:
                slot.fence.release()
            if slot.buffer is not None:
                slot.buffer.release()
            slot.target.release()
        self._free.clear()
        self._underway.clear()

    def _slot(self) -> _Slot | None:
        if self._free:
            return self._free.pop()
        if self._made >= SLOTS:
            return None
        self._made += 1
        width, height = self._size[0], self._size[1] + self._band
        buffer = None
        if not self._context.info.software:
            buffer = self._context.gl.buffer(reserve=self._size[0] * self._size[1] * 4)
        return _Slot(Target(self._context, (width, height), "rgba8"), buffer)

    def _arrived(self, slot: _Slot) -> bool:
        if slot.fence is None or not slot.fence.passed():
            return False
        return slot.copied or slot.buffer is None

    def _advance(self, slot: _Slot) -> None:
        """Start the copy of a drawn picture into its buffer."""
        if slot.buffer is None or slot.copied or slot.fence is None or not slot.fence.passed():
            return
        slot.fence.release()
        slot.target.framebuffer.read_into(slot.buffer, self._area(), components=4)
        slot.copied, slot.fence = True, Fence(self._context)

    def _picture(self, slot: _Slot) -> PictureFrame:
        if slot.fence is not None:
            slot.fence.release()
            slot.fence = None
        number, pixels = self._unused()
        if slot.buffer is not None:
            slot.buffer.read_into(pixels)
        else:
            slot.target.framebuffer.read_into(pixels, self._area(), components=4)
        frame = PictureFrame(slot.index, slot.time, pixels)
        self._memory[number] = pixels, weakref.ref(frame)
        return frame

    def _area(self) -> tuple[int, int, int, int]:
        return 0, self._band, self._size[0], self._size[1]

    def _unused(self) -> tuple[int, NDArray[np.uint8]]:
        """Return memory of a picture that nobody holds any more; new memory if all are held."""
        for number, (pixels, frame) in enumerate(self._memory):
            if frame is None or frame() is None:
                return number, pixels
        pixels = np.empty((self._size[1], self._size[0], 4), np.uint8)
        self._memory.append((pixels, None))
        return len(self._memory) - 1, pixels
