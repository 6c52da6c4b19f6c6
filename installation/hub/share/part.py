"""The fair share in the hub process: binds the agreement to the site's network, the disk and the stage.

===========================  =============================================================================
key on the mesh              payload (MessagePack), kept
===========================  =============================================================================
``share/watts/HUB``          ``Statement``: what a hub has of the watts, gave and took, and would like
``share/lumens/HUB``         likewise, of the lumens
``share/ledger/HUB``         list of ``Decision``
``share/ended/HUB``          list of ``Ended``: hubs that will not return
===========================  =============================================================================
"""

import time
from collections.abc import Mapping
from typing import Final

import msgspec

from installation.hub.options import HubOptions
from installation.hub.part import Surroundings
from installation.hub.share.budget import Budget
from installation.hub.share.ended import UNIT as ENDED
from installation.hub.share.ended import EndedBudgets
from installation.hub.share.saver import Saver
from installation.hub.share.status import share_status, told
from installation.ipc.feeds.site import RELEASE, SHARES, Own
from installation.logs import Refusals
from installation.share import gini, jain
from installation.site.fair import PARTS, Statement, Wish
from installation.site.fair.decisions import Decision, Ledger, can_be
from installation.values import Seconds

__all__ = ["SharePart"]

_ROUND: Final[Seconds] = 0.1
_FRESH: Final[Seconds] = 0.5
"""A stage that has said nothing for so long confirms nothing."""
_GONE: Final[Seconds] = 60.0
"""A stage is missed for so long at least, and until its lamps show the safe look."""
_SLACK: Final[Seconds] = 1.0
"""The keeper notices later than this process that the stage is gone."""
_PATIENCE: Final[Seconds] = 1.0
"""So long a hub that leaves waits for its disk with what it gives away."""
_TOLD: Final[Seconds] = 1.0
_SHOWN: Final = 20
"""Lines of the ledger in a view of the site."""
_STATEMENT: Final = msgspec.msgpack.Decoder(Statement)
_DECISIONS: Final = msgspec.msgpack.Decoder(list[Decision])


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
        self._refusals = Refusals("fair share of other hubs")
        self._book = Saver(around.folder, "share-ledger") if self.budgets else None
        if self._book is not None:
            around.endings.append(self._book.end)
        self._pages = 0
        self._remember()
        self._mesh = around.mesh.subscribe("share/**", capacity=4096, kept=True)
        self._releases = around.local.subscribe(RELEASE, capacity=16)
        self._ended = EndedBudgets(around)
        self._own: Own | None = None
        self._own_at: Seconds | None = None
        self._before: Seconds | None = None
        self._told_at: Seconds = 0.0
        self.said = ""
        """What became of the last release."""

    def advance(self, now: Seconds) -> None:
        """See ``Part``."""
        self._hear(now)
        if self._before is not None and now - self._before < _ROUND:
            for budget in self.budgets.values():
                budget.send()
            return
        dt, self._before = now - (self._before if self._before is not None else now), now
        for unit, budget in self.budgets.items():
            wish, confirmed = self._wish(budget, unit, now)
            budget.advance(now, dt, wish, confirmed)
            if budget.note(time.time(), now) is not None:
                self._tell_decisions()
        if self.budgets and now >= self._told_at:
            self._told_at = now + _TOLD
            self._around.local.put(SHARES, msgspec.json.encode(share_status(self)), keep=True)

    def _hear(self, now: Seconds) -> None:
        for key, payload in self._mesh.drain():
            _, unit, hub = (*key.split("/", 2), "", "")[:3]
            try:
                if unit == "ledger":
                    self._read(hub, _DECISIONS.decode(payload))
                elif unit == ENDED and hub != self._around.hub:
                    for one in self._ended.take(payload, now):
                        self._end(one)
                elif unit in self.budgets:
                    said = _STATEMENT.decode(payload)
                    if said.hub == hub:
                        self._take(unit, said, now)
                    else:
                        self._around.misname(hub, said.hub)
            except msgspec.DecodeError:
                continue  # of another version: membership says so
        for _, payload in self._releases.drain():
            self._release(payload.decode("utf-8", "replace"))
        for one in self._ended.advance(now):
            for budget in self.budgets.values():
                budget.free(one)

    def _read(self, hub: str, decisions: list[Decision]) -> None:
        """Take the decisions of another hub; one that cannot be would stop the view of the site."""
        hubs = {*self._options.hubs, *self._around.members}
        good = [one for one in decisions if can_be(one, hub, hubs)]
        if len(good) < len(decisions):
            self._refusals.note("a decision that cannot be", hub, count=len(decisions) - len(good))
        if good:
            self.ledger.hear(hub, good)

    def _take(self, unit: str, said: Statement, now: Seconds) -> None:
        agreement = self.budgets[unit].agreement
        agreement.hear(said, now)
        if said.hub in agreement.refused:
            self._refusals.note("a statement about the budget", f"{said.hub}: {agreement.refused[said.hub]}")
        if said.budget:
            self.budgets[unit].heed()

    def _release(self, hub: str) -> None:
        done: list[str] = []
        for budget in self.budgets.values():
            held = budget.agreement.account.held
            done.append(budget.release(hub))
            away = sorted(budget.agreement.reserved(self._around.members).keys() - {hub})
            if budget.agreement.account.held > held and away:
                done.append(
                    f"{', '.join(away)} not reached: what {hub} gave them lately counts twice until then"
                )
        if self.budgets and hub not in self.members:
            self._ended.tell(hub)
        self.said = "; ".join(dict.fromkeys(done)) or "the venue has no [budget]"

    def _end(self, hub: str) -> None:
        """Count no longer what a hub stated that will not return, as another hub was told."""
        for budget in self.budgets.values():
            budget.stated.forget(hub)

    def _wish(self, budget: Budget, unit: str, now: Seconds) -> tuple[Wish, int | None]:
        """Return what this station would like, and the most that its lamps may take now."""
        own = self._around.own
        if own is not None and own != self._own:
            self._own, self._own_at = own, now
        if own is None or self._own_at is None:
            return Wish(), None  # nobody knows what its lamps do
        since = now - self._own_at
        need, least, cap, limit, safe = (
            (own.demand, own.floor, own.cap, own.limit, own.safe)
            if unit == "watts"
            else (own.lumens, 0.0, own.lumens_cap, own.lumens_limit, own.safe_lumens)
        )
        if since > max(_GONE, self._options.dims + _SLACK):
            floor = budget.parts(max(least, safe))
            return Wish(need=floor, floor=floor, cap=floor), min(floor + 1, PARTS)
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
        hub = self._around.hub
        hubs = {hub, *self._options.hubs}
        for unit, budget in self.budgets.items():
            # Those from before it had another name would be refused by all.
            budget.noting.kept = [one for one in kept if one.unit == unit and can_be(one, hub, hubs)]
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
                "reserved": watts.amount(sum(watts.agreement.reserved(self.members).values())),
            }  # fmt: skip
        if self.budgets:
            made["ledger"] = told(self.ledger, _SHOWN)
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
        levels, reserved = self.levels(watts), watts.agreement.reserved(self.members)
        made: dict[str, dict[str, object]] = {
            hub: {"share": watts.amount(part), "reserved": True} for hub, part in reserved.items()
        }
        return made | {
            hub: {
                "share": watts.amount(share), "has": round(levels[hub], 4), "reserved": hub in reserved,
                "demand": watts.amount(wishes[hub].need), "cap": watts.amount(wishes[hub].cap),
            }
            for hub, share in self.shares(watts).items()
        }  # fmt: skip

    def close(self) -> None:
        """See ``Part``: where the process ends, all but the floor goes to the others."""
        leaving = self._around.leaving
        end = time.monotonic() + (_PATIENCE if leaving else 0.0)
        for budget in self.budgets.values():
            if leaving and self._options.dark:
                budget.leave(budget.agreement.wish.floor)
        for budget in self.budgets.values():
            budget.close(end - time.monotonic())
        if self._book is not None:
            self._book.end()
        self._mesh.close()
        self._releases.close()
