"""The stage's end of the fair share: the last share from the disk, what people are told, releases."""

from pathlib import Path

import msgspec
import pytest

from installation.clock import ManualClock
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.site import RELEASE, SHARES
from installation.ipc.options import StageOptions
from installation.ipc.state_file import StateFile
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.show.site import SiteSettings
from installation.site.fair import PARTS, Memory
from installation.site.fair.stated import state_name, stated_to
from installation.stage.site.own import own
from installation.stage.site.shares import SharesFeed
from installation.status import ShareStatus

VENUE = """format = 1
[site]
name = "s"
hub = "kai"
listen = ["127.0.0.1:7999"]
[budget]
watts = 100
[[fixture]]
name = "a"
profile = "rgb"
universe = 1
channel = 1
position = [0.1, 0.5]
[[fixture]]
name = "b"
profile = "rgb"
universe = 1
channel = 4
position = [0.9, 0.5]
[[hub]]
name = "ziva"
position = [0.2, 0.1]
fixtures = ["b"]
[[hub]]
name = "kai"
position = [0.8, 0.1]
fixtures = ["a"]
"""


@pytest.fixture
def player(small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))
    (tmp_path / "hall.toml").write_text(VENUE)
    options = StageOptions(show=str(small_show), venue=str(tmp_path / "hall.toml"))
    return build_player(read_production(options), options, ManualClock(1 / 30), None)


def test_a_stage_that_starts_alone_keeps_to_the_share_that_was_agreed_last(
    player: Player, tmp_path: Path
) -> None:
    memory = Memory(incarnation=1, founded=PARTS // 2, given={"ziva#1": PARTS // 4})
    StateFile(tmp_path, "share-watts").save(msgspec.to_builtins(memory))
    feed = SharesFeed(player)

    entries = feed.entries(LocalBus(LocalHub()), 0.0)  # type: ignore[arg-type]
    again = feed.entries(LocalBus(LocalHub()), 1.0)  # type: ignore[arg-type]

    assert [(one.address, one.values) for one in entries] == [("/site/share", (25.0,))]
    assert again == [], "after that the hub process says it"
    player.step(entries, 0.0)
    assert player.shares.limit.watts.tolist() == [50.0, 25.0]


@pytest.mark.parametrize(("held", "share"), [(PARTS // 4, 15.0), (None, 30.0)])
def test_a_stage_that_starts_alone_keeps_to_the_lowest_budget_that_was_stated(
    player: Player, tmp_path: Path, held: int | None, share: float
) -> None:
    if held is not None:
        memory = Memory(incarnation=1, founded=held)
        StateFile(tmp_path, "share-watts").save(msgspec.to_builtins(memory))
    budgets = {"ziva": 60.0, "a stranger": 5.0}
    StateFile(tmp_path, state_name("watts")).save(stated_to(budgets))

    entries = SharesFeed(player).entries(LocalBus(LocalHub()), 0.0)  # type: ignore[arg-type]

    assert [(one.address, one.values) for one in entries] == [("/site/share", (share,))]


def test_without_a_file_it_takes_an_equal_part(player: Player, tmp_path: Path) -> None:
    StateFile(tmp_path, "share-watts").save({"of": "another version"})

    assert SharesFeed(player).entries(LocalBus(LocalHub()), 0.0) == []  # type: ignore[arg-type]
    player.step([], 0.0)
    assert player.shares.limit.watts.tolist() == [50.0, 50.0]


def test_it_hears_what_people_are_told_and_tells_releases(player: Player) -> None:
    hub = LocalHub()
    bus, process = LocalBus(hub), LocalBus(hub)
    released = process.subscribe(RELEASE)
    feed = SharesFeed(player)
    assert not feed.release("ziva"), "nobody is there yet"
    feed.entries(bus, 0.0)  # type: ignore[arg-type]

    process.put(SHARES, msgspec.json.encode(ShareStatus(watts=100.0, reserved=50.0)), keep=True)
    process.put(SHARES, b"{", keep=True)
    feed.entries(bus, 0.1)  # type: ignore[arg-type]

    assert player.shares.taught == ShareStatus(watts=100.0, reserved=50.0)
    assert feed.release("ziva")
    assert [payload for _, payload in released.drain()] == [b"ziva"]


def test_it_says_what_the_lamps_would_take_and_keep_to(player: Player) -> None:
    player.step([], 0.0)
    first = own(player, SiteSettings(name="s", hub="kai"), 0.0)
    for now in (0.0, 1.0):  # the keeper says that lamps show the first frame, and has said so for a while
        player.shares.confirmation.shown(0.0, False, now)

    said = own(player, SiteSettings(name="s", hub="kai"), 0.0)

    assert first.limit == -1.0, "the keeper may still hold what an earlier stage made"
    assert (said.cap, said.floor, said.limit, said.reform) == (20.0, 1.0, 50.0, 1.0)
