"""Applies routes, then feedback edges, to parameters: each in file order, vectorised over all of them.

Consecutive routes to a slot with the same mode form a run, and a run is one reduction. The first runs of all
slots are applied together, then all second ones, and so on. So the order within each slot is the file's, and
the number of numpy calls depends on how often modes alternate, not on the number of routes.

The set of active lanes changes rarely, so its effect on the runs is computed only when it changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.parameter.tree import Tree
from installation.show.model import FeedbackSpec, RouteSpec
from installation.signal.offsets import Offsets

__all__ = ["Landing", "straight"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_Modes = list[tuple[str, list[int]]]
"""The runs of one slot: a mode and its lanes, in order."""

_NONE: Indices = np.zeros(0, np.intp)

_OFFSET = "offset"
"""Mode of a macro's routes; a run of it has one lane, because each leads on from where the one before did."""


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of one mode at one level.

    Attributes:
        lanes: All lanes, run after run; for ``add`` in order of lanes.
        starts: Where each run starts in ``lanes``; not for ``add``.
        run: Which run each lane belongs to.
        at, span: Index of each run's slot, and the width of its range.
    """

    mode: str
    lanes: Indices
    starts: Indices
    run: Indices
    at: Indices
    span: Floats


@dataclass(frozen=True, slots=True)
class _Moves:
    """The operations of runs for one set of active lanes.

    Attributes:
        lanes: The active lanes.
        starts: Where each run starts in ``lanes``; None if every run has one lane; not for ``add``.
        run: The run of each lane; for ``add``. For ``offset`` the lane of each run.
        at, span: As in the runs.
        place: For ``offset``: ``at`` as indices.
    """

    mode: str
    lanes: Indices | slice
    starts: Indices | None
    run: Indices
    at: Indices | slice
    span: Floats
    place: Indices


class _Levels:
    """Runs that are applied one level after the other, with their current operations."""

    def __init__(
        self,
        levels: Sequence[_Runs],
        offsets: Offsets | None = None,
        limits: tuple[Floats, Floats] | None = None,
    ) -> None:
        self._levels = levels
        self._offsets, self._limits = offsets, limits
        self._key = b""
        self._moves = [_moves(runs, None) for runs in levels]
        self._whole = self._moves

    def combine(self, work: Floats, values: Floats, active: Flags | None) -> None:
        """Apply the values of the active lanes; None if all are active."""
        key = b"" if active is None else active.tobytes()
        if key != self._key:
            self._key = key
            self._moves = self._whole if active is None else [_moves(one, active) for one in self._levels]
        for moves in self._moves:
            x = values[moves.lanes]  # may be a view: do not write
            at = moves.at
            if self._offsets is not None and self._limits is not None and moves.mode == _OFFSET:
                self._offsets.apply(work, moves.place, moves.run, x, self._limits)
                continue
            match moves.mode:
                case "replace":
                    work[at] = x
                case "add":
                    work[at] += np.bincount(moves.run, x, len(moves.span)) * moves.span
                case "multiply":
                    work[at] *= x if moves.starts is None else np.multiply.reduceat(x, moves.starts)
                case "min":
                    least = x if moves.starts is None else np.minimum.reduceat(x, moves.starts)
                    work[at] = np.minimum(work[at], least)
                case "max":
                    most = x if moves.starts is None else np.maximum.reduceat(x, moves.starts)
                    work[at] = np.maximum(work[at], most)


class Landing:
    """The routes and feedback edges for one version of the tree.

    Target slots of edges occur twice: the second time for the edges' twins, to which the same routes apply.

    Args:
        tree: The tree; routes and edges to missing addresses are inactive.
        routes: The routes, in file order.
        lane: Lane of each route.
        edges: The edges, in file order.
        edge: First lane of each edge, relative to the first edge's; its twin has the next one.

    Attributes:
        count: Number of distinct target slots.
        slots: Targets of routes only, then targets of edges, then the latter again; each part ascending.
        ends: ``(n, 2)``: all pairs of a route's lane and a target slot.
        edge_ends: The same for edges, with the numbers of ``edge``.
    """

    def __init__(
        self,
        tree: Tree,
        routes: Sequence[RouteSpec],
        lane: Indices,
        edges: Sequence[FeedbackSpec] = (),
        edge: Indices = _NONE,
    ) -> None:
        routed: dict[int, _Modes] = {}
        fed: dict[int, _Modes] = {}
        self.ends = _collect(tree, routes, lane, routed)
        self.edge_ends = _collect(tree, edges, edge, fed)
        looped, plain = sorted(fed), sorted(set(routed) - set(fed))
        self.slots: Indices = np.array([*plain, *looped, *looped], np.intp)
        self.count = len(plain) + len(looped)
        self._plain, self._looped = len(plain), len(looped)
        place = {slot: position for position, slot in enumerate([*plain, *looped])}
        span, limits = tree.span[self.slots], (tree.minimum[self.slots], tree.kinds.maximum[self.slots])
        own = sorted((place[slot], modes) for slot, modes in routed.items())
        self._routes = _levels(own, span, Offsets(routes, lane), limits)
        first = [(i, fed[slot]) for i, slot in enumerate(looped)]
        twins = [
            (i + len(looped), [(mode, [n + 1 for n in lanes]) for mode, lanes in fed[slot]])
            for i, slot in enumerate(looped)
        ]
        self._edges = _levels([*first, *twins], span[self._plain :])

    def combine(
        self,
        work: Floats,
        lanes: tuple[Floats, Flags | None],
        edges: tuple[Floats, Flags | None] | None = None,
    ) -> None:
        """Combine the bases ``work`` (of ``slots``, natural units) with routes and edges, in place.

        replace, min and max use the target's own units, multiply is a factor, and add is in units of the
        target's range:
        0.5 adds half of it. Inactive lanes leave the value unchanged.

        Args:
            work: One number for each of ``slots``.
            lanes: Values of all routes by lane, and whether each is active; None if all are.
            edges: The same for all edges and their twins.
        """
        self._routes.combine(work, *lanes)
        if edges is not None and self._looped:
            part = work[self._plain :]
            part[self._looped :] = part[: self._looped]
            self._edges.combine(part, *edges)


def _collect(
    tree: Tree, specs: Sequence[RouteSpec | FeedbackSpec], lane: Indices, runs: dict[int, _Modes]
) -> Indices:
    """Sort lanes into the runs of their target slots. Returns all pairs of a lane and a slot."""
    ends = []
    for spec, own in zip(specs, lane.tolist(), strict=True):
        mode = _OFFSET if isinstance(spec, RouteSpec) and spec.offset is not None else spec.mode
        for slot in _slots(tree, spec):
            _add(runs.setdefault(slot, []), mode, own)
            ends.append((own, slot))
    return np.array(ends, np.intp).reshape(-1, 2)


def _levels(
    places: Sequence[tuple[int, _Modes]],
    span: Floats,
    offsets: Offsets | None = None,
    limits: tuple[Floats, Floats] | None = None,
) -> _Levels:
    """Group all first runs, then all second ones, and so on."""
    levels: dict[tuple[int, str], list[tuple[int, list[int]]]] = {}
    for place, modes in places:
        for level, (mode, lanes) in enumerate(modes):
            levels.setdefault((level, mode), []).append((place, lanes))
    runs = [_runs(mode, levels[level, mode], span) for level, mode in sorted(levels)]
    return _Levels(runs, offsets, limits)


def _slots(tree: Tree, end: RouteSpec | FeedbackSpec) -> list[int]:
    """Return the target slots of a route or an edge; none if the tree lacks its target."""
    parameter = tree.parameters().get(end.target)
    components = range(parameter.kind.components if parameter else 0)
    return [tree.slot(end.target) + c for c in components if end.component in (None, c)]


def _add(runs: _Modes, mode: str, lane: int) -> None:
    """Append a lane to a slot's runs."""
    if not runs or runs[-1][0] != mode or mode == _OFFSET:
        runs.append((mode, []))
    runs[-1][1].append(lane)


