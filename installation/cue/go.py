"""The GOs that people give: how many there were, when the next one counts, and what was touched since."""

from installation.parameter.preset import Snapshot
from installation.parameter.tree import Tree
from installation.values import Seconds

__all__ = ["GO_INTERVAL", "ManualGo"]

GO_INTERVAL: Seconds = 0.3
"""Minimum time between two manual GOs, from any source: a bouncing button must not skip a cue."""


class ManualGo:
    """The latest GO that somebody gave, whatever it played.

    Args:
        tree: The tree whose parameters are set by hand.

    Attributes:
        count: Number of such GOs since the start.
        cue: Id of the cue that the latest one played; empty before the first.
        fresh: Whether there was one since the latest frame began.
    """

    def __init__(self, tree: Tree) -> None:
        self.count = 0
        self.cue = ""
        self.fresh = False
        self._tree = tree
        self._at: Seconds | None = None
        self._in_this_frame = False
        self._touched = 0, tree.touched  # with the version of the tree

    def too_soon(self, now: Seconds) -> bool:
        """Whether a GO at show time ``now`` is ignored because another one was just before."""
        return self._at is not None and 0 <= now - self._at < GO_INTERVAL

    def given(self, cue: str, now: Seconds) -> None:
        """Note a GO to a cue at show time ``now``."""
        self.count += 1
        self.cue, self._at = cue, now
        self.fresh = True
        self._touched = self._tree.version, self._tree.touched.copy()

    def advance(self) -> bool:
        """Begin a frame; return whether it has a GO, which happens now and not a frame ago."""
        self._in_this_frame, self.fresh = self.fresh, False
        return self._in_this_frame

    def untouched(self, ends: Snapshot) -> Snapshot:
        """Return the values that nobody has touched since this frame's GO: a later touch takes precedence."""
        version, before = self._touched
        if not self._in_this_frame or version != self._tree.version:
            return ends
        slots = {address: self._tree.slot(address) for address in ends if address in self._tree.parameters()}
        return {a: ends[a] for a, slot in slots.items() if self._tree.touched[slot] == before[slot]}
