"""The last pass: guarded light to display codes, with blue-noise dithering. Nothing is drawn after it.

Only static maps are allowed here (encoding, dithering, a projector's mapping), since the guard comes before.
"""

from collections.abc import Sequence
from math import sqrt

import moderngl

from installation.render.gl.context import Context
from installation.render.gl.glsl import load
from installation.render.mapping.mapped import Mapped
from installation.render.part import IDENTITY, Map, Part
from installation.render.passes.blue_noise import load as blue_noise
from installation.show.mapping import Polygon

__all__ = ["Output"]

_GOLDEN = (sqrt(5.0) - 1.0) / 2.0
"""Multiples of the golden ratio modulo 1 cover the circle evenly, however many frames the eye integrates."""


class Output:
    """Encodes display-linear light as sRGB (IEC 61966-2-1) for an 8-bit window or target.

    Args:
        context: Where it draws.

    Attributes:
        dither: Disable only in tests and for files that are compared bit by bit.
        mapped: Draws into windows that are bent, blended or masked.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.dither = True
        noise = blue_noise()
        side = noise.shape[0]
        self._noise: moderngl.Texture = context.gl.texture((side, side), 1, noise.tobytes(), dtype="f4")
        self._noise.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._encode = load(context, "encode")
        self.mapped = Mapped(context)

    def encode(
        self, guarded: moderngl.Texture, target: moderngl.Framebuffer, index: int, part: Map = IDENTITY
    ) -> None:
        """Draw the picture into a window or an RGBA8 target, over its whole viewport.

        Args:
            guarded: Display-linear, 1.0 = white; scaled to the target if sizes differ.
            target: The destination.
            index: Frame number; it varies the dither pattern from frame to frame.
            part: Where the target reads the picture.
        """
        values = {**self._noisy(index), "origin": part.origin, "along": part.along, "up": part.up}
        self._encode.draw(target, {"picture": guarded, "noise": self._noise}, values)

    def encode_mapped(
        self,
        guarded: moderngl.Texture,
        target: moderngl.Framebuffer,
        index: int,
        part: Part,
        fitting: Polygon,
    ) -> None:
        """Draw the picture into a window with a mapping; the window is black, and all of it the viewport.

        Args:
            guarded: As of ``encode``.
            target: The destination.
            index: Frame number.
            part: What the window shows, and its mapping.
            fitting: Corners of the picture in the window, 0..1, where the mapping pins none.
        """
        textures = {"picture": guarded, "noise": self._noise}
        self.mapped.draw(target, textures, self._noisy(index), part, fitting)

    def _noisy(self, index: int) -> dict[str, Sequence[float] | float]:
        """Return where the noise of a frame begins, and how much of it there is."""
        return {"turn": (index * _GOLDEN) % 1.0, "amount": 1.0 if self.dither else 0.0}

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self._encode.release()
        self.mapped.release()
        self._noise.release()
