"""A budget that moves between parties who all know of each other at once: stations of one machine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.share.credit import Credit, weight_of
from installation.share.division import FAIREST, MOST, divide, headroom
from installation.values import Seconds

__all__ = ["HYSTERESIS", "SLEW", "Pool", "Wishes", "paced"]

Whole = NDArray[np.int64]

HYSTERESIS: Final = 0.05
"""Share of an equal part by which somebody must be off before anything moves."""
SLEW: Final = 0.25
"""Share of the whole budget that moves in a second, at most."""
_STOPS: Final = 0.2
"""Share of the hysteresis within which a movement ends."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What all parties would like, in parts (``MOST`` is the whole budget); lists of the same length.

    Attributes:
        needs: What each would take now.
        floors: The least for each.
        caps: The most that each can take.
        privilege: Weight of each, above 0.
        reform: 0 by privilege .. 1 alpha-fair.
        alpha: Of alpha-fairness.
    """

    needs: Sequence[int]
    floors: Sequence[int]
    caps: Sequence[int]
    privilege: Sequence[float]
    reform: float = 1.0
    alpha: float = FAIREST


def paced(shares: Whole, targets: Whole, dt: Seconds, slew: float = SLEW) -> Whole:
    """Move shares towards their targets on a straight line, so that the sum never exceeds both ends.

    Args:
        shares: As they are, parts.
        targets: As they are to be.
        dt: Seconds.
        slew: Share of ``MOST`` that one may gain or lose in a second.
    """
    gaps = targets - shares
    widest = int(np.abs(gaps).max(initial=0))
    most = round(slew * MOST * min(max(dt, 0.0), 60.0))
    if widest <= most:
        return targets.copy()
    moves: Whole = np.floor_divide(gaps * (most >> 4), max(widest >> 4, 1))
    return shares + moves


@dataclass(slots=True)
class Pool:
    """The shares of some parties of one budget.

    Args:
        count: Number of parties.

    Attributes:
        shares: ``(count,)`` parts; in sum never above ``MOST``.
        credits: Deficit counter of each.
    """

    count: int
    shares: Whole = field(init=False)
    credits: list[Credit] = field(init=False)
    _moving: bool = False

    def __post_init__(self) -> None:
        self.shares = np.full(self.count, MOST // max(self.count, 1), np.int64)
        self.credits = [Credit() for _ in range(self.count)]

    def advance(self, dt: Seconds, wishes: Wishes) -> list[int]:
        """Move the shares for ``dt`` seconds. Returns the change of each."""
        if not self.count:
            return []
        needs = np.minimum(np.asarray(wishes.needs, np.int64), np.asarray(wishes.caps, np.int64))
        fair = divide(MOST, needs, wishes.floors)
        equal = MOST / self.count
        for i, credit in enumerate(self.credits):
            had = min(int(needs[i]), int(self.shares[i]))
            credit.advance(dt, float(fair[i]), float(had), equal)
        given = divide(
            MOST, needs, wishes.floors, privilege=wishes.privilege,
            credit_weights=[weight_of(one.value) for one in self.credits], reform=wishes.reform,
            alpha=wishes.alpha,
        )  # fmt: skip
        targets = headroom(MOST, given, wishes.caps)
        gap = int(np.abs(targets - self.shares).max())
        self._moving = gap > equal * HYSTERESIS * (_STOPS if self._moving else 1.0)
        if not self._moving:
            return [0] * self.count
        before, self.shares = self.shares, paced(self.shares, targets, dt)
        changed: list[int] = (self.shares - before).tolist()
        return changed
