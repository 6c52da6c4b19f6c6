"""A hub's own account of a shared budget: what it holds, what it gave and took. It survives a restart.

The whole budget is made of parts that are never made or lost, only given. A hub that gives puts the amount
on the sum ``given`` to the other, which takes when it sees that sum rise, and notes what it took. Sums that
only grow need no acknowledgement: a message that is lost, repeated or late changes nothing (the bounded
counter of V. Balegas et al., Extending Eventually Consistent Cloud Databases for Enforcing Numeric
Invariants, SRDS 2015; the escrow of P. O'Neil, ACM TODS 11, 1986). What is given and not yet taken belongs to
nobody, so the parts of all hubs together are never more than the budget.
"""

from collections.abc import Callable

import msgspec

from installation.site.fair.statement import Release, identity

__all__ = ["MOST_KNOWN", "Account", "Memory", "held_of"]

MOST_KNOWN = 512
"""Hubs that are remembered."""
MOST_LIVES = 32
"""Incarnations of one hub that are remembered."""

_RUN = 32
"""Bits of a version that count within one run; above them it counts the runs."""


class Memory(msgspec.Struct, kw_only=True):
    """What has to be on disk before anybody hears of it. Fields as in ``Statement``.

    Attributes:
        hub: Whose it is; empty in files of older versions.
        former: What this machine had under other names, by identity, until somebody releases that.
    """

    incarnation: int
    hub: str = ""
    version: int = 0
    founded: int = 0
    given: dict[str, int] = {}
    taken: dict[str, int] = {}
    released: dict[str, Release] = {}
    known: dict[str, tuple[int, ...]] = {}
    former: dict[str, Release] = {}


def held_of(memory: Memory) -> int:
    """Return the parts that a hub has, by what it saved."""
    released = sum(one.amount for one in memory.released.values())
    return memory.founded + released + sum(memory.taken.values()) - sum(memory.given.values())


class Account:
    """What one hub holds.

    Args:
        hub: Its name.
        fresh: Returns a number that no life of this hub has had, for a new one.
        founding: Parts with which it begins if it has no memory.
        memory: What was saved; None at the first start.

    Attributes:
        changed: Counts changes that have to be saved before they are told.
    """

    def __init__(
        self, hub: str, fresh: Callable[[], int], founding: int, memory: Memory | None = None
    ) -> None:
        self.hub = hub
        self._fresh = fresh
        if memory is not None and memory.hub not in ("", hub):
            memory = _renamed(memory, fresh())
        self._memory = memory or Memory(incarnation=fresh(), founded=max(0, founding))
        self._memory.hub = hub
        self._memory.version = ((self._memory.version >> _RUN) + 1) << _RUN  # beyond all that it has told
        self.changed = 1

    @property
    def identity(self) -> str:
        """Name of this life."""
        return identity(self.hub, self._memory.incarnation)

    @property
    def memory(self) -> Memory:
        """What is to be saved."""
        return self._memory

    @property
    def held(self) -> int:
        """Parts that it has; negative if it gave what it turned out not to own."""
        return held_of(self._memory)

    def note(self) -> None:
        """Count a change that has to be saved."""
        self._memory.version += 1
        self.changed += 1

    def give(self, to: str, amount: int) -> None:
        """Give parts to another hub, by identity."""
        if amount > 0:
            self._memory.given[to] = self._memory.given.get(to, 0) + amount
            self.note()

    def take(self, giver: str, given: int) -> int:
        """Take what a hub has given to this one so far. Returns how much of it is new."""
        new = given - self._memory.taken.get(giver, 0)
        if new <= 0:
            return 0
        self._memory.taken[giver] = given
        self.note()
        return new

    def know(self, hub: str, *lives: int, hearsay: bool = False) -> None:
        """Remember incarnations of a hub, the latest last; the earliest are forgotten.

        Args:
            hub: Its name.
            lives: Its incarnations.
            hearsay: Another hub has heard of them: they count as earlier than what this hub heard itself.
        """
        known = self._memory.known.get(hub, ())
        new = tuple(one for one in lives if one not in known)
        kept = ((*new, *known) if hearsay else (*known, *new))[-MOST_LIVES:]
        if kept != known and (known or len(self._memory.known) < MOST_KNOWN):
            self._memory.known[hub] = kept
            self.note()

    def lives(self, hub: str) -> list[str]:
        """Return the identities of a hub that were ever heard."""
        return [identity(hub, one) for one in self._memory.known.get(hub, ())]

    def disown(self) -> None:
        """Give up what it began with, because an earlier life of it had that already."""
        if self._memory.founded:
            self._memory.founded = 0
            self.note()

    def begin_anew(self) -> None:
        """Begin a new life with nothing, because staff have released this one."""
        old = self._memory
        self._memory = Memory(
            incarnation=self._fresh(), hub=self.hub, version=old.version, known=old.known, former=old.former
        )
        self.note()

    def release(self, one: str, what: Release) -> None:
        """Own what a hub had that is gone."""
        self._memory.released[one] = what
        self.reclaim(one, what)
        self.note()

    def reclaim(self, one: str, what: Release) -> None:
        """Have back what was given to a hub that has been released and never took it."""
        taken = what.taken.get(self.identity, 0)
        if self._memory.given.get(one, 0) > taken:
            self._memory.given[one] = taken
            self.note()

    def correct(self, one: str, to: str, given: int) -> None:
        """Own less of a released hub: it turns out that it had given that to another before it was gone.

        Args:
            one: The released hub.
            to: Who has it.
            given: All that it gave to that one.
        """
        what = self._memory.released[one]
        more = given - what.given.get(to, 0)
        if more > 0:
            sums = what.given | {to: given}
            self._memory.released[one] = Release(amount=what.amount - more, given=sums, taken=what.taken)
            self.note()

    def regain(self, one: str, to: str, taken: int) -> None:
        """Own what a released hub gave to another one that is released, too, and that never took it.

        Args:
            one: The released hub that gave.
            to: The other one.
            taken: What that took.
        """
        what = self._memory.released[one]
        if what.given.get(to, 0) > taken:
            amount = what.amount + what.given[to] - taken
            self._memory.released[one] = Release(
                amount=amount, given=what.given | {to: taken}, taken=what.taken
            )
            self.note()

    def settle(self, one: str) -> None:
        """Forget what this machine had under another name: somebody has released that."""
        if self._memory.former.pop(one, None) is not None:
            self.note()

    def withdraw(self, one: str) -> None:
        """Take back a release, because somebody else has released the same hub."""
        if self._memory.released.pop(one, None) is not None:
            self.note()


def _renamed(memory: Memory, incarnation: int) -> Memory:
    """Return what a machine with another name now has: nothing.

    What it had stays the old name's until a release. What it has released stays so, else a hub that returns
    would have its parts a second time.
    """
    lives = (*memory.known.get(memory.hub, ()), memory.incarnation)[-MOST_LIVES:]
    had = Release(amount=held_of(memory), given=memory.given, taken=memory.taken)
    former = memory.former | {identity(memory.hub, memory.incarnation): had}
    return Memory(
        incarnation=incarnation, version=memory.version, known=memory.known | {memory.hub: lives},
        released={one: msgspec.structs.replace(what, amount=0) for one, what in memory.released.items()},
        former=dict(list(former.items())[-MOST_LIVES:]),
    )  # fmt: skip
