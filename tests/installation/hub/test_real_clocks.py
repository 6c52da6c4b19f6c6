"""Real hub processes with monotonic clocks hours apart (time namespaces), in network namespaces."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from installation.cli.site.cables import possible
from installation.ipc.feeds.site import FIRED, FLASH, SAID, STANDING, Fired, Said
from tests.installation.hub.site import Hub, Site, until

_SHIFTS = {"north": 0.0, "east": 5000.0, "south": 90000.0}
_STANDING = (1, "2", 0.0, 1.0, False, "", -1.0, 0, -1.0, False, 0.0, 0.0)


def _can_shift() -> bool:
    shifted = ["unshare", "--time", "--monotonic", "5000", "--fork", "true"]
    return possible() and subprocess.run(shifted, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(not _can_shift(), reason="needs root and `unshare --time`"),
    pytest.mark.timeout(90),
]


def shifted(site: Site) -> None:
    """Give each machine a monotonic clock of its own."""
    inside = site.cables.inside

    def aside(name: str, command: Sequence[str]) -> list[str]:
        clock = ["unshare", "--time", "--monotonic", f"{_SHIFTS[name]:.0f}", "--fork", "--kill-child"]
        return list(inside(name, [*clock, *command]))

    site.cables.inside = aside  # type: ignore[method-assign]


def site_error(hub: Hub) -> float:
    """By how much the time of a hub differs from that of the first, which this test knows, in seconds."""
    return hub.view.offset + _SHIFTS[hub.name]


def test_clocks_hours_apart_agree_hold_over_a_cut_and_go_on_under_another_leader(tmp_path: Path) -> None:
    with Site(tmp_path, *_SHIFTS) as site:
        shifted(site)
        north, east, south = (site[name] for name in _SHIFTS)
        site.start()
        site.together()
        for hub in (east, south):
            until(lambda one=hub: 0.0 <= one.view.error < 0.3, "it knows the time")  # type: ignore[misc]
            assert abs(site_error(hub)) <= hub.view.error
        until(lambda: 0.0 <= north.station("south").error < 0.3, "the others know how well it does")
        said = {hub.name: hub.bus.subscribe(SAID, capacity=16) for hub in (east, south)}
        time.sleep(0.3)

        # What the leader's stage plays, and its flash, arrive with their time on the clock of each.
        at = time.monotonic()
        north.bus.put(FIRED, msgspec.msgpack.encode(Fired(STANDING, _STANDING, at)))
        north.bus.put(FIRED, msgspec.msgpack.encode(Fired(FLASH, ("north", 0.1, 0.5, 0, 0), at)))
        known = {hub.name: hub.view.error for hub in (east, south)}
        for hub in (east, south):
            heard: dict[str, Said] = {}

            def met(hub: Hub = hub, heard: dict[str, Said] = heard) -> bool:
                found = [msgspec.msgpack.decode(one, type=Said) for _, one in said[hub.name].drain()]
                heard.update({one.address: one for one in found})
                return {FLASH, f"command:{STANDING}"} <= heard.keys()

            until(met, "it hears what the leader plays and its flash")
            assert heard[f"command:{STANDING}"].values == _STANDING[1:]
            for one in heard.values():
                assert abs(one.at - at - _SHIFTS[hub.name]) <= max(known[hub.name], hub.view.error)

        # A cut: it holds over, and says how well. Healed: it knows the time again.
        before = south.view.error
        site.cut("south")
        until(lambda: south.states()["north"] == "away", "the cable is cut")
        until(lambda: south.view.leader == "south", "it leads itself")
        assert abs(site_error(south)) <= max(before, 0.3)
        site.heal("south")
        site.together()
        until(lambda: 0.0 < south.view.error < 0.3, "it follows again")
        assert abs(site_error(south)) <= south.view.error

        # The leader is killed: the time goes on.
        offset = east.view.offset
        north.kill()
        until(lambda: east.view.role == "leader" and south.view.leader == "east", "another one leads")
        assert east.view.error == 0.0
        assert abs(east.view.offset - offset) < 0.1
        until(lambda: 0.0 < south.view.error < 0.3, "it asks the new one")
        assert abs(site_error(south)) < 0.5
