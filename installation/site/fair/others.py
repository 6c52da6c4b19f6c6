"""What a hub knows of the accounts of all others, and what is on its way between them."""

from collections.abc import Collection, Mapping

from installation.site.fair.account import Account
from installation.site.fair.statement import Release, Statement, fault_of, incarnation_of, name_of
from installation.values import Seconds

__all__ = ["Others"]


class Others:
    """The newest statement of each hub that was heard.

    Args:
        account: Of this hub.

    Attributes:
        statements: By identity; not this hub's own.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._recalled: set[str] = set()
        """Statements that were not heard since this process began."""
        self.statements: dict[str, Statement] = {}
        self._held: dict[str, int] = {}
        self._life: dict[str, str] = {}
        self._goodbye: dict[str, Seconds] = {}
        self._releases: dict[str, Release] = {}
        self._flights: dict[str, dict[str, int]] = {}
        """What is on its way, by who is to take it and who gave it."""
        self._ahead: dict[str, dict[str, int]] = {}
        """What others have taken beyond what its giver is known to have given, by giver and who took it."""
        self._followed = -1
        self._total: int | None = None

    def hear(self, said: Statement, now: Seconds) -> bool:
        """Take a statement of another hub. False if a newer one is known."""
        one, before = said.identity, self.statements.get(said.identity)
        if before is not None and before.version >= said.version and one not in self._recalled:
            return False
        first = before is None or one in self._recalled
        self._recalled.discard(one)
        self.statements[one] = said
        self._total = None
        self._held[one] = said.held
        if said.released if before is None else before.released != said.released:
            self._collect()
        if said.left and (first or before is None or not before.left):
            self._goodbye[one] = now
        elif not said.left:
            self._goodbye.pop(one, None)
            if first or self._life.get(said.hub) == one:
                self._life[said.hub] = one  # a late word of an earlier life does not bring that back
        for to, amount in said.given.items():
            if before is None or before.given.get(to) != amount:
                self._fly(one, to, amount, self._taken(to, one))
        for giver, amount in said.taken.items():
            if before is None or before.taken.get(giver) != amount:
                self._fly(giver, one, self._given(giver, one), amount)
        return True

    def recall(self, kept: Mapping[str, Release]) -> None:
        """Take what an earlier process knew of other hubs (see ``kept``), or had under another name.

        It says what they have, and is good for a release. Nothing is taken or given by it. Of the same one,
        what comes last counts; nothing counts of one that was heard itself.
        """
        for one, what in kept.items():
            founded = what.amount + sum(what.given.values()) - sum(what.taken.values())
            said = Statement(
                hub=name_of(one), incarnation=incarnation_of(one), version=0, founded=founded,
                given=what.given, taken=what.taken,
            )  # fmt: skip
            own = name_of(one) == self._account.hub and one not in self._account.memory.former
            new = one not in self.statements or (one in self._recalled and self.statements[one] != said)
            if new and not own and not fault_of(said):
                self.hear(said, 0.0)
                self._life.pop(said.hub, None)
                self._recalled.add(one)

    def kept(self) -> dict[str, Release]:
        """Return what is known of each other hub that was not released, for the disk, by identity."""
        return {
            one: Release(amount=said.held, given=said.given, taken=said.taken)
            for one, said in self.statements.items()
            if one not in self._releases
        }

    def follow(self) -> None:
        """Notice changes of this hub's own account."""
        m = self._account.memory
        if self._account.changed == self._followed:
            return
        self._followed = self._account.changed
        self._total = None
        self._collect()
        mine = self._account.identity
        for to, amount in m.given.items():
            self._fly(mine, to, amount, self._taken(to, mine))
        for giver, amount in m.taken.items():
            self._fly(giver, mine, self._given(giver, mine), amount)

    def renew(self) -> None:
        """Begin again after this hub has got another identity."""
        self._followed = -1
        self._flights.clear()
        self._ahead.clear()
        for one, said in self.statements.items():
            for to, amount in said.given.items():
                self._fly(one, to, amount, self._taken(to, one))
        self.follow()

    def may_take(self, one: str, now: Seconds, patience: Seconds) -> bool:
        """Whether what a hub gave may be taken already; not at once after its goodbye."""
        return one not in self._recalled and (
            one not in self._goodbye or now - self._goodbye[one] >= patience
        )

    def members(self, here: Collection[str]) -> list[str]:
        """Return the identities of the hubs that are here and have been heard, and of this one; sorted."""
        names = set(here) - {self._account.hub}
        found = [
            one
            for hub, one in self._life.items()
            if hub in names and one not in self._releases and one not in self._goodbye
        ]
        return sorted([*found, self._account.identity])

    def effective(self, one: str) -> int:
        """Return what a hub has, with what is on its way to it, without what others have from it since."""
        held = self._account.held if one == self._account.identity else self._held.get(one, 0)
        flights = self._flights.get(one)
        ahead = self._ahead.get(one)
        gone = sum(part for to, part in ahead.items() if to not in self._releases) if ahead else 0
        return held + (sum(flights.values()) if flights else 0) - gone

    def holders(self) -> dict[str, int]:
        """Return what every hub that was heard has, with what is on its way to it; without the released.

        What was given to a hub of which nothing is known may have been taken long ago, and given away again:
        it counts for nobody. Its giver has it no more.
        """
        ones = {*self._held, self._account.identity} - self._releases.keys()
        return {one: self.effective(one) for one in sorted(ones)}

    def total(self) -> int:
        """Return all parts that are had or on their way, as far as known."""
        self.follow()
        if self._total is None:
            self._total = sum(max(0, amount) for amount in self.holders().values())
        return self._total

    def is_released(self, one: str) -> bool:
        """Whether anybody has released this life of a hub."""
        return one in self._releases

    def releases(self) -> dict[str, Release]:
        """Return all hubs that are released, by identity."""
        return self._releases

    def current(self) -> list[Statement]:
        """Return the statements of the present lives of all other hubs that were heard; sorted by hub."""
        lives = [self._life[hub] for hub in sorted(self._life)]
        return [self.statements[one] for one in lives if one not in self._releases]

    def gone(self) -> set[str]:
        """Return the names of hubs that said goodbye or were released, and have not come back since."""
        lives = {one: name_of(one) for one in (*self._goodbye, *self._releases)}
        return {name for one, name in lives.items() if self._life.get(name, one) == one}

    def lives(self, hub: str) -> list[str]:
        """Return the identities of a hub that were heard, also by an earlier process, this one's excepted."""
        heard = self._account.lives(hub) if hub != self._account.hub else []
        return [*heard, *(one for one in self.statements if name_of(one) == hub and one not in heard)]

    def names(self) -> set[str]:
        """Return the names of all hubs that were heard, also by an earlier process."""
        return {*self._account.memory.known, *map(name_of, self.statements)}

    def life(self, hub: str) -> str:
        """Return the identity of the present life of a hub; empty before it was heard."""
        return self._life.get(hub, "")

    def has_left(self, hub: str) -> bool:
        """Whether a hub has said goodbye."""
        return self._life.get(hub, "") in self._goodbye

    def _collect(self) -> None:
        found: dict[str, Release] = {}
        for said in sorted(self.statements.values(), key=lambda one: one.hub, reverse=True):
            found.update(said.released)
        found.update(self._account.memory.released)
        self._releases = found

    def _given(self, giver: str, to: str) -> int:
        if giver == self._account.identity:
            return self._account.memory.given.get(to, 0)
        said = self.statements.get(giver)
        if said is not None:
            return said.given.get(to, 0)
        gone = self._releases.get(giver)
        return gone.given.get(to, 0) if gone else 0

    def _taken(self, to: str, giver: str) -> int:
        if to == self._account.identity:
            return self._account.memory.taken.get(giver, 0)
        said = self.statements.get(to)
        return said.taken.get(giver, 0) if said else 0

    def _fly(self, giver: str, to: str, given: int, taken: int) -> None:
        flights, ahead = self._flights.setdefault(to, {}), self._ahead.setdefault(giver, {})
        flights.pop(giver, None)
        ahead.pop(to, None)
        if given > taken:
            flights[giver] = given - taken
        elif taken > given:
            ahead[to] = taken - given
