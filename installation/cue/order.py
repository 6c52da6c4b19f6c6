"""The cues of a list by their order: neighbours, and what a cue means as an absolute state."""

import contextlib
from collections.abc import Sequence

from installation.cue.check import arguments
from installation.errors import AddressError
from installation.parameter.parameter import Kind
from installation.parameter.preset import Snapshot
from installation.parameter.tree import Tree
from installation.show.model import CueSpec

__all__ = ["CueOrder"]

_OFFSETS = ("/macro/", "/trim/")


class CueOrder:
    """The cues of a list, in order.

    Args:
        cues: The cues.
        start: Id of the scene before the first cue.
    """

    def __init__(self, cues: Sequence[CueSpec] = (), start: str = "") -> None:
        self.cues = tuple(cues)
        self.start = start
        self._places = {cue.id: place for place, cue in enumerate(self.cues)}

    def __contains__(self, cue: object) -> bool:
        return cue in self._places

    def __len__(self) -> int:
        return len(self.cues)

    def get(self, cue: str | None) -> CueSpec | None:
        """Return a cue by its id; None if there is none."""
        place = self._places.get(cue or "")
        return None if place is None else self.cues[place]

    def place(self, cue: str | None) -> int:
        """Return the place of a cue from 0; the length of the list for None and for unknown ids."""
        return self._places.get(cue or "", len(self.cues))

    def at(self, place: int) -> CueSpec | None:
        """Return the cue at a place, counted from 0; None beyond the ends."""
        return self.cues[place] if 0 <= place < len(self.cues) else None

    def after(self, cue: str | None) -> CueSpec | None:
        """Return the cue after ``cue``; the first one if that is not in the list."""
        return self.at(self._places.get(cue or "", -1) + 1)

    def before(self, cue: str | None) -> CueSpec | None:
        """Return the cue before ``cue``; None for the first and for unknown ids."""
        return self.at(self._places.get(cue or "", 0) - 1)

    def scene_of(self, cue: str | None) -> str:
        """Return the scene of a cue: the last one named up to it."""
        named = [other.scene for other in self._up_to(cue) if other.scene is not None]
        return named[-1] if named else self.start

    def state_of(self, cue: str | None) -> str | None:
        """Return the interface's state of a cue: the last one named up to it; None if none is."""
        named = [other.state for other in self._up_to(cue) if other.state is not None]
        return named[-1] if named else None

    def ends(self, tree: Tree, cue: str | None) -> Snapshot:
        """Return the absolute state of a cue, without values that the tree rejects (see ``check_cues``).

        Every parameter that any cue of the list names takes this cue's value, or its authored one. Macros and
        trims are the performer's: a cue that does not name one leaves it where it is.
        """
        known = tree.parameters()
        ends: Snapshot = {
            a: known[a].default
            for other in self.cues
            for a in other.set
            if a in known
            and known[a].kind is not Kind.EVENT  # one that another cue gave in this frame stands
            and not a.startswith(_OFFSETS)
        }
        found = self.get(cue)
        for address, value in (found.set if found else {}).items():
            if address in known:
                with contextlib.suppress(AddressError):
                    ends[address] = tuple(tree.natural(address, arguments(value)))
        return ends

    def _up_to(self, cue: str | None) -> tuple[CueSpec, ...]:
        return self.cues[: self._places.get(cue or "", -1) + 1]
