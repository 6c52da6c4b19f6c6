"""The commons of the piece: eleven territories that live on one budget of light, and what each took.

Shares are whole parts of the budget (``PARTS``), so that the sum and the ledger are exact however long a run
is.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.portable_math import chance, exp_of, seed_of
from installation.share.allocation import allocate
from installation.share.indices import gini, jain
from installation.share.ledger import Ledger
from installation.values import Address, Seconds

__all__ = ["EASE", "PARTS", "POOL", "RATE", "SIGNALS", "TABLE", "TILES", "Commons"]

Floats = NDArray[np.float64]

TILES: Final = 11
"""Territories."""
POOL: Final = 11
"""Account of the ledger for what nobody holds: the budget that exceeds all needs together."""
PARTS: Final = 1 << 40
"""Whole parts of the budget: 2^-40 is far below any visible light, and sums of parts are exact in float64."""
RATE: Final = 0.0025
"""The most that any share moves, in budgets a second: inequality rises from 0.35 to 0.75 within 150 s."""
EASE: Final[Seconds] = 15.0
"""Time constant with which a share comes to rest at what is allocated to it."""
TABLE: Final = (17, 16, 4)
"""Shape of the table: rows, columns, channels."""
SIGNALS: Final[tuple[Address, ...]] = (
    "/strata/gini",
    "/strata/jain",
    *(f"/strata/share/{number}" for number in range(1, TILES + 1)),
)
"""What a show is told of the commons: both indices, and the share of each territory, counted from 1."""

_NEAR: Final = PARTS >> 20
"""A gap of a millionth of the budget is closed at once."""

_PRIVILEGE: Final = (1.0, 0.45, 0.22, *(0.012 * 0.8**k for k in range(8)))
"""By rank, in any unit. With ``_NEEDS``, Gini is 0.79 at reform 0, 0.35 at 0.58 and 0.04 at 1."""
_NEEDS: Final = (0.62, 0.40, 0.30, 0.14, 0.13, 0.12, 0.11, 0.10, 0.09, 0.08, 0.07)
"""By the same rank, in budgets: the appetite of the privileged has grown with what they got."""
_SIZES: Final = (0.30, 0.19, 0.13, 0.10, 0.08, 0.06, 0.05, 0.04, 0.025, 0.015, 0.01)
"""Areas of the territories, a power law from 30 % to 1 %; they sum to 1 and follow no privilege."""

_BEFORE, _AFTER = 0.58, 0.0
"""Reform before and after the privileged take over, in a stand-in."""
_PASSED: Final[Seconds] = 200.0
_TICK: Final[Seconds] = 1.0


class Commons:
    """Eleven territories with a need, a privilege and a share of one budget, which is 1.

    Args:
        seed: Which territory has which rank.
        reform: Where it begins, at rest: 0 by privilege, 1 max-min fair.

    Attributes:
        needs: ``(11,)`` the most that each can use, in budgets. Change them with ``renew``.
        privilege: ``(11,)`` 0..1.
        sizes: ``(11,)`` a hint for the area of each; they sum to 1.
        ledger: Who took from whom since the last reset, in parts; ``POOL`` is its twelfth account.
        version: Counts changes of shares and ledger.
    """

    def __init__(self, seed: int = 0, reform: float = 1.0) -> None:
        ranks, places = _shuffled(seed, "ranks"), _shuffled(seed, "sizes")
        self.privilege: Floats = np.array(_PRIVILEGE)[ranks]
        self.needs: Floats = np.array(_NEEDS)[ranks]
        self.sizes: Floats = np.array(_SIZES)[places]
        self.ledger = Ledger(TILES + 1)
        self.version = 0
        self._tabled, self._table = -1, np.zeros(TABLE, np.float32)
        self._parts: list[int] = []
        self._aims: list[int] = []
        self._rests = True
        self._divide()
        self.settle(reform)

    @classmethod
    def stand_in(cls, seed: int = 0) -> "Commons":
        """What the acts before leave: taken over by the privileged, with the ledger of how that went."""
        made = cls(seed, _BEFORE)
        for _ in range(round(_PASSED / _TICK)):
            made.advance(_TICK, _AFTER)
        return made

    @property
    def shares(self) -> Floats:
        """``(11,)`` in budgets; they sum to 1, or to the sum of the needs where that is less."""
        return np.array(self._parts[:TILES], np.float64) / PARTS

    @property
    def parts(self) -> tuple[int, ...]:
        """The twelve accounts in whole parts, the pool last; they sum to ``PARTS``."""
        return tuple(self._parts)

    @property
    def gini(self) -> float:
        """Inequality of the shares: 0 all alike."""
        return gini(self._parts[:TILES])

    @property
    def jain(self) -> float:
        """Fairness of the shares: 1 all alike."""
        return jain(self._parts[:TILES])

    def advance(self, dt: Seconds, reform: float) -> bool:
        """Let the shares move towards what is allocated; what moves stands in the ledger.

        All move along the straight line to the allocation, so that the sum stays: by the part
        ``1 - exp(-dt / EASE)`` of the way, and no share faster than ``RATE``.

        Args:
            dt: Seconds.
            reform: 0..1.

        Returns:
            Whether anything moved.
        """
        if reform != self._reform:
            self._aim_at(reform)
        if self._rests:
            return False
        gaps = [aim - part for aim, part in zip(self._aims, self._parts, strict=True)]
        widest = max(gaps, key=abs)
        if abs(widest) <= _NEAR:
            moves, self._rests = gaps, True
        else:
            way = min(1.0 - exp_of(-max(dt, 0.0) / EASE), RATE * max(dt, 0.0) * PARTS / abs(widest))
            moves = [int(gap * way) for gap in gaps]
            moves[gaps.index(widest)] -= sum(moves)
        if not any(moves):
            return False
        self.ledger.book(moves)
        self._parts = [part + move for part, move in zip(self._parts, moves, strict=True)]
        self.version += 1
        return True

    def settle(self, reform: float) -> None:
        """Stand at once where ``reform`` leads; the ledger does not hear of it."""
        self._aim_at(reform)
        self._parts, self._rests = list(self._aims), True
        self.version += 1

    def renew(self, needs: Sequence[float], privilege: Sequence[float]) -> None:
        """Change what the territories need (in budgets) and how privileged they are (any unit)."""
        self.needs, self.privilege = np.array(needs, np.float64), np.array(privilege, np.float64)
        self._divide()
        self._aim_at(self._reform)
        self.version += 1

    def forget(self) -> None:
        """Begin a new cycle: the ledger is empty, the shares stay."""
        self.ledger.reset()
        self.version += 1

    def table(self) -> NDArray[np.float32]:
        """``TABLE``: all of it for a shader, as a texture 16 wide and 17 high. Made again when it changed.

        Row 0, column i: share, need, privilege and size of territory i. Row 1 + i, column j: what territory i
        took from j (x), and what of that it has not given back (y), both as parts of the largest taking.
        Everything else is 0.
        """
        if self._tabled != self.version:
            self._tabled, self._table = self.version, np.zeros(TABLE, np.float32)
            columns = (self.shares, self.needs, self.privilege, self.sizes)
            for channel, column in enumerate(columns):
                self._table[0, :TILES, channel] = column
            taken = self.ledger.array()[:TILES, :TILES]
            most = max(float(taken.max()), 1.0)
            self._table[1 : 1 + TILES, :TILES, 0] = taken / most
            self._table[1 : 1 + TILES, :TILES, 1] = np.maximum(taken - taken.T, 0.0) / most
        return self._table

    def _divide(self) -> None:
        """The two ends of the allocation; what stands between them follows in every frame."""
        unfair, fair = (allocate(1.0, self.needs, self.privilege, end).tolist() for end in (0.0, 1.0))
        self._ends = [(one * PARTS, (other - one) * PARTS) for one, other in zip(unfair, fair, strict=True)]
        self._all_needed = float(self.needs.sum()) >= 1.0

    def _aim_at(self, reform: float) -> None:
        self._reform, self._rests = reform, False
        way = min(max(reform, 0.0), 1.0)
        aims = [int(unfair + way * change) for unfair, change in self._ends]
        rest = PARTS - sum(aims)
        if self._all_needed:  # what rounding left
            aims[max(range(TILES), key=aims.__getitem__)] += rest
            rest = 0
        self._aims = [*aims, rest]


def _shuffled(seed: int, name: str) -> NDArray[np.intp]:
    """The numbers 0 to 10 in an order of their own for each seed, equal on every machine."""
    seeds = np.full(TILES, seed_of(seed, f"commons/{name}"), np.uint64)
    return np.argsort(chance(np.arange(TILES, dtype=np.float64), seeds), kind="stable")
