"""Three machines, each with a light of its own: they fall into step over the network."""

from pathlib import Path

import numpy as np
import pytest

from installation.paths import presets
from installation.player.surroundings import flash_address
from installation.render.readback.flashes import Flash
from tests.installation.hub.net import Net
from tests.installation.hub.stages import FPS, Hub, Site, player_of
from tests.small_show import write_small_show

VENUE = """format = 1
[canvas]
width = 64
height = 36
{site}
[[fixture]]
name = "lamp"
profile = "rgb"
universe = 1
channel = 1
position = [0.5, 0.5]

[[hub]]
name = "north"
position = [0.1, 0.5]
fixtures = ["lamp"]

[[hub]]
name = "east"
position = [0.5, 0.5]

[[hub]]
name = "south"
position = [0.9, 0.5]
"""
SLOW = 10
"""Frames a second of long runs: no light is faster for more of them."""
NAMES = ("north", "east", "south")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_show(tmp_path / "small")


def venue(tmp_path: Path, hub: str = "") -> str:
    path = tmp_path / f"{hub or 'alone'}.toml"
    path.write_text(
        VENUE.format(
            site=f'[site]\nname = "garden"\nhub = "{hub}"\nlisten = ["127.0.0.1:7447"]\n' if hub else ""
        )
    )
    return str(path)


def site_of(folder: Path, tmp_path: Path, net: Net, fps: float = FPS) -> Site:
    ahead = (0.0, 5000.0, -3.0)
    hubs = [
        Hub(net, name, folder, away, 0.1 + 0.3 * place, venue(tmp_path, name), fps)
        for place, (name, away) in enumerate(zip(NAMES, ahead, strict=True))
    ]
    made = Site(net, hubs)
    for hub in hubs:
        hub.give("set", "/fireflies/amount", 1.0)
        hub.give("set", "/fireflies/order", 0.95)
    return made


def order(hub: Hub) -> float:
    return hub.player.signals.get("/site/order") or 0.0


def light(hub: Hub, of: str) -> float:
    return hub.player.signals.get(flash_address(of)) or 0.0


def test_they_fall_into_step_over_a_network_that_is_slow_and_loses_messages(
    folder: Path, tmp_path: Path
) -> None:
    site = site_of(folder, tmp_path, Net(3, (0.001, 0.03), loss=0.1), SLOW)
    site.run(0.5)
    for hub in site.hubs:
        hub.give("set", "/fireflies/order", 0.0)
    site.run(40.0, 0.01)
    scattered = [order(hub) for hub in site.hubs]
    for hub in site.hubs:
        hub.give("set", "/fireflies/order", 0.95)
    site.run(60.0, 0.01)
    assert max(scattered) < 0.5
    for hub in site.hubs:
        assert order(hub) > 0.75
        told = hub.parts[2].report()["order"]
        assert isinstance(told, float)
        assert told == pytest.approx(order(hub), abs=1e-5), "one number on stage and in the site's table"


def test_hubs_that_were_started_one_after_another_fall_into_step_in_the_show_of_make_site(
    tmp_path: Path,
) -> None:
    """How much they hear of each other is the leader's, whenever a machine was started."""
    net = Net(3, (0.001, 0.03))
    places = enumerate(((NAMES[0], 0.0), (NAMES[1], 5000.0), (NAMES[2], -3.0)))
    show = presets() / "shows" / "fireflies"
    hubs = [
        Hub(net, name, show, away, 0.1 + 0.3 * place, venue(tmp_path, name), SLOW)
        for place, (name, away) in places
    ]
    site = Site(net, hubs)
    late = hubs[2]
    late.asleep = True
    site.run(0.5)
    hubs[0].give("cue", "1")
    site.run(45.0, 0.01)
    late.next_hub = late.next_frame = net.now
    late.asleep = False
    scattered = order(hubs[0])
    site.run(100.0, 0.01)

    assert scattered < 0.5
    assert [hub.cue for hub in hubs] == ["2"] * 3
    assert [hub.player.tree.get("/fireflies/order")[0] for hub in hubs] == pytest.approx([0.95] * 3)
    assert min(order(hub) for hub in hubs) > 0.75


