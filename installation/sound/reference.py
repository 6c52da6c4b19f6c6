"""What we play, block for block with what the microphones hear, for the one who removes it there.

Both devices run at one rate, so counting keeps them in step: the n-th block that is heard goes with the n-th
that was given to the output, apart from a number that stays. That holds only if no block is taken before it
is there, however late a thread may be; so the input waits for the output, which is about to play.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK
from installation.values import Seconds

__all__ = ["Reference"]

_AHEAD: Final = 2
"""Blocks that wait, besides those that the input still has to read, when the first one is taken: fewer than
in the buffer of the output, so that what we play is always told before it is heard."""
_TOO_MANY: Final = 48
"""Blocks beyond that, a quarter of a second, when some have no match any more, since input was lost."""
_MOST: Final = 384
"""Blocks that wait while nobody listens."""
_STOPPED: Final[Seconds] = 0.1
"""An output that takes nothing for so long has stopped, and the input waits no longer."""

Block = NDArray[np.float32]


class Reference:
    """A queue from the output's thread to the input's: one block is taken for each that was heard.

    Args:
        clock: Monotonic seconds.

    Attributes:
        turn: Held by the thread that computes a block. If both compute at once they hand the interpreter to
            and fro at each call of numpy, thousands of times a second.
    """

    def __init__(self, clock: Callable[[], Seconds] = time.monotonic) -> None:
        self._clock = clock
        self.turn = threading.Lock()
        self._blocks: deque[tuple[int, Block]] = deque(maxlen=_MOST)
        self._count = 0
        self._put_at: Seconds = float("-inf")
        self._next: int | None = None
        self._silence: Block = np.zeros((1, BLOCK), np.float32)

    def put(self, block: Block) -> None:
        """Add the block that was just given to the output, ``(channels, BLOCK)``."""
        self._blocks.append((self._count, block))
        self._count += 1
        self._put_at = self._clock()

    @property
    def ready(self) -> bool:
        """Whether there is a block for the next one that was heard, or there will be none."""
        return bool(self._blocks) or self._clock() - self._put_at > _STOPPED

    def take(self, unread: int) -> tuple[Block, int]:
        """Return the block that goes with the next one that was heard, and how many were left out before it.

        Silence while nothing is played.

        Args:
            unread: Blocks that the input holds beyond that one.
        """
        blocks = self._blocks
        left = unread + _AHEAD
        if blocks and (self._next is None or len(blocks) > left + _TOO_MANY):
            while len(blocks) > left:
                blocks.popleft()
        try:
            number, block = blocks.popleft()
        except IndexError:
            self._next = None
            return self._silence, 0
        skipped = 0 if self._next is None else number - self._next
        self._next = number + 1
        if self._silence.shape != block.shape:
            self._silence = np.zeros_like(block)
        return block, skipped
