"""Several real hub processes on machines of their own: joining, dying, hanging, cut cables, split brain."""

import signal
import time
from collections.abc import Iterator

import msgspec
import pytest

from installation.cli.site.cables import possible
from tests.installation.hub.site import PORT, Hub, Site, until
from tests.parts import NAMESPACES, needs

pytestmark = [
    needs(NAMESPACES, there=possible()),
    pytest.mark.timeout(240),
]

MISSED = 4.0
"""Seconds after which a hub that says nothing has long been missed; only an absence is waited for so long."""


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three hubs that know the address of the first only; every test leaves them together."""
    with Site(tmp_path_factory.mktemp("site"), "north", "east", "south") as site:
        site.start()
        site.together()
        yield site


def roles(site: Site) -> tuple[Hub, Hub, Hub]:
    """The leader, the standby, the third. Who was first on a busy machine leads for the first ten seconds."""
    until(lambda: len({hub.view.role for hub in site.hubs.values()}) == 3, "each has a role")
    found = {hub.view.role: hub for hub in site.hubs.values()}
    return found["leader"], found["standby"], found["hub"]


def test_a_late_hub_hears_what_was_said_before_and_goodbye_is_told(three: Site) -> None:
    leader, standby, late = roles(three)
    epoch = leader.view.epoch
    late.stop()
    until(lambda: leader.states()[late.name] == "left", "it said goodbye")
    until(lambda: standby.states()[late.name] == "left", "it said goodbye to all")
    standby.say(cue="7", people=3)

    late.start()
    three.together()
    until(lambda: late.station(standby.name).cue == "7", "it hears what was said before")
    standby.say(pad=True)
    until(lambda: late.station(standby.name).pad, "and what is said now")

    assert late.station(standby.name).people == 3
    assert (late.view.leader, late.view.epoch) == (leader.name, epoch)


def test_a_hub_that_hangs_is_away_and_holds_up_nobody(three: Site) -> None:
    leader, standby, third = roles(three)
    third.signal(signal.SIGSTOP)
    until(lambda: leader.states()[third.name] == "away", "it does not answer")
    until(lambda: leader.station(standby.name).age > 1.0, "a stage that says nothing is told by its age")
    standby.say(cue="3")
    until(
        lambda: (said := leader.station(standby.name)).cue == "3" and said.age < 1.0,
        "the others go on, and their row is new again",
    )
    assert standby.view.leader == leader.name

    third.signal(signal.SIGCONT)
    three.together()
    until(lambda: third.station(standby.name).cue == "3", "it hears what it has missed")


def test_a_cut_hub_goes_on_alone_and_does_not_take_the_site_over(three: Site) -> None:
    leader, standby, third = roles(three)
    before, told = leader.view.epoch, standby.log().count("leads the site")
    three.cut(third.name)
    until(lambda: leader.states()[third.name] == "away", "it is away")
    until(lambda: third.view.role == "leader", "it leads itself")
    standby.say(cue="5")
    third.say(cue="4")
    assert standby.view.leader == leader.name

    three.heal(third.name)
    three.together()
    until(lambda: third.station(standby.name).cue == "5", "it hears what it has missed")
    until(lambda: standby.station(third.name).cue == "4", "and the others hear of it")

    assert leader.view.role == "leader"
    assert leader.view.epoch > before
    assert standby.log().count("leads the site") == told


def test_after_a_split_the_higher_epoch_leads_and_the_old_leader_is_silent(three: Site) -> None:
    leader, standby, third = roles(three)
    old, told = leader.view.epoch, leader.log().count("leads the site")
    three.cut(leader.name)
    until(lambda: standby.view.role == "leader", "the standby leads its part")
    until(lambda: third.view.leader == standby.name, "and is followed")
    assert (leader.view.role, leader.view.epoch) == ("leader", old)
    assert standby.view.epoch > old

    three.heal(leader.name)
    until(lambda: leader.view.leader == standby.name, "the old epoch yields")
    three.together()
    assert standby.view.role == "leader"
    assert leader.view.epoch == standby.view.epoch > old
    assert leader.log().count("leads the site") == told + 1


def test_a_killed_leader_is_replaced(three: Site) -> None:
    leader, standby, third = roles(three)
    first = leader.view.epoch
    leader.kill()
    until(lambda: standby.view.role == "leader", "the standby leads")
    until(lambda: third.view.leader == standby.name, "the others follow it")
    assert standby.states()[leader.name] == "away"
    assert standby.view.epoch > first

    leader.start()
    three.together()
    assert leader.view.leader == standby.name


def test_others_of_another_version_or_show_or_of_the_same_name_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Site(tmp_path_factory.mktemp("refused"), "north", "east", "south", "twin") as site:
        north, east, south, twin = (site[name] for name in ("north", "east", "south", "twin"))
        south.say(show="another")
        site.start("north")
        until(lambda: north.view.role == "leader", "north leads")
        led = time.monotonic()
        east.start(version="0.9")
        south.start()
        until(lambda: north.states().get("east") == north.states().get("south") == "refused", "refused")
        until(lambda: east.states().get("north") == south.states().get("north") == "refused", "by both")
        # Within two seconds chance decides who has the name; a busy machine delays what they say.
        until(lambda: time.monotonic() - led > 6.0, "north is the elder")
        twin.start(hub="north")
        until(lambda: "called north" in twin.view.trouble, "the younger twin knows")

        assert "0.9" in north.station("east").note
        assert '"another"' in north.station("south").note
        assert north.view.trouble == ""
        east.say(cue="9")
        until(lambda: east.station("east").cue == "9", "east has said it")
        assert north.station("east").cue == ""
        assert north.sees()
        assert twin.states()["north"] == "refused"

        south.say(show="garden-show")
        until(lambda: north.sees("south"), "it plays the same show now")
        until(lambda: south.view.leader == "north", "and follows")


def test_a_hub_ends_at_once_while_connections_to_cut_ones_are_being_closed(three: Site) -> None:
    leader, standby, third = roles(three)
    three.cut(third.name)
    standby.stop()  # within five seconds, where the keeper's patience is three
    until(lambda: leader.states()[standby.name] == "left", "its goodbye is heard")

    three.heal(third.name)
    standby.start()
    three.together()


def meet_without_the_first(site: Site) -> None:
    """Cut two of four hubs off, switch the first one off, and heal the cables: the other three meet."""
    for name in ("c", "d"):
        site.cut(name)
    until(lambda: site["b"].sees("a"), "both are missed")
    site["a"].kill()
    for name in ("c", "d"):
        site.heal(name)
    site.together("b", "c", "d")


def test_a_hub_that_names_all_others_finds_them_again_while_the_first_is_switched_off(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    names = ("a", "b", "c", "d")
    with Site(tmp_path_factory.mktemp("named"), *names) as site:
        for name, hub in site.hubs.items():
            others = tuple(f"{site.cables.address(one)}:{PORT}" for one in names if one != name)
            hub.options = msgspec.structs.replace(hub.options, connect=others)
        site.start()
        site.together()
        meet_without_the_first(site)


def test_hubs_that_all_name_one_find_each_other_again_while_that_one_is_switched_off(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Site(tmp_path_factory.mktemp("unnamed"), "a", "b", "c", "d") as site:
        site.start()
        site.together()
        meet_without_the_first(site)

        for name in ("b", "c", "d"):  # and after a power cut of all
            site[name].kill()
        before = len(site["c"].log())
        site.start("b", "c", "d")
        site.together("b", "c", "d")
        assert "opened again" not in site["c"].log()[before:], "it looks there from the start"


def test_eight_hubs_are_one_site(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = ("a", "b", "c", "d", "e", "f", "g", "h")
    with Site(tmp_path_factory.mktemp("eight"), *names) as site:
        site.start()
        site.together()
        site["h"].say(pad=True)
        until(lambda: all(site[name].station("h").pad for name in names), "all hear of one")

        until(lambda: len({site[name].view.leader for name in names}) == 1, "they agree on who leads")

        leader = site[site["a"].view.leader]
        beside = site["a" if leader.name != "a" else "b"]
        cut = [name for name in names if name not in {leader.name, beside.name}]
        for name in cut:
            site.cut(name)
        until(lambda: all(leader.states()[name] == "away" for name in cut), "six are cut off")
        end = time.monotonic() + MISSED
        while time.monotonic() < end:
            assert beside.states()[leader.name] == "here", "closing six connections holds up the seventh"
            time.sleep(0.05)
        assert beside.view.leader == leader.name
