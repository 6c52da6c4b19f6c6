"""The room's choice: stillness that people share heals, everything else divides.

Every second for which a body stands still, in the middle of the floor or close to another body, counts as
care. The choice is heal once care reaches a share of all person-seconds that the window will have held.
Nobody votes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

__all__ = ["STILL_FOR", "Choice", "ChoiceLaws", "caring"]

Floats = NDArray[np.float64]

STILL_FOR: Final[Seconds] = 1.0
"""A body counts once it has stood still for this long: a step that slows down is not yet stillness."""


@dataclass(frozen=True, slots=True)
class ChoiceLaws:
    """How much care it takes.

    Attributes:
        seconds: Length of the window.
        share: Care that heals, as a share of all person-seconds of the window (0.4: one visitor alone needs
            30 s of 75 s).
        middle: Share of the floor's width, around its middle, where stillness counts without company.
        near: Metres to another body within which stillness counts anywhere.
    """

    seconds: Seconds = 75.0
    share: float = 0.4
    middle: float = 0.3
    near: float = 1.2


_LAWS: Final = ChoiceLaws()


def caring(
    at: Floats, still: Floats, there: NDArray[np.bool_], width: float, laws: ChoiceLaws = _LAWS
) -> int:
    """Return how many bodies give care in this moment.

    Args:
        at: ``(n, 2)`` positions on the floor in metres.
        still: ``(n,)`` seconds for which each has stood still.
        there: ``(n,)`` which of them are in the room.
        width: Of the floor in metres.
        laws: Where stillness counts.
    """
    places, quiet = at[there], still[there] >= STILL_FOR
    if not quiet.any():
        return 0
    middle = np.abs(places[:, 0] - 0.5 * width) <= 0.5 * laws.middle * width
    gaps = places[:, None, :] - places[None, :, :]
    apart = (gaps * gaps).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    company = (apart <= laws.near * laws.near).any(axis=1)
    return int(np.count_nonzero(quiet & (middle | company)))


class Choice:
    """Gathers care while its window is open.

    Attributes:
        open: Whether care counts now.
        heal: Whether the room has chosen to heal; it stays until the window opens again.
        progress: 0..1, how much of the care that heals there has been; never falls while the window is open.
    """

    def __init__(self) -> None:
        self.open = False
        self.heal = False
        self.progress = 0.0
        self._care = self._present = self._passed = 0.0

    def begin(self) -> None:
        """Open the window: nothing has been chosen."""
        self.open, self.heal, self.progress = True, False, 0.0
        self._care = self._present = self._passed = 0.0

    def end(self) -> None:
        """Close the window: what was chosen stands."""
        self.open = False

    def advance(self, dt: Seconds, present: int, care: int, laws: ChoiceLaws = _LAWS) -> bool:
        """One frame; True in the frame in which the room chooses to heal.

        Args:
            dt: Seconds on the cue clock.
            present: People in the room, hub pads that are held included.
            care: How many of them give care (``caring``, and each pad).
            laws: How much care it takes.
        """
        if not self.open or dt <= 0.0:
            return False
        left = max(laws.seconds - self._passed, 0.0)
        counted = min(dt, left)
        self._passed += dt
        self._care += care * counted
        self._present += present * counted
        # Whoever is here now is expected to stay: so the choice can fall before the window closes.
        expected = self._present + present * max(left - dt, 0.0)
        needed = laws.share * expected
        if needed > 0.0:
            self.progress = max(self.progress, min(self._care / needed, 1.0))
        chosen = not self.heal and self.progress >= 1.0
        self.heal = self.heal or chosen
        return chosen
