"""All values of a tree as OSC messages in WebSocket frames, in one buffer that every client shares.

The frames are laid out once for each description of the tree; afterwards only the bytes of the values are
written, for all nodes at once. What a client gets is cut out of the buffer.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import osc
from installation.ipc.telemetry import Node
from installation.panel.query import frames
from installation.values import Address, Scalar

__all__ = ["Mask", "Sheet"]

Mask = NDArray[np.bool_]
"""One truth value for each node of a sheet."""

_WHOLE: Final = frozenset({"int", "choice"})
_SWITCH: Final = frozenset({"bool", "event"})
_INT32: Final = (-(2.0**31), 2.0**31 - 128.0)
"""The floats of single precision within int32."""
_FEW: Final = 64
"""Up to so many frames are cut out one by one."""


class Sheet:
    """The frames of some nodes.

    A value's *word* is what stands in its message: the bits of a float, an integer, or 0 and 1 for F and T.

    Args:
        nodes: The nodes, in the order of the frames.
        slots: Number of values of the tree.

    Attributes:
        index: Place of each node.
        words: All words as they stand in the frames.
        known: Whose value was written at least once.
        finite: Which nodes have a value that can be sent: a signal has none before anything arrives there.
        filled: Whether any values were written.
    """

    def __init__(self, nodes: Sequence[Node], slots: int) -> None:
        self.index: dict[Address, int] = {node.address: place for place, node in enumerate(nodes)}
        self.nodes = tuple(nodes)
        self.slots = slots
        self.filled = False
        made = [_frame(node) for node in nodes]
        sizes = np.array([len(frame) for frame in made], np.intp)
        self._ends = np.cumsum(sizes)
        self._begins = self._ends - sizes
        self._sizes = sizes
        self._bytes: NDArray[np.uint8] = np.array(bytearray(b"".join(made)), np.uint8)
        counts = np.array([node.components for node in nodes], np.intp)
        self._first = np.cumsum(counts) - counts
        self._further: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
        for component in range(1, int(counts.max(initial=0))):
            having = np.flatnonzero(counts > component)
            self._further.append((having, self._first[having] + component))
        self._of = np.array([n.slot + c for n in nodes for c in range(n.components)], np.intp)
        kinds = [node.kind for node in nodes for _ in range(node.components)]
        self._whole: Mask = np.array([kind in _WHOLE for kind in kinds], np.bool_)
        self._switch: Mask = np.array([kind in _SWITCH for kind in kinds], np.bool_)
        # Arguments stand at the end of a frame; the tag of a truth value four bytes before it: ",T" padded.
        back = [4 * (n.components - c) for n in nodes for c in range(n.components)]
        ends = np.repeat(self._ends, counts)
        places = (ends - np.array(back, np.intp))[:, None] + np.arange(4)
        self._tags = (ends - 3)[self._switch]
        self._plain = ~self._switch
        self._has_whole, self._has_switch = bool(self._whole.any()), bool(self._switch.any())
        self._plain_places = places[self._plain]
        self.words: NDArray[np.uint32] = np.zeros(len(kinds), np.uint32)
        self.known: Mask = np.zeros(len(nodes), np.bool_)
        self.finite: Mask = np.zeros(len(nodes), np.bool_)

    def __len__(self) -> int:
        return len(self.nodes)

    def none(self) -> Mask:
        """Return a new mask without any node."""
        return np.zeros(len(self.nodes), np.bool_)

    def follow(self, old: "Sheet") -> None:
        """Take over the values of an earlier sheet, so that only what differs counts as changed."""
        for place, node in enumerate(self.nodes):
            before = old.index.get(node.address)
            if before is None or not old.known[before]:
                continue
            was = old.nodes[before]
            if (was.kind, was.components) == (node.kind, node.components):
                self.words[self.span(place)] = old.words[old.span(before)]
                self.known[place] = True

    def update(self, values: NDArray[np.float32]) -> Mask:
        """Write the values of all slots, and return which nodes have changed, or are new."""
        if not len(self):
            return self.none()
        taken = values[self._of]
        infinite = ~np.isfinite(taken)
        self.finite = ~self._any(infinite)
        words = self._worded(taken)
        changed = self._any(words != self.words)
        if not self.filled:
            changed |= ~self.known
            self.known[:] = True
            self.filled = True
        if changed.any():
            self.words = words
            plain = words[self._plain] if self._has_switch else words
            self._bytes[self._plain_places] = plain.astype(">u4").view(np.uint8).reshape(-1, 4)
            if self._has_switch:
                self._bytes[self._tags] = np.where(words[self._switch], ord("T"), ord("F"))
        return changed

    def frames(self, due: Mask) -> bytes:
        """Return the frames of the nodes in ``due``, one after the other."""
        chosen = np.flatnonzero(due)
        if len(chosen) == len(self):
            return self._bytes.tobytes()
        if len(chosen) <= _FEW:
            view = self._bytes.data
            return b"".join(view[self._begins[one] : self._ends[one]] for one in chosen)
        return self._bytes[np.repeat(due, self._sizes)].tobytes()

    def wording(self, place: int, values: Sequence[Scalar]) -> bytes:
        """Return the words that a node would have with these values; empty where they do not fit it."""
        span = self.span(place)
        try:
            numbers = np.array([float(value) for value in values], np.float32)
        except (ValueError, OverflowError):
            return b""
        if len(numbers) != span.stop - span.start:
            return b""
        return self._worded(numbers, span).tobytes()

    def standing(self, place: int) -> bytes:
        """Return the words that a node has now."""
        return self.words[self.span(place)].tobytes()

    def span(self, place: int) -> slice:
        """Return where the words of a node stand among all words."""
        first = int(self._first[place])
        return slice(first, first + self.nodes[place].components)

    def _any(self, parts: Mask) -> Mask:
        """Return for which nodes it is true of one of their components."""
        found: Mask = parts[self._first]
        for nodes, components in self._further:
            found[nodes] |= parts[components]
        return found

    def _worded(self, taken: NDArray[np.float32], span: slice = slice(None)) -> NDArray[np.uint32]:
        taken = np.ascontiguousarray(taken, np.float32)
        words = taken.view(np.uint32).copy()
        if self._has_whole:
            whole = self._whole[span]
            numbers = np.clip(np.nan_to_num(taken[whole]), *_INT32)
            words[whole] = np.rint(numbers).astype(np.int32).view(np.uint32)
        if self._has_switch:
            switch = self._switch[span]
            words[switch] = taken[switch] != 0
        return words


def _frame(node: Node) -> bytes:
    """Return the frame of a node whose values are all zero, as the last bytes of its message."""
    if node.kind in _SWITCH:
        message = osc.encode(node.address, False, types="F")
    elif node.kind in _WHOLE:
        message = osc.encode(node.address, *[0] * node.components, types="i" * node.components)
    else:
        message = osc.encode(node.address, *[0.0] * node.components, types="f" * node.components)
    return frames.binary(message)
