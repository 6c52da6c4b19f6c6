"""The agreement of hubs on a shared budget: who gives how much to whom, and when it may be used.

Every hub works out the same division from the same statements, and gives away what it has too much: to the
hubs that it hears, out of what they hold together. So it needs no leader, and each side of a cut cable
divides what its own members have. A hub that gives

1. lowers its limit, at once or as fast as ``SLEW``,
2. waits until its lamps are known to keep to that,
3. gives: the other may use it as soon as it hears of it.

What an unreached hub has stays its own, until staff release it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from installation.site.fair.account import Account, Memory
from installation.site.fair.matching import gifts_of
from installation.site.fair.others import Others
from installation.site.fair.statement import (
    NOBODY,
    PARTS,
    Release,
    Statement,
    Wish,
    fault_of,
    identity,
    name_of,
)
from installation.values import Seconds

__all__ = ["HYSTERESIS", "PATIENCE", "SETTLES", "SLEW", "Agreement"]

HYSTERESIS: Final = 0.05
"""Share of an equal part by which somebody must be off before anything moves."""
SLEW: Final = 0.25
"""Share of the whole budget that a hub gives away in a second, at most."""
PATIENCE: Final[Seconds] = 10.0
"""After a goodbye, what the hub gave is taken so much later: its lamps are dark by then."""
SETTLES: Final[Seconds] = 1.0
"""After its start a hub gives nothing for so long: what an earlier process told the lamps is past by then."""
_TOLD: Final[Seconds] = 0.7
"""What a stage says may be from before a limit that was told so long ago: it counts for half a second, and
the stage hears its limit ten times a second."""
_STOPS: Final = 0.2
"""Share of the hysteresis within which a movement ends."""


class Agreement:
    """One hub's part in the agreement on one budget.

    Args:
        hub: Its name.
        founding: Parts that it takes if it has never agreed with anybody.
        fresh: Returns a number that no life of this hub has had.
        memory: What was saved; None at the first start.
        founders: Hubs that have a part of the budget from the beginning, and how much.
        budget: The whole in thousandths of a watt or lumen, told to the others.
        kept: What an earlier process knew of the others (``others.kept``).

    Attributes:
        limit: Parts that the lamps may take now.
        flows: Parts that others have got from this hub, or that it got from them (negative), by name, since
            somebody last emptied it.
        refused: Why the last statement of a hub was refused, by name.
        total: Parts that are held or on their way, as far as known; above ``PARTS`` if the hubs do not have
            the same list of hubs, and then all use less in proportion.
    """

    def __init__(
        self,
        hub: str,
        founding: int,
        fresh: Callable[[], int],
        memory: Memory | None = None,
        founders: Mapping[str, int] | None = None,
        budget: int = 0,
        kept: Mapping[str, Release] | None = None,
    ) -> None:
        self.account = Account(hub, fresh, founding, memory)
        self.budget = budget
        self.wish = Wish()
        self.others = Others(self.account)
        self.others.recall({**(kept or {}), **self.account.memory.former})
        self.flows: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.total = self.account.held
        self.limit = max(0, self.account.held)
        self._founders = dict(founders or {})
        self._lowered = 0
        self._moving = False
        self._told: list[tuple[Seconds, int]] = []
        self._left = False
        self._began: Seconds | None = None
        self._before: Seconds | None = None

    @property
    def hub(self) -> str:
        """Its name."""
        return self.account.hub

    def statement(self) -> Statement:
        """Return what the others are to hear. ``account.memory`` has to be saved before it is sent."""
        m = self.account.memory
        return Statement(
            hub=self.hub, incarnation=m.incarnation, version=m.version, founded=m.founded,
            given=dict(m.given), taken=dict(m.taken), released=dict(m.released), known=dict(m.known),
            former=dict(m.former), wish=self.wish, budget=self.budget, left=self._left,
        )  # fmt: skip

    def hear(self, said: Statement, now: Seconds) -> None:
        """Take what another hub says; what is not newer is ignored, impossible numbers are refused."""
        fault = fault_of(said)
        if fault:
            self.refused[said.hub] = fault
            return
        self.refused.pop(said.hub, None)
        account = self.account
        mine = account.identity
        if said.hub == self.hub:
            if said.identity != mine:
                account.know(self.hub, said.incarnation)
                account.disown()
            return
        if not self.others.hear(said, now):
            return
        self.others.recall(said.former)
        account.know(said.hub, said.incarnation)
        lives = [one for one in said.known.get(self.hub, ()) if one != account.memory.incarnation]
        if set(lives) - set(account.memory.known.get(self.hub, ())):
            account.know(self.hub, *lives, hearsay=True)
            account.disown()
        if identity(self.hub, NOBODY) in said.released:
            account.disown()
        if mine in said.released:
            account.begin_anew()
            self.others.renew()
        for one in [one for one in account.memory.released if one in said.released]:
            if said.hub < self.hub:
                account.withdraw(one)

    def advance(
        self, now: Seconds, here: Collection[str], leader: str, wish: Wish, confirmed: int | None
    ) -> None:
        """Take what is given, work out the division, and give.

        Args:
            now: Monotonic seconds.
            here: Names of the hubs that are reached, this one included or not.
            leader: Name of the leader, whose ``reform`` and ``alpha`` count; empty for none.
            wish: What this hub would like.
            confirmed: The most that its lamps may take at this moment, parts; None if nobody knows.
        """
        if wish != self.wish:
            self.wish = wish
            self.account.memory.version += 1  # nothing that has to be saved
        dt, self._before = now - (self._before if self._before is not None else now), now
        self._began = now if self._began is None else self._began
        self._take(now)
        surplus = self._surplus(here, leader)
        spare = max(0, sum(surplus.values()))
        if confirmed is None or now - self._began < SETTLES:
            # Nothing is given. The limit stays down: a stage that is silent again and again would else never
            # show less, and so never confirm that anything may be given.
            self._lowered = min(self._lowered, spare)
        elif not spare:
            self._lowered = 0
        else:
            step = max(1, round(SLEW * PARTS * min(max(dt, 0.0), 1.0)))
            self._lowered = min(spare, self._lowered + step)
            most = max(confirmed, *(limit for _, limit in self._told), 0)
            self._give(surplus, min(self._lowered, self.account.held - most))
        self._bound()
        self._told = [*(one for one in self._told if now - one[0] < _TOLD), (now, self.limit)]

    def leave(self, here: Collection[str], keep: int) -> None:
        """Say goodbye: give all but ``keep`` to the hubs that are here, in equal parts. Lamps go dark now.

        Args:
            here: Names of the hubs that are reached.
            keep: Parts that stay with this hub for its return.
        """
        there = sorted(one for one in self.others.members(here) if name_of(one) != self.hub)
        spare = self.account.held - max(0, keep)
        if spare > 0 and there:
            part, more = divmod(spare, len(there))
            for number, one in enumerate(there):
                self.account.give(one, part + (number < more))
        self._left = True
        self.account.note()
        self._bound()

    def release(self, hub: str, here: Collection[str]) -> int | str:
        """Own what a hub had that will not return. Its lamps must be off: nobody can check that.

        Of a hub that is here, this is what it had before it lost its disk; of this one, what it had before it
        had another name meanwhile.

        Args:
            hub: Its name.
            here: Names of the hubs that are reached.

        Returns:
            Parts that this hub has now in addition; or why nothing was done.
        """
        present = self.others.life(hub) if hub in here else ""
        present = self.account.identity if hub == self.hub else present
        lives = self.others.lives(hub)
        gone = [one for one in lives if one != present and not self.others.is_released(one)]
        if hub in (self.hub, *here) and not (present and gone):
            return f"{hub} is here, and says itself what it takes"
        if not lives and hub in self._founders and not self.others.is_released(identity(hub, NOBODY)):
            nobody = identity(hub, NOBODY)
            self.account.release(nobody, Release(amount=self._founders[hub]))
            self._flow(nobody, -self._founders[hub])
            self._bound()
            return self._founders[hub]
        if not gone:
            known = sorted({*self._founders, *self.others.names()} - {self.hub, *here})
            return f"nothing is reserved for {hub}" + (f"; there is {', '.join(known)}" if known else "")
        heard, before = False, self.account.held
        for one in gone:
            last = self.others.statements.get(one)
            if last is not None:
                heard = True
                what = Release(amount=max(0, last.held), given=dict(last.given), taken=dict(last.taken))
                self.account.release(one, what)
        self.others.follow()
        self._correct()
        amount = self.account.held - before
        self._flow(identity(hub, NOBODY), -amount)
        self._bound()
        return amount if heard else f"nothing is known of what {hub} had; nothing of it was kept"

    def reserved(self, here: Collection[str]) -> dict[str, int]:
        """Return the parts that hubs have which are not reached, by name; with those of lost disks."""
        found: dict[str, int] = {}
        for one, held in self.others.holders().items():
            hub = name_of(one)
            reached = hub != self.hub and hub in here and self.others.life(hub) in ("", one)
            if not reached and one != self.account.identity and held > 0:
                found[hub] = found.get(hub, 0) + held
        heard = {*self.others.names(), self.hub}
        unheard = {
            hub: part
            for hub, part in self._founders.items()
            if hub not in heard and not self.others.is_released(identity(hub, NOBODY))
        }
        return found | unheard

    def _take(self, now: Seconds) -> None:
        mine, account = self.account.identity, self.account
        for one, said in self.others.statements.items():
            given = said.given.get(mine, 0)
            if given > account.memory.taken.get(one, 0) and self.others.may_take(one, now, PATIENCE):
                self._flow(one, -account.take(one, given))
        for one, what in self.others.releases().items():
            self._flow(one, -account.take(one, what.given.get(mine, 0)))
            account.reclaim(one, what)
            account.settle(one)
        self._correct()
        self.others.follow()

    def _correct(self) -> None:
        """Own less of hubs that gave to others after they were last heard here, and before they were gone.

        And own more of them: what they gave to one that is gone, too, and that never took it. Of one that is
        released, what counts as taken is what the release says, since it says what that one had with it.
        """
        account, mine, releases = self.account, self.account.identity, self.others.releases()
        for one in tuple(account.memory.released):
            last = self.others.statements.get(one)
            for to, amount in last.given.items() if last is not None else ():
                account.correct(one, to, amount if to not in releases else 0)
            account.correct(one, mine, account.memory.taken.get(one, 0))
            for to, said in self.others.statements.items():
                account.correct(one, to, said.taken.get(one, 0) if to not in releases else 0)
            for to, what in releases.items():
                account.correct(one, to, what.taken.get(one, 0))
                account.regain(one, to, what.taken.get(one, 0))

    def _surplus(self, here: Collection[str], leader: str) -> dict[str, int]:
        """Return what this hub should give, by identity of who is to get it."""
        members = self.others.members(here)
        gifts, gap = gifts_of(self.account.identity, self.wish, members, self.others, leader)
        equal = PARTS / max(1, len(members))
        self._moving = gap > equal * HYSTERESIS * (_STOPS if self._moving else 1.0)
        return gifts if self._moving else {}

    def _give(self, surplus: Mapping[str, int], amount: int) -> None:
        left = amount
        for one, part in surplus.items():
            now = min(part, left)
            if now > 0:
                self.account.give(one, now)
                self._flow(one, now)
                left -= now
        if amount > 0:
            self._lowered -= amount - left
            self.others.follow()

    def _flow(self, one: str, amount: int) -> None:
        if amount:
            self.flows[name_of(one)] = self.flows.get(name_of(one), 0) + amount

    def _bound(self) -> None:
        held = max(0, self.account.held)
        self.total = self.others.total()
        free = held - min(self._lowered, held)
        self.limit = free * PARTS // self.total if self.total > PARTS else free
