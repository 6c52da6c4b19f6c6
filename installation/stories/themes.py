"""Where on the wall stories of one theme gather."""

from collections.abc import Iterable
from typing import Final

__all__ = ["PLACES", "Themes"]

PLACES: Final = ((0.30, 0.70), (0.64, 0.33), (0.25, 0.31), (0.60, 0.74), (0.45, 0.52), (0.78, 0.53))
"""Middles of the currents, in the picture, 0..1 from its lower left corner; a current is about 0.5 picture
heights long and half as high, so that they touch and do not cover each other."""


class Themes:
    """Gives each theme a place, which it keeps as long as a story has it.

    Where there are more themes than places, those that come last share with others.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def follow(self, names: Iterable[str]) -> None:
        """Take the themes that stories have now, in any order but the same for the same input."""
        wanted = [one for one in dict.fromkeys(names) if one]
        self._places = {one: place for one, place in self._places.items() if one in wanted}
        for one in wanted:
            if one not in self._places:
                taken = list(self._places.values())
                self._places[one] = min(range(len(PLACES)), key=taken.count)

    def place(self, name: str) -> tuple[float, float] | None:
        """Return the place of a theme; None for one that no story has."""
        found = self._places.get(name)
        return None if found is None else PLACES[found]
