"""The fair share in the hub process: binds the agreement to the site's network, the disk and the stage.

===========================  =============================================================================
key on the mesh              payload (MessagePack), kept
===========================  =============================================================================
``share/watts/HUB``          ``Statement``: what a hub has of the watts, gave and took, and would like
``share/lumens/HUB``         likewise, of the lumens
``share/ledger/HUB``         list of ``Decision``
===========================  =============================================================================
"""

import secrets
import time
from collections.abc import Mapping
from typing import Final

import msgspec

from installation.hub.options import HubOptions
from installation.hub.part import Surroundings
from installation.hub.saver import Saver
from installation.hub.share_status import share_status
from installation.ipc.feeds.site import RELEASE, SHARES, Own
from installation.share import gini, jain
from installation.share.credit import Credit
from installation.share.division import divide
from installation.site.fair import PARTS, Agreement, Memory, Statement, Wish
from installation.site.fair.decisions import Decision, Ledger, Noting
from installation.values import Seconds

__all__ = ["Budget", "SharePart"]

_ROUND: Final[Seconds] = 0.1
_AGAIN: Final[Seconds] = 0.5
"""What has not changed is said again after so long: the wish, and what a lost message held."""
_FRESH: Final[Seconds] = 0.5
"""A stage that has said nothing for so long confirms nothing."""
_GONE: Final[Seconds] = 60.0
"""After so long without a stage its lamps show the safe look, which is within the floor."""
_TOLD: Final[Seconds] = 1.0
_STATEMENT: Final = msgspec.msgpack.Decoder(Statement)
_DECISIONS: Final = msgspec.msgpack.Decoder(list[Decision])


class Budget:
    """One budget: its agreement, its file, and what it says.

    Args:
        unit: ``watts`` or ``lumens``.
        whole: The budget in that unit.
        around: Of the process.
        options: Of this hub.
    """

    def __init__(self, unit: str, whole: float, around: Surroundings, options: HubOptions) -> None:
        self.unit, self.whole = unit, whole
        self._around = around
        self._saver = Saver(around.folder, f"share-{unit}")
        equal = PARTS // max(len(options.hubs), 1)
        alone = equal
        if options.alone >= 0.0 and options.watts > 0.0:
            alone = min(round(options.alone / options.watts * PARTS), PARTS)
        memory = None
        if self._saver.loaded:
            try:
                memory = msgspec.convert(self._saver.loaded, Memory)
            except msgspec.ValidationError:
                memory = None  # of another version: this hub begins a new life, with what it takes alone
        self.agreement = Agreement(
            around.hub, alone, lambda: secrets.randbits(48), memory,
            dict.fromkeys(options.hubs, equal), round(whole * 1000.0),
        )  # fmt: skip
        self.credit = Credit()
        self.noting = Noting(around.hub, unit)
        self._handed = -1
        self._said = b""
        self._due: Seconds = 0.0
        self._waiting: list[tuple[int, bytes]] = []

    @property
    def trouble(self) -> str:
        """Why it does not divide as it should; empty normally."""
        if self._saver.trouble:
            return f"what is agreed cannot be kept, so nothing is given away: {self._saver.trouble}"
        agreement = self.agreement
        if agreement.total > PARTS + len(agreement.others.statements):
            more = 100.0 * (agreement.total / PARTS - 1.0)
            return f"the hubs began with {more:.0f} % too much; all take less (docs/fair-share.md)"
        others = {said.budget for said in agreement.others.current()} - {agreement.budget}
        if others:
            listed = ", ".join(f"{one / 1000.0:g}" for one in sorted(others))
            return f"other venue files say {listed} {self.unit} where this one says {self.whole:g}"
        return ""

    def parts(self, amount: float) -> int:
        """Return an amount in parts of the budget."""
        return min(max(round(amount / self.whole * PARTS), 0), PARTS)

    def amount(self, parts: int) -> float:
        """Return parts of the budget in its unit."""
        return parts * self.whole / PARTS

    def advance(self, now: Seconds, dt: Seconds, wish: Wish, confirmed: int | None) -> None:
        """Work out one round and say what is new, once it is on disk."""
        agreement, around = self.agreement, self._around
        wish = msgspec.structs.replace(wish, credit=round(self._credit(dt, wish) * 1000.0))
        safe = None if self._saver.trouble else confirmed
        agreement.advance(now, around.members, around.leader, wish, safe)
        number = agreement.account.changed
        fresh = number != self._handed
        if fresh:
            self._handed = number
            self._saver.put(number, msgspec.to_builtins(agreement.account.memory))
        if fresh or now >= self._due:
            self._due = now + _AGAIN
            self._waiting = [*self._waiting, (number, msgspec.msgpack.encode(agreement.statement()))][-2:]
        self.send()

    def send(self) -> None:
        """Say the newest statement whose account is on disk."""
        ready = [payload for number, payload in self._waiting if number <= self._saver.saved]
        if ready:
            self._waiting = self._waiting[len(ready) :]
            if ready[-1] != self._said:
                self._said = ready[-1]
                self._around.mesh.put(f"share/{self.unit}/{self._around.hub}", ready[-1], keep=True)

    def _credit(self, dt: Seconds, wish: Wish) -> float:
        """Count what this hub has missed of its fair share of the whole budget."""
        said = self.agreement.others.current()
        wishes = [one.wish for one in said] + [wish]
        needs = [min(one.need, one.cap) for one in wishes]
        fair = divide(PARTS, needs, [one.floor for one in wishes])[-1]
        had = min(needs[-1], self.agreement.limit)
        return self.credit.advance(dt, float(fair), float(had), PARTS / len(wishes))

    def level(self) -> float:
        """Return what this hub gets of what it asks for, 0..1."""
        need = self.agreement.wish.need
        return min(1.0, self.agreement.limit / need) if need > 0 else 1.0

    def note(self, unix: float) -> Decision | None:
        """Return what is worth a line in the ledger."""
        agreement = self.agreement
        flows = dict(agreement.flows)
        agreement.flows.clear()
        self.noting.moved(flows)
        owed = {one.hub: one.wish.credit / 1000.0 for one in agreement.others.current()}
        owed[self._around.hub] = self.credit.value
        cut = agreement.reserved(self._around.members)
        reform = agreement.wish.reform / 1000.0
        gone = agreement.others.gone()
        return self.noting.look(
            unix, self.level(), owed, cut=cut, gone=gone, reform=reform, settled=not flows
        )

    def close(self, *, keep: int | None) -> None:
        """End it; with ``keep``, give all but so many parts to the others first."""
        if keep is not None:
            self.agreement.leave(self._around.members, keep)
            number = self.agreement.account.changed
            self._saver.put(number, msgspec.to_builtins(self.agreement.account.memory))
            self._waiting = [(number, msgspec.msgpack.encode(self.agreement.statement()))]
        self._saver.close()
        self.send()


