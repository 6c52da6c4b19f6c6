"""Hubs with clocks and players of their own: one time, and what the leader plays is played by all."""

from pathlib import Path

import pytest

from installation.commands import arguments
from installation.neuro.parameters import enter_address
from installation.player.station.standing import Standing
from installation.values import Command, Reading
from tests.installation.hub.net import Net
from tests.installation.hub.stages import FPS, Hub, Site
from tests.installation.neuro.states import add_states
from tests.small_show import write_small_show

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


def site_of(folder: Path, net: Net, lead: float = 0.05) -> Site:
    places = (("a", 0.0, 0.1), ("b", 777.0, 0.5), ("c", -5.0, 0.9))
    return Site(net, [Hub(net, name, folder, ahead, phase) for name, ahead, phase in places], lead)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_small_show(tmp_path / "small")
    (made / "cues.toml").write_text(CUES)
    return made


@pytest.fixture
def site(folder: Path) -> Site:
    made = site_of(folder, Net())
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
        assert [hub.cue for hub in site.hubs] == [cue] * 3


def test_without_a_lead_the_go_is_immediate_and_fades_are_at_the_same_place(folder: Path) -> None:
    site = site_of(folder, Net(), lead=0.0)
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
    assert [hub.cue for hub in site.hubs] == ["3", "2", "2"]
    assert abs(b.glow - c.glow) < 0.02
    refused = c.parts[1]
    site.net.part()
    site.run(0.5)
    assert c.cue == "2"
    site.lead(b, 2)
    site.run(1.0)
    assert a.cue == "2"
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
    assert follower.cue == "2"


def test_a_panic_of_those_who_stand_beside_a_hub_is_theirs(site: Site) -> None:
    leader, follower, third = site.hubs
    follower.give("panic")
    site.run(0.1)
    assert not leader.player.cues.calmed
    for order in (("cue", "2"), ("panic",), ("cue", "3")):
        leader.give(*order)
        site.run(0.5)
    assert third.cue == "3"
    assert follower.player.cues.calmed
    follower.give("panic", "off")
    site.run(0.2)
    assert not follower.player.cues.calmed
    assert follower.cue == "3"


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
    site = site_of(folder, Net())
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
    assert follower.cue == "2"


def test_messages_that_are_lost_change_nothing_in_the_end(folder: Path) -> None:
    site = site_of(folder, Net(7, (0.0005, 0.03), loss=0.3))
    site.run(2.0)
    for cue in ("2", "1", "3", "2"):
        site.hubs[0].give("cue", cue)
        site.run(0.4)
    site.run(1.0)
    for hub in site.hubs:
        assert hub.cue == "2"
        assert abs(hub.glow - site.hubs[0].glow) < 0.02


def test_the_beat_of_the_leader_is_the_beat_of_all(site: Site) -> None:
    leader = site.hubs[0]
    for _ in range(6):
        leader.give("tap")
        site.run(0.4)
    site.run(4.0)
    for hub in site.hubs:
        beat = hub.player.frame.beat
        assert beat.bpm == pytest.approx(150.0, abs=2.0)
        apart = (beat.position - leader.player.frame.beat.position) % (8 * beat.meter)
        assert min(apart, 8 * beat.meter - apart) < 150 / 60 * (1 / FPS + 0.01)
    leader.give("nudge", 200.0)
    site.run(2.0)
    follower = site.hubs[2].player.frame.beat
    apart = (follower.position - leader.player.frame.beat.position) % 4
    assert min(apart, 4 - apart) < 150 / 60 * (1 / FPS + 0.01)


def test_a_replay_of_a_hub_that_follows_is_the_same(site: Site) -> None:
    site.hubs[0].give("cue", "2")
    site.run(1.5)
    follower = site.hubs[1]
    assert follower.replayed().tree.base.tobytes() == follower.player.tree.base.tobytes()
    assert 0.1 < follower.glow < 0.9


def state_of(site: Site) -> list[str]:
    return [hub.player.interface.state for hub in site.hubs]


def wild(hub: Hub, value: float) -> None:
    hub.inbox.append(Reading("/osc/wild", (value,), hub.at(hub._net.now), "test"))


