"""Which parameter was set last by hand."""

import numpy as np

from installation.parameter import Tree
from installation.values import Address

__all__ = ["LastTouched"]


class LastTouched:
    """Follows a tree's counts of what was set.

    Args:
        tree: The tree.

    Attributes:
        address: The parameter that was set last; empty before the first.
    """

    def __init__(self, tree: Tree) -> None:
        self.address: Address = ""
        self._tree = tree
        self._counts = tree.touched.copy()

    def advance(self) -> None:
        """Look what was set since the last call; nothing where the tree itself has changed meanwhile."""
        touched = self._tree.touched
        if len(touched) != len(self._counts):
            self._counts = touched.copy()
            return
        changed = touched != self._counts
        if changed.any():
            slot = int(np.flatnonzero(changed)[-1])
            self._counts = touched.copy()
            at = {self._tree.slot(address): address for address in self._tree.parameters()}
            self.address = next(at[one] for one in range(slot, -1, -1) if one in at)