class SharePart:
    """The part of the process. Nothing happens where the venue has no budget.

    Args:
        around: Of the process.
        options: Of this hub.
    """

    def __init__(self, around: Surroundings, options: HubOptions) -> None:
        self._around, self._options = around, options
        wholes = {"watts": options.watts, "lumens": options.lumens}
        self.budgets = {
            unit: Budget(unit, whole, around, options) for unit, whole in wholes.items() if whole > 0.0
        }
        self.ledger = Ledger()
        self._book = Saver(around.folder, "share-ledger") if self.budgets else None
        self._pages = 0
        self._remember()
        self._mesh = around.mesh.subscribe("share/**", capacity=4096, kept=True)
        self._releases = around.local.subscribe(RELEASE, capacity=16)
        self._own: Own | None = None
        self._own_at: Seconds | None = None
        self._began: Seconds | None = None
        self._before: Seconds | None = None
        self._told_at: Seconds = 0.0
        self.said = ""
        """What became of the last release."""

    def advance(self, now: Seconds) -> None:
        """See ``Part``."""
        self._hear(now)
        self._began = now if self._began is None else self._began
        if self._before is not None and now - self._before < _ROUND:
            for budget in self.budgets.values():
                budget.send()
            return
        dt, self._before = now - (self._before if self._before is not None else now), now
        for unit, budget in self.budgets.items():
            wish, confirmed = self._wish(budget, unit, now)
            budget.advance(now, dt, wish, confirmed)
            if budget.note(time.time()) is not None:
                self._tell_decisions()
        if self.budgets and now >= self._told_at:
            self._told_at = now + _TOLD
            self._around.local.put(SHARES, msgspec.json.encode(share_status(self)), keep=True)

    def _hear(self, now: Seconds) -> None:
        for key, payload in self._mesh.drain():
            _, unit, hub = (*key.split("/", 2), "", "")[:3]
            try:
                if unit == "ledger":
                    self.ledger.hear(hub, _DECISIONS.decode(payload))
                elif unit in self.budgets:
                    said = _STATEMENT.decode(payload)
                    if said.hub == hub:
                        self.budgets[unit].agreement.hear(said, now)
            except msgspec.DecodeError:
                continue  # of another version: membership says so
        for _, payload in self._releases.drain():
            self._release(payload.decode("utf-8", "replace"))

    def _release(self, hub: str) -> None:
        done = []
        for unit, budget in self.budgets.items():
            got = budget.agreement.release(hub, self._around.members)
            done.append(
                got if isinstance(got, str) else f"{budget.amount(got):.1f} {unit} of {hub} are free again"
            )
        self.said = "; ".join(dict.fromkeys(done)) or "the venue has no [budget]"

    def _wish(self, budget: Budget, unit: str, now: Seconds) -> tuple[Wish, int | None]:
        """Return what this station would like, and the most that its lamps may take now."""
        own = self._around.own
        if own is not None and own != self._own:
            self._own, self._own_at = own, now
        since = now - (self._own_at if self._own_at is not None else self._began or now)
        if own is None or since > _GONE:
            floor = budget.agreement.wish.floor
            return Wish(need=floor, floor=floor, cap=floor), floor if since > _GONE else None
        need, least, cap, limit = (
            (own.demand, own.floor, own.cap, own.limit)
            if unit == "watts"
            else (own.lumens, 0.0, own.lumens_cap, own.lumens_limit)
        )
        wish = Wish(
            need=budget.parts(need), floor=budget.parts(least), cap=budget.parts(cap),
            privilege=self._options.privilege, reform=round(own.reform * 1000.0), alpha=own.alpha,
        )  # fmt: skip
        heard = since <= _FRESH and limit >= 0.0
        return wish, min(budget.parts(limit) + 1, PARTS) if heard else None

    def _remember(self) -> None:
        """Take the decisions of earlier runs from the disk, and tell them again."""
        if self._book is None or not self._book.loaded:
            return
        try:
            kept = msgspec.convert(self._book.loaded.get("decisions", []), list[Decision])
        except msgspec.ValidationError:
            return  # of another version
        for unit, budget in self.budgets.items():
            budget.noting.kept = [one for one in kept if one.unit == unit]
        self._tell_decisions()

    def _tell_decisions(self) -> None:
        kept = sorted(
            (one for budget in self.budgets.values() for one in budget.noting.kept), key=lambda d: d.at
        )
        self.ledger.hear(self._around.hub, kept)
        if self._book is not None:
            self._pages += 1
            self._book.put(self._pages, {"decisions": msgspec.to_builtins(kept)})
        self._around.mesh.put(f"share/ledger/{self._around.hub}", msgspec.msgpack.encode(kept), keep=True)

    def report(self) -> dict[str, object]:
        """See ``Part``."""
        made: dict[str, object] = {}
        watts, lumens = self.budgets.get("watts"), self.budgets.get("lumens")
        if lumens is not None:
            made["lumens"] = lumens.amount(lumens.agreement.limit)
        if watts is not None:
            levels = self.levels(watts)
            asked = [level for hub, level in levels.items() if self.needs(watts)[hub] > 0]
            made |= {
                "budget": watts.whole, "share": watts.amount(watts.agreement.limit),
                "gini": gini(asked), "jain": jain(asked), "each": self._each(watts),
            }  # fmt: skip
        troubles = [f"{unit}: {budget.trouble}" for unit, budget in self.budgets.items() if budget.trouble]
        return made | ({"trouble": "; ".join(troubles)} if troubles else {})

    @property
    def members(self) -> frozenset[str]:
        """Names of the hubs that are here, this one included."""
        return self._around.members | {self._around.hub}

    def needs(self, budget: Budget) -> Mapping[str, int]:
        """Return what each hub that is known asks for, parts."""
        found = {one.hub: min(one.wish.need, one.wish.cap) for one in budget.agreement.others.current()}
        return found | {self._around.hub: min(budget.agreement.wish.need, budget.agreement.wish.cap)}

    def shares(self, budget: Budget) -> Mapping[str, int]:
        """Return what each hub that is known may take, parts."""
        found = {one.hub: max(0, one.held) for one in budget.agreement.others.current()}
        return found | {self._around.hub: budget.agreement.limit}

    def levels(self, budget: Budget) -> Mapping[str, float]:
        """Return what each hub that is known gets of what it asks for, 0..1."""
        needs, shares = self.needs(budget), self.shares(budget)
        return {hub: min(1.0, shares[hub] / need) if need > 0 else 1.0 for hub, need in needs.items()}

    def _each(self, watts: Budget) -> dict[str, dict[str, object]]:
        others = watts.agreement.others.current()
        wishes = {one.hub: one.wish for one in others} | {self._around.hub: watts.agreement.wish}
        return {
            hub: {
                "share": watts.amount(share),
                "demand": watts.amount(wishes[hub].need), "cap": watts.amount(wishes[hub].cap),
            }
            for hub, share in self.shares(watts).items()
        }  # fmt: skip

    def close(self) -> None:
        """See ``Part``: where the process ends, all but the floor goes to the others."""
        for budget in self.budgets.values():
            leaves = self._around.leaving and self._options.dark
            budget.close(keep=budget.agreement.wish.floor if leaves else None)
        if self._book is not None:
            self._book.close()
        self._mesh.close()
        self._releases.close()
