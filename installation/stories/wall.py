"""Which story stands where on the wall: visitors' stories take the places of the show's own ones."""

from collections.abc import Sequence
from typing import Final

from installation.stories.hand import MOST_STORIES

__all__ = ["Wall"]

_EACH: Final = 3
"""Rows of a story while there are few, so that visitors' stories soon outnumber those of the show."""
_STRIDE: Final = 37
"""Rows are taken so far apart; prime to their number."""


class Wall:
    """The rows of the table, each with a story's key, or empty.

    A row keeps its story as long as it can: scenes tell a row while they write, and what is told must not
    change under the pen.

    Args:
        own: Keys of the show's own stories. They fill all rows until visitors' stories take them.

    Attributes:
        rows: Key of each row; an empty text for none.
    """

    def __init__(self, own: Sequence[str] = ()) -> None:
        self._own = tuple(own)
        self._visitors: dict[str, None] = {}
        self.rows = [own[i % len(own)] if own else "" for i in range(MOST_STORIES)]

    def add(self, key: str) -> None:
        """Give a story its rows; those of the show's own go first, then second rows of older stories."""
        if key in self._visitors:
            return
        spare = [i for i in _spread() if self.rows[i] not in self._visitors]
        spare.sort(key=lambda i: self.rows[i] != "")
        taken = spare[:_EACH] or self._of_the_most()
        for i in taken:
            self.rows[i] = key
        self._visitors = {one: None for one in (*self._visitors, key) if one in self.rows}

    def drop(self, key: str) -> None:
        """Empty the rows of a story at once."""
        self._visitors.pop(key, None)
        self.rows = ["" if one == key else one for one in self.rows]

    def refill(self) -> bool:
        """Let stories of the show's own stand in empty rows again; True if there was one."""
        if not self._own or "" not in self.rows:
            return False
        self.rows = [one or self._own[i % len(self._own)] for i, one in enumerate(self.rows)]
        return True

    def _of_the_most(self) -> list[int]:
        """One row of the story that has most, of equal ones the oldest."""
        most = max(self._visitors, key=self.rows.count)
        return [self.rows.index(most)]


def _spread() -> list[int]:
    return [(i * _STRIDE) % MOST_STORIES for i in range(MOST_STORIES)]
