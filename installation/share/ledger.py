"""Who took from whom: an exact account of what moved."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ledger"]


class Ledger:
    """What each account has taken from each other one since the last reset, in whole parts.

    In one step some accounts gain and others lose. What one gains is drawn from all that lose, in proportion
    to what each still has to give in this step. Parts are whole numbers, so nothing is ever lost to rounding.

    Args:
        accounts: How many.

    Attributes:
        flows: ``flows[taker][giver]``, whole parts, never negative. What account i took from all others less
            what all others took from it is the change of i since the last reset, exactly.
    """

    def __init__(self, accounts: int) -> None:
        self.flows = [[0] * accounts for _ in range(accounts)]

    def book(self, moves: Sequence[int]) -> None:
        """Enter one step.

        Args:
            moves: Change of each account in whole parts; they sum to 0.

        Raises:
            ValueError: They do not.
        """
        owed = [(giver, -move) for giver, move in enumerate(moves) if move < 0]
        left = sum(amount for _, amount in owed)
        if sum(moves) != 0 or len(moves) != len(self.flows):
            message = "the changes of all accounts have to sum to 0"
            raise ValueError(message)
        for taker, gain in enumerate(moves):
            if gain <= 0:
                continue
            row, running, drawn = self.flows[taker], 0, 0
            rest = []
            for giver, amount in owed:
                # Rounding the running sum down makes each part whole, at least 0 and at most what is owed.
                running += amount
                part = gain * running // left - drawn
                drawn += part
                row[giver] += part
                rest.append((giver, amount - part))
            owed = rest
            left -= gain

    def reset(self) -> None:
        """Forget everything, as at the beginning of a cycle."""
        self.flows = [[0] * len(row) for row in self.flows]

    def net(self) -> list[list[int]]:
        """What each took from each other one and did not give back: ``max(0, taken - given)``."""
        flows = self.flows
        every = range(len(flows))
        return [[max(0, flows[i][j] - flows[j][i]) for j in every] for i in every]

    def array(self) -> NDArray[np.float64]:
        """``flows`` as an array, ``[taker, giver]``."""
        return np.array(self.flows, np.float64)
