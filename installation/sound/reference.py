"""What we play, block for block with what the microphones hear, for the one who removes it there."""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK

__all__ = ["Reference"]

_MOST: Final = 24
"""Blocks that may wait: bursts of the input's device are shorter."""
_KEPT: Final = 4
"""Blocks that are left when there are too many: less than waits in the buffer of the output, so that what we
play is always told before it is heard."""

Block = NDArray[np.float32]


class Reference:
    """A queue from the output's thread to the input's: one block is taken for each that was heard.

    The count of blocks keeps both in step, since both devices run at one rate. Where they drift apart the
    queue runs empty or full, and the step that follows is one that the canceller adapts to.
    """

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque()
        self._silence = np.zeros((1, BLOCK), np.float32)

    def put(self, block: Block) -> None:
        """Add the block that was just given to the output, ``(channels, BLOCK)``."""
        self._blocks.append(block)
        if len(self._blocks) > _MOST:
            while len(self._blocks) > _KEPT:
                self._blocks.popleft()

    def take(self) -> Block:
        """Return the oldest block; silence while nothing is played."""
        try:
            block = self._blocks.popleft()
        except IndexError:
            return self._silence
        self._silence = np.zeros_like(block)
        return block
