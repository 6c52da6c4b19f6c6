"""What the leader plays, told to all hubs of a site as a state with its time.

A state, and not a list of events: whoever misses a message, joins late, or comes back after a cut, has all
that it needs in the newest one. What it says is the stage's matter (the command ``site-standing``); here it
is only a number, a time and values that are passed on.
"""

from math import isfinite
from typing import Final

import msgspec

from installation.site.members import EPOCHS
from installation.values import Scalar, Seconds

__all__ = ["CAPACITY", "Following", "Leading", "Played"]

CAPACITY: Final = 64
"""Values of a message at most; what is longer is not passed on."""


class Played(msgspec.Struct, frozen=True):
    """What the leader plays.

    Attributes:
        hub: Name of the leader.
        epoch: In which it leads.
        number: Counted upward with each change within an epoch; 0 is none.
        at: Site time of the values.
        values: As its stage tells them.
    """

    hub: str
    epoch: int
    number: int
    at: Seconds
    values: tuple[Scalar, ...]


class Leading:
    """The leader's end: gives what its stage tells an epoch and a number."""

    def __init__(self) -> None:
        self._epoch = -1
        self._number = 0

    def tell(
        self, hub: str, epoch: int, at: Seconds, values: tuple[Scalar, ...], *, changed: bool
    ) -> Played | None:
        """The message for all hubs.

        Args:
            hub: Our name.
            epoch: In which we lead.
            at: Site time of the values.
            values: What the stage tells.
            changed: Whether something has changed, or the time has only gone on.

        Returns:
            None if there are too many values.
        """
        if len(values) > CAPACITY:
            return None
        if epoch != self._epoch:
            self._epoch, self._number = epoch, 0
        if changed or not self._number:
            self._number += 1
        return Played(hub, epoch, self._number, at, values)


class Following:
    """The end of everybody else: takes what the present leader tells, each change once.

    Attributes:
        refused: Messages of old epochs, of somebody who does not lead, or whose time or epoch cannot be.
    """

    def __init__(self) -> None:
        self.refused = 0
        self._newest: Played | None = None
        self._told: tuple[int, int] = (-1, 0)

    def hear(self, played: Played, leader: str, epoch: int) -> bool:
        """Take a message; False if it is refused, or older than what is known.

        Args:
            played: What came.
            leader: Who leads, as we know it.
            epoch: In which it leads.
        """
        if not (isfinite(played.at) and 0 <= played.epoch <= EPOCHS):
            self.refused += 1
            return False
        if played.epoch < epoch or (played.epoch == epoch and played.hub != leader):
            self.refused += 1
            return False
        before = self._newest
        if before is not None and (before.hub, before.epoch) != (leader, epoch) == (played.hub, played.epoch):
            before = None  # of one that does not lead: it had a higher epoch, which nobody knows any more
        if before is not None and (before.epoch, before.number, before.at) >= (
            played.epoch, played.number, played.at,
        ):  # fmt: skip
            return False
        self._newest = played
        return True

    def due(self, leader: str, epoch: int) -> Played | None:
        """What the stage is to be told now; None if it knows.

        A message that came sooner than the news of its leader waits for that.
        """
        newest = self._newest
        if newest is None or (newest.hub, newest.epoch) != (leader, epoch):
            return None
        if (newest.epoch, newest.number) == self._told:
            return None
        self._told = newest.epoch, newest.number
        return newest

    def forget(self) -> None:
        """The stage was started anew, or we have led meanwhile: it is told again."""
        self._told = (-1, 0)
