"""Two machines, each with a picture of its own: their fireflies fall into one step, in both pictures."""

from collections import deque
from pathlib import Path

import pytest

from installation.paths import presets
from installation.render.gl.context import Context
from installation.site.fireflies import Synchrony
from tests.installation.hub.net import Net
from tests.installation.hub.stages import Hub, Site

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(600)]

FPS = 10
"""Frames a second: no light is faster for more of them."""
MANY = 12
"""Flashes of a picture within half a second that are a burst of its swarm."""
DARK = 1.8
"""Seconds without so many that lie between two bursts, and not within one."""
VENUE = """format = 1
[canvas]
width = 160
height = 90

[[display]]
name = "wall"

[[hub]]
name = "west"
position = [0.2, 0.4]

[[hub]]
name = "east"
position = [0.8, 0.4]

[site]
name = "garden"
hub = "{hub}"
listen = ["127.0.0.1:7447"]
"""


class Watched:
    """When the swarm of a picture begins its bursts."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._flashes: deque[tuple[float, int]] = deque()
        self._many_at = -9.0
        self.begun: list[float] = []

    def look(self, now: float) -> None:
        self._flashes.append((now, len(self.hub.player.flashes)))
        while now - self._flashes[0][0] > 0.5:
            self._flashes.popleft()
        if sum(count for _, count in self._flashes) >= MANY:
            if now - self._many_at > DARK:
                self.begun.append(now)
            self._many_at = now


def order(pictures: list[Watched], now: float, since: float = 0.0) -> float:
    """How far the swarms of the pictures are in step, as the hubs' fireflies are judged."""
    judge = Synchrony()
    for number, one in enumerate(pictures):
        for at in one.begun:
            if at >= since:
                judge.begin(str(number), at)
    return judge.advance(now, [str(number) for number in range(len(pictures))])


def test_the_fireflies_of_two_pictures_fall_into_one_step(context: Context, tmp_path: Path) -> None:
    net, show = Net(3, (0.001, 0.03)), presets() / "shows" / "fireflies"
    hubs = []
    for place, name in enumerate(("west", "east")):
        venue = tmp_path / f"{name}.toml"
        venue.write_text(VENUE.format(hub=name))
        hubs.append(Hub(net, name, show, 5000.0 * place, 0.1 + 0.3 * place, str(venue), FPS, context))
    site, pictures = Site(net, hubs), [Watched(hub) for hub in hubs]
    hubs[1].asleep = True
    for hub in hubs:
        for parameter in ("/fireflies/order", "/scene/symbiosis/order"):
            hub.give("set", parameter, 0.95)

    def run(seconds: float) -> None:
        for _ in range(round(seconds * FPS)):
            site.run(1 / FPS, 0.01)
            for one in pictures:
                if not one.hub.asleep:
                    one.look(net.now)

    run(5.5)  # so that the second one begins in the middle of the dark of the first
    hubs[1].next_hub = hubs[1].next_frame = net.now
    hubs[1].asleep = False
    run(8.0)
    apart = order(pictures, net.now)
    run(36.0)

    assert apart < 0.5, "each has begun alone"
    # The bursts at 20 s are those on which they meet, up to a second apart.
    assert order(pictures, net.now, since=25.0) > 0.9, [one.begun for one in pictures]
    assert min(hub.player.room.fireflies.order for hub in hubs) > 0.7, "and so are their hubs, as is told"