def test_a_flash_is_seen_at_the_other_machines_at_its_time_and_in_the_lamps_of_its_hub(
    folder: Path, tmp_path: Path
) -> None:
    site = site_of(folder, tmp_path, Net(1))
    north, east, _ = site.hubs
    for _ in range(round(60 / 0.02)):
        site.run(0.02, 0.005)
        if light(north, "north") > 0.9:
            break
    assert light(north, "north") > 0.9
    lamps = north.player.light
    assert lamps is not None
    assert lamps.light[0, 0] < lamps.light[0, 2] < lamps.light[0, 1]
    elsewhere = east.player.light
    assert elsewhere is not None
    before = light(north, "north")
    site.run(0.1, 0.005)
    assert 0.2 < light(north, "north") < before
    assert light(east, "north") == pytest.approx(light(north, "north"), abs=0.15)  # a frame or two apart
    table = east.player.room.fireflies.table()
    assert table[0, 0, :2] == pytest.approx([0.1, 0.5])
    assert 0.05 < table[0, 0, 2] < 0.4
    assert table[0, 0, 3] == 1.0


def test_a_machine_alone_plays_all_hubs_of_its_venue_and_a_replay_is_the_same(
    folder: Path, tmp_path: Path
) -> None:
    net = Net()
    alone = Hub(net, "alone", folder, 0.0, 0.0, venue(tmp_path), SLOW)
    alone.give("set", "/fireflies/amount", 1.0)
    site = Site(net, [alone])
    site.run(70.0, 0.01)
    assert order(alone) > 0.75
    again = alone.replayed()
    for name in NAMES:
        assert again.signals.get(flash_address(name)) == alone.player.signals.get(flash_address(name))
    assert again.signals.get("/site/order") == order(alone)


def test_they_rest_while_their_amount_is_0_and_a_blackout_takes_their_light(
    folder: Path, tmp_path: Path
) -> None:
    player = player_of(folder, venue(tmp_path), 20)
    lit = []
    for _ in range(40 * 20):
        step = player.step([], player.frame.time)
        lit.append(step.light.light.max())
    assert player.signals.get(flash_address("north")) == 0.0
    assert not player.room.fireflies.table()[..., 3].any()
    assert not any(lit)
    player.tree.set("/fireflies/amount", (1.0,))
    bright, dark = 0, 0
    for _ in range(80 * 20):
        player.tree.set("/blackout", (float(player.frame.time > 80.0),))
        step = player.step([], player.frame.time)
        if (player.signals.get(flash_address("north")) or 0.0) > 0.5:
            if player.dark:
                dark = max(dark, int(step.light.light.max()))
            else:
                bright = max(bright, int(step.light.light.max()))
    assert bright > 10_000
    assert dark == 0
    assert np.isfinite(player.room.fireflies.table()).all()


def test_hubs_hear_the_lights_of_the_picture_near_them(folder: Path, tmp_path: Path) -> None:
    for x, shown, heard in ((0.12, True, True), (0.8, True, False), (0.12, False, False)):
        where = Path(venue(tmp_path, "north"))
        where.write_text(where.read_text() + ('\n[[display]]\nname = "wall"\n' if shown else ""))
        player = player_of(folder, str(where), 20)
        player.tree.set("/fireflies/amount", (1.0,))
        player.tree.set("/fireflies/order", (0.5,))
        room, silent, begun = player.room.fireflies, 0, list[float]()
        while not begun:
            now = player.frame.time
            silent += 1
            seen = room.seen([Flash(x, 0.5, 0.5, now)] * 12, now) if silent == 3 else []
            player.step(seen, now)
            begun = [at for *_, number, at in room.said if number == 0]
        assert (begun[0] < 0.5) is heard


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("x",),
        ("a b/c", 0.1, 0.2, 0, 0.0),
        ("north", "left", 0.2, 0, 0.0),
        ("east", float("nan"), 0.2, 0, 0.0),
        ("east", 0.1, 0.2, 0, float("nan")),
        ("east", 0.1, 0.2, 0, "x"),
    ],
)
def test_what_is_no_flash_is_not_heard(folder: Path, tmp_path: Path, values: tuple[float | str, ...]) -> None:
    from installation.ipc.feeds.site import FLASH
    from installation.values import Reading

    player = player_of(folder, venue(tmp_path, "north"))
    player.tree.set("/fireflies/amount", (1.0,))
    player.step([Reading(FLASH, values, 0.0, "site")], 0.0)
    player.step([], 0.1)
    assert player.room.fireflies.table()[0, 1:, 3].max() == 0.0
