"""What the venue files of the hubs say that a budget is: of figures that differ the lowest counts."""

from collections.abc import Mapping, Sequence

from installation.hub.part import Surroundings
from installation.hub.share.saver import Saver
from installation.site.fair.others import Others
from installation.site.fair.stated import state_name, stated_from, stated_to
from installation.site.fair.statement import Statement

__all__ = ["StatedBudgets"]


class StatedBudgets:
    """The figure of each hub, also of those that are cut off now, or were before this process began.

    A share is a part of the lowest, so that hubs whose files differ stay within each of them together; whose
    is right nobody can know, and a fuse forgives no error.

    Args:
        unit: ``watts`` or ``lumens``.
        own: What this hub's venue states, in that unit.
        around: Of the process.
        others: What the others have said.
        hubs: Those of the venue.

    Attributes:
        own: The same.
        lowest: The lowest of all, when it was last looked for.
    """

    def __init__(
        self, unit: str, own: float, around: Surroundings, others: Others, hubs: Sequence[str]
    ) -> None:
        self.own, self.lowest = own, own
        self._unit, self._around, self._others = unit, around, others
        self._file = Saver(around.folder, state_name(unit))
        around.endings.append(self._file.end)
        self._known = stated_from(self._file.loaded, hubs)
        self._sheets = 0
        self._ended: dict[str, Statement] = {}
        """What those said last whose budgets were ended."""

    def all(self) -> dict[str, float]:
        """Return the figure of each hub that has not left, this one included.

        Of a hub that was not heard since this process began, it is the one that was heard before.
        """
        heard = {
            said.hub: said.budget / 1000.0
            for said in self._others.current()
            if said.budget > 0 and self._ended.get(said.hub) is not said
        }
        gone, found = self._others.gone(), self._known | heard
        return {hub: one for hub, one in found.items() if hub not in gone} | {self._around.hub: self.own}

    def look(self) -> None:
        """Look for the lowest, and keep what others state: it counts while they are cut off, too."""
        stated = self.all()
        self.lowest = min(stated.values())
        del stated[self._around.hub]
        if stated != self._known:
            self._know(stated)

    def forget(self, hub: str) -> None:
        """Count no longer what a hub stated that is not reached, until it is heard again."""
        self._ended |= {said.hub: said for said in self._others.current() if said.hub == hub}
        if hub in self._known:
            self._know({one: budget for one, budget in self._known.items() if one != hub})

    def differing(self) -> str:
        """Return what is stated and what to do where it is not all the same; empty where it is."""
        stated = self.all()
        if set(stated.values()) == {self.own}:
            return ""
        listed = ", ".join(f"{hub} {one:g}" for hub, one in sorted(stated.items()))
        what = f"the venue files differ, and the lowest counts, {self.lowest:g} {self._unit}: {listed}"
        return f"{what}{self._remedy(stated)}"

    def end(self) -> None:
        """Write what is known, and end without waiting for the disk."""
        self._file.end()

    def close(self) -> None:
        """End once what is known is on disk, or after the patience of a ``Saver``."""
        self._file.close()

    def _remedy(self, stated: Mapping[str, float]) -> str:
        """Return what to do about hubs that lower the budget and are not reached; empty if none does."""
        here = {*self._around.members, self._around.hub}
        lowest = min(one for hub, one in stated.items() if hub in here)
        away = sorted(hub for hub, one in stated.items() if hub not in here and one < lowest)
        released = " and ".join(f"`photophore release-hub {hub}`" for hub in away)
        who = f"{', '.join(away)} {'is' if len(away) == 1 else 'are'} not reached"
        return f"; {who}: if that will not return and its lamps are dark, {released}" if away else ""

    def _know(self, stated: dict[str, float]) -> None:
        self._known = stated
        self._sheets += 1
        self._file.put(self._sheets, stated_to(stated))
