"""Short ways to write specs, trees and runs in tests."""

from collections.abc import Sequence
from typing import Any

from installation.clock import ManualClock
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import FeedbackSpec, ModulatorSpec, RouteSpec, SignalSpec
from installation.signal import Chain, Signals
from installation.values import Where

WHERE = Where("show.toml", 3, 1)


def step(kind: str, *lone: Any, **settings: Any) -> ModulatorSpec:
    """A step of a shape: one value, several, or settings by name."""
    if lone:
        settings["value"] = lone[0] if len(lone) == 1 else tuple(lone)
    return ModulatorSpec(kind, settings, WHERE)


def route(source: str, target: str, mode: str = "replace", *shape: ModulatorSpec, **more: Any) -> RouteSpec:
    """A route of a show."""
    return RouteSpec(source, target, mode, shape, WHERE, **more)  # type: ignore[arg-type]


def signal(name: str, kind: str, **settings: Any) -> SignalSpec:
    """A generated signal of a show."""
    return SignalSpec(name, kind, settings, WHERE)


def edge(name: str, source: str, target: str, **more: Any) -> FeedbackSpec:
    """A feedback edge of a show."""
    return FeedbackSpec(name, source, target, WHERE, **more)


def number(address: str, default: float = 0.0, low: float = 0.0, high: float = 1.0) -> Parameter:
    """A parameter that is one number."""
    return Parameter(address, Kind.FLOAT, (default,), (low,), (high,))


class Bench:
    """A tree, signals, a chain and a clock, driven by hand."""

    def __init__(
        self,
        parameters: Sequence[Parameter],
        routes: Sequence[RouteSpec],
        specs: Sequence[SignalSpec] = (),
        capacity: int = 4096,
        **more: Any,
    ) -> None:
        self.tree = Tree(parameters)
        self.signals = Signals(capacity)
        self.chain = Chain(self.tree, self.signals, specs, routes, **more)
        self.clock = ManualClock(1 / 60)
        self.now = 0.0

    def feed(self, **values: float) -> None:
        """Write signals below ``/osc/``."""
        for name, value in values.items():
            self.signals.write(self.signals.declare(f"/osc/{name}"), value, self.now)

    def run(self, frames: int = 1) -> None:
        """Play so many frames of a sixtieth of a second."""
        for _ in range(frames):
            frame = self.clock.tick()
            self.now = frame.time
            self.chain.process(frame)

    def get(self, address: str) -> float:
        """Effective value of a parameter."""
        return self.tree.get(address)[0]
