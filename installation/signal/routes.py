"""Routes compiled to lanes: one number per route, from its signal through its shape."""

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from installation.errors import ShowError
from installation.show.model import RouteSpec
from installation.signal.modulators.rest import Rest
from installation.signal.modulators.steps import Steps, parse_shape
from installation.signal.modulators.table import MODULATORS
from installation.signal.store import Signals
from installation.values import Seconds

__all__ = ["Lanes"]

Floats = NDArray[np.float64]
Key = tuple[object, ...]

_LIMIT = 1e12
_LARGEST = np.array(_LIMIT)
"""Larger numbers are clamped to this: a single 1e300 would persist in a smoothing filter for minutes."""
_LEAST = -_LARGEST
_AT_TIMES = ("/lamps/", "/macro/", "/trim/")
"""Beginnings of the signals that are made of what private signals move, and public again after that."""


class Lanes:
    """One number per route, from its signal through its shape.

    Args:
        routes: In file order.
        signals: Store of the sources; each is declared, and released by ``close``.

    Raises ShowError, before anything is declared, if a shape is invalid.

    Attributes:
        values: The numbers, by lane.
        active: False where a lane has no value: its signal has none yet, or its numbers overflowed.
        lane: Lane of each route, by its position in the file.
        settled: Whether all are active.
        sources: Index of each lane's signal.
        rest: Lanes that stand on their fallback, and in which nothing of a private signal is left.
        kept: Lanes that may remember what their signal said while it was private, though it no longer is.
        broken: Number of overflows of active lanes, over all frames.
    """

    def __init__(self, routes: Sequence[RouteSpec], signals: Signals) -> None:
        parsed = [parse_shape(route.shape) for route in routes]
        findings = [finding for _, wrong in parsed for finding in wrong]
        if findings:
            raise ShowError(findings)
        shapes = [steps for steps, _ in parsed]
        order = sorted(range(len(routes)), key=lambda i: ([kind for kind, _ in shapes[i]], i))
        self.lane = np.argsort(np.array(order, np.intp))
        self.values = np.zeros(len(routes))
        self.active = np.zeros(len(routes), np.bool_)
        self.broken = 0
        self.settled = False
        self._signals = signals
        self._routes = [routes[i] for i in order]
        self._shapes = [shapes[i] for i in order]
        self.sources = np.array([signals.declare(route.source) for route in self._routes], np.intp)
        self._fallbacks()
        self._heard, self._deal = np.unique(self.sources, return_inverse=True)
        self._shared = 2 * len(self._heard) < len(self.sources)
        self.steps = Steps(self._shapes)
        self.kept = np.zeros(len(routes), np.bool_)
        heirs = (
            n for n, r in enumerate(self._routes) if r.source.startswith(_AT_TIMES) and self._remembers(n)
        )
        self._heirs = np.fromiter(heirs, np.intp)
        self.rest = Rest(len(routes), self._spare, self._spare_values, partial(Steps, self._shapes))
        self.wait(())

    def wait(self, lanes: Iterable[int]) -> None:
        """Set the lanes whose targets react to rises; those whose shape does are known."""
        waiting: dict[int, list[int]] = {}
        shaped = (
            n for n, shape in enumerate(self._shapes) if any(MODULATORS[kind].waits for kind, _ in shape)
        )
        for lane in sorted({*shaped, *lanes}):
            waiting.setdefault(int(self.sources[lane]), []).append(lane)
        self._waiting = {index: np.array(own, np.intp) for index, own in waiting.items()}
        self._signals.rises.listen(self._waiting)

    def process(self, now: Seconds, dt: Seconds) -> None:
        """Read the signals at show time ``now`` and apply the shapes."""
        x, signals = self.values, self._signals
        if self._shared:  # fewer signals than lanes: clamp before distributing
            heard = signals.values.take(self._heard)
            heard.clip(_LEAST, _LARGEST, heard)
            heard.take(self._deal, None, x, "clip")
        else:
            signals.values.take(self.sources, None, x, "clip")
            x.clip(_LEAST, _LARGEST, x)
        for index, value in signals.rises.heard.items():
            if index in self._waiting:
                x[self._waiting[index]] = min(max(value, -_LIMIT), _LIMIT)
        stale: NDArray[np.bool_] | None = None
        if self._spare.size:
            stale = now - signals.times.take(self._spare_sources) > self._patience
            if np.count_nonzero(stale):
                x[self._spare[stale]] = self._spare_values[stale]
        self.steps.process(x, dt)
        if stale is not None:
            self.rest.look(self.steps, stale, signals.private.take(self._spare_sources), now)
        if self._heirs.size:
            self.kept[self._heirs] |= signals.private.take(self.sources[self._heirs])
        np.isfinite(x, out=self.active)
        quiet = len(x) - int(np.count_nonzero(self.active))
        settled = not quiet
        if quiet:  # steps pass NaN on, so lanes without a signal stay inactive
            silent = np.isnan(signals.values.take(self._plain_sources))
            self.broken += quiet - int(np.count_nonzero(silent))
        if settled != self.settled:
            self.settled = settled
            self.steps.unsettle(not settled)

    def adopt(self, old: "Lanes") -> None:
        """Take over the state of every route with the same ends and kinds of steps.

        Settings may differ: changing a smoothing time while the show runs causes no jump.
        """
        lane_of = {key: lane for lane, key in enumerate(old.keys())}
        theirs = {lane: lane_of[key] for lane, key in enumerate(self.keys()) if key in lane_of}
        self.steps.adopt(old.steps, theirs)
        self.kept[list(theirs)] = old.kept[list(theirs.values())]

    def secret(self) -> NDArray[np.bool_]:
        """Return which lanes have a private signal, or may remember what it said while it was private."""
        secret: NDArray[np.bool_] = self._signals.private.take(self.sources) | self.kept
        return secret

    def close(self) -> None:
        """Release the signals."""
        self._signals.release([route.source for route in self._routes])

    def _remembers(self, lane: int) -> bool:
        return any(MODULATORS[kind].states or MODULATORS[kind].waits for kind, _ in self._shapes[lane])

    def _fallbacks(self) -> None:
        spare = [(i, r.stale, r.fallback) for i, r in enumerate(self._routes) if r.fallback is not None]
        self._spare = np.array([i for i, _, _ in spare], np.intp)
        self._patience = np.array([stale for _, stale, _ in spare], np.float64)
        self._spare_values = np.array([value for _, _, value in spare], np.float64)
        self._spare_sources = self.sources[self._spare]
        self._plain_sources = np.delete(self.sources, self._spare)

    def keys(self) -> list[Key]:
        """Return the identity of each route; equal ones are distinguished by their order."""
        counts: dict[Key, int] = {}
        keys: list[Key] = []
        for route, shape in zip(self._routes, self._shapes, strict=True):
            key = (route.source, route.target, route.component, tuple(kind for kind, _ in shape))
            counts[key] = counts.get(key, 0) + 1
            keys.append((*key, counts[key]))
        return keys
