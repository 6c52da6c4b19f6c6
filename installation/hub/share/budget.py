"""One budget of the site: its agreement, its file on disk, and what is told of it."""

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec

from installation.hub.options import HubOptions
from installation.hub.part import Surroundings
from installation.hub.share.saver import Saver
from installation.hub.share.stated import StatedBudgets
from installation.share.credit import Credit
from installation.share.division import divide
from installation.site.fair import PARTS, Agreement, Memory, Release, Wish
from installation.site.fair.decisions import Decision, Noting, Standing
from installation.site.fair.statement import NOBODY, identity, name_of
from installation.values import Seconds

__all__ = ["Budget"]

_AGAIN: Final[Seconds] = 0.5
"""What has not changed is said again after so long: the wish, and what a lost message held."""
_KEPT: Final[Seconds] = 5.0
"""What others said last is written so often, if it has changed."""
_LITTLE: Final = 0.05
"""Watts or lumens that are not worth a word."""
_FITS: Final = 60_000
"""Bytes of JSON that a state file holds for certain."""


class Budget:
    """One budget: its agreement, its file, and what it says.

    Args:
        unit: ``watts`` or ``lumens``.
        whole: The budget in that unit, as this hub's venue states it.
        around: Of the process.
        options: Of this hub.

    Attributes:
        stated: What the venues of all hubs state.
    """

    def __init__(self, unit: str, whole: float, around: Surroundings, options: HubOptions) -> None:
        self.unit = unit
        self._around, self._hubs = around, options.hubs
        self._saver = Saver(around.folder, f"share-{unit}")
        around.endings.append(self._saver.end)
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
        self._heard = Saver(around.folder, f"share-{unit}-others")
        around.endings.append(self._heard.end)
        kept = None
        if self._heard.loaded:
            try:
                kept = msgspec.convert(self._heard.loaded, dict[str, Release])
            except msgspec.ValidationError:
                kept = None  # of another version
        self._heard_at: Seconds | None = None
        self._heard_of = 0
        self._pages = 0
        self.agreement = Agreement(
            around.hub, alone, lambda: secrets.randbits(48), memory,
            dict.fromkeys(options.hubs, equal), round(whole * 1000.0), kept,
        )  # fmt: skip
        self.stated = StatedBudgets(unit, whole, around, self.agreement.others, options.hubs)
        self.credit = Credit()
        self.noting = Noting(around.hub, unit)
        self._handed = -1
        self._kept = kept or {}
        self._said = b""
        self._due: Seconds = 0.0
        self._waiting: list[tuple[int, bytes]] = []

    @property
    def whole(self) -> float:
        """The lowest budget that any hub's venue states; a share is a part of it."""
        return self.stated.lowest

    @property
    def trouble(self) -> str:
        """Why it does not divide as it should; empty normally."""
        if self._saver.trouble:
            return f"what is agreed cannot be kept, so nothing is given away: {self._saver.trouble}"
        agreement = self.agreement
        if agreement.total > PARTS + len(agreement.others.statements):
            more = 100.0 * (agreement.total / PARTS - 1.0)
            return f"the hubs began with {more:.0f} % too much; all take less (docs/fair-share.md)"
        for hub, fault in agreement.refused.items():
            return f"what {hub} says is refused: {fault}"
        return "; ".join(one for one in (self.stated.differing(), self._unlisted()) if one)

    def _unlisted(self) -> str:
        """Return what to do about parts of hubs that the venue does not name: some have another name now.

        And about those that this hub had under another name.
        """
        listed = {*self._hubs} - {self._around.hub}
        former = {name_of(one) for one in self.agreement.account.memory.former}
        reserved = {
            hub: self.amount(part)
            for hub, part in self.agreement.reserved(self._around.members).items()
            if hub in former or (self._hubs and hub not in listed)
        }
        found = [(hub, amount) for hub, amount in sorted(reserved.items()) if amount >= _LITTLE]
        if not found:
            return ""
        what = ", ".join(f"{hub} {amount:.1f}" for hub, amount in found)
        remedy = " and ".join(f"`photophore release-hub {hub}`" for hub, _ in found)
        return (
            f"reserved under names from before: {what}; if their lamps are dark or belong to"
            f" a hub with another name now, {remedy}, on one hub"
        )

    def parts(self, amount: float) -> int:
        """Return an amount in parts of the budget."""
        return min(max(round(amount / self.whole * PARTS), 0), PARTS)

    def amount(self, parts: int) -> float:
        """Return parts of the budget in its unit."""
        return parts * self.whole / PARTS

    def advance(self, now: Seconds, dt: Seconds, wish: Wish, confirmed: int | None) -> None:
        """Work out one round and say what is new, once it is on disk."""
        agreement, around = self.agreement, self._around
        self.stated.look()
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
        self._keep(now)
        self.send()

    def heed(self) -> None:
        """Keep to a lower budget as soon as it is heard, and have the stage told at once."""
        before = self.whole
        self.stated.look()
        self._around.news |= self.whole < before

    def release(self, hub: str) -> str:
        """Own what a hub had that will not return (``Agreement.release``); return what became of it."""
        members = self._around.members
        stated = self.stated.all().get(hub)
        got = self.agreement.release(hub, members)
        if hub not in members:
            self.stated.forget(hub)
        if not isinstance(got, str):
            return f"{self.amount(got):.1f} {self.unit} of {hub} are free again"
        if stated is None or hub in (self._around.hub, *members):
            return got
        return f"{got}; the {stated:g} {self.unit} that it stated count no longer"

    def free(self, hub: str) -> None:
        """Own what a hub had that another hub was told will not return, if nobody else has freed it.

        Does nothing where this hub knows of no parts of it, so that no part is made.
        """
        others, members = self.agreement.others, self._around.members
        has = any(held > 0 for one, held in others.holders().items() if name_of(one) == hub)
        if has and hub not in members and not others.is_released(identity(hub, NOBODY)):
            self.agreement.release(hub, members)

    def _keep(self, now: Seconds) -> None:
        """Write what is known of the others to the disk, for a release after a power cut.

        Of a hub that was heard for the first time at once, else now and then.
        """
        heard = len(self.agreement.others.statements)
        due = self._heard_at is None or now - self._heard_at >= _KEPT or heard != self._heard_of
        kept = self.agreement.others.kept() if due else self._kept
        if due:
            self._heard_at, self._heard_of = now, heard
        if kept != self._kept:
            self._kept = kept
            self._pages += 1
            self._heard.put(self._pages, msgspec.to_builtins(within(kept)))

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

    def note(self, unix: float, clock: Seconds) -> Decision | None:
        """Return what is worth a line in the ledger."""
        agreement, here = self.agreement, self._around.members
        flows = dict(agreement.flows)
        agreement.flows.clear()
        self.noting.moved(clock, flows)
        wishes = {one.hub: one.wish for one in agreement.others.current()}
        rule = wishes.get(self._around.leader, agreement.wish)
        wishes[self._around.hub] = agreement.wish
        now = Standing(
            share=agreement.limit, need=agreement.wish.need,
            owed={hub: wish.credit / 1000.0 for hub, wish in wishes.items()},
            privilege={hub: wish.privilege for hub, wish in wishes.items()},
            cut=sorted(agreement.reserved(here)), gone=agreement.others.gone(),
            reform=rule.reform / 1000.0, settled=not flows,
        )  # fmt: skip
        return self.noting.look(unix, clock, now)

    def leave(self, keep: int) -> None:
        """Give all but so many parts to the others, and say so in ``close``."""
        self.agreement.leave(self._around.members, keep)
        number = self.agreement.account.changed
        self._saver.put(number, msgspec.to_builtins(self.agreement.account.memory))
        self._waiting = [(number, msgspec.msgpack.encode(self.agreement.statement()))]

    def close(self, patience: Seconds) -> None:
        """End it, and say what is on disk after at most ``patience`` seconds."""
        self._saver.close(patience)
        self._heard.end()
        self.stated.end()
        self.send()


def within(kept: Mapping[str, Release]) -> dict[str, Release]:
    """Return as many of them as a state file holds, the shortest first."""
    sizes = {one: len(msgspec.json.encode({one: what})) for one, what in kept.items()}
    found: dict[str, Release] = {}
    room = _FITS
    for one in sorted(sizes, key=sizes.__getitem__):
        room -= sizes[one]
        if room < 0:
            break
        found[one] = kept[one]
    return found
