"""Feedback edges: output of the previous frame that is fed back to parameters.

One edge, for one frame::

    share   value of the previous frame relative to its range (a signal: unchanged), 0..1
    x       share as it was `delay` ago, through the shape, clamped to 0..1
    u       2 x - 1
    in      (1 - coupling) * u + coupling * mean of the other edges' u  (a coupled-map lattice, Kaneko 1984)
    s       saturation(gain * in), -1..1
    result  add: s * depth / 2 of the target's range;  replace: s * depth / 2 of the range around its centre;
            multiply: factor 1 + s * depth

So an edge of gain g and depth 1 from a parameter to itself computes u' = u(base) + saturation(g u). For any
gain, delay and input, s stays within -1..1, and the parameter within its bounds.

Every edge is computed twice: as it is, and for a twin of the whole loop with a small perturbation. The rate
at which the two diverge is the largest Lyapunov exponent (see ``lyapunov``).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.errors import ShowError
from installation.parameter.tree import Tree
from installation.show.model import FeedbackSpec
from installation.signal.feedback.controls import CONTROLS, authored_control, feedback_address
from installation.signal.feedback.history import History
from installation.signal.feedback.saturation import Saturations
from installation.signal.modulators.steps import Steps, parse_shape
from installation.signal.store import Signals
from installation.values import Frame

__all__ = ["Feedback"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

STIR = 0.01
"""Maximum random displacement of an edge's input, as a fraction of its range, at full reseeding."""
_LARGEST = 1e12
"""Larger numbers of a signal are clamped to this."""


