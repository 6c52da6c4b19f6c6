"""The marks of a run, bound to a show: a cue leaves one, and scenes read how many there are."""

from typing import Final

import numpy as np

from installation.parameter import Kind, Parameter, Tree
from installation.share.marks import Marks
from installation.signal import Signals
from installation.values import Address, Frame

__all__ = ["LEAVE", "PARAMETERS", "SIGNALS", "BoundMarks"]

LEAVE: Final[Address] = "/marks/leave"
PARAMETERS: Final = (
    Parameter(
        LEAVE, Kind.EVENT, (0.0,), (0.0,), (1.0,), "", "Leave a mark",
        "A cycle has ended: what the room chose stays for the whole run",
    ),
)  # fmt: skip
SIGNALS: Final[tuple[Address, ...]] = ("/marks/heals", "/marks/divides")
"""How many cycles of this run healed, and how many divided."""


class BoundMarks:
    """Keeps the marks of a run.

    Args:
        tree: Has ``PARAMETERS``.
        signals: Where their numbers are said.

    Attributes:
        marks: The marks; whoever has a file loads and saves them.
        version: Changes with each mark.
    """

    def __init__(self, tree: Tree, signals: Signals) -> None:
        self.marks = Marks()
        self.version = 0
        self._left = -1
        self._tree = tree
        self._signals = signals
        self._says = np.array([signals.declare(address) for address in SIGNALS], np.intp)

    def remember(self, marks: Marks) -> None:
        """Take over the marks of an earlier part of this run."""
        self.marks = marks

    def advance(self, frame: Frame, heal: bool, cycle: int) -> None:
        """One frame, after the cue list.

        Args:
            frame: Now.
            heal: What the room chose last.
            cycle: Number of the score's cycle; each leaves one mark at most.
        """
        if self._tree.base[self._tree.slot(LEAVE)] >= 0.5 and cycle != self._left:
            self._left = cycle
            self.marks.leave(heal)
            self.version += 1
        signals = self._signals
        signals.values[self._says] = self.marks.heals, self.marks.divides
        signals.times[self._says] = frame.time
        signals.confidence[self._says] = 1.0
