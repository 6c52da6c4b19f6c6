"""Checks of a show's soundscape against the signals and parameters that there are."""

from collections.abc import Collection

from installation.errors import nearest
from installation.parameter.tree import Tree
from installation.show.soundscape import Soundscape
from installation.values import Address, Finding

__all__ = ["check_soundscape"]


def check_soundscape(
    soundscape: Soundscape | None, tree: Tree, signals: Collection[Address], prefixes: tuple[str, ...]
) -> list[Finding]:
    """Return what the soundscape follows although it does not exist.

    Args:
        soundscape: The show's own; None if it has none. The default one names scenes that a show may lack.
        tree: The show's parameters.
        signals: Addresses of signals.
        prefixes: Beginnings of addresses below which any signal may appear.
    """
    if soundscape is None:
        return []
    known = tree.parameters()
    findings = []
    for source, where in soundscape.sources:
        if source not in known and source not in signals and not source.startswith(prefixes):
            hint = nearest(source, [*known, *signals], "follow a signal or a parameter", prefixes)
            findings.append(Finding(where, f"no signal and no parameter {source}", hint))
    return findings
