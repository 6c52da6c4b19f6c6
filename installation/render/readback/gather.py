"""The lamps' colours: the mean of the guarded picture over each lamp's footprint, in universe order.

Only one texel per lamp is read back, two frames late, so that the graphics card is never waited for; or in
the same frame (``fresh``), where somebody has time to wait until it is drawn.
"""

from math import ceil
from statistics import median
from time import perf_counter
from typing import Literal, TypeAlias

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen
from installation.render.gl.glsl import load
from installation.render.gl.target import Target
from installation.render.gl.wait import Fence
from installation.values import Seconds

__all__ = ["LATENCY", "Gather", "Strategy"]

LATENCY = 2
"""Frames between drawing and reading."""

TRIAL = 20
"""Frames for which each readback method is timed before the faster one is selected."""

_TRIALS = 2 * (TRIAL + LATENCY)
"""Frames after which the method is selected."""

MOST_CELLS = 64
"""Maximum bilinear taps per side of a footprint; footprints above 128 texels are sampled evenly."""

Strategy: TypeAlias = Literal["direct", "buffer"]
"""``direct`` reads the old texture; ``buffer`` copies it into a pixel buffer when it is drawn."""

_WIDTH = 128


class Gather:
    """Samples a picture for the lamps.

    Which readback method is faster depends on the driver (on llvmpipe a pixel buffer is an extra copy): both
    are
    timed over the first frames and the faster one is kept. Their results are equal.

    Args:
        context: The OpenGL context.
        table: One row per lamp: u0 v0 u1 v1 of its footprint, 0..1, v upward. At least one row.

    Attributes:
        strategy: The method in use.
    """

    def __init__(self, context: Context, table: NDArray[np.float32]) -> None:
        self.count = len(table)
        width = min(self.count, _WIDTH)
        rows = -(-self.count // width)
        rects = np.zeros((rows * width, 4), np.float32)
        rects[: self.count] = table
        gl = context.gl
        middles = 0.5 * (rects[:, :2] + rects[:, 2:])
        self._tables = {
            "rects": gl.texture((width, rows), 4, rects.tobytes(), dtype="f4"),
            "middles": gl.texture((width, rows), 2, middles.tobytes(), dtype="f4"),
        }
        for texture in self._tables.values():
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._ring = [Target(context, (width, rows), "rgba32f", smooth=False) for _ in range(LATENCY + 1)]
        self._buffers: list[moderngl.Buffer] = [gl.buffer(reserve=rows * width * 12) for _ in self._ring]
        self._buffered = [False] * len(self._ring)
        self._context = context
        self._largest: tuple[float, float] = tuple(np.abs(table[:, 2:] - table[:, :2]).max(axis=0))
        self._mean: FullScreen | None = None
        self._size = (0, 0)
        # 32-bit floats: converting half floats on the CPU costs more than reading twice the data.
        self._read = np.zeros((rows * width, 3), np.float32)
        self._colours = self._read[: self.count]
        self._frame = 0
        self._fence: Fence | None = None
        self._is_fresh = False
        self._times: dict[Strategy, list[float]] = {"direct": [], "buffer": []}
        self.strategy: Strategy = "direct"

    def read(self, guarded: moderngl.Texture) -> NDArray[np.float32]:
        """Sample this frame's picture, and return the samples of two frames ago, or newer ones.

        Args:
            guarded: Display-linear picture.

        Returns:
            Linear light, (N, 3); black for the first two frames. If the last frame's samples were read with
            ``fresh``, these: light never goes back in time. The next call overwrites the array.
        """
        start = perf_counter()
        slot = self._frame % len(self._ring)
        target = self._ring[slot]
        self._shader(guarded.size).draw(target.framebuffer, {"picture": guarded} | self._tables)
        self._buffered[slot] = self.strategy == "buffer"
        if self._buffered[slot]:
            target.framebuffer.read_into(self._buffers[slot], components=3, dtype="f4", alignment=1)
        self._frame += 1
        if self._frame > LATENCY and not self._is_fresh:
            self._collect(self._frame % len(self._ring))
        self._is_fresh = False
        self._calibrate(perf_counter() - start)
        self._mark()
        return self._colours

    def fresh(self, timeout: Seconds) -> NDArray[np.float32] | None:
        """Return the samples of the frame that ``read`` was given last, if it is drawn by then.

        Args:
            timeout: Seconds to wait for it at most; other threads run meanwhile.

        Returns:
            As ``read``, in the same array; None if it is not drawn yet, or while the methods are still timed.
        """
        if self._fence is None or not self._fence.wait(timeout):
            return None
        self._collect((self._frame - 1) % len(self._ring))
        self._is_fresh = True
        return self._colours

    def _mark(self) -> None:
        """Note the end of what this frame draws; not while methods are timed, which would be disturbed."""
        if self._fence is not None:
            self._fence.release()
        self._fence = Fence(self._context) if self._frame > _TRIALS else None

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        if self._fence is not None:
            self._fence.release()
            self._fence = None
        for target in self._ring:
            target.release()
        for buffer in self._buffers:
            buffer.release()
        for texture in self._tables.values():
            texture.release()
        if self._mean is not None:
            self._mean.release()

    def _shader(self, size: tuple[int, int]) -> FullScreen:
        """Return the shader for a picture of this size, with as many taps as the largest footprint needs."""
        if self._mean is None or size != self._size:
            if self._mean is not None:
                self._mean.release()
            texels = max(share * side for share, side in zip(self._largest, size, strict=True))
            cells = min(max(ceil(0.5 * texels - 0.01), 1), MOST_CELLS)
            self._mean = load(self._context, "gather", {"CELLS": cells})
            self._size = size
        return self._mean

    def _collect(self, slot: int) -> None:
        if self._buffered[slot]:
            self._buffers[slot].read_into(self._read)
        else:
            self._ring[slot].framebuffer.read_into(self._read, components=3, dtype="f4", alignment=1)

    def _calibrate(self, seconds: float) -> None:
        """Time one method, then the other, then keep the faster one."""
        frame = self._frame
        if frame > _TRIALS:
            return
        # The first frames of a trial still read results of the other method and are not counted.
        if (frame - 1) % (TRIAL + LATENCY) >= LATENCY:
            self._times[self.strategy].append(seconds)
        if frame == TRIAL + LATENCY:
            self.strategy = "buffer"
        elif frame == _TRIALS:
            times = self._times
            self.strategy = "direct" if median(times["direct"]) <= median(times["buffer"]) else "buffer"
