"""What the operator sees of the cue that stands by: drawn small, and only while it is looked at."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from installation.clock import ManualClock
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.operator import STANDBY, STANDBY_WATCHED
from installation.ipc.options import StageOptions
from installation.ipc.telemetry import Publisher
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.render.gl import wait
from installation.stage.clients.standby_feed import PERIOD, StandbyFeed, standby_look
from installation.values import Command

pytestmark = pytest.mark.gl


@pytest.fixture
def player(small_show: Path, context: Any) -> Iterator[Player]:
    options = StageOptions(show=str(small_show), venue="loopback", headless=True, size=(96, 54))
    made = build_player(read_production(options), options, ManualClock(1 / 30), context)
    yield made
    made.picture.release()  # type: ignore[union-attr]


class Watched:
    """A stage's feed, and somebody who looks."""

    def __init__(self, player: Player) -> None:
        hub = LocalHub()
        self.player, self.now = player, 10.0
        self.ours, self.theirs = LocalBus(hub), LocalBus(hub)
        self.publisher = Publisher(self.ours, "show")
        self.arrived = self.theirs.subscribe(STANDBY)
        self.feed = StandbyFeed(player)

    def play(self, seconds: float, *commands: Command) -> list[bytes]:
        """Play frames; return the pictures that have arrived."""
        given = list(commands)
        for _ in range(round(seconds * 30)):
            self.now += 1 / 30
            self.player.step(given, self.now, 1 / 30)
            self.player.prepare()
            wait.finish(self.player.picture.context)  # type: ignore[union-attr]
            self.feed.put(self.now, self.publisher)
            given = []
        return [payload for _, payload in self.arrived.drain()]


def colour(jpeg: bytes) -> list[int]:
    """Mean red, green and blue of a picture."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.size == (96, 54)
        return np.asarray(picture).reshape(-1, 3).mean(axis=0).round().astype(int).tolist()


def test_the_standby_is_drawn_as_its_cue_has_it_only_while_somebody_looks(player: Player) -> None:
    watched = Watched(player)
    assert watched.play(1.5) == []

    end = watched.theirs.alive(STANDBY_WATCHED)
    first = watched.play(4 * PERIOD)
    second = watched.play(4 * PERIOD, Command("standby", (1,), 0.0, "test"))
    shown = player.cues.scene.after
    end()
    watched.play(PERIOD + 0.1)

    assert 2 <= len(first) <= 5  # a few frames draw it, not all of them
    # Cue 1 has the scene with glow 0.5, cue 2 the other scene with 0.75 +- 0.2, of the tint (0, 0.5, 1).
    assert colour(first[-1]) == pytest.approx([0, 64, 128], abs=3)
    assert 136 < colour(second[-1])[2] < 244
    assert shown == "one"
    assert watched.play(4 * PERIOD) == []


def test_at_the_end_of_the_list_there_is_no_picture(player: Player) -> None:
    assert standby_look(player) is not None
    for _ in range(3):
        player.step([Command("go", (), 0.0, "test")], 0.0)
        for _ in range(40):
            player.step([], 0.0)

    assert player.cues.standby is None
    assert standby_look(player) is None
