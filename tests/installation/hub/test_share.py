"""Three real hubs share a budget of power: what their lamps take together is never more, whatever happens."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from installation.cli.site.cables import possible
from installation.ipc.feeds.site import RELEASE, SHARES
from installation.status import ShareStatus
from tests.installation.hub.site import Hub, Site
from tests.parts import NAMESPACES, needs

pytestmark = [
    needs(NAMESPACES, there=possible()),
    pytest.mark.timeout(90),
]

WATTS = 300.0
NAMES = ("north", "east", "south")
CAP = 250.0


class Lamps:
    """The stage of a hub: lamps keep to the last share they heard of, and say so when the wire has it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.demand = 0.0
        self.share = WATTS / len(NAMES)
        self._past: list[tuple[float, float]] = []
        self._status = hub.bus.subscribe(SHARES, capacity=2, kept=True)
        self.status = ShareStatus()

    @property
    def power(self) -> float:
        """Watts that they take now."""
        return min(self.demand, self.share)

    def step(self, now: float) -> None:
        view = self.hub.view
        if view.share >= 0.0:
            self.share = view.share
        self._past = [*(one for one in self._past if now - one[0] < 0.1), (now, self.share)]
        limit = max(share for _, share in self._past)
        self.hub.say(demand=self.demand, floor=5.0, cap=CAP, limit=limit)
        for _, payload in self._status.drain():
            self.status = msgspec.json.decode(payload, type=ShareStatus)


class Room:
    """All lamps, whose power is added up as often as they step."""

    def __init__(self, site: Site) -> None:
        self.lamps = {name: Lamps(site[name]) for name in NAMES}
        self.log: list[float] = []

    def want(self, **demand: float) -> None:
        for name, watts in demand.items():
            self.lamps[name].demand = watts

    @property
    def power(self) -> dict[str, float]:
        return {name: round(one.power, 1) for name, one in self.lamps.items()}

    def until(self, met: Callable[[dict[str, float]], bool], what: str, patience: float = 60.0) -> None:
        """Go on until it is met; the sum holds all the while."""
        began = time.monotonic()
        while not met(self.power):
            now = time.monotonic()
            assert now - began < patience, f"{what}: {self.power}"
            for one in self.lamps.values():
                one.step(now)
            self.log.append(sum(self.power.values()))
            assert self.log[-1] <= WATTS + 0.1, self.power
            time.sleep(0.03)

    def settle(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda _: time.monotonic() > end, "time")


def test_cut_cable_killed_hub_and_release_never_exceed_the_budget(tmp_path: Path) -> None:
    common = {"hubs": NAMES, "watts": WATTS}
    with Site(tmp_path, *NAMES, **common) as site:
        room = Room(site)
        room.want(north=250.0, east=20.0, south=20.0)
        site.start()
        room.until(lambda p: p["north"] > 220.0 and p["east"] == 20.0, "north has what the others leave")

        site.cut("south")
        room.want(south=250.0, east=250.0)
        # Not to the watt: whoever asked for less before has credit, which takes half a minute to even out.
        room.until(lambda p: min(p["north"], p["east"]) > 110.0, "north and east share what both have")
        cut = room.power
        assert cut["south"] < 60.0, "it has what was agreed, and no more"

        site["east"].kill()
        room.want(north=10.0)
        room.until(lambda _: site["north"].states()["east"] == "away", "north misses it")
        held = room.power["east"]
        site["east"].start()
        site.heal("south")
        room.until(lambda p: p["east"] > 100.0 and p["south"] > 100.0, "together again")
        assert held == cut["east"] or held > 90.0, "lamps of a dead process keep the last share"

        room.want(north=250.0)
        room.until(lambda p: min(p.values()) > 75.0, "three equal parts")
        site["south"].kill()
        room.want(south=0.0)  # its lamps are off: staff have seen that
        room.until(lambda _: site["north"].states()["south"] == "away", "north misses it")
        room.settle(0.5)
        assert room.power["north"] < 150.0, "what south had is reserved"
        site["north"].bus.put(RELEASE, b"south")
        room.until(lambda p: p["north"] + p["east"] > 280.0, "released")

        status = room.lamps["north"].status
        assert {one.name for one in status.stations} >= {"north", "east"}
        assert any("dimmed" in one.text for one in status.decisions)

        def ledgers() -> list[list[str]]:
            return [[one.text for one in room.lamps[name].status.decisions] for name in ("north", "east")]

        room.until(lambda _: ledgers()[0] == ledgers()[1], "the same ledger on both")


def test_a_hub_with_another_budget_that_was_taken_home_dims_the_site_until_it_is_released(
    tmp_path: Path,
) -> None:
    with Site(tmp_path, *NAMES, hubs=NAMES, watts=WATTS) as site:
        room = Room(site)
        room.want(north=250.0, east=250.0, south=250.0)
        site["north"].start()
        site["east"].start()
        site["south"].start(watts=60.0)
        room.until(lambda p: sum(p.values()) < 61.0 and min(p.values()) > 15.0, "the lowest counts")
        site["south"].kill()
        room.want(south=0.0)
        names = "north", "east"
        told = "`photophore release-hub south`"
        room.until(lambda _: all(told in site[name].view.trouble for name in names), "the remedy is told")
        dim = room.power
        for name in names:
            site[name].kill()
            site[name].start()
        room.until(lambda _: all(told in site[name].view.trouble for name in names), "after a restart, too")
        site["east"].bus.put(RELEASE, b"south")
        room.until(lambda p: p["north"] + p["east"] > 280.0, "released")

        assert dim["north"] + dim["east"] < 61.0
        assert not any(told in site[name].view.trouble for name in names)
