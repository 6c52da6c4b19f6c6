"""Places of the room under fingers: each stirs the water around it, the harder the longer it is held.

The room is ``DOWN`` rows of ``ALONG`` places, row 0 at the top. Neighbours turn the water in opposite
directions, so that two of them drive it through between them.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.bodies.gestures import COLUMNS, ROWS
from installation.values import Seconds

__all__ = ["ALONG", "DOWN", "Pads", "middle_of"]

ALONG: Final = 8
DOWN: Final = 4
"""Places in a row, and rows."""

_REACH: Final = 0.2
"""Picture heights around the middle of a place in which the water turns."""
_FASTEST: Final = 3.0
"""Heights a second at the rim of that, where the force is 0; in between it is less."""
_AT_FIRST: Final = 0.35
"""Force of a press, 0..1."""
_HARDER: Final = (1.0 - _AT_FIRST) / 2.0
"""How much harder a second makes it: two seconds from the press to the whole force."""
_SOFTER: Final = 2.0
"""How much weaker in a second after it was let go."""
_STROKE: Final = 0.8
"""Force of a press whose end is not told."""

_ACROSS = (np.arange(COLUMNS) + 0.5) / COLUMNS
_UP = ((np.arange(ROWS) + 0.5) / ROWS)[:, np.newaxis]


def middle_of(row: int, column: int) -> tuple[float, float]:
    """Return the middle of a place in shares of the picture: x to the right, y up."""
    return (column + 0.5) / ALONG, 1.0 - (row + 0.5) / DOWN


class Pads:
    """The places that are held, or were until a moment ago.

    Attributes:
        field: ``(9, 16, 4)`` as ``Gestures.field``; None while nothing stirs.
    """

    def __init__(self) -> None:
        self.field: NDArray[np.float32] | None = None
        self._force: dict[tuple[int, int], float] = {}
        self._down: set[tuple[int, int]] = set()

    def stir(self, row: int, column: int, down: bool | None) -> None:
        """Press a place or let it go.

        Args:
            row: 0 to 3, from the top.
            column: 0 to 7, from the left.
            down: Whether it is pressed; None is a press that ends by itself.
        """
        place = row, column
        if down is False:
            self._down.discard(place)
            return
        if down:
            self._down.add(place)
        self._force[place] = max(self._force.get(place, 0.0), _AT_FIRST if down else _STROKE)

    def advance(self, dt: Seconds, aspect: float) -> None:
        """One frame; ``aspect`` is the picture's width in heights."""
        if not self._force:
            self.field = None
            return
        motion, weights = np.zeros((ROWS, COLUMNS, 2)), np.zeros((ROWS, COLUMNS))
        for (row, column), force in self._force.items():
            x, y = middle_of(row, column)
            across, up = (_ACROSS - x) * aspect / _REACH, (_UP - y) / _REACH
            near = np.maximum(1.0 - across * across - up * up, 0.0)
            strength = force * near * near
            turn = strength * force * (_FASTEST if (row + column) % 2 else -_FASTEST)
            motion[..., 0] -= turn * up
            motion[..., 1] += turn * across
            weights += strength
        crowd = np.maximum(weights, 1.0)
        field = np.zeros((ROWS, COLUMNS, 4), np.float32)
        field[..., :2] = motion / crowd[..., np.newaxis]
        field[..., 2] = weights / crowd
        self.field = field
        self._force = {
            one: left for one, force in self._force.items() if (left := self._next(one, force, dt))
        }

    def _next(self, place: tuple[int, int], force: float, dt: Seconds) -> float:
        if place in self._down:
            return min(force + _HARDER * dt, 1.0)
        return max(force - _SOFTER * dt, 0.0)
