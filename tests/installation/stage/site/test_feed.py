"""The stage's end of the site: what it says of its station, and what others say as readings."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.bodies.choice import Choice, ChoiceLaws
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.site import OWN, SAID, VIEW, Own, Said, Station, View
from installation.ipc.telemetry import Publisher
from installation.player.inbox import Entry
from installation.player.surroundings import HOLDING
from installation.show.site import SiteSettings
from installation.stage.site import SiteFeed
from installation.values import Command, Reading
from tests.installation.player.test_player import make


class Pair:
    """The hub process's end of a bus, and a stage's."""

    def __init__(self, show: Path, venue: str = "loopback", site: str = "garden") -> None:
        bus = LocalHub()
        self.process = LocalBus(bus)
        self.player = make(show, venue=venue)
        self.feed = SiteFeed(self.player, SiteSettings(name=site, hub="north"))
        self.publisher = Publisher(LocalBus(bus))
        self.owns = self.process.subscribe(OWN)
        self.feed.entries(self.publisher, 0.0)

    def tell(self, *stations: Station, **fields: Any) -> None:
        view = View(at=0.0, site="garden", hub="north", stations=stations, **fields)
        self.process.put(VIEW, msgspec.msgpack.encode(view), keep=True)

    def say(self, address: str, *values: float | str, at: float = 0.0) -> None:
        self.process.put(SAID, msgspec.msgpack.encode(Said(address, values, at)))

    def hear(self, now: float, *, safe_mode: bool = False) -> list[Entry]:
        return self.feed.entries(self.publisher, now, safe_mode=safe_mode)

    def step(self, now: float) -> None:
        self.player.step(self.hear(now), now)

    def own(self, now: float) -> list[Own]:
        self.feed.put(self.publisher, now)
        return [msgspec.msgpack.decode(payload, type=Own) for _, payload in self.owns.drain()]


@pytest.fixture
def venue(tmp_path: Path) -> str:
    path = tmp_path / "two.toml"
    hubs = "".join(
        f'\n[[hub]]\nname = "{name}"\nposition = [0.5, 0.5]\nfixtures = ["a"]\npad = "/osc/pad-{name}"\n'
        for name in ("north", "east")
    )
    lamp = '\n[[fixture]]\nname = "a"\nprofile = "rgb"\nuniverse = 1\nchannel = 1\nposition = [0.5, 0.5]\n'
    osc = '\n[adapter.osc]\nkind = "osc"\n\n[adapter.lamps]\nkind = "virtual"\n'
    path.write_text(f"format = 1\n{osc}{hubs}{lamp}")
    return str(path)


def said(entries: list[Entry]) -> dict[str, tuple[object, ...]]:
    assert all(isinstance(one, Reading) and one.source == "site" and not one.private for one in entries)
    return {one.address: one.values for one in entries if isinstance(one, Reading)}


def test_the_site_is_told_as_readings_when_it_changes_and_once_a_second(small_show: Path) -> None:
    pair = Pair(small_show)
    stations = (Station(name="north"), Station(name="east"), Station(name="south", state="refused"))
    pair.tell(*stations, role="leader", leader="north")
    first = said(pair.hear(1.0))
    assert first["/site/hubs"] == (2.0,)
    assert first["/site/here"] == (2.0,)
    assert first["/site/leading"] == (1.0,)
    assert (first["/hub/east/here"], first["/hub/south/here"]) == ((1.0,), (0.0,))

    pair.tell(stations[0], Station(name="east", state="away"), role="leader", leader="north")
    changed = said(pair.hear(1.1))
    assert changed["/site/here"] == (1.0,)
    assert changed["/hub/east/here"] == (0.0,)
    assert "/site/hubs" not in changed
    pair.tell(stations[0], Station(name="east", state="away"), role="leader", leader="north")
    assert said(pair.hear(2.1))["/site/hubs"] == (2.0,)


def test_without_a_hub_process_no_other_hub_is_here(small_show: Path) -> None:
    pair = Pair(small_show)
    pair.tell(Station(name="north"), Station(name="east"), role="leader", leader="north")
    pair.hear(1.0)
    assert pair.hear(2.9) == []
    lost = said(pair.hear(3.1))
    assert lost["/site/here"] == (0.0,)
    assert lost["/hub/east/here"] == (0.0,)
    assert pair.feed.view is None
    assert pair.hear(5.0) == []


def test_a_pad_that_is_held_elsewhere_counts_as_one_person_and_only_once(
    small_show: Path, venue: str
) -> None:
    pair = Pair(small_show, venue)
    hubs, signals = pair.player.room.hubs, pair.player.signals
    pair.tell(Station(name="north"), Station(name="east", pad=True), Station(name="lake", pad=True))
    pair.step(1.0)
    assert signals.get("/hub/east/pad") == 1.0
    assert signals.get("/hub/lake/pad") == 1.0
    assert signals.get("/hub/north/pad") == 0.0
    assert hubs.held == 2
    assert not pair.own(1.0)[-1].pad

    pair.player.step([Reading("/pad-east", (1.0,), 1.1, "osc")], 1.1)
    pair.player.step([Reading("/pad-north", (1.0,), 1.2, "osc")], 1.2)
    assert hubs.held == 3
    assert pair.own(1.2)[-1].pad

    pair.player.step([Reading("/pad-east", (0.0,), 1.3, "osc")], 1.3)
    pair.tell(
        Station(name="north", pad=True), Station(name="east"), Station(name="lake", state="away", pad=True)
    )
    pair.step(1.4)
    assert signals.get("/hub/east/pad") == 0.0
    assert signals.get("/hub/lake/pad") == 0.0
    assert hubs.held == 1


def test_a_held_pad_counts_as_one_person_who_gives_care_in_the_choice(
    small_show: Path, venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def advance(_self: Choice, _dt: float, present: int, care: int, _laws: ChoiceLaws) -> bool:
        counted.append((present, care))
        return False

    monkeypatch.setattr(Choice, "advance", advance)
    pair = Pair(small_show, venue)
    pair.player.step([Command("set", ("/choice/open", 1.0))], 0.0)
    assert counted[-1] == (0, 0)
    pair.tell(Station(name="east", pad=True))
    pair.player.step([*pair.hear(1.0), Reading("/pad-north", (1.0,), 0.0, "osc")], 0.0)
    assert counted[-1] == (2, 2), "ours, and that of another hub"
    pair.player.step([Reading("/pad-north", (0.0,), 0.0, "osc")], 0.0)
    assert counted[-1] == (1, 1)


def test_a_private_pad_does_not_leave_the_stage(small_show: Path, venue: str) -> None:
    pair = Pair(small_show, venue)
    pair.player.step([Reading("/pad-north", (1.0,), 0.0, "osc", private=True)], 0.0)
    assert pair.player.room.hubs.held == 1
    assert not pair.own(1.0)[-1].pad


def test_a_replay_of_the_readings_gives_the_same_pads(small_show: Path, venue: str) -> None:
    pair = Pair(small_show, venue)
    pair.tell(Station(name="north"), Station(name="east", pad=True))
    recorded = pair.hear(1.0)
    other = make(small_show, venue=venue)
    other.step([one for one in recorded if isinstance(one, Reading) and one.address == HOLDING], 0.0)
    assert other.room.hubs.held == 1


def test_events_wait_for_their_time_and_only_some_may_come_from_others(small_show: Path) -> None:
    pair = Pair(small_show)
    pair.say("/hub/east/spark", 1.0, at=2.0)
    pair.say("command:quit", at=0.0)
    pair.say("/scene/one/glow", 1.0)
    pair.say("command:site-standing", "2", at=1.0)
    assert pair.hear(1.5) == [Command("site-standing", ("2",), 1.0, "site")]
    assert pair.hear(1.9) == []
    assert pair.hear(2.0) == [Reading("/hub/east/spark", (1.0,), 2.0, "site")]
    assert pair.player.refusals.total == 2


def test_an_event_without_a_time_is_refused_and_holds_up_nobody(small_show: Path) -> None:
    pair = Pair(small_show)
    for at in (float("nan"), float("inf"), float("-inf")):
        pair.say("/hub/east/never", 1.0, at=at)
    pair.say("/hub/east/spark", 1.0, at=2.0)
    pair.say("/hub/east/spark", 2.0, at=1.0)
    assert [one.time for one in pair.hear(3.0)] == [1.0, 2.0]
    assert pair.player.refusals.total == 3


def test_in_safe_mode_events_of_others_are_refused(small_show: Path) -> None:
    pair = Pair(small_show)
    pair.say("command:cue", "2")
    assert pair.hear(1.0, safe_mode=True) == []
    assert pair.hear(2.0) == []
    assert pair.player.refusals.total == 1


def test_the_station_is_told_twenty_times_a_second_and_at_once_when_a_cue_begins(small_show: Path) -> None:
    pair = Pair(small_show)
    pair.player.step([], 0.0)
    assert [one.show for one in pair.own(0.0)] == [pair.player.show.name]
    assert pair.own(0.02) == []
    assert len(pair.own(0.06)) == 1
    pair.player.step([Command("go", (), 0.07, "test")], 0.07)
    begun = pair.own(0.07)
    assert [one.cue for one in begun] == [pair.player.cues.current.id if pair.player.cues.current else ""]


def test_where_there_is_no_site_nothing_is_said_or_heard(small_show: Path) -> None:
    pair = Pair(small_show, site="")
    pair.tell(Station(name="east"))
    assert pair.hear(1.0) == []
    assert pair.own(1.0) == []
