"""What the cycles of a run have left behind: one mark each, healed or divided."""

from collections.abc import Iterable
from typing import Final

__all__ = ["MOST_MARKS", "Marks"]

MOST_MARKS: Final = 4000
"""Marks that are kept; beyond that the two oldest of a kind become one."""


class Marks:
    """The marks of a run, oldest first.

    Args:
        healed: For each past cycle, whether the room healed; the newest ``MOST_MARKS`` count.
    """

    def __init__(self, healed: Iterable[bool] = ()) -> None:
        self._healed = [bool(one) for one in healed][-MOST_MARKS:]

    @property
    def heals(self) -> int:
        """How many cycles healed."""
        return sum(self._healed)

    @property
    def divides(self) -> int:
        """How many cycles divided."""
        return len(self._healed) - self.heals

    def leave(self, heal: bool) -> None:
        """Add the mark of a cycle that has ended."""
        self._healed.append(heal)
        if len(self._healed) > MOST_MARKS:
            oldest = self._healed[0]
            # There are at least 2,000 of one kind, so the other of the pair is found.
            pair = next((n for n, one in enumerate(self._healed[1:], 1) if one == oldest), 0)
            del self._healed[pair]

    def text(self) -> str:
        """Return them as text for a file: ``h`` and ``d``, oldest first."""
        return "".join("h" if one else "d" for one in self._healed)

    @classmethod
    def of_text(cls, text: str) -> "Marks":
        """Read what ``text`` returned; other letters are left out."""
        return cls(letter == "h" for letter in text if letter in "hd")