def _moves(runs: _Runs, active: Flags | None) -> _Moves:
    """Return the operations of runs while these lanes are active; None if all are."""
    speaks = np.ones(len(runs.lanes), np.bool_) if active is None else active[runs.lanes]
    if runs.mode == "add":
        lanes, run = runs.lanes[speaks], runs.run[speaks]
        return _Moves("add", straight(lanes), None, run, straight(runs.at), runs.span, _NONE)
    if runs.mode == _OFFSET:
        lanes, place = runs.lanes[speaks], runs.at[speaks]
        return _Moves(_OFFSET, straight(lanes), None, lanes, straight(place), runs.span, place)
    counts = np.add.reduceat(speaks, runs.starts, dtype=np.intp)
    some = counts > 0
    lanes, counts = runs.lanes[speaks], counts[some]
    ends = np.add.accumulate(counts)
    starts: Indices | None = None
    if runs.mode == "replace":  # the last active lane of each run wins
        lanes = lanes[ends - 1]
    elif len(lanes) > len(counts):
        starts = ends - counts
    return _Moves(runs.mode, straight(lanes), starts, _NONE, straight(runs.at[some]), runs.span[some], _NONE)


def straight(indices: Indices) -> Indices | slice:
    """Return a slice if the indices are consecutive: numpy reads one several times as fast."""
    if len(indices) and (np.diff(indices) == 1).all():
        return slice(int(indices[0]), int(indices[-1]) + 1)
    return indices


def _runs(mode: str, runs: list[tuple[int, list[int]]], span: Floats) -> _Runs:
    sizes = np.array([len(lanes) for _, lanes in runs], np.intp)
    at = np.array([place for place, _ in runs], np.intp)
    starts = np.concatenate([[0], np.add.accumulate(sizes)[:-1]]).astype(np.intp)
    lanes = np.array([lane for _, own in runs for lane in own], np.intp)
    run = np.repeat(np.arange(len(runs)), sizes)
    if mode == "add":  # order is irrelevant for sums: read memory sequentially
        order = np.argsort(lanes, kind="stable")
        lanes, run = lanes[order], run[order]
    return _Runs(mode, lanes, starts, run, at, span[at])
