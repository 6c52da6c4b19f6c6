"""The total gain of a loop of edges: the spectral radius of their coupling matrix, at maximum slopes.

An edge whose target is the source of another drives it by gain x depth x maximum slope of the other's filter;
the maximum slope of the saturation is 1. The spectral radius of the absolute values of these factors bounds
the growth of a small difference in one turn of the loop: below 1 every difference decays, above 1 some may
grow. Loops through the picture or the lamps have no factor that could be known here and are excluded.
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
"""Iterations per frame."""
_NOTHING = 1e-9
"""A smaller radius is an artefact of edges that form no loop."""
_MOST_TURNS = 400
"""Iterations after which a change of gain has converged."""


def steepness(shape: Shape) -> float:
    """Return the maximum slope of a filter for slow signals, over steps of 1/128 of its input from 0 to 1."""
    if not shape:
        return 1.0
    x = np.linspace(0.0, 1.0, _POINTS)
    with np.errstate(all="ignore"):
        Steps([shape] * _POINTS).process(x, 1 / 60)
    bounded = np.fmin(np.fmax(x, 0.0), 1.0)
    return float(np.abs(np.diff(bounded)).max()) * (_POINTS - 1)


class LoopGain:
    """Tracks the spectral radius while gains change, with a few power iterations per frame.

    Args:
        edges: The edges, in order of lanes.
        heard: Source slot of each edge; -1 for a signal.
        steep: Maximum slope of each edge's filter.
        tree: The tree of the targets.

    Attributes:
        value: The loop gain.
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
        """Set new gains and couplings, by edge."""
        others = int(np.count_nonzero(active)) - 1
        share = np.where(active, coupling, 0.0) if others > 0 else np.zeros(self._count)
        self._spread = share / max(others, 1)
        self._keep = 1.0 - share - self._spread
        self._gain = np.where(active, gain, 0.0)
        self._left = _MOST_TURNS

    @property
    def moves(self) -> bool:
        """Whether the iteration is still running."""
        return self._left > 0

    def advance(self) -> bool:
        """Continue the iteration, if it is running; True if the value may have changed."""
        if self._left <= 0:
            return False
        if not self._links_matter():
            self.value, self._left = 0.0, 0
            return True
        v = self._v
        for _ in range(_TURNS):
            # Adding a fraction of v itself makes the iteration converge for rings, whose powers are periodic.
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
        """Apply the coupling matrix to differences ``v``, by edge."""
        heard = self._steep * v
        mixed = self._keep * heard + (self._spread * _sum(heard) if self._spread.any() else 0.0)
        mixed = np.abs(mixed) * self._gain
        driven = mixed[self._drivers] * self._worth
        turned: NDArray[np.float64] = np.bincount(self._listeners, driven, self._count).astype(np.float64)
        return turned


def _widest(tree: Tree, slot: int) -> float:
    """Return the maximum effect of a factor of 2 on a parameter, in half ranges."""
    low, span = float(tree.minimum[slot]), float(tree.span[slot])
    return 2.0 * max(abs(low), abs(low + span)) / span if span > 0 else 0.0


def _sum(values: Floats) -> float:
    """Sum in a fixed order."""
    return float(np.add.accumulate(values)[-1])
