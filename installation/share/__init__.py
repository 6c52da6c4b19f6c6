"""Fair shares of a fixed budget: allocation, how unequal it is, and who took from whom. Pure."""

from installation.share.allocation import allocate, water_fill
from installation.share.commons import POOL, SIGNALS, TABLE, TILES, Commons
from installation.share.indices import gini, jain
from installation.share.ledger import Ledger

__all__ = [
    "POOL",
    "SIGNALS",
    "TABLE",
    "TILES",
    "Commons",
    "Ledger",
    "allocate",
    "gini",
    "jain",
    "water_fill",
]
