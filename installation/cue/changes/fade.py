"""Fades of parameter bases; each ends as soon as its parameter is changed by hand."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from installation.parameter.parameter import Kind
from installation.parameter.preset import Snapshot
from installation.parameter.tree import Tree
from installation.show.model import Curve, TimesSpec
from installation.values import Address, Seconds

__all__ = ["Fades", "ease"]

_AT_ONCE = (Kind.BOOL, Kind.EVENT, Kind.CHOICE)


_NO_TIMES: Mapping[Address, TimesSpec] = {}


def ease(share: float) -> float:
    """Map time to progress with slow ends: 0 to 0 and 1 to 1; 3 t^2 - 2 t^3."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


_WAYS: Mapping[Curve, Callable[[float], float]] = {
    "ease": ease,
    "linear": lambda share: share,
    "in": lambda share: share * share,
    "out": lambda share: share * (2.0 - share),
}
"""Progress by the share of the time that has passed, both 0..1."""


class _Fade:
    """The slots that one cue fades, stored by address so that scenes may be added and removed."""

    def __init__(
        self,
        tree: Tree,
        ends: Mapping[Address, Sequence[float]],
        seconds: Seconds,
        wait: Seconds = 0.0,
        curve: Curve = "ease",
    ) -> None:
        self.seconds = seconds
        self.way = _WAYS[curve]
        self.passed = -wait
        self.ends = {address: tuple(end) for address, end in ends.items()}
        self.starts = {address: tree.get_base(address) for address in ends}
        self.touches = {address: int(tree.touched[tree.slot(address)]) for address in ends}
        self._version = -1

    def drop(self, addresses: Sequence[Address]) -> None:
        """Stop fading these parameters."""
        for address in addresses:
            self.ends.pop(address, None)
        self._version = -1

    def advance(self, tree: Tree, dt: Seconds) -> bool:
        """Write this frame's values; True when the fade is finished."""
        self._bind(tree)
        free = tree.touched[self._slots] == self._count
        self.passed += dt
        over = self.passed >= self.seconds
        way = self.way(max(self.passed, 0.0) / self.seconds) if self.seconds > 0.0 else 0.0
        values = self._end if over else self._start + (self._end - self._start) * way
        tree.write(self._slots[free], values[free])
        if not free.all():
            self.drop([a for a in self.ends if int(tree.touched[tree.slot(a)]) != self.touches[a]])
        return over or not self.ends

    def _bind(self, tree: Tree) -> None:
        """Find the slots again when the set of parameters has changed; drop removed ones."""
        if self._version == tree.version:
            return
        known = tree.parameters()
        self.ends = {a: e for a, e in self.ends.items() if a in known and len(e) == len(known[a].default)}
        rows = [
            (tree.slot(address) + offset, self.starts[address][offset], end, self.touches[address])
            for address, ends in self.ends.items()
            for offset, end in enumerate(ends)
        ]
        self._slots = np.array([row[0] for row in rows], np.intp)
        self._start = np.array([row[1] for row in rows], np.float64)
        self._end = np.array([row[2] for row in rows], np.float64)
        self._count = np.array([row[3] for row in rows], np.int64)
        self._version = tree.version


class Fades:
    """All running fades; the latest one that names a parameter controls it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._running: list[_Fade] = []

    def start(
        self,
        ends: Mapping[Address, Sequence[float]],
        seconds: Seconds,
        curve: Curve = "ease",
        times: Mapping[Address, TimesSpec] = _NO_TIMES,
    ) -> None:
        """Fade bases to ``ends`` (natural units) in ``seconds``; 0 sets them at once.

        Switches, events and choices cannot be interpolated and change at the beginning. Unknown addresses are
        ignored.

        Args:
            ends: Where the bases go, by address.
            seconds: Length of the fade.
            curve: How they move.
            times: Of addresses that have a wait, a length or a curve of their own.
        """
        known = self._tree.parameters()
        ends = {address: end for address, end in ends.items() if address in known}
        for fade in self._running:
            fade.drop(list(ends))
        self._running = [fade for fade in self._running if fade.ends]
        alike: dict[tuple[Seconds, Seconds, Curve], dict[Address, Sequence[float]]] = {}
        for address, end in ends.items():
            own = times.get(address)
            length = seconds if own is None or own.fade is None else own.fade
            way = curve if own is None or own.curve is None else own.curve
            length = 0.0 if known[address].kind in _AT_ONCE else length
            alike.setdefault((own.wait if own else 0.0, length, way), {})[address] = end
        for (wait, length, way), group in alike.items():
            fade = _Fade(self._tree, group, length, wait, way)
            if wait > 0.0 or length > 0.0:
                self._running.append(fade)
            else:
                fade.advance(self._tree, 0.0)

    def advance(self, dt: Seconds) -> None:
        """Advance all fades by ``dt`` seconds."""
        self._running = [fade for fade in self._running if not fade.advance(self._tree, dt)]

    def stop(self) -> None:
        """Stop all fades, leaving the current values."""
        self._running = []

    def ends(self) -> Snapshot:
        """Return the final values of all running fades."""
        tree = self._tree
        return {
            address: end
            for fade in self._running
            for address, end in fade.ends.items()
            if address in tree.parameters() and int(tree.touched[tree.slot(address)]) == fade.touches[address]
        }
