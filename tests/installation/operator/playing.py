"""A show without a picture, and an operator's model that hears of it over the bus."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from installation.clock import ManualClock
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.options import StageOptions
from installation.ipc.telemetry import Publisher
from installation.operator.mirror import Mirror
from installation.operator.model import Model
from installation.player.build import build_player
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.player.production import read_production
from installation.stage.clients.operator_feed import OperatorFeed

__all__ = ["Playing"]

FRAME = 1 / 30


@dataclass
class Playing:
    """One show, its feed, and the model."""

    show: str | Path
    venue: str = "loopback"
    now: float = 100.0
    player: Player = field(init=False)
    model: Model = field(init=False, default_factory=Model)

    def __post_init__(self) -> None:
        options = StageOptions(show=str(self.show), venue=self.venue, headless=True)
        self.player = build_player(
            read_production(options), options, ManualClock(FRAME), None, repeatable=True
        )
        hub = self.hub = LocalHub()
        self.stage_bus, self.our_bus = LocalBus(hub), LocalBus(hub)
        self.publisher = Publisher(self.stage_bus, self.player.show.name)
        self.feed = OperatorFeed(self.player, None)
        self.mirror = Mirror(self.our_bus)

    def play(self, *entries: Entry, frames: int = 1) -> None:
        """Play frames, the entries in the first of them; then the model hears of it."""
        waiting: Iterable[Entry] = entries
        for _ in range(frames):
            self.now += FRAME
            features = [*self.player.features(), *waiting]
            self.feed.frame(self.now)
            self.player.step(features, self.now, FRAME)
            self.feed.hear(features)
            signals = self.player.signals
            self.publisher.publish(self.now, self.player.tree, signals.public_indices(), signals.shown())
            self.feed.put(self.now, self.publisher)
            waiting = ()
        states = self.mirror.refresh(self.now)
        self.model.describe(self.mirror.description, self.mirror.outline)
        for one in states:
            self.model.take(one)
        for values in self.mirror.fresh:
            self.model.sample(values)
