"""Who gives what to whom: worked out by every hub alone, the same from the same statements."""

from typing import TYPE_CHECKING

import numpy as np

from installation.share.credit import weight_of
from installation.share.division import divide, headroom
from installation.site.fair.statement import PARTS, Wish, name_of

if TYPE_CHECKING:
    from installation.site.fair.others import Others

__all__ = ["gifts_of", "targets"]


def targets(wishes: list[Wish], pool: int, rule: Wish) -> list[int]:
    """Return what each hub is to have of a pool, headroom included.

    Args:
        wishes: Of all hubs.
        pool: What they have together.
        rule: Whose ``reform`` and ``alpha`` count.
    """
    needs = [min(one.need, one.cap) for one in wishes]
    weights = [weight_of(one.credit / 1000.0) for one in wishes]
    privilege = [one.privilege for one in wishes]
    pool = min(max(pool, 0), PARTS)
    shares = divide(
        pool, needs, [one.floor for one in wishes], privilege=privilege, credit_weights=weights,
        reform=rule.reform / 1000.0, alpha=rule.alpha,
    )  # fmt: skip
    made: list[int] = headroom(pool, shares, [one.cap for one in wishes]).tolist()
    return made


def gifts_of(
    mine: str, wish: Wish, members: list[str], others: "Others", leader: str
) -> tuple[dict[str, int], int]:
    """Return what one hub is to give to others by identity, and the widest gap of all, in parts.

    Those with the most too much give to those with the most too little.

    Args:
        mine: Identity of the hub.
        wish: Its own.
        members: Identities of all hubs that are here, sorted.
        others: What is known of them.
        leader: Name of the leader; the first hub counts where there is none.
    """
    if len(members) < 2:
        return {}, 0
    wishes = [wish if one == mine else others.statements[one].wish for one in members]
    names = [name_of(one) for one in members]
    rule = wishes[names.index(leader)] if leader in names else wishes[0]
    has = np.array([others.effective(one) for one in members], np.int64)
    gaps = np.array(targets(wishes, int(has.sum()), rule), np.int64) - has
    widest = min(int(gaps.max()), int(-gaps.min()))
    place = members.index(mine)
    if gaps[place] >= 0 or widest <= 0:
        return {}, max(widest, 0)
    order = np.argsort(gaps, kind="stable")
    givers = [(int(i), int(-gaps[i])) for i in order if gaps[i] < 0]
    takers = [[int(i), int(gaps[i])] for i in order[::-1] if gaps[i] > 0]
    return {members[i]: part for i, part in _row(place, givers, takers).items()}, widest


def _row(place: int, givers: list[tuple[int, int]], takers: list[list[int]]) -> dict[int, int]:
    """Match in order, the most with the most; return what ``place`` gives to each."""
    found: dict[int, int] = {}
    at = 0
    for giver, spare in givers:
        amount = spare
        while amount > 0 and at < len(takers):
            part = min(amount, takers[at][1])
            if giver == place:
                found[takers[at][0]] = found.get(takers[at][0], 0) + part
            amount -= part
            takers[at][1] -= part
            at += takers[at][1] == 0
        if giver == place or at == len(takers):
            break
    return found