class Feedback:
    """All edges of a show.

    Lanes come in pairs, 2 e and 2 e + 1 for edge e of ``specs``: the edge itself and its twin.

    Args:
        specs: The edges, in file order.
        signals: Store of sources that are signals; they are declared here, and released by ``close``.
        tree: Tree of the other sources.
        seed: The show's seed.

    Raises ShowError, before anything is declared, if a shape is invalid.

    Attributes:
        specs: The edges, in order of lanes.
        order: Position in the file of each of ``specs``.
        values: Output by lane; written by ``process``.
        active: False where an edge has no output: its source has no value yet, or is gone.
        all_active: Whether it is True everywhere.
        x: Latest input by lane, 0..1, after delay and filter.
        s: Output of the saturation by lane, -1..1.
        controls: Gain, coupling and delay of the last frame, by edge or by lane.
        key: Changes whenever these or ``active`` change.
        reseed: Amount of randomness added to the inputs, 0..1.
        secret: Edges that hold, or have ever held, private values.
        slots: Source slot of each edge; -1 for a signal.
        targets: The target slots of all edges.
    """

    def __init__(self, specs: Sequence[FeedbackSpec], signals: Signals, tree: Tree, seed: int = 0) -> None:
        parsed = [parse_shape(spec.shape) for spec in specs]
        findings = [finding for _, wrong in parsed for finding in wrong]
        if findings:
            raise ShowError(findings)
        kinds = [[kind for kind, _ in steps] for steps, _ in parsed]
        self.order = sorted(
            range(len(specs)), key=lambda i: (bool(kinds[i]), specs[i].saturation, kinds[i], i)
        )
        self.specs = [specs[i] for i in self.order]
        self.count = len(self.specs)
        self.shapes = [parsed[i][0] for i in self.order]
        self._shaped = any(self.shapes)
        self.steps = Steps([shape for shape in self.shapes for _ in range(2)])
        self._saturations = Saturations([spec.saturation for spec in self.specs for _ in range(2)])
        delays = {feedback_address(spec.name, "delay") for spec in specs}
        self._wide = any(spec.target in delays for spec in specs)
        width = 1 if self._wide else 2
        frames = np.array([spec.delay_frames is not None for spec in self.specs], np.bool_).repeat(3 - width)
        self.history = History(self.count * 2 // width, width, np.flatnonzero(frames))
        self._signals = signals
        known = tree.parameters()
        self._declared = [spec.source for spec in self.specs if spec.source not in known]
        for address in self._declared:
            signals.declare(address)
        self.values: Floats = np.zeros(2 * self.count)
        self.active: Flags = np.zeros(2 * self.count, np.bool_)
        self.x: Floats = np.zeros(2 * self.count)
        self.s: Floats = np.zeros(2 * self.count)
        self.key = b""
        self._new: Indices = np.zeros(0, np.intp)
        self.controls: Floats = np.zeros(0)
        self.secret: Flags = np.zeros(self.count, np.bool_)
        self._direct: Indices = np.zeros(0, np.intp)
        self.reseed = 0.0
        self.all_active = False
        self._broken = True
        self._sides: Indices = np.arange(2 * self.count) % 2
        self._bent = 2 * next((e for e, shape in enumerate(self.shapes) if shape), self.count)
        """The first lane with a shape; all after it have one."""
        self._least, self._most = np.zeros(2 * self.count - self._bent), np.ones(2 * self.count - self._bent)
        self._seeds = np.array(
            [portable_math.seed_of(seed, f"feedback/{spec.name}") for spec in self.specs], np.uint64
        )

    def bind(self, tree: Tree, slots: Indices) -> None:
        """Find all slots in a new version of the tree. Called before the first frame.

        Args:
            tree: The tree.
            slots: Target slots of all edges, ascending; the twin has separate values there.
        """
        known, size = tree.parameters(), len(tree.effective)
        place = {slot: size + i for i, slot in enumerate(slots.tolist())}
        self._size, self._twin, self.targets = size, slice(size, size + len(slots)), slots
        source = np.zeros((self.count, 2), np.intp)
        controls = np.zeros((len(CONTROLS), self.count, 2), np.intp)
        self.slots = np.full(self.count, -1, np.intp)
        scale, offset = np.zeros(self.count), np.zeros(self.count)
        constants: list[float] = []
        heard: list[tuple[int, int]] = []
        for e, spec in enumerate(self.specs):
            parameter = known.get(spec.source)
            index = self._signals.index(spec.source)
            if parameter is not None:
                slot = tree.slot(spec.source) + min(spec.source_component or 0, parameter.kind.components - 1)
                self.slots[e] = slot
                source[e] = slot, place.get(slot, slot)
                scale[e], offset[e] = _line(float(tree.minimum[slot]), float(tree.span[slot]))
            elif index is not None:
                heard.append((e, index))
                scale[e] = 1.0
            for row, name in enumerate(CONTROLS):
                address = feedback_address(spec.name, name)
                if address in known:
                    at = tree.slot(address)
                    controls[row, e] = at, place.get(at, at)
                else:
                    controls[row, e] = size + len(slots) + len(constants)
                    constants.append(authored_control(spec, name))
        self._source: Indices = source.reshape(-1)
        self._scale, self._offset = np.repeat(scale, 2), np.repeat(offset, 2)
        self._scaled = bool((scale != 1.0).any() or offset.any())
        self.active[:] = np.repeat(self.slots >= 0, 2)
        found, self._indices = np.array(heard, np.intp).reshape(-1, 2).T
        shaped = np.array([bool(shape) for shape in self.shapes], np.bool_)[found]
        self._heard, self._twins = 2 * found, 2 * found + 1
        self._pattern = b""
        self._low, self._high = np.where(shaped, -_LARGEST, 0.0), np.where(shaped, _LARGEST, 1.0)
        looped = self._wide or bool((controls[..., 0] != controls[..., 1]).any())
        self._controls = controls.reshape(-1) if looped else controls[..., 0].reshape(-1)
        self.key = b""
        places = np.unique(self._controls)
        tight = places.size > 0 and int(places[-1] - places[0]) == len(places) - 1
        self._room: slice | Indices = slice(int(places[0]), int(places[-1]) + 1) if tight else self._controls
        """Location of the controls in the pool: one slice if they are contiguous."""
        heard_slots = np.where(self.slots < 0, size, self.slots)
        # Sources in the tree; an extra last slot represents sources outside the tree.
        self._read: Indices = np.minimum(np.concatenate([[heard_slots], controls[..., 0]]), size)
        self._pool = np.concatenate([tree.effective, tree.effective[slots], constants])
        self._land(tree)

    def _land(self, tree: Tree) -> None:
        """Compute the effect of one unit of each edge on its target."""
        known = tree.parameters()
        factor, centre = np.ones(self.count), np.zeros(self.count)
        for e, spec in enumerate(self.specs):
            if spec.mode == "add":
                factor[e] = 0.5 * spec.depth
            elif spec.mode == "multiply":
                factor[e], centre[e] = spec.depth, 1.0
            elif spec.target in known:
                slot = tree.slot(spec.target) + (spec.component or 0)
                half = 0.5 * float(tree.span[slot])
                factor[e], centre[e] = half * spec.depth, float(tree.minimum[slot]) + half
        self._worth, self._centre = np.repeat(factor, 2), np.repeat(centre, 2)
        self._centred = bool(self._centre.any())

    def process(self, effective: Floats, twin: Floats, frame: Frame) -> None:
        """Compute this frame's ``values`` and ``active``.

        Args:
            effective: Effective values of the whole tree in the previous frame.
            twin: The twin's values at the targets in the previous frame.
            frame: The current frame.
        """
        pool, history = self._pool, self.history
        pool[: self._size] = effective
        pool[self._twin] = twin
        x = history.turn(frame.dt)
        pool.take(self._source, None, x, "clip")
        if self._scaled:
            x *= self._scale
            x += self._offset
        if self._heard.size:
            self._hear(x)
        key = pool[self._room].tobytes()
        if key != self.key:
            self.key = key
            self._mix(pool.take(self._controls))
        if self._new.size:
            history.begin(self._new, x)
            self._new = self._new[:0]
        history.fill()
        self.x = x = history.read()
        if self._shaped:
            self.steps.ride(frame.beat)
            self.steps.process(x, frame.dt)
            part = x[self._bent :]
            np.fmax(part, self._least, out=part)  # NaN becomes 0
            np.fmin(part, self._most, out=part)
            if frame.index & 15 == 0:
                self._look_after()
        if self.reseed > 0.0:
            self._stir(x, frame.index)
        if self._silent.size:
            x[self._silent] = 0.0
        s = self.s
        np.multiply(x, self._factor, out=s)
        if self._others is not None:
            sums = np.bincount(self._sides, x, 2)  # two sums, each in a fixed order
            heard: Floats = sums.astype(np.float64, copy=False).take(self._sides)
            heard *= self._others
            s += heard
        s += self._shift
        self._saturations.look_up(s)
        np.multiply(s, self._worth, out=self.values)
        if self._centred:
            self.values += self._centre

    def adopt(self, old: "Feedback") -> None:
        """Take over past and filters of every edge with the same name, source and kinds of modulators."""
        edges = {key: e for e, key in enumerate(old.keys())}
        same = {e: edges[key] for e, key in enumerate(self.keys()) if key in edges}
        lanes = {2 * e + k: 2 * o + k for e, o in same.items() for k in (0, 1)}
        mine, theirs = np.array(list(lanes), np.intp), np.array(list(lanes.values()), np.intp)
        self.history.adopt(old.history, mine, theirs)
        self.steps.adopt(old.steps, lanes)
        self.secret[list(same)] = old.secret[list(same.values())]
        if self.history.newest >= 0:
            self._new = np.array(sorted(set(range(2 * self.count)) - set(lanes)), np.intp)

    def keys(self) -> list[tuple[object, ...]]:
        """Return the identity of each edge across edits; the target may change."""
        return [
            (spec.name, spec.source, spec.source_component, tuple(kind for kind, _ in shape))
            for spec, shape in zip(self.specs, self.shapes, strict=True)
        ]

    def heed(self, hidden: Flags, private: Flags) -> None:
        """Find the edges that read something private directly.

        Args:
            hidden: Slots that are private because of routes.
            private: Private signals.
        """
        direct = self._reads(hidden)
        speaks = private[self._indices] & self.active[self._heard]
        direct[self._heard[speaks] // 2] = True
        self._direct = np.flatnonzero(direct)

    def secrets(self) -> bytes:
        """Return which edges may hold private values, and whether they share them.

        An edge that ever did does so for the rest of the run: its shape, its delay and the loops through it
        may remember for any time.
        """
        if self._direct.size:
            self.secret[self._direct] = True
        return self.secret.tobytes() + (b"" if self._others is None else b"+")

    def hide(self, hidden: Flags, ends: Indices) -> None:
        """Hide the outputs of edges that read or may hold private values.

        Args:
            hidden: Private slots; more are marked here.
            ends: Pairs of an edge's first lane and a target slot.
        """
        secret = self.secret  # what is secret only through other edges stays so, too
        edges, slots = ends[:, 0] // 2, ends[:, 1]
        before = 0
        while (count := int(np.count_nonzero(secret))) != before:
            before = count
            hidden[slots[secret[edges]]] = True
            secret |= self._reads(hidden)
            if self._others is not None:  # all edges are coupled
                secret[:] = True

    def _reads(self, hidden: Flags) -> Flags:
        """Return the edges whose source or controls are hidden."""
        read: Flags = np.logical_or.reduce(np.append(hidden, False)[self._read], axis=0)
        return read

    def close(self) -> None:
        """Release the signals."""
        self._signals.release(self._declared)

    def _mix(self, controls: Floats) -> None:
        """Combine gain, coupling and the saturation table's offset into one linear function per lane.

        With u = 2 x - 1, n active edges and X the sum of their x, the input
        (1 - c) u + c * mean of the others is (1 - c - k) u + k (2 X - n), where k = c / (n - 1).
        """
        self.controls = controls
        gain, coupling, delay = controls.reshape(len(CONTROLS), self.count, -1)
        active = self.active.reshape(self.count, 2)[:, 0]
        self._silent = np.flatnonzero(np.repeat(~active, 2))
        self.all_active = not self._silent.size
        n = int(np.count_nonzero(active))
        share = coupling if n > 1 else np.zeros_like(coupling)
        spread = share / max(n - 1, 1)
        own = gain * (1.0 - share - spread) * self._saturations.scale
        spread = gain * spread * self._saturations.scale
        self._factor = _paired(2.0 * own)
        self._others = _paired(2.0 * spread) if spread.any() else None
        self._shift = self._saturations.centre - _paired(own) - _paired(spread) * n
        self.history.aim(delay.reshape(-1) if self._wide else delay[:, 0])

    def _hear(self, x: Floats) -> None:
        """Read the sources that are signals, and note which have no value."""
        raw = self._signals.values.take(self._indices)
        silent = np.isnan(raw)
        raw.clip(self._low, self._high, raw)
        raw[silent] = 0.5
        x[self._heard] = x[self._twins] = raw
        pattern = silent.tobytes()
        if pattern != self._pattern:
            self._pattern = pattern
            self.active[self._heard] = self.active[self._twins] = ~silent
            self.key = b""

    def _stir(self, x: Floats, index: int) -> None:
        """Add a little randomness, equal for both of each pair."""
        push = portable_math.chance(np.full(self.count, float(index)), self._seeds) - 0.5
        x += np.repeat(push * (2.0 * STIR * self.reseed), 2)
        np.maximum(x, 0.0, out=x)
        np.minimum(x, 1.0, out=x)

    def _look_after(self) -> None:
        """Reset filters whose state has become NaN."""
        broken = any(bool(np.isnan(state).any()) for _, state in self.steps.states())
        if broken != self._broken:
            self._broken = broken
            self.steps.unsettle(broken)


def _paired(values: Floats) -> Floats:
    """Return one number per lane from numbers by edge, or by edge and lane."""
    both = np.empty((len(values), 2))
    both[:] = values
    return both.reshape(-1)


def _line(low: float, span: float) -> tuple[float, float]:
    """Return factor and offset that map 0..1 to a range; an empty range maps to its centre."""
    return (1.0 / span, -low / span) if span > 0 else (0.0, 0.5)
