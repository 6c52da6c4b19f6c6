"""Hubs with clocks and players of their own: one time, and what the leader plays is played by all."""

from pathlib import Path

import msgspec
import pytest

from installation.clock import ManualClock
from installation.ipc.feeds.site import FIRED, SAID, STANDING, Fired, Own, Said
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.inbox import Entry, stamped
from installation.player.production import read_production
from installation.player.station import ROLE
from installation.signal.record import record_line
from installation.values import Command, Reading
from tests.installation.hub.net import Machine, Net
from tests.small_show import write_small_show

FPS = 60
GLOW = "/scene/one/glow"
_SAID = msgspec.msgpack.Decoder(Said)

CUES = """format = 1
[[cue]]
id = "1"
name = "low"
fade = 0.0
set = { "/scene/one/glow" = 0.1 }

[[cue]]
id = "2"
name = "slow"
fade = 4.0
curve = "linear"
set = { "/scene/one/glow" = 0.9 }

[[cue]]
id = "3"
name = "black"
fade = 0.0
set = { "/scene/one/glow" = 0.0 }
"""


class Hub(Machine):
    """A machine with a stage: a real player at 60 frames a second."""

    def __init__(self, net: Net, name: str, folder: Path, ahead: float, phase: float) -> None:
        super().__init__(net, name, ahead)
        options = StageOptions(show=str(folder), venue="loopback")
        self.player = build_player(read_production(options), options, ManualClock(1 / FPS), None)
        self._said = self.stage.subscribe(SAID)
        self.next_hub, self.next_frame = phase * 0.01, phase / FPS
        self.inbox: list[Entry] = []
        self.lines: list[str] = []
        self.refused: list[str] = []
        self.began: dict[str, float] = {}
        """True time of the frame in which each cue began last."""
        self._begun = self.player.cues.begun
        self.asleep = False

    def role(self, lead: float, *, led: bool) -> None:
        self.inbox.append(Reading(ROLE, (lead, float(led)), self.at(self._net.now), "site"))

    def give(self, verb: str, *arguments: float | str) -> None:
        self.inbox.append(Command(verb, arguments, self.at(self._net.now), "test"))

    def frame(self) -> None:
        now = self.at(self._net.now)
        for _, payload in self._said.drain():
            said = _SAID.decode(payload)
            self.inbox.append(Command(said.address.removeprefix("command:"), said.values, said.at, "site"))
        given = stamped(sorted([*self.player.features(), *self.inbox], key=lambda one: one.time), now)
        self.inbox = []
        step = self.player.step(given, now)
        self.lines.append(record_line(step.frame, given))
        self.refused += [reason for _, reason in step.refused]
        told = self.player.station.told(step.frame)
        if told is not None:
            self.stage.put(FIRED, msgspec.msgpack.encode(Fired(STANDING, told, now)))
        if self.player.cues.begun != self._begun:
            self._begun = self.player.cues.begun
            assert self.player.cues.current is not None
            self.began[self.player.cues.current.id] = self._net.now
        self.shared.own = Own(at=now)

    @property
    def glow(self) -> float:
        return self.player.tree.get_base(GLOW)[0]


class Site:
    """Three hubs with stages; the first one leads."""

    def __init__(self, folder: Path, net: Net, lead: float = 0.05) -> None:
        self.net = net
        self.hubs = [
            Hub(net, "a", folder, 0.0, 0.1),
            Hub(net, "b", folder, 777.0, 0.5),
            Hub(net, "c", folder, -5.0, 0.9),
        ]
        self.lead(self.hubs[0], 1, lead)

    def lead(self, leader: Hub, epoch: int, lead: float = 0.05, among: "list[Hub] | None" = None) -> None:
        for hub in among or self.hubs:
            hub.led_by(leader.name, epoch)
            hub.role(lead if hub is leader else 0.0, led=hub is not leader)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 1000)):
            self.net.advance(self.net.now + 0.001)
            for hub in self.hubs:
                if hub.asleep:
                    continue
                if self.net.now >= hub.next_hub:
                    hub.next_hub += 0.01
                    hub.advance()
                if self.net.now >= hub.next_frame:
                    hub.next_frame += 1 / FPS
                    hub.frame()

    def spread(self, cue: str) -> float:
        """Seconds between the first and the last hub that began a cue."""
        began = [hub.began[cue] for hub in self.hubs]
        return max(began) - min(began)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_small_show(tmp_path / "small")
    (made / "cues.toml").write_text(CUES)
    return made


@pytest.fixture
def site(folder: Path) -> Site:
    made = Site(folder, Net())
    made.run(1.0)
    return made


def test_all_hubs_have_one_time_within_the_bound_that_each_tells(site: Site) -> None:
    for hub in site.hubs:
        assert abs(hub.site_time - site.hubs[0].site_time) <= hub.shared.error <= 0.01


def test_a_go_of_the_leader_begins_everywhere_within_one_frame(site: Site) -> None:
    for cue in ("1", "2", "3"):
        site.hubs[0].give("go")
        site.run(0.5)
        assert site.spread(cue) <= 1 / FPS + 1e-9
        assert [hub.player.cues.current.id for hub in site.hubs if hub.player.cues.current] == [cue] * 3


def test_without_a_lead_the_go_is_immediate_and_fades_are_at_the_same_place(folder: Path) -> None:
    site = Site(folder, Net(), lead=0.0)
    site.run(1.0)
    leader, follower, third = site.hubs
    leader.give("cue", "2")
    pressed = site.net.now
    site.run(1.0)
    assert leader.began["2"] - pressed <= 1 / FPS
    assert 0.0 < site.spread("2") < 0.06
    assert 0.1 < leader.glow < 0.9
    a_frame = 0.8 / 4.0 / FPS
    assert abs(follower.glow - leader.glow) <= 1.2 * a_frame
    assert abs(third.glow - leader.glow) <= 1.2 * a_frame


