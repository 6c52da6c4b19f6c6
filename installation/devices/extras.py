"""What adapters need that is no part of the core, and whether it is there."""

from importlib.util import find_spec

from installation.contract import Adapter

__all__ = ["lacking"]


def lacking(made: type[Adapter]) -> str:
    """Return how to install what an adapter needs and this machine lacks; empty if nothing is missing.

    Nothing of it is imported.
    """
    missing = [one for one in made.modules if find_spec(one) is None]
    return f"pip install 'photophore[{made.extra}]'" if missing else ""