def test_a_state_that_people_bring_about_at_the_leader_is_that_of_all_and_others_bring_none_about(
    folder: Path,
) -> None:
    site = site_of(add_states(folder), Net())
    leader, follower, late = site.hubs
    late.asleep = True
    site.run(0.5)
    leader.give("set", enter_address("drifting"))
    for hub in (leader, follower):
        wild(hub, 0.0)
    site.run(0.2)
    asked = state_of(site)
    wild(follower, 0.9)
    site.run(2.5)
    alone = state_of(site)
    wild(leader, 0.9)
    site.run(2.5)
    both = state_of(site)
    late.next_hub = late.next_frame = site.net.now
    late.asleep = False
    site.run(0.5)
    ages = [hub.player.interface.elapsed for hub in site.hubs]

    assert (asked[:2], alone[:2], both[:2]) == (["drifting"] * 2, ["drifting"] * 2, ["malfunction"] * 2)
    assert state_of(site) == ["malfunction"] * 3
    assert max(ages) - min(ages) < 0.1
    assert follower.replayed().interface.state == "malfunction"


def test_when_the_leader_is_gone_the_people_of_a_hub_count_again(folder: Path) -> None:
    site = site_of(add_states(folder), Net())
    leader, follower, _ = site.hubs
    leader.give("set", enter_address("drifting"))
    site.run(0.2)
    site.lead(follower, 2, among=[follower])
    site.net.part("b")
    wild(follower, 0.0)
    site.run(0.1)
    wild(follower, 0.9)
    site.run(2.5)

    assert state_of(site) == ["drifting", "malfunction", "drifting"]


def test_no_state_of_the_leader_begins_in_a_panic_of_those_who_stand_beside_a_hub(folder: Path) -> None:
    site = site_of(add_states(folder), Net())
    leader, follower, _ = site.hubs
    site.run(0.5)
    leader.give("set", enter_address("drifting"))
    wild(leader, 0.0)
    site.run(0.5)
    follower.give("panic")
    site.run(0.5)
    calm = state_of(site)
    wild(leader, 0.9)
    site.run(2.5)
    meanwhile = state_of(site)
    follower.give("cue", "1")
    site.run(0.5)

    assert calm == ["drifting", "attuned", "drifting"]
    assert meanwhile == ["malfunction", "attuned", "malfunction"]
    assert not follower.player.cues.calmed
    assert state_of(site) == ["malfunction"] * 3, "once the panic is over"
    assert follower.replayed().interface.state == "malfunction"


def test_a_recording_from_before_macros_were_told_moves_none(site: Site) -> None:
    follower = site.hubs[1].player
    follower.tree.set("/macro/light", (0.9,))
    older, told = (
        Command("site-standing", Standing().values()[:11]),
        Command("site-standing", Standing().values()),
    )

    follower.station._followed = None
    follower.station.stand(*arguments(older))
    before = follower.tree.get_base("/macro/light")
    follower.station._followed = None
    follower.station.stand(*arguments(told))

    assert before == pytest.approx((0.9,))
    assert follower.tree.get_base("/macro/light") == (0.5,)


def test_a_place_of_a_macro_that_is_no_number_is_left_out(site: Site) -> None:
    follower = site.hubs[1].player
    given = Standing(scene="two", macros="light=nan flow=0.2 depth= memory").values()

    follower.station.stand(*given)  # type: ignore[arg-type]

    assert follower.tree.get_base("/macro/light") == (0.5,)
    assert follower.tree.get_base("/macro/flow") == pytest.approx((0.2,))
    assert follower.cues.scene_by_hand == "two", "nothing else of it is lost"


def test_macros_of_the_leader_are_those_of_all_and_trims_stay(site: Site) -> None:
    leader, follower, third = site.hubs
    leader.give("set", "/macro/light", 0.8)
    leader.give("set", "/trim/master", 0.2)
    site.run(0.3)
    follower.give("set", "/macro/flow", 0.1)
    site.run(2.5)
    theirs = [hub.player.tree.get_base("/macro/flow")[0] for hub in site.hubs]
    light = [hub.player.tree.get_base("/macro/light")[0] for hub in site.hubs]
    trims = [hub.player.tree.get_base("/trim/master")[0] for hub in site.hubs]
    leader.give("neutral")
    site.run(5.0)

    assert light == pytest.approx([0.8] * 3)
    assert theirs == pytest.approx([0.5, 0.1, 0.5]), "until the leader moves it"
    assert trims == pytest.approx([0.2, 0.5, 0.5])
    assert third.player.tree.get_base("/macro/light")[0] == pytest.approx(0.5)
    assert follower.replayed().tree.base.tobytes() == follower.player.tree.base.tobytes()
