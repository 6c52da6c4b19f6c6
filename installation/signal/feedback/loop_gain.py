"""The total gain of a loop of edges: the spectral radius of who drives whom, at its steepest.

An edge that lands on the parameter that another one hears drives it by gain x depth x steepest slope of the
other's filter; the saturation's steepest slope is 1. The spectral radius of these factors, all taken without
their signs, bounds what one turn of the loop can do to a small difference: below 1 every difference dies out,
above 1 some may grow. Loops through the picture or through the lamps have no factor that could be known here;
they are left out.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.parameter.tree import Tree
from installation.show.model import FeedbackSpec
from installation.signal.modulators.steps import Shape, Steps

__all__ = ["LoopGain", "steepness"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_POINTS = 129
_TURNS = 8
"""Turns of the iteration in one frame."""
_NOTHING = 1e-9
"""A radius that is only left of edges which close no loop."""
_MOST_TURNS = 400
"""Turns after which a change of gain is done with."""


def steepness(shape: Shape) -> float:
    """Steepest slope of a filter for slow signals, over steps of 1/128 of its input from 0 to 1."""
    if not shape:
        return 1.0
    x = np.linspace(0.0, 1.0, _POINTS)
    with np.errstate(all="ignore"):
        Steps([shape] * _POINTS).process(x, 1 / 60)
    bounded = np.fmin(np.fmax(x, 0.0), 1.0)
    return float(np.abs(np.diff(bounded)).max()) * (_POINTS - 1)


class LoopGain:
    """Follows the spectral radius while gains move; each frame costs a few turns of power iteration.

    Args:
        edges: In order of lanes.
        heard: Slot that each edge hears; -1 where it hears a signal.
        steep: Steepest slope of each edge's filter.
        tree: What they land on.

    Attributes:
        value: The loop's gain.
    """

    def __init__(self, edges: Sequence[FeedbackSpec], heard: Indices, steep: Floats, tree: Tree) -> None:
        known = tree.parameters()
        listeners: dict[int, list[int]] = {}
        for listener, slot in enumerate(heard.tolist()):
            if slot >= 0:
                listeners.setdefault(slot, []).append(listener)
        links: list[tuple[int, int, float]] = []
        for driver, edge in enumerate(edges):
            parameter = known.get(edge.target)
            for component in range(parameter.kind.components if parameter else 0):
                if edge.component in (None, component):
                    slot = tree.slot(edge.target) + component
                    worth = edge.depth * (_widest(tree, slot) if edge.mode == "multiply" else 1.0)
                    links += [(driver, listener, worth) for listener in listeners.get(slot, ())]
        self._count = len(edges)
        self._drivers = np.array([driver for driver, _, _ in links], np.intp)
        self._listeners = np.array([listener for _, listener, _ in links], np.intp)
        self._worth = np.array([worth for _, _, worth in links], np.float64)
        self._steep = np.where(np.isin(np.arange(self._count), self._listeners), steep, 0.0)
        self._gain = self._keep = self._spread = np.zeros(self._count)
        self._v = np.ones(self._count)
        self._left = 0
        self.value = 0.0

    def aim(self, gain: Floats, coupling: Floats, active: NDArray[np.bool_]) -> None:
        """Take new gains and couplings, by edge."""
        others = int(np.count_nonzero(active)) - 1
        share = np.where(active, coupling, 0.0) if others > 0 else np.zeros(self._count)
        self._spread = share / max(others, 1)
        self._keep = 1.0 - share - self._spread
        self._gain = np.where(active, gain, 0.0)
        self._left = _MOST_TURNS

    @property
    def moves(self) -> bool:
        """Whether the iteration is not done."""
        return self._left > 0

    def advance(self) -> bool:
        """Go on with the iteration, if it is not done; True if the value may have changed."""
        if self._left <= 0:
            return False
        if not self._links_matter():
            self.value, self._left = 0.0, 0
            return True
        v = self._v
        for _ in range(_TURNS):
            # Adding a share of v itself keeps rings, whose powers go round in circles, from never settling.
            hold = self.value if self.value > 0 else 1.0
            turned = self._turn(v)
            radius = _sum(turned) / _sum(v)
            v = turned + hold * v
            v = np.maximum(v * (1.0 / _sum(v)), 1e-12)
            done = abs(radius - self.value) <= 1e-12 * radius
            self.value = radius if radius > _NOTHING else 0.0
            self._left = 0 if done else self._left - 1
        self._v = v
        return True

    def _links_matter(self) -> bool:
        return bool(self._drivers.size) and bool(self._gain[self._drivers].any())

    def _turn(self, v: Floats) -> Floats:
        """What one turn of the loop makes of differences ``v``, by edge."""
        heard = self._steep * v
        mixed = self._keep * heard + (self._spread * _sum(heard) if self._spread.any() else 0.0)
        mixed = np.abs(mixed) * self._gain
        driven = mixed[self._drivers] * self._worth
        turned: NDArray[np.float64] = np.bincount(self._listeners, driven, self._count).astype(np.float64)
        return turned


def _widest(tree: Tree, slot: int) -> float:
    """How far a factor of 2 can move a parameter at most, in half ranges."""
    low, span = float(tree.minimum[slot]), float(tree.span[slot])
    return 2.0 * max(abs(low), abs(low + span)) / span if span > 0 else 0.0


def _sum(values: Floats) -> float:
    """The sum, added in one fixed order."""
    return float(np.add.accumulate(values)[-1])
