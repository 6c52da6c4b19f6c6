"""A budget that hubs share: who may take how much, within the whole at every moment. Pure."""

from installation.site.fair.account import Account, Memory, held_of
from installation.site.fair.agreement import Agreement
from installation.site.fair.statement import PARTS, Release, Statement, Wish

__all__ = ["PARTS", "Account", "Agreement", "Memory", "Release", "Statement", "Wish", "held_of"]
