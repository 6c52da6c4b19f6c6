"""The signal chain: sources, shapes, routes, edges and bounds, once a frame, in a handful of numpy calls."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from installation.commands import routed
from installation.parameter.tree import Tree
from installation.show.model import FeedbackSpec, RouteSpec, SignalSpec
from installation.signal.bounds import FREE, SLEW, BoundsCounters, bound, reach
from installation.signal.feedback.edges import Feedback
from installation.signal.feedback.watch import LoopWatch
from installation.signal.generators import Generators
from installation.signal.landing import Landing, straight
from installation.signal.orders import Orders
from installation.signal.routes import Lanes
from installation.signal.store import Signals
from installation.values import Address, Command, Frame, Seconds

__all__ = ["Chain"]


class Chain:
    """Computes the effective values of a tree from its bases, the routes and the feedback edges.

    Routes never write a base: effective = bounds(combine(base, routes, edges)). The same tree, signals,
    specs, seed and frames give the same effective values bit for bit on every x86-64 machine.

    Args:
        tree: The tree; its parameters may change later. Routes to missing ones are inactive.
        signals: The signal store.
        signal_specs: Signals that the show generates.
        routes: Routes in file order, which is the order of combination.
        seed: The show's seed.
        slew: Maximum slew of a routed parameter in ranges per second.
        feedback: Edges in file order; they are applied after all routes.
        commands: Addresses of commands that routes may give.

    Raises ShowError if a spec is invalid.

    Attributes:
        counters: How often the bounds acted.
        feedback: The edges.
        loop: Measures of the feedback loop; None without edges.
        intended: Of ``black`` and ``still``: conditions that the cue wants, against which the governor does
        not act.
    """

    def __init__(
        self,
        tree: Tree,
        signals: Signals,
        signal_specs: Sequence[SignalSpec] = (),
        routes: Sequence[RouteSpec] = (),
        seed: int = 0,
        slew: float = SLEW,
        feedback: Sequence[FeedbackSpec] = (),
        commands: Iterable[Address] = (),
    ) -> None:
        self.counters = BoundsCounters()
        self._tree = tree
        self._signals = signals
        self._seed = seed
        self._slew = slew
        self._routes = tuple(routes)
        self._generators = Generators(signal_specs, signals, seed)
        self._lanes = Lanes(self._routes, signals)
        self._orders = Orders(self._routes, self._lanes.lane, frozenset(commands))
        self.feedback = Feedback(tuple(feedback), signals, tree, seed)
        self.loop = LoopWatch(self.feedback, signals) if feedback else None
        self.intended: frozenset[str] = frozenset()
        self._hidden_by: tuple[bytes, ...] | None = None
        self._guarded = False
        """Whether any signal is private."""
        self._secrets = b""
        self._land()

    def process(self, frame: Frame) -> None:
        """Compute the effective values of one frame.

        Feedback edges read the output of the previous frame, so every loop is bounded and has a delay of one
        frame.
        """
        with np.errstate(all="ignore"):
            if self._tree.version != self._version:
                self._land()
            self._generators.process(frame)
            self._lanes.steps.ride(frame.beat)
            self._lanes.process(frame.time, frame.dt)
            if self._orders.targets:
                self._orders.process(self._lanes.values)
            self.counters.not_finite += self._lanes.broken
            self._lanes.broken = 0
            if self.feedback.count:
                self.feedback.process(self._tree.effective, self._twin, frame)
            self._settle(frame)
            if self.loop is not None and self.loop.wakes(frame):
                self._watch(self.loop, frame)
            self._hide()

    def asked(self, now: Seconds) -> tuple[list[Command], list[Command]]:
        """Return the commands that routes gave in the last frame, of public and of private signals."""
        orders = self._orders
        given: tuple[list[Command], list[Command]] = [], []
        if not orders.asked:
            return given
        secret = self._lanes.secret()[orders.lanes]
        for number in orders.asked:
            given[bool(secret[number])].append(routed(orders.targets[number], now))
        return given

    @property
    def routes(self) -> tuple[RouteSpec, ...]:
        """The routes in file order."""
        return self._routes

    def public_route_values(self) -> NDArray[np.float64]:
        """Return what left the shape of each route in the last frame, in file order.

        NaN where a route has no value, and where it comes of a private signal.
        """
        lanes = self._lanes
        told = lanes.active & ~lanes.secret()
        values: NDArray[np.float64] = np.where(told, lanes.values, np.nan)[lanes.lane]
        return values

    def replace(
        self,
        signal_specs: Sequence[SignalSpec],
        routes: Sequence[RouteSpec],
        feedback: Sequence[FeedbackSpec] = (),
        commands: Iterable[Address] = (),
    ) -> None:
        """Replace the specs while running; unchanged parts keep their state.

        Raises ShowError, and changes nothing, if they are invalid.
        """
        made: list[Generators | Lanes | Feedback] = []
        try:
            made.append(generators := Generators(signal_specs, self._signals, self._seed))
            made.append(lanes := Lanes(tuple(routes), self._signals))
            edges = Feedback(tuple(feedback), self._signals, self._tree, self._seed)
        except BaseException:
            for one in made:
                one.close()
            raise
        generators.adopt(self._generators)
        lanes.adopt(self._lanes)
        edges.adopt(self.feedback)
        for one in (self._generators, self._lanes, self.feedback):
            one.close()
        self._generators, self._lanes, self._routes = generators, lanes, tuple(routes)
        orders = Orders(self._routes, lanes.lane, frozenset(commands))
        orders.adopt(self._orders)
        self._orders = orders
        self.feedback = edges
        watch = LoopWatch(edges, self._signals) if edges.count else None
        if self.loop is not None:
            if watch is not None:
                watch.adopt(self.loop)
            self.loop.close()
        self.loop = watch
        self._land()

    def _land(self) -> None:
        tree, lanes, edges = self._tree, self._lanes, self.feedback
        self._version = tree.version
        first = np.argsort(np.array(edges.order, np.intp)) * 2
        specs = [edges.specs[lane // 2] for lane in first.tolist()]
        self._landing = Landing(tree, self._routes, lanes.lane, specs, first)
        slots, count = self._landing.slots, self._landing.count
        ends = self._landing.ends
        events = ends[np.isin(ends[:, 1], tree.kinds.events), 0]
        told = [
            tree.slot(one) for one in tree.parameters() if one.startswith("/light/") and one.endswith("/gain")
        ]
        self._lamps = np.isin(ends[:, 1], told)
        lanes.wait([*events.tolist(), *self._orders.lanes.tolist()])
        edges.bind(tree, slots[count:])
        if self.loop is not None:
            self.loop.bind(tree)
        self._limits = tree.kinds.minimum[slots], tree.kinds.maximum[slots]
        self._span = tree.span[slots]
        self._own = straight(slots[:count])
        self._hidden_by = None
        self._steady = np.isin(slots, tree.kinds.steady)
        self._events = np.flatnonzero(np.isin(slots[:count], tree.kinds.events))
        twin = np.flatnonzero(np.isin(slots[count:], tree.kinds.events))
        self._twin_events = twin + count
        self._ref_events = twin + 2 * count - len(slots)
        self._before = tree.effective[slots]
        self._twin = self._before[count:]
        self._rounded = bool(self._steady[count:].any())
        self._uneven = bool(self._steady.any())
        self._fired = np.zeros(len(self._events), np.bool_)

    def _hide(self) -> None:
        """Mark parameters that a private signal moves: their values are private, too."""
        private, lanes, edges, tree = self._signals.private, self._lanes, self.feedback, self._tree
        rest = lanes.rest.lanes
        active = b"" if lanes.settled else lanes.active.tobytes()
        by = private.tobytes(), active, edges.active.tobytes(), rest.tobytes(), lanes.kept.tobytes()
        fresh = by != self._hidden_by
        if fresh:
            self._hidden_by = by
            tree.hidden.fill(False)
            self._guarded = bool(private.any() or lanes.kept.any() or edges.secret.any())
            if self._guarded:
                ends, slots = self._landing.ends.T
                # Only a lamp's gain is told again: what reads other parameters may glide or remember.
                clear = self._lamps & rest[ends]
                self._routed = slots[lanes.secret()[ends] & lanes.active[ends] & ~clear]
                tree.hidden[self._routed] = True
                if edges.count:
                    edges.heed(tree.hidden, private)
        if self._guarded and edges.count:
            secrets = edges.secrets()
            if fresh or secrets != self._secrets:
                self._secrets = secrets
                tree.hidden.fill(False)
                tree.hidden[self._routed] = True
                edges.hide(tree.hidden, self._landing.edge_ends)

    def _settle(self, frame: Frame) -> None:
        """Combine, bound and write the effective values."""
        tree, slots, count = self._tree, self._landing.slots, self._landing.count
        work = tree.base.take(slots)
        base = work.copy()
        lanes, edges = self._lanes, self.feedback
        fed = (edges.values, None if edges.all_active else edges.active) if edges.count else None
        self._landing.combine(work, (lanes.values, None if lanes.settled else lanes.active), fed)
        step = None
        if 0.0 < self._slew * frame.dt < FREE:
            step = reach(self._span, self._steady, self._slew, frame.dt)
        bound(work, base, self._before, self._limits, step, self.counters, count)
        self._before = work
        if self._events.size:
            # A route fires an event once when it rises through 0.5, however long it stays above.
            high = work[self._events] >= 0.5
            work[self._events] = np.maximum(high & ~self._fired, base[self._events])
            self._fired = high
            work[self._twin_events] = work[self._ref_events]
        effective = tree.effective
        np.copyto(effective, tree.base)
        if self._rounded:
            effective[slots[count:]] = work[count:]
            tree.kinds.settle(effective)
            self._twin = effective[slots[count:]]
        else:
            self._twin = work[count:]
        effective[self._own] = work[:count]
        tree.kinds.settle(effective, rounded=self._uneven)

    def _watch(self, loop: LoopWatch, frame: Frame) -> None:
        """Update the loop's measures from the edges' targets and their twins."""
        count = self._landing.count
        looped = slice(2 * count - len(self._before), count)
        twin = self._before[count:]
        twins = [twin, self._twin] if self._rounded else [twin]
        loop.look(self._before[looped], twins, frame, self.intended)
