"""The division of a budget between the stations of one machine, who all know of each other at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.share import gini, jain
from installation.share.division import MOST
from installation.share.pool import Pool, Wishes
from installation.show.budget import BudgetSettings
from installation.site.fair.decisions import Ledger, Noting, Standing, words
from installation.status import DecisionStatus, ShareStatus, StationShare
from installation.values import Seconds

__all__ = ["PERIOD", "Division"]

Floats = NDArray[np.float64]

PERIOD: Final[Seconds] = 0.1
_ROOM: Final = "the room"
_DIGITS: Final = 3
_TOLD: Final = 50


class Division:
    """Divides watts and lumens.

    Args:
        stations: Names.
        privilege: Weight of each.
        budget: Of the venue.

    Attributes:
        gini, jain: Of what stations get of what they ask for, in the last division.
    """

    def __init__(self, stations: Sequence[str], privilege: Sequence[float], budget: BudgetSettings) -> None:
        self._stations = tuple(stations)
        self._names = [name or _ROOM for name in stations]
        self._privilege = list(privilege)
        self._budget = budget
        self._due: Seconds = 0.0
        self._before: Seconds | None = None
        self._wholes = {"share": budget.watts, "lumens": budget.lumens}
        self._pools = {what: Pool(len(self._stations)) for what, whole in self._wholes.items() if whole > 0.0}
        self._notes = {
            what: [Noting(name, "watts" if what == "share" else "lumens") for name in self._names]
            for what in self._pools
        }
        self._ledger = Ledger()
        self.gini, self.jain = 0.0, 1.0

    def advance(
        self,
        time: Seconds,
        unix: float,
        *,
        needs: tuple[Floats, Floats],
        floors: tuple[Floats, Floats],
        caps: tuple[Floats, Floats],
        reform: float,
        alpha: float,
    ) -> dict[str, list[float]]:
        """Return ``share`` and ``lumens`` of each station when they are due; else nothing.

        Args:
            time: Show time in seconds.
            unix: Unix seconds, for the ledger.
            needs: Watts and lumens that each would take.
            floors: The least for each.
            caps: The most for each.
            reform: 0..1.
            alpha: Of alpha-fairness.
        """
        if self._before is not None and time < self._due:
            return {}
        dt = PERIOD if self._before is None else time - self._before
        self._before, self._due = time, time + PERIOD
        made = {}
        for number, what in enumerate(("share", "lumens")):
            if what not in self._pools:
                continue
            whole, pool = self._wholes[what], self._pools[what]
            need, floor, cap = (_parts(one[number], whole) for one in (needs, floors, caps))
            changed = pool.advance(dt, Wishes(need, floor, cap, self._privilege, reform, alpha))
            made[what] = [round(part * whole / MOST, _DIGITS) for part in pool.shares.tolist()]
            self._note(what, unix, need, changed, reform)
        return made

    def _note(
        self, what: str, unix: float, needs: Sequence[int], changed: Sequence[int], reform: float
    ) -> None:
        pool = self._pools[what]
        owed = {name: one.value for name, one in zip(self._names, pool.credits, strict=True)}
        flows = {name: change for name, change in zip(self._names, changed, strict=True) if change}
        privilege = dict(zip(self._names, self._privilege, strict=True))
        shares: list[int] = pool.shares.tolist()
        levels = _levels(shares, needs)
        if what == "share" or "share" not in self._pools:
            asked = [level for level, need in zip(levels, needs, strict=True) if need > 0]
            self.gini, self.jain = round(gini(asked), 6), round(jain(asked), 6)
        for name, noting, share, need in zip(self._names, self._notes[what], shares, needs, strict=True):
            noting.moved(self._due, {other: change for other, change in flows.items() if other != name})
            now = Standing(
                share=share, need=need, owed=owed, privilege=privilege, reform=reform, settled=not flows
            )
            if noting.look(unix, self._due, now) is not None:
                self._ledger.hear(f"{what}/{name}", noting.kept)

    def status(
        self,
        needs: tuple[Floats, Floats],
        floors: tuple[Floats, Floats],
        caps: tuple[Floats, Floats],
        reform: float,
        alpha: float,
    ) -> ShareStatus:
        """Return what ``status`` tells of it: of the watts, or of the lumens where power is not limited."""
        what = "share" if "share" in self._pools else "lumens"
        whole, pool, number = self._wholes[what], self._pools[what], int(what == "lumens")
        rows = []
        for i, name in enumerate(self._stations):
            share, need = int(pool.shares[i]) * whole / MOST, float(needs[number][i])
            rows.append(
                StationShare(
                    name=name, demand=round(need, 2), floor=round(float(floors[number][i]), 2),
                    cap=round(float(caps[number][i]), 2), share=round(share, 2),
                    level=round(min(1.0, share / need), 4) if need > 0.0 else 1.0,
                    credit=round(pool.credits[i].value, 2), privilege=self._privilege[i],
                )
            )  # fmt: skip
        told = [
            DecisionStatus(at=one.at, text=words(one)) for one in self._ledger.decisions()[: -_TOLD - 1 : -1]
        ]
        return ShareStatus(
            watts=self._budget.watts, reform=reform, alpha=alpha, gini=self.gini, jain=self.jain,
            stations=tuple(rows), decisions=tuple(told),
        )  # fmt: skip


def _parts(amounts: Floats, whole: float) -> list[int]:
    found: list[int] = np.rint(np.clip(amounts / whole, 0.0, 1.0) * MOST).astype(np.int64).tolist()
    return found


def _levels(shares: Sequence[int], needs: Sequence[int]) -> list[float]:
    return [min(1.0, share / need) if need > 0 else 1.0 for share, need in zip(shares, needs, strict=True)]
