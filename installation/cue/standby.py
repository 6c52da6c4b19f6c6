"""The cue that the next GO plays."""

from collections.abc import Callable

from installation.cue.order import CueOrder
from installation.show.model import CueSpec

__all__ = ["Standby"]


class Standby:
    """A place in a list of cues: the one after the current cue, or one that was chosen by hand.

    A cue whose condition does not hold is passed over, unless it was chosen by hand.

    Args:
        order: The list.

    Attributes:
        order: The list; after another is given, ``lost`` says whether to ``put`` it anew.
        holds: Whether the condition of a cue holds now.
        loops: Whether the first cue follows the last one, as in a score that begins again.
    """

    def __init__(self, order: CueOrder) -> None:
        self.order = order
        self.holds: Callable[[CueSpec], bool] = lambda _cue: True
        self.loops = False
        self._place: str | None = None
        self._chosen = False

    @property
    def cue(self) -> CueSpec | None:
        """The cue; None at the end of a list that does not begin again."""
        found = self.order.get(self._place)
        if self._chosen:
            return found
        following = self.passing(found)
        return self.passing(self.order.at(0)) if following is None and self.loops else following

    @property
    def lost(self) -> bool:
        """Whether its cue is not in the list, or there is none."""
        return self._place not in self.order

    def put(self, cue: CueSpec | None) -> None:
        """Stand at a cue, or at the end; its condition is asked when it is played."""
        self._place, self._chosen = (cue.id if cue else None), False

    def choose(self, cue: CueSpec | None) -> None:
        """Stand at a cue by hand, whatever its condition says."""
        self.put(cue)
        self._chosen = True

    def step(self, by: int) -> None:
        """Move up or down the list by hand, stopping at the ends; an empty list stays as it is."""
        if len(self.order):
            cue = self.cue
            place = self.order.place(cue.id if cue else None)
            self.choose(self.order.at(min(max(place + by, 0), len(self.order) - 1)))

    def passing(self, cue: CueSpec | None) -> CueSpec | None:
        """Return ``cue``, or the first one after it whose condition holds; None if none is left."""
        while cue is not None and not self.holds(cue):
            cue = self.order.after(cue.id)
        return cue
