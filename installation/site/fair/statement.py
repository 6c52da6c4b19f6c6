"""What hubs tell each other about a shared budget: one statement each, whole, and the newest counts.

There are no requests and no answers. A statement says all that its hub has ever given and taken, as sums that
only grow, so it may be lost, repeated, overtaken or heard years late (see ``holdings``).
"""

import math
from collections.abc import Iterator
from itertools import chain
from typing import Final

import msgspec

__all__ = [
    "NOBODY", "PARTS", "Release", "Statement", "Wish", "fault_of", "identity", "incarnation_of", "name_of",
]  # fmt: skip

PARTS: Final = 1 << 30
"""Parts of a whole budget. What a part is worth in watts or lumens, the venue says."""
NOBODY: Final = 0
"""Incarnation of a hub that has a part of the budget and has never been heard."""

_MOST: Final = 1 << 53
"""The largest number that anybody may say: sums of hundreds of them are still whole numbers of 64 bits."""
_ALPHAS: Final = (0.5, 32.0)


def identity(hub: str, incarnation: int) -> str:
    """Return the name of one life of a hub, in the accounts of all others."""
    return f"{hub}#{incarnation}"


def incarnation_of(one: str) -> int:
    """Return the incarnation of an identity."""
    return int(one.rpartition("#")[2])


def name_of(one: str) -> str:
    """Return the hub's name of an identity."""
    return one.rpartition("#")[0]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a hub would like to have, and how it is to be weighed.

    Attributes:
        need: What its lamps would take as they are driven, parts.
        floor: The least that it needs, parts.
        cap: The most that its lamps can take, parts.
        privilege: Weight, above 0; 1 is the ordinary one.
        credit: What it has missed (``share.credit``), thousandths of a second of an equal part.
        reform: 0 by privilege .. 1000 alpha-fair.
        alpha: Of alpha-fairness.
    """

    need: int = 0
    floor: int = 0
    cap: int = 0
    privilege: float = 1.0
    credit: int = 0
    reform: int = 1000
    alpha: float = 32.0


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A hub that staff have declared gone: what it had belongs to who released it.

    Attributes:
        amount: Parts.
        given: What it had given to each other hub, as far as known: that is still to be taken.
        taken: What it had taken from each: what is beyond that goes back to who gave it.
    """

    amount: int
    given: dict[str, int] = {}
    taken: dict[str, int] = {}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One hub's account and wish.

    Attributes:
        hub: Its name.
        incarnation: Which life of it; another one has an account of its own.
        version: Counts upward through all restarts.
        founded: Parts that it began with.
        given: All that it has ever given to each other hub, by identity; sums that only grow.
        taken: All that it has ever taken from each.
        released: Hubs that it has released, by identity.
        known: Incarnations of which it has ever heard, by hub.
        former: What its machine had under other names and nobody has released, by identity: nobody else says
            so, and a release needs the newest sums.
        wish: What it would like.
        budget: The whole in thousandths of a watt or lumen, as its venue says.
        left: It has said goodbye: what it gave may be taken after a while.
    """

    hub: str
    incarnation: int
    version: int
    founded: int
    given: dict[str, int] = {}
    taken: dict[str, int] = {}
    released: dict[str, Release] = {}
    known: dict[str, tuple[int, ...]] = {}
    former: dict[str, Release] = {}
    wish: Wish = Wish()
    budget: int = 0
    left: bool = False

    @property
    def identity(self) -> str:
        """Name of this life of the hub."""
        return identity(self.hub, self.incarnation)

    @property
    def held(self) -> int:
        """Parts that it has."""
        released = sum(one.amount for one in self.released.values())
        return self.founded + released + sum(self.taken.values()) - sum(self.given.values())


def fault_of(said: Statement) -> str:
    """Return what is wrong with the numbers of a statement, so that nobody can use it; empty if nothing.

    Whole numbers are within 2^53, those that count something are not negative.
    """
    wish = said.wish
    if not _ALPHAS[0] <= wish.alpha <= _ALPHAS[1]:
        return f"alpha is {wish.alpha:g}, not {_ALPHAS[0]:g}..{_ALPHAS[1]:g}"
    if not (math.isfinite(wish.privilege) and wish.privilege > 0.0):
        return f"privilege is {wish.privilege:g}, not above 0"
    for name, amount in _counts(said) if not _counts_fit(said) else ():
        if not 0 <= amount <= _MOST:
            return f"{name} is {amount}, not 0..2^53"
    signed = {"credit": wish.credit, "what it has": said.held}
    signed |= {f"release of {one}": what.amount for one, what in said.released.items()}
    for name, amount in signed.items():
        if abs(amount) > _MOST:
            return f"{name} is {amount}, beyond 2^53"
    return ""


def _counts_fit(said: Statement) -> bool:
    """Return whether all of ``_counts`` are within the range: a tenth of the work of naming them."""
    wish = said.wish
    plain = (said.incarnation, said.version, said.founded, said.budget)
    wanted = (wish.need, wish.floor, wish.cap, wish.reform)
    own = (said.given.values(), said.taken.values())
    theirs = (sums.values() for one in said.released.values() for sums in (one.given, one.taken))
    lives = list(chain.from_iterable(said.known.values()))
    return all(
        min(amounts, default=0) >= 0 and max(amounts, default=0) <= _MOST
        for amounts in (plain, wanted, lives, [sum(one) for one in own], *own, *theirs)
    )


def _counts(said: Statement) -> Iterator[tuple[str, int]]:
    wish = said.wish
    yield from (("incarnation", said.incarnation), ("version", said.version), ("founded", said.founded))
    yield from (("budget", said.budget), ("need", wish.need), ("floor", wish.floor), ("cap", wish.cap))
    yield "reform", wish.reform
    for name, sums in (("given", said.given), ("taken", said.taken)):
        yield from ((f"{name} {one}", amount) for one, amount in sums.items())
        yield f"{name} together", sum(sums.values())
    for one, what in said.released.items():
        for name, sums in (("given", what.given), ("taken", what.taken)):
            yield from ((f"{name} of {one}", amount) for amount in sums.values())
    for hub, lives in said.known.items():
        yield from ((f"life of {hub}", one) for one in lives)
