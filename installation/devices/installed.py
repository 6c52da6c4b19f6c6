"""Which adapters are installed, and what they need that is not."""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Final

from installation.contract import Adapter
from installation.errors import to_install

__all__ = ["GROUP", "kinds", "lacking"]

GROUP: Final = "photophore.adapters"
"""Entry point group of all adapters, built-in and third-party."""


def kinds() -> dict[str, EntryPoint]:
    """Return the entry point of every installed adapter, by kind."""
    return {point.name: point for point in entry_points(group=GROUP)}


def lacking(made: type[Adapter]) -> str:
    """Return how to install what an adapter needs and this machine lacks; empty if nothing is missing."""
    missing = [one for one in made.modules if find_spec(one) is None]
    return to_install(f"photophore[{made.extra}]") if missing else ""
