"""1,000 and 10,000 routes with shapes, smoothing and bounds, against the same as plain Python objects.

Each route scales its signal, bends it with an S, smooths it (64 different times) and lands on one of 256
parameters, the first by ``replace``, the others by ``add``. Both sides do the same arithmetic, including the
checks for numbers that are not finite, out of range or too fast, and their results are compared.

The 1,000 routes are timed once more with 64 feedback edges over them: from target to target, delayed by up to
a second, coupled, through all three saturations, every fourth one smoothed; with the loop's gain, its
exponent and the governor. The peer is the same chain on the same tree without edges.
"""

import math
import random
from collections.abc import Sequence

import numpy as np

from installation.bench import Row, interleave
from installation.clock import ManualClock
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import FeedbackSpec, ModulatorSpec, RouteSpec
from installation.signal import Chain, Signals
from installation.signal.bounds import SLEW
from installation.signal.feedback.controls import feedback_parameters
from installation.values import Where

__all__ = ["run"]

SOURCES = 64
TARGETS = 256
FRAMES = 20
"""Frames a counted call, so that the clock's grain does not matter."""
FRAME_S = 1 / 60


class _Route:
    """The obvious object: a source, a shape, a state."""

    __slots__ = ("add", "high", "low", "source", "target", "time", "value")

    def __init__(self, source: int, target: int, add: bool, ends: tuple[float, float], time: float) -> None:
        self.source, self.target, self.add = source, target, add
        self.low, self.high = ends
        self.time = time
        self.value: float | None = None

    def process(self, signals: Sequence[float], dt: float) -> float:
        """Remap 0..1 to low..high, bend by smoothstep, smooth."""
        x = self.low + (self.high - self.low) * signals[self.source]
        x = min(max(x, min(self.low, self.high)), max(self.low, self.high))
        x = min(max(x, 0.0), 1.0)
        x = x * x * (3.0 - 2.0 * x)
        if self.value is None or not math.isfinite(self.value):
            self.value = x
        self.value += (x - self.value) * (1.0 - math.exp(-dt / self.time))
        return self.value


class _Objects:
    """Routes as Python objects, combined and bounded one after the other."""

    def __init__(self, routes: list[_Route]) -> None:
        self.routes = routes
        self.base = [0.2] * TARGETS
        self.before = list(self.base)
        self.acted = 0

    def process(self, signals: Sequence[float], dt: float) -> list[float]:
        """One frame."""
        work = list(self.base)
        for route in self.routes:
            value = route.process(signals, dt)
            if not math.isfinite(value):
                self.acted += 1
            elif route.add:
                work[route.target] += value
            else:
                work[route.target] = value
        for target, value in enumerate(work):
            bounded = value if math.isfinite(value) else self.base[target]
            bounded = min(max(bounded, 0.0), 1.0)
            if dt > 0:
                step, before = SLEW * dt, self.before[target]
                bounded = min(max(bounded, before - step), before + step)
            self.acted += bounded != value
            work[target] = bounded
        self.before = work
        return work


