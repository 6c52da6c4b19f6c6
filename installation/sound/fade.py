"""A gain that never jumps: what every start and stop of the output passes through. Pure."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import RATE
from installation.values import Seconds

__all__ = ["FADE_IN", "FADE_OUT", "Ramp"]

FADE_IN: Final[Seconds] = 0.2
FADE_OUT: Final[Seconds] = 0.03
"""Nothing clicks, and the end of the process need not wait."""

Block = NDArray[np.float32]


class Ramp:
    """A gain between 0 and 1 that moves along half a cosine.

    Attributes:
        at: Where it is on its way, 0 = silent, 1 = open; the gain is ``(1 - cos(pi at)) / 2``.
    """

    def __init__(self) -> None:
        self.at = 0.0
        self._step = 0.0

    def open(self, seconds: Seconds = FADE_IN) -> None:
        """Move to 1."""
        self._step = 1.0 / max(1.0, seconds * RATE)

    def shut(self, seconds: Seconds = FADE_OUT) -> None:
        """Move to 0."""
        self._step = -1.0 / max(1.0, seconds * RATE)

    @property
    def silent(self) -> bool:
        """Whether it has arrived at 0."""
        return self.at <= 0.0 and self._step <= 0.0

    def apply(self, block: Block) -> Block:
        """Return the block ``(channels, samples)`` with the gain, and move on by its length."""
        if self.at >= 1.0 and self._step >= 0.0:
            return block
        if self.silent:
            return np.zeros_like(block)
        length = block.shape[1]
        way = np.clip(self.at + self._step * np.arange(1, length + 1), 0.0, 1.0)
        self.at = float(way[-1])
        gain = (0.5 - 0.5 * np.cos(np.pi * way)).astype(np.float32)
        return block * gain
