"""The last draw: guarded light to display codes, with blue-noise dither. Nothing draws after it.

Only static maps are allowed here (encoding, dither), since the guard has already spoken.
"""

from math import sqrt

import moderngl

from installation.render.gl.context import Context
from installation.render.gl.glsl import load
from installation.render.passes.blue_noise import load as blue_noise

__all__ = ["Output"]

_GOLDEN = (sqrt(5.0) - 1.0) / 2.0
"""Multiples of the golden ratio, modulo 1, fill the circle most evenly, however many frames the eye sums."""


class Output:
    """Encodes display-linear light as sRGB (IEC 61966-2-1) for an 8-bit window or target.

    Args:
        context: Where it draws.

    Attributes:
        dither: Off only for tests and for files that are compared bit by bit.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.dither = True
        noise = blue_noise()
        side = noise.shape[0]
        self._noise: moderngl.Texture = context.gl.texture((side, side), 1, noise.tobytes(), dtype="f4")
        self._noise.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._encode = load(context, "encode")

    def encode(self, guarded: moderngl.Texture, target: moderngl.Framebuffer, index: int) -> None:
        """Draw the picture into a window or an RGBA8 target, over all of its viewport.

        Args:
            guarded: Display-linear, 1.0 = white; scaled to the target if sizes differ.
            target: Where the codes go.
            index: Frame number; it turns the dither, so that no grain stands still.
        """
        values = {"turn": (index * _GOLDEN) % 1.0, "amount": 1.0 if self.dither else 0.0}
        self._encode.draw(target, {"picture": guarded, "noise": self._noise}, values)

    def release(self) -> None:
        """Free everything. Harmless when it is gone already."""
        self._encode.release()
        self._noise.release()
