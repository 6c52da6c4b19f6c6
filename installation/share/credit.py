"""What a party has missed so far, and how that weighs in the next division.

A deficit counter (M. Shreedhar, G. Varghese, Efficient Fair Queueing Using Deficit Round-Robin, SIGCOMM 1995)
in continuous time: it rises while a party gets less than its fair share, and falls while it gets more.
"""

from typing import Final

from installation.portable_math import exp_of
from installation.values import Seconds

__all__ = ["FORGETS", "MOST_CREDIT", "MOST_WEIGHT", "Credit", "weight_of"]

MOST_CREDIT: Final = 60.0
"""Seconds of an equal part that are owed, or have been had too much, at most."""
FORGETS: Final[Seconds] = 600.0
"""Time constant with which all of it is forgotten."""
MOST_WEIGHT: Final = 4.0
"""Weight at the most credit; its inverse at the most debt."""

_LOG_MOST: Final = 1.3862943611198906  # ln 4


def weight_of(credit: float) -> float:
    """Return the factor on a party's weight: ``exp(k credit)``, 1/4..4."""
    bounded = min(max(credit, -MOST_CREDIT), MOST_CREDIT)
    return exp_of(_LOG_MOST * bounded / MOST_CREDIT)


class Credit:
    """The deficit counter of one party.

    Attributes:
        value: Seconds of an equal part that it is owed; negative if it has had more than its share.
    """

    def __init__(self, value: float = 0.0) -> None:
        self.value = value

    def advance(self, dt: Seconds, fair: float, had: float, equal: float) -> float:
        """Count one step and return ``value``.

        Args:
            dt: Seconds.
            fair: What the fair division gives to it.
            had: What it could take, in the same unit.
            equal: An equal part of the budget.
        """
        dt = min(max(dt, 0.0), FORGETS)
        gained = dt * (fair - had) / equal if equal > 0.0 else 0.0
        kept = self.value * exp_of(-dt / FORGETS) + gained
        self.value = min(max(kept, -MOST_CREDIT), MOST_CREDIT)
        return self.value
