"""The fair share as people see it: the status of the hub process's budgets."""

from typing import TYPE_CHECKING

from installation.share import gini, jain
from installation.site.fair.decisions import Ledger, words
from installation.site.fair.statement import Wish
from installation.status import DecisionStatus, ShareStatus, StationShare

if TYPE_CHECKING:
    from installation.hub.share.budget import Budget
    from installation.hub.share.part import SharePart

__all__ = ["share_status", "told"]

_TOLD = 50
"""Lines of the ledger that are told, the newest first."""


def share_status(part: "SharePart") -> ShareStatus:
    """Return the status; an empty one without a budget."""
    watts, lumens = part.budgets.get("watts"), part.budgets.get("lumens")
    first = watts or lumens
    if first is None:
        return ShareStatus()
    wish = first.agreement.wish
    levels = part.levels(first)
    needs = part.needs(first)
    asked = [level for hub, level in levels.items() if needs[hub] > 0]
    troubles = [f"{unit}: {one.trouble}" for unit, one in part.budgets.items() if one.trouble]
    here = part.members
    return ShareStatus(
        watts=watts.whole if watts else 0.0,
        lumens=lumens.whole if lumens else 0.0,
        reserved=round(first.amount(sum(first.agreement.reserved(here).values())), 2),
        reform=wish.reform / 1000.0,
        alpha=wish.alpha,
        gini=round(gini(asked), 6),
        jain=round(jain(asked), 6),
        stations=tuple(_stations(part, first)),
        decisions=told(part.ledger, _TOLD),
        trouble="; ".join([*troubles, *([part.said] if part.said else [])]),
    )


def told(ledger: Ledger, most: int) -> tuple[DecisionStatus, ...]:
    """Return the newest decisions in words, the newest first."""
    return tuple(DecisionStatus(at=one.at, text=words(one)) for one in ledger.decisions()[: -most - 1 : -1])


def _stations(part: "SharePart", budget: "Budget") -> list[StationShare]:
    agreement, here = budget.agreement, part.members
    shares, levels = part.shares(budget), part.levels(budget)
    wishes: dict[str, Wish] = {one.hub: one.wish for one in agreement.others.current()}
    wishes[agreement.hub] = agreement.wish
    reserved = agreement.reserved(here)
    rows = []
    for hub in sorted({*wishes, *reserved}):
        wish = wishes.get(hub)
        state = "here" if hub in here else "away" if wish is not None else "unheard"
        if agreement.others.has_left(hub):
            state = "left"
        share = reserved.get(hub, shares.get(hub, 0)) if state != "here" else shares.get(hub, 0)
        wish = wish or Wish()
        rows.append(
            StationShare(
                name=hub, state=state, demand=round(budget.amount(wish.need), 2),
                floor=round(budget.amount(wish.floor), 2), cap=round(budget.amount(wish.cap), 2),
                share=round(budget.amount(share), 2), level=round(levels.get(hub, 1.0), 4),
                credit=wish.credit / 1000.0, privilege=wish.privilege,
            )
        )  # fmt: skip
    return rows
