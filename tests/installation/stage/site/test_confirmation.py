"""The keeper says what its lamps show, and the stage confirms by it what they may take: over a real link."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from installation.ipc.link import Start
from installation.keeper.light.encoder import LampEncoder
from installation.keeper.light.look import Look
from installation.keeper.light.wire import Wire
from installation.safety.law import law_for
from installation.show.venue_model import LightSettings
from installation.values import Reading
from tests.installation.test_boundaries import Whole

VENUE = """format = 1
[site]
name = "s"
hub = "kai"
listen = ["127.0.0.1:7999"]
[budget]
watts = 60
[[hub]]
name = "kai"
position = [0.8, 0.1]
fixtures = ["b"]
[[hub]]
name = "ziva"
position = [0.2, 0.1]
[[fixture]]
name = "b"
profile = "rgb"
universe = 1
channel = 1
position = [0.9, 0.5]
watts = 50
"""


@pytest.fixture
def station(small_show: Path, tmp_path: Path) -> Iterator["Station"]:
    (tmp_path / "hall.toml").write_text(VENUE)
    made = Station(Whole(small_show, Start(), venue=str(tmp_path / "hall.toml")))
    yield made
    made.whole.close()


class Station:
    """A stage and the wire of its keeper."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        rig, light = whole.player.rig, np.zeros((whole.player.rig.universes, 512), np.float32)
        look = Look(LightSettings(), light, None, time.monotonic())
        self.wire = Wire(whole.mapping, look, LampEncoder(rig, law_for("standard")), [], 44.0)

    @property
    def limit(self) -> float:
        return self.whole.player.shares.own()["limit"]

    def play(self, met: Callable[[], bool], patience: float = 30.0) -> None:
        end = time.monotonic() + patience
        while not met():
            assert time.monotonic() < end
            self.whole.stage.frame()
            self.wire.tick(time.monotonic(), 0.02)

    def share(self, watts: float) -> None:
        self.whole.parts.inbox.put(Reading("/site/share", (watts,), time.monotonic(), "site"))


def test_a_lower_share_is_confirmed_when_lamps_show_it_and_not_while_they_are_frozen(
    station: Station,
) -> None:
    before = station.limit
    station.play(lambda: station.limit > 0.0)
    first = station.limit
    station.wire.freeze()
    station.share(12.0)
    until = time.monotonic() + 0.4
    station.play(lambda: time.monotonic() > until)
    frozen = station.limit
    station.wire.thaw()
    station.play(lambda: station.limit == pytest.approx(12.0))

    assert before == -1.0, "lamps may show what an earlier stage made"
    assert (first, frozen) == (pytest.approx(30.0), pytest.approx(30.0))
