"""The lamps' colours, whatever lies over the picture.

Lamps sample the guarded picture. While text stands over it (the HUD, an error) they sample the picture under
the text instead: words are for people at the screen, not for the room. The lamps' own guard, in the keeper,
holds in both cases.
"""

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.readback.gather import LATENCY, Gather

__all__ = ["Sampling"]


class Sampling:
    """Changes over between the two pictures without a gap: both are read while the latency passes.

    Args:
        context: Where it draws.
        table: Footprints of the lamps in the picture, as ``Gather`` takes them.
        band: Share of the guarded picture's height that is not picture, from below.
    """

    def __init__(self, context: Context, table: NDArray[np.float32], band: float) -> None:
        above = table.astype(np.float32, copy=True)
        above[:, 1::2] = band + above[:, 1::2] * (1.0 - band)
        self._guarded = Gather(context, above)
        self._plain = Gather(context, table)
        self._covered = 0
        self._cleared = LATENCY

    def read(
        self, guarded: moderngl.Texture, plain: moderngl.Texture, gain: float, *, text: bool
    ) -> NDArray[np.float32]:
        """Sample this frame, and return what was sampled two frames ago, ``(n, 3)`` linear light.

        Args:
            guarded: What is shown.
            plain: The scene before text, master and guard.
            gain: The master, 0..1.
            text: Whether text lies over the picture.
        """
        self._covered = self._covered + 1 if text else 0
        self._cleared = 0 if text else self._cleared + 1
        shown = self._guarded.read(guarded)
        if not text and self._cleared > LATENCY:
            return shown
        under = self._plain.read(plain) * np.float32(gain)
        return under if self._covered > LATENCY or not text else shown

    def release(self) -> None:
        """Free everything."""
        self._guarded.release()
        self._plain.release()
