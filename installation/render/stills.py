"""Stills of the finished picture, for films, screenshots and the panel."""

import io
from collections.abc import Callable

import moderngl
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from installation.render.gl import wait
from installation.render.gl.context import Context
from installation.render.gl.target import Target

__all__ = ["LIVE_WIDTH", "Stills"]

LIVE_WIDTH = 480
"""Width in pixels of the panel's live picture."""


class Stills:
    """Reads the picture back as bytes.

    Args:
        context: The OpenGL context.
        size: Of the picture in pixels, with the band of lamps.
        encode: Draws the latest frame as 8-bit sRGB into a framebuffer of a size.
    """

    def __init__(
        self,
        context: Context,
        size: tuple[int, int],
        encode: Callable[[moderngl.Framebuffer, tuple[int, int]], None],
    ) -> None:
        self._context = context
        self._size = size
        self._encode = encode
        self._still: Target | None = None
        self._live: Target | None = None

    def image(self) -> NDArray[np.uint8]:
        """Return the latest frame as ``(height, width, 3)`` 8-bit sRGB, top row first."""
        self._still = self._still or Target(self._context, self._size, "rgba8")
        return self._read(self._still)

    def jpeg(self) -> bytes:
        """Return the latest frame as a small JPEG."""
        if self._live is None:
            width = min(LIVE_WIDTH, self._size[0])
            height = round(width * self._size[1] / self._size[0])
            self._live = Target(self._context, (width, height), "rgba8")
        file = io.BytesIO()
        Image.fromarray(self._read(self._live)).save(file, "JPEG", quality=82)
        return file.getvalue()

    def _read(self, target: Target) -> NDArray[np.uint8]:
        self._encode(target.framebuffer, target.size)
        wait.finish(self._context)
        width, height = target.size
        pixels = np.frombuffer(
            target.framebuffer.read(components=4), np.uint8
        )  # RGB reads cost ten times more
        return np.ascontiguousarray(pixels.reshape(height, width, 4)[::-1, :, :3])

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for target in (self._still, self._live):
            if target is not None:
                target.release()
