"""The signal chain: sources, shapes, routes and bounds, once a frame, in a handful of numpy calls."""

from collections.abc import Sequence

import numpy as np

from installation.parameter.tree import Tree
from installation.show.model import RouteSpec, SignalSpec
from installation.signal.bounds import SLEW, BoundsCounters, bound, reach
from installation.signal.generators import Generators
from installation.signal.landing import Landing
from installation.signal.routes import Lanes
from installation.signal.store import Signals
from installation.values import Frame

__all__ = ["Chain"]


class Chain:
    """Makes the effective values of a tree from its bases and the routes.

    Routes never write a base: effective = bounds(combine(base, routes)). The same tree, signals, specs, seed
    and frames give the same effective values bit for bit on every x86-64 machine.

    Args:
        tree: May gain and lose parameters later; routes to absent ones rest.
        signals: May gain and lose signals later.
        signal_specs: What the show makes itself.
        routes: In file order, which is the order of combination.
        seed: Of the show.
        slew: Ranges a second that a routed parameter may move.

    Raises ShowError if a spec cannot be used.

    Attributes:
        counters: How often the bounds acted.
    """

    def __init__(
        self,
        tree: Tree,
        signals: Signals,
        signal_specs: Sequence[SignalSpec] = (),
        routes: Sequence[RouteSpec] = (),
        seed: int = 0,
        slew: float = SLEW,
    ) -> None:
        self.counters = BoundsCounters()
        self._tree = tree
        self._signals = signals
        self._seed = seed
        self._slew = slew
        self._routes = tuple(routes)
        self._generators = Generators(signal_specs, signals, seed)
        self._lanes = Lanes(self._routes, signals)
        self._land()

    def process(self, frame: Frame) -> None:
        """Make the effective values of one frame.

        Feedback edges will read here, before anything else, what the frame before put out, as signals; so
        any loop is lawful and has one frame of delay. Nothing else in the chain needs to know of them.
        """
        with np.errstate(all="ignore"):
            if self._tree.version != self._version:
                self._land()
            self._generators.process(frame)
            self._lanes.process(frame.time, frame.dt)
            self.counters.not_finite += self._lanes.broken
            self._lanes.broken = 0
            self._settle(frame)
            self._hide()

    def replace(self, signal_specs: Sequence[SignalSpec], routes: Sequence[RouteSpec]) -> None:
        """Take new specs while running; what stays the same keeps its state.

        Raises ShowError, and goes on as before, if they cannot be used.
        """
        generators = Generators(signal_specs, self._signals, self._seed)
        try:
            lanes = Lanes(tuple(routes), self._signals)
        except BaseException:
            generators.close()
            raise
        generators.adopt(self._generators)
        lanes.adopt(self._lanes)
        self._generators.close()
        self._lanes.close()
        self._generators, self._lanes, self._routes = generators, lanes, tuple(routes)
        self._land()

    def _land(self) -> None:
        tree = self._tree
        self._version = tree.version
        self._landing = Landing(tree, self._routes, self._lanes.lane)
        slots = self._landing.slots
        self._limits = tree.kinds.minimum[slots], tree.kinds.maximum[slots]
        self._span = tree.span[slots]
        self._steady = np.isin(slots, tree.kinds.steady)
        self._events = np.flatnonzero(np.isin(slots, tree.kinds.events))
        self._before = tree.effective[slots]
        self._fired = np.zeros(len(self._events), np.bool_)

    def _hide(self) -> None:
        """Mark the parameters that a private signal moves: what they become must not be told either."""
        private, tree = self._signals.private, self._tree
        tree.hidden.fill(False)
        if private.any():
            lanes, slots = self._landing.ends.T
            tree.hidden[slots[private[self._lanes.sources[lanes]]]] = True

    def _settle(self, frame: Frame) -> None:
        """Combine, bound and write the effective values."""
        tree, slots = self._tree, self._landing.slots
        base = tree.base[slots]
        work = base.copy()
        self._landing.combine(work, self._lanes.values, self._lanes.active)
        step = reach(self._span, self._steady, self._slew, frame.dt)
        bound(work, base, self._before, self._limits, step, self.counters)
        self._before = work
        if self._events.size:
            # A route fires an event when it rises through the middle, once, however long it stays there.
            high = work[self._events] >= 0.5
            work[self._events] = np.maximum(high & ~self._fired, base[self._events])
            self._fired = high
        np.copyto(tree.effective, tree.base)
        tree.effective[slots] = work
        tree.kinds.settle(tree.effective)
