"""What ``status`` tells of the universes: the highest of some seconds, not the moment.

A lamp at a seat may show one person's pulse, which only they see; its present level would tell it to all
who can read the status.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.status import MOST_UNIVERSES, UniverseStatus
from installation.values import Seconds

__all__ = ["HELD", "Highest"]

HELD: Final[Seconds] = 5.0
"""A level is told for so long at least, and for twice as long at most; the slowest beat takes 1.5 s."""


class Highest:
    """The highest level of each channel in the last seconds."""

    def __init__(self) -> None:
        self._parts: tuple[NDArray[np.uint8], ...] = ()
        self._since: Seconds = -np.inf

    def take(self, levels: NDArray[np.uint8], now: Seconds, *, dark: bool) -> None:
        """Take one frame; ``dark``: blackout, which is told at once."""
        parts = self._parts
        if dark or not parts or parts[-1].shape != levels.shape:
            self._parts, self._since = (levels.copy(),), now
        elif now - self._since >= HELD:
            self._parts, self._since = (parts[-1], levels.copy()), now
        else:
            self._parts = (*parts[:-1], np.maximum(parts[-1], levels))

    def told(self) -> tuple[UniverseStatus, ...]:
        """Return a summary of the first universes; row 0 is universe 1."""
        parts = self._parts
        if not parts:
            return ()
        most = np.maximum(parts[0], parts[-1])
        return tuple(
            UniverseStatus(
                number=row + 1, lit=int(np.count_nonzero(one)), peak=round(float(one.max(initial=0)) / 255, 3)
            )
            for row, one in enumerate(most[:MOST_UNIVERSES])
        )