def test_a_late_joiner_comes_to_the_cue_that_stands_at_its_time(site: Site) -> None:
    site.hubs[2].asleep = True
    site.hubs[0].give("cue", "2")
    site.run(2.0)
    site.hubs[2].next_hub = site.hubs[2].next_frame = site.net.now
    site.hubs[2].asleep = False
    site.run(1.0)
    assert 0.5 < site.hubs[0].glow < 0.85
    assert abs(site.hubs[2].glow - site.hubs[0].glow) < 0.02


def test_what_was_played_during_a_cut_is_met_when_it_heals_and_the_old_leader_is_not_heard(
    site: Site,
) -> None:
    a, b, c = site.hubs
    a.give("cue", "1")
    site.run(0.5)
    site.net.part("a")
    site.lead(b, 2, among=[b, c])
    site.run(0.5)
    b.give("cue", "2")
    a.give("cue", "3")
    site.run(1.0)
    assert [hub.player.cues.current.id for hub in site.hubs if hub.player.cues.current] == ["3", "2", "2"]
    assert abs(b.glow - c.glow) < 0.02
    refused = c.parts[1]
    site.net.part()
    site.run(0.5)
    assert c.player.cues.current is not None
    assert c.player.cues.current.id == "2"
    site.lead(b, 2)
    site.run(1.0)
    assert a.player.cues.current is not None
    assert a.player.cues.current.id == "2"
    assert abs(a.glow - b.glow) < 0.02
    assert getattr(refused, "_following").refused > 0  # noqa: B009 - counted where nobody else sees it


def test_panic_and_blackout_come_at_once_and_end_where_the_leader_began_them(site: Site) -> None:
    leader, follower, _ = site.hubs
    leader.give("cue", "1")
    site.run(0.5)
    leader.give("blackout", "on")
    site.run(0.06)
    assert all(hub.player.dark for hub in site.hubs)
    leader.give("blackout", "off")
    site.run(0.06)
    assert not any(hub.player.dark for hub in site.hubs)
    leader.give("panic")
    site.run(0.06)
    assert all(hub.player.cues.calmed for hub in site.hubs)
    leader.give("go")
    site.run(0.3)
    assert not any(hub.player.cues.calmed for hub in site.hubs)
    assert follower.player.cues.current is not None
    assert follower.player.cues.current.id == "2"


def test_a_panic_of_those_who_stand_beside_a_hub_is_theirs(site: Site) -> None:
    leader, follower, third = site.hubs
    follower.give("panic")
    site.run(0.1)
    assert not leader.player.cues.calmed
    for order in (("cue", "2"), ("panic",), ("cue", "3")):
        leader.give(*order)
        site.run(0.5)
    assert third.player.cues.current is not None
    assert third.player.cues.current.id == "3"
    assert follower.player.cues.calmed
    follower.give("panic", "off")
    site.run(0.2)
    assert not follower.player.cues.calmed
    assert follower.player.cues.current is not None
    assert follower.player.cues.current.id == "3"


def test_a_blackout_of_those_who_stand_beside_a_hub_is_theirs(site: Site) -> None:
    leader, follower, _ = site.hubs
    follower.give("blackout", "on")
    site.run(0.1)
    leader.give("blackout", "on")
    site.run(0.2)
    leader.give("blackout", "off")
    site.run(0.2)
    assert follower.player.dark
    assert not leader.player.dark


def test_a_hub_without_the_cue_says_so_and_goes_on(folder: Path, tmp_path: Path) -> None:
    other = write_small_show(tmp_path / "other")
    (other / "cues.toml").write_text(CUES.replace('id = "3"', 'id = "30"'))
    site = Site(folder, Net())
    site.hubs[1] = Hub(Net(), "x", other, 0.0, 0.0)
    site.hubs = site.hubs[:1]
    follower = Hub(site.net, "d", other, 31.0, 0.3)
    site.hubs.append(follower)
    site.lead(site.hubs[0], 1)
    site.run(0.5)
    site.hubs[0].give("cue", "2")
    site.run(0.5)
    site.hubs[0].give("cue", "3")
    site.run(0.5)
    assert any("no cue '3'" in reason for reason in follower.refused)
    assert follower.player.cues.current is not None
    assert follower.player.cues.current.id == "2"


def test_messages_that_are_lost_change_nothing_in_the_end(folder: Path) -> None:
    site = Site(folder, Net(7, (0.0005, 0.03), loss=0.3))
    site.run(2.0)
    for cue in ("2", "1", "3", "2"):
        site.hubs[0].give("cue", cue)
        site.run(0.4)
    site.run(1.0)
    for hub in site.hubs:
        assert hub.player.cues.current is not None
        assert hub.player.cues.current.id == "2"
        assert abs(hub.glow - site.hubs[0].glow) < 0.02


def test_a_replay_of_a_hub_that_follows_is_the_same(site: Site, folder: Path) -> None:
    site.hubs[0].give("cue", "2")
    site.run(1.5)
    follower = site.hubs[1]
    options = StageOptions(show=str(folder), venue="loopback")
    again = build_player(read_production(options), options, ManualClock(1 / FPS), None)
    from installation.signal.record import replay

    for one in replay(follower.lines, "recording"):
        again.step(one.inbox, 0.0)
    assert again.tree.base.tobytes() == follower.player.tree.base.tobytes()
    assert 0.1 < follower.glow < 0.9
