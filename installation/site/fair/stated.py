"""What the venue files of other hubs state as the whole budget, as it is kept on the disk.

The lowest counts, on every hub, also of one that is not reached: a stage that starts before its hub process
keeps to it, too.
"""

from collections.abc import Collection, Mapping
from math import isfinite

import msgspec

__all__ = ["state_name", "stated_from", "stated_to"]


def state_name(unit: str) -> str:
    """Return the name of the state file of ``watts`` or ``lumens``."""
    return f"share-{unit}-stated"


def stated_to(budgets: Mapping[str, float]) -> dict[str, object]:
    """Return what is written: the budget that each other hub stated last, in its unit."""
    return {"budgets": dict(budgets)}


def stated_from(loaded: Mapping[str, object], hubs: Collection[str]) -> dict[str, float]:
    """Return what was written, of hubs of the venue only; nothing of another version."""
    try:
        found = msgspec.convert(loaded.get("budgets", {}), dict[str, float])
    except msgspec.ValidationError:
        return {}
    return {hub: one for hub, one in found.items() if hub in hubs and one > 0.0 and isfinite(one)}
