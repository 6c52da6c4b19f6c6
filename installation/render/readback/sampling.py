"""The lamps' colours, independent of overlays.

Lamps sample the guarded picture. While text covers it (the HUD, an error) they sample the picture under the
text instead: text is for people at the screen, not for the room. The lamps' own guard, in the keeper, applies
in both cases.
"""

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.passes.lens import exposed
from installation.render.readback.gather import LATENCY, Gather
from installation.values import Seconds

__all__ = ["Sampling"]


class Sampling:
    """Switches between the two pictures without a gap: both are read during the readback latency.

    Args:
        context: The OpenGL context.
        table: Footprints of the lamps in the picture, as in ``Gather``.
        band: Fraction of the guarded picture's height, from below, that is not picture.
    """

    def __init__(self, context: Context, table: NDArray[np.float32], band: float) -> None:
        above = table.astype(np.float32, copy=True)
        above[:, 1::2] = band + above[:, 1::2] * (1.0 - band)
        self._guarded = Gather(context, above)
        self._plain = Gather(context, table)
        self._covered = 0
        self._cleared = LATENCY

    def read(
        self, guarded: moderngl.Texture, plain: moderngl.Texture, gains: tuple[float, float], *, text: bool
    ) -> NDArray[np.float32]:
        """Sample this frame, and return the samples of two frames ago, ``(n, 3)`` linear light.

        Args:
            guarded: The displayed picture.
            plain: The scene before text, master and guard.
            gains: The master, 0..1, and the exposure, a factor.
            text: Whether text covers the picture.
        """
        self._covered = self._covered + 1 if text else 0
        self._cleared = 0 if text else self._cleared + 1
        shown = self._guarded.read(guarded)
        if not text and self._cleared > LATENCY:
            return shown
        under = exposed(self._plain.read(plain), gains[1]) * np.float32(gains[0])
        return under if self._covered > LATENCY or not text else shown

    def fresh(
        self, gains: tuple[float, float], timeout: Seconds, *, text: bool
    ) -> NDArray[np.float32] | None:
        """Return the samples of the frame that ``read`` was given last, if it is drawn within ``timeout``.

        None as well around a change of ``text``, where ``read`` goes from one picture to the other.
        """
        if not text and self._cleared > LATENCY:
            return self._guarded.fresh(timeout)
        if text and self._covered > LATENCY:
            under = self._plain.fresh(timeout)
            return None if under is None else exposed(under, gains[1]) * np.float32(gains[0])
        return None

    def release(self) -> None:
        """Free everything."""
        self._guarded.release()
        self._plain.release()
