"""Several real hub processes on machines of their own: joining, dying, hanging, cut cables, split brain."""

import signal
from pathlib import Path

import pytest

from installation.cli.site.cables import possible
from tests.installation.hub.site import Site, until

pytestmark = [
    pytest.mark.skipif(not possible(), reason="needs root and `ip` for network namespaces"),
    pytest.mark.timeout(90),
]


def test_three_hubs_find_each_other_by_one_address_and_one_comes_late(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east", "south") as site:
        north, east, south = (site[name] for name in ("north", "east", "south"))
        east.say(cue="7", people=3)
        site.start("north", "east")
        site.together("north", "east")
        assert (north.view.role, east.view.role) == ("leader", "standby")
        epoch = north.view.epoch

        south.start()
        site.together()
        east.say(pad=True)
        until(lambda: south.station("east").pad, "the late hub hears of the pad")

        assert south.view.leader == "north"
        assert south.view.epoch == epoch
        assert south.view.role == "hub"
        assert (south.station("east").cue, south.station("east").people) == ("7", 3)

        south.stop()
        until(lambda: north.states()["south"] == "left", "it said goodbye")
        until(lambda: east.states()["south"] == "left", "it said goodbye to all")


def test_a_killed_leader_is_replaced_and_takes_over_again_only_with_a_higher_epoch(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east", "south") as site:
        north, east, south = (site[name] for name in ("north", "east", "south"))
        site.start()
        site.together()
        first = north.view.epoch

        north.kill()
        until(lambda: east.view.role == "leader", "the standby leads")
        until(lambda: south.view.leader == "east", "the others follow it")
        assert east.states()["north"] == "away"
        assert east.view.epoch > first

        second = east.view.epoch
        north.start()
        site.together()
        assert north.view.leader == "east"
        until(lambda: north.view.role == "leader", "the preferred one leads again after a while")
        site.together()
        assert east.view.epoch > second
        assert east.log().count("north leads the site") == 2


def test_a_hub_that_hangs_is_away_and_holds_up_nobody(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east", "south") as site:
        north, east, south = (site[name] for name in ("north", "east", "south"))
        site.start()
        site.together()

        south.signal(signal.SIGSTOP)
        until(lambda: north.states()["south"] == "away", "it does not answer")
        east.say(cue="3")
        until(lambda: north.station("east").cue == "3", "the others go on")
        assert east.view.leader == "north"

        south.signal(signal.SIGCONT)
        site.together()
        until(lambda: south.station("east").cue == "3", "it hears what it has missed")


def test_a_cut_hub_goes_on_alone_and_does_not_take_the_site_over(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east", "south") as site:
        north, east, south = (site[name] for name in ("north", "east", "south"))
        site.start()
        site.together()
        before = north.view.epoch

        site.cut("south")
        until(lambda: north.states()["south"] == "away", "north notices")
        until(lambda: set(south.states().values()) == {"here", "away"}, "south notices")
        until(lambda: south.view.role == "leader", "south leads itself")
        east.say(cue="5")
        south.say(cue="4")
        assert east.view.leader == "north"

        site.heal("south")
        site.together()
        until(lambda: south.station("east").cue == "5", "south hears what it has missed")
        until(lambda: east.station("south").cue == "4", "and the others hear of south")

        assert north.view.role == "leader"
        assert north.view.epoch > before
        assert south.log().count("north leads the site") == 2
        assert east.log().count("leads the site") == 1


def test_after_a_split_the_higher_epoch_leads_and_the_other_is_silent(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east") as site:
        north, east = site["north"], site["east"]
        site.start()
        site.together()
        old = north.view.epoch

        site.cut("north")
        until(lambda: east.view.role == "leader", "the standby leads its part")
        assert north.view.role == "leader"
        assert (north.view.epoch, east.view.epoch > old) == (old, True)

        site.heal("north")
        until(lambda: north.view.leader == "east", "the old epoch yields")
        site.together()
        assert east.view.role == "leader"
        assert north.view.epoch == east.view.epoch > old
        assert north.log().count("east leads the site") == 1


def test_hubs_of_another_version_or_show_or_of_the_same_name_are_refused(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east", "south", "twin") as site:
        north, east, south, twin = (site[name] for name in ("north", "east", "south", "twin"))
        south.say(show="another")
        site.start("north")
        until(lambda: north.view.role == "leader", "north leads")
        east.start(version="0.9")
        south.start()
        twin.start(hub="north")
        until(lambda: north.states().get("east") == north.states().get("south") == "refused", "refused")
        until(lambda: east.states().get("north") == south.states().get("north") == "refused", "by both")
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


def test_eight_hubs_are_one_site(tmp_path: Path) -> None:
    names = ("a", "b", "c", "d", "e", "f", "g", "h")
    with Site(tmp_path, *names) as site:
        site.start()
        site.together()
        site["h"].say(pad=True)
        until(lambda: all(site[name].station("h").pad for name in names), "all hear of one")

        assert {site[name].view.leader for name in names} == {"a"}