class _Pair:
    """The same routes twice, fed the same moving signals."""

    def __init__(self, count: int, edges: Sequence[FeedbackSpec] = ()) -> None:
        chance = random.Random(count)
        where = Where("bench")
        names = [f"/target/{index}" for index in range(TARGETS)]
        self.tree = Tree([Parameter(name, Kind.FLOAT, (0.2,), (0.0,), (1.0,)) for name in names])
        self.signals = Signals()
        self.slots = [self.signals.declare(f"/osc/{index}") for index in range(SOURCES)]
        specs, objects = [], []
        for index in range(count):
            source, target, add = chance.randrange(SOURCES), index % TARGETS, index >= TARGETS
            ends, time = (chance.uniform(0, 0.1), chance.uniform(0.2, 1)), 0.05 * chance.randint(1, 64)
            shape = (
                ModulatorSpec("remap", {"value": (0.0, 1.0, *ends)}, where),
                ModulatorSpec("curve", {"value": "s"}, where),
                ModulatorSpec("smooth", {"value": time}, where),
            )
            mode = "add" if add else "replace"
            specs.append(RouteSpec(f"/osc/{source}", names[target], mode, shape, where))  # type: ignore[arg-type]
            objects.append(_Route(source, target, add, ends, time))
        self.tree.add(feedback_parameters(edges))
        self.specs = specs
        self.chain = Chain(self.tree, self.signals, (), specs, feedback=edges)
        self.objects = _Objects(objects)
        self.feed = [[chance.random() for _ in range(SOURCES)] for _ in range(FRAMES)]
        self.clocks = ManualClock(FRAME_S), ManualClock(FRAME_S)

    def ours(self) -> None:
        """A call's worth of frames through the chain."""
        for values in self.feed:
            frame = self.clocks[0].tick()
            self.signals.values[self.slots] = values
            self.signals.times[self.slots] = frame.time
            self.chain.process(frame)

    def peer(self) -> None:
        """The same frames through the objects."""
        for values in self.feed:
            self.objects.process(values, self.clocks[1].tick().dt)

    def agree(self) -> bool:
        """Whether both made the same values: the peer must do the same work to be a peer."""
        self.ours()
        self.peer()
        return bool(np.allclose(self.tree.effective[:TARGETS], self.objects.before, rtol=0, atol=1e-9))


EDGES = 64


def _edges() -> list[FeedbackSpec]:
    """Edges as a show has them: delays in steps of 50 ms."""
    chance = random.Random(EDGES)
    where = Where("bench")
    made = []
    for index in range(EDGES):
        smooth = ModulatorSpec("smooth", {"value": 0.05 * chance.randint(1, 16)}, where)
        made.append(
            FeedbackSpec(
                f"e{index}",
                f"/target/{chance.randrange(TARGETS)}",
                f"/target/{chance.randrange(TARGETS)}",
                where,
                gain=chance.uniform(0.5, 6.0),
                delay=0.05 * chance.randrange(21),
                coupling=0.1,
                depth=0.5,
                saturation=("tanh", "fold", "clip")[index % 3],
                shape=(smooth,) if index % 4 == 0 else (),
            )
        )
    return made


def _feedback() -> Row:
    """1,000 routes with and without edges."""
    edges = _edges()
    plain, fed = _Pair(1_000, edges), _Pair(1_000, edges)
    plain.chain.replace((), plain.specs)
    for _ in range(10):  # the delays are filled, the filters settled
        plain.ours()
        fed.ours()
    ours, peer = (s / FRAMES * 1e6 for s in interleave([fed.ours, plain.ours], 41, "thread"))
    ratio = ours / peer
    name = f"routes: {EDGES} feedback edges over 1,000 routes, a frame"
    return Row(
        name, ours, peer, None, "us", "the routes alone", ratio, "<= 1.3x the routes alone", ratio <= 1.3
    )


def run() -> list[Row]:
    """Both sizes; CPU time of this thread a frame."""
    rows = []
    for count, rounds in ((1_000, 9), (10_000, 5)):
        pair = _Pair(count)
        if not pair.agree():
            message = f"routes: the two versions of {count} routes disagree"
            raise ArithmeticError(message)
        ours, peer = (s / FRAMES * 1e6 for s in interleave([pair.ours, pair.peer], rounds, "thread"))
        name = f"routes: {count:,} routes, a frame"
        peer_name = "plain Python objects"
        if count == 1_000:
            ratio = ours / peer
            rows.append(
                Row(name, ours, peer, None, "us", peer_name, ratio, "<= 0.10x the objects", ratio <= 0.1)
            )
            rows.append(_feedback())
        else:
            share = ours / (FRAME_S * 1e6)
            goal, note = "<= 0.01 of a 60 Hz frame (16.67 ms)", f"{ours / peer:.3f}x the objects"
            rows.append(Row(name, ours, peer, None, "us", peer_name, share, goal, share <= 0.01, note))
    return rows
