"""Budgets of hubs that will not return, ended on all hubs that are reached.

A release is told with the parts that its hub had (``Statement.released``). Where nobody knows these any more,
since only the budget that it stated was kept, there are none to tell of, and still that budget has to end
everywhere: the lowest counts on all hubs. And where another hub than the one that was told knows these parts,
as after a lost disk, that one frees them: the first by name of those that know them, so that only one does.

===================  ====================================================================================
key on the mesh      payload (MessagePack), kept
===================  ====================================================================================
``share/ended/HUB``  list of ``Ended``
===================  ====================================================================================
"""

import secrets
from collections import OrderedDict
from typing import Final

import msgspec

from installation.hub.part import Surroundings
from installation.values import Seconds

__all__ = ["UNIT", "Ended", "EndedBudgets"]

UNIT: Final = "ended"
"""What stands in the key in place of a unit."""
_MOST: Final = 32
"""Ends that one hub tells, and that are taken of one; the newest."""
_EACH: Final[Seconds] = 1.5
"""Between two hubs that would free the parts of one that will not return: a statement is heard within it."""
_MOST_KNOWN: Final = 4096
"""Ends that are remembered as carried out."""


class Ended(msgspec.Struct, frozen=True):
    """A release by staff, for the hubs that were reached then.

    Attributes:
        hub: Name of the hub that will not return.
        number: Of this release; no other one has it.
        reached: Names of the hubs that were reached. One that was cut off may know better: the hub may have
            come back to its side.
    """

    hub: str
    number: int
    reached: tuple[str, ...]


_ENDED: Final = msgspec.msgpack.Decoder(list[Ended])


class EndedBudgets:
    """This hub's end of it.

    Args:
        around: Of the process.
    """

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._told: list[Ended] = []
        self._done: OrderedDict[int, None] = OrderedDict()
        self._due: dict[str, Seconds] = {}

    def tell(self, hub: str) -> tuple[str, ...]:
        """Tell the hubs that are reached that one will not return; return their names."""
        reached = tuple(sorted(self._around.members - {self._around.hub}))
        self._say([*self._told, Ended(hub, secrets.randbits(48), reached)][-_MOST:])
        return reached

    def take(self, payload: bytes, now: Seconds) -> list[str]:
        """Return the hubs whose budgets end here, by what another hub says; each release counts once.

        Raises msgspec.DecodeError if it cannot be read.
        """
        around, found = self._around, []
        for one in _ENDED.decode(payload)[-_MOST:]:
            if one.number in self._done:
                continue
            self._done[one.number] = None
            if around.hub in one.reached and one.hub not in (around.hub, *around.members):
                found.append(one.hub)
                self._due[one.hub] = now + _EACH * (1 + one.reached.index(around.hub))
        while len(self._done) > _MOST_KNOWN:
            self._done.popitem(last=False)
        return found

    def advance(self, now: Seconds) -> list[str]:
        """Tell no longer of a hub that has come back; return those whose parts this hub is to free now.

        Whoever comes before this one by name has had the time to do that, and to be heard.
        """
        due = [hub for hub, at in self._due.items() if now >= at or hub in self._around.members]
        for hub in due:
            del self._due[hub]
        here = [one for one in self._told if one.hub not in self._around.members]
        if len(here) < len(self._told):
            self._say(here)
        return [hub for hub in due if hub not in self._around.members]

    def _say(self, told: list[Ended]) -> None:
        self._told = told
        self._around.mesh.put(f"share/{UNIT}/{self._around.hub}", msgspec.msgpack.encode(told), keep=True)
