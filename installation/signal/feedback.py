"""Feedback edges: what the program put out one frame ago, on its way back to a parameter.

One edge, for one frame::

    share   value of the frame before over its range (a signal: as it is), 0..1
    past    share as it was `delay` ago
    u       2 * shape(past) - 1, clamped to -1..1
    in      (1 - coupling) * u + coupling * mean of the other edges' u  (a coupled-map lattice, Kaneko 1984)
    s       saturation(gain * in), -1..1
    lands   add: s * depth / 2 of the target's range;  replace: s * depth / 2 of the range around its centre;
            multiply: factor 1 + s * depth

So an edge of gain g and depth 1 from a parameter to itself makes u' = u(base) + saturation(g u). Whatever
gain, delay and input are, s stays within -1..1, and the parameter within its bounds.

Every edge is computed twice, side by side: as it is, and for a twin of the whole loop that differs a little.
How fast the two part is the largest Lyapunov exponent (see ``twin``).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.errors import ShowError
from installation.parameter.tree import Tree
from installation.show.model import FeedbackSpec
from installation.signal.controls import CONTROLS, authored_control, feedback_address
from installation.signal.history import History
from installation.signal.saturation import Saturations
from installation.signal.steps import Steps, parse_shape
from installation.signal.store import Signals
from installation.values import Frame

__all__ = ["Feedback"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_LARGEST = 1e12
"""Greater numbers of a signal count as this one."""


class Feedback:
    """All edges of a show.

    Lanes come in pairs, 2 e and 2 e + 1 for edge e of ``specs``: the edge itself and its twin.

    Args:
        specs: In file order.
        signals: Where sources are that are no parameters; declared here, and released by ``close``.
        tree: Where all others are.

    Raises ShowError, before anything is declared, if a shape cannot be used.

    Attributes:
        specs: The edges, in order of lanes.
        order: Place in the file of each of ``specs``.
        values: What to land, by lane; written by ``process``.
        active: False where an edge has nothing to say: its source never came, or is gone.
        u: What the edges heard last, by lane, -1..1, after delay and filter.
        s: What they said, by lane, -1..1.
    """

    def __init__(self, specs: Sequence[FeedbackSpec], signals: Signals, tree: Tree) -> None:
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
        shapes = [parsed[i][0] for i in self.order]
        self.shapes = shapes
        self._shaped = 2 * next((e for e, shape in enumerate(shapes) if shape), self.count)
        """First lane with a shape; those before it keep -1..1 in the history, those after it 0..1."""
        self.steps = Steps([shape for shape in shapes for _ in range(2)])
        self._saturations = Saturations([spec.saturation for spec in self.specs for _ in range(2)])
        frames = np.array([spec.delay_frames is not None for spec in self.specs], np.bool_)
        self.history = History(self.count, frames)
        self._signals = signals
        known = tree.parameters()
        self._declared = [spec.source for spec in self.specs if spec.source not in known]
        for address in self._declared:
            signals.declare(address)
        self.u: Floats = np.zeros(2 * self.count)
        self.s: Floats = np.zeros(2 * self.count)
        self._new: Indices = np.zeros(0, np.intp)
        self._settled = False

    def bind(self, tree: Tree, slots: Indices, values: Floats, active: Flags) -> None:
        """Find everything in a new version of the tree. Called before the first frame.

        Args:
            tree: Its parameters.
            slots: Those that any edge lands on, ascending; the twin has values of its own there.
            values: Where ``process`` writes from now on, one number a lane.
            active: The same for whether it has anything to say.
        """
        self.values, self.active = values, active
        known, size = tree.parameters(), len(tree.effective)
        place = {slot: size + i for i, slot in enumerate(slots.tolist())}
        self._size, self._twin, self.targets = size, slice(size, size + len(slots)), slots
        source = np.zeros((self.count, 2), np.intp)
        self._controls = np.zeros((len(CONTROLS), self.count, 2), np.intp)
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
                    self._controls[row, e] = at, place.get(at, at)
                else:
                    self._controls[row, e] = size + len(slots) + len(constants)
                    constants.append(authored_control(spec, name))
        self._source: Indices = source.reshape(-1)
        self._scale, self._offset = np.repeat(scale, 2), np.repeat(offset, 2)
        self._offset[: self._shaped] = 2.0 * self._offset[: self._shaped] - 1.0
        self._scale[: self._shaped] *= 2.0
        self.active[:] = np.repeat(self.slots >= 0, 2)
        self._heard, self._indices = np.array(heard, np.intp).reshape(-1, 2).T
        self._pool = np.concatenate([tree.effective, tree.effective[slots], constants])
        self._land(tree)

    def _land(self, tree: Tree) -> None:
        """What one unit of each edge is worth where it lands."""
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
        self._factor, self._centre = np.repeat(factor, 2), np.repeat(centre, 2)
        self._centred = bool(self._centre.any())

    def process(self, effective: Floats, twin: Floats, frame: Frame) -> None:
        """Make this frame's ``values`` and ``active``.

        Args:
            effective: Effective values of the whole tree, of the frame before.
            twin: The twin's values where edges land, of the frame before.
            frame: This one.
        """
        pool = self._pool
        pool[: self._size] = effective
        pool[self._twin] = twin
        gain, coupling, delay = pool.take(self._controls)
        x = pool.take(self._source)
        x *= self._scale
        x += self._offset
        if self._heard.size:
            self._hear(x)
        history = self.history
        if self._new.size:
            history.begin(self._new, x)
            self._new = self._new[:0]
        history.write(x, frame.dt)
        u = history.read(delay[:, 0], frame.dt)
        self.u = u.reshape(-1)
        if self._shaped < 2 * self.count:
            self._bend(self.u, frame.dt)
        s = (self._couple(u, coupling) if coupling.any() else u) * gain
        self.s = s.reshape(-1)
        self._saturations.apply(self.s)
        np.multiply(self.s, self._factor, out=self.values)
        if self._centred:
            self.values += self._centre

    def adopt(self, old: "Feedback") -> None:
        """Go on with the past and the filters of every edge of the same name, source and kinds of steps."""
        theirs = {key: e for e, key in enumerate(old.keys())}
        same = {e: theirs[key] for e, key in enumerate(self.keys()) if key in theirs}
        mine, others = np.array(list(same), np.intp), np.array(list(same.values()), np.intp)
        self.history.adopt(old.history, mine, others)
        lanes = {2 * e + k: 2 * o + k for e, o in same.items() for k in (0, 1)}
        self.steps.adopt(old.steps, lanes)
        if self.history.newest >= 0:
            self._new = np.array(sorted(set(range(self.count)) - set(same)), np.intp)

    def keys(self) -> list[tuple[object, ...]]:
        """What makes an edge the same edge after an edit; its target may be another."""
        return [
            (spec.name, spec.source, spec.source_component, tuple(kind for kind, _ in shape))
            for spec, shape in zip(self.specs, self.shapes, strict=True)
        ]

    def close(self) -> None:
        """Let go of the signals."""
        self._signals.release(self._declared)

    def _hear(self, x: Floats) -> None:
        """Fill in the edges that start from signals, and note which of them have nothing to say."""
        raw = self._signals.values.take(self._indices)
        silent = np.isnan(raw)
        raw = np.maximum(np.minimum(raw, _LARGEST), -_LARGEST)
        raw[silent] = 0.5
        for lane in (0, 1):
            lanes = 2 * self._heard + lane
            plain = lanes < self._shaped
            value = raw * self._scale[lanes] + self._offset[lanes]
            x[lanes] = np.where(plain, np.maximum(np.minimum(value, 1.0), -1.0), value)
            self.active[lanes] = ~silent

    def _bend(self, u: Floats, dt: float) -> None:
        """Filter the lanes that have a shape and bring them to -1..1."""
        self.steps.process(u, dt)
        part = u[self._shaped :]
        part *= 2.0
        part -= 1.0
        finite = np.isfinite(part)
        settled = bool(finite.all())
        if not settled:
            part[~finite] = 0.0
        if settled != self._settled:
            self._settled = settled
            self.steps.unsettle(not settled)
        np.maximum(part, -1.0, out=part)
        np.minimum(part, 1.0, out=part)

    def _couple(self, u: Floats, coupling: Floats) -> Floats:
        """Mix every edge with the mean of the others that have something to say."""
        active = self.active.reshape(self.count, 2)
        heard = np.where(active, u, 0.0)
        others = np.maximum(np.count_nonzero(active, axis=0) - 1.0, 0.0)
        mean: Floats = np.add.accumulate(heard, axis=0)[-1] - heard
        mean /= np.maximum(others, 1.0)
        mean -= u
        mean *= np.where(others > 0, coupling, 0.0)
        mean += u
        return mean


def _line(low: float, span: float) -> tuple[float, float]:
    """Factor and offset that make 0..1 of a range; a range without width stands in its middle."""
    return (1.0 / span, -low / span) if span > 0 else (0.0, 0.5)
