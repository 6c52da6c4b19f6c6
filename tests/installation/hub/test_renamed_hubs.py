"""The budget of hubs that get other names and keep their folders: dark until a release, never beyond it."""

from pathlib import Path

import msgspec
import pytest

from installation.hub.options import HubOptions
from installation.hub.part import Surroundings
from installation.hub.share import SharePart
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.site import RELEASE, Own
from installation.ipc.state_file import StateFile
from installation.site.fair.decisions import Decision
from tests.waiting import until

WATTS = 400.0


class Venue:
    """Hubs with these names and the state folders ``0``, ``1``, ..., all reached, in virtual time."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.names, self.now = names, 0.0
        net = LocalHub()
        self.desks = {name: LocalHub() for name in names}
        self.around: dict[str, Surroundings] = {}
        self.parts: dict[str, SharePart] = {}
        for number, name in enumerate(names):
            state = folder / str(number)
            state.mkdir(exist_ok=True)
            self.around[name] = Surroundings(
                hub=name, folder=state, mesh=LocalBus(net), local=LocalBus(self.desks[name]),
                leader=names[0], members=frozenset(names),
            )  # fmt: skip
            options = HubOptions(site="s", hub=name, hubs=names, watts=WATTS)
            self.parts[name] = SharePart(self.around[name], options)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            for name, part in self.parts.items():
                limit = self.share(name)
                self.around[name].own = Own(at=self.now, demand=WATTS, cap=WATTS, limit=limit)
                part.advance(self.now)
                watts = part.budgets["watts"]
                until(lambda watts=watts: watts._saver.saved >= watts._handed)  # type: ignore[misc]
            assert sum(map(self.share, self.names)) <= WATTS

    def share(self, name: str) -> float:
        watts = self.parts[name].budgets["watts"]
        return watts.amount(watts.agreement.limit)

    def shares(self) -> list[float]:
        return [self.share(name) for name in self.names]

    def trouble(self, name: str) -> str:
        return str(self.parts[name].report().get("trouble", ""))

    def release(self, old: str, on: str) -> str:
        LocalBus(self.desks[on]).put(RELEASE, old.encode())
        self.run(0.3)
        return self.parts[on].said

    def close(self, *, leaving: bool = False) -> None:
        for name, part in self.parts.items():
            self.around[name].leaving = leaving
            part.close()
        for around in self.around.values():
            until(lambda around=around: all(end() for end in around.endings))  # type: ignore[misc]


@pytest.mark.parametrize("leaving", [False, True])
def test_a_venue_that_is_taken_elsewhere_under_other_names_gets_its_budget_back(
    tmp_path: Path, leaving: bool
) -> None:
    """After a power cut; and after clean stops, where most of the budget is on its way between them."""
    first = Venue(tmp_path, "x1", "x2", "x3")
    first.run(3.0)
    had = first.shares()
    first.close(leaving=leaving)

    venue = Venue(tmp_path, "y1", "y2", "y3")
    venue.run(3.0)
    dark, trouble = venue.shares(), venue.trouble("y2")
    said = [venue.release(old, on) for old, on in (("x2", "y1"), ("x1", "y1"), ("x3", "y3"))]
    venue.run(5.0)
    after, quiet = venue.shares(), [venue.trouble(name) for name in venue.names]
    venue.close()
    again = Venue(tmp_path, "y1", "y2", "y3")
    again.run(2.0)
    restarted = again.shares()
    again.close()

    assert had == pytest.approx([WATTS / 3] * 3)
    assert dark == [0.0] * 3, "nobody knows whether the old ones are still there"
    assert "names from before: x1 " in trouble
    assert all(f"`photophore release-hub {old}`" in trouble for old in ("x1", "x2", "x3"))
    assert all("are free again" in one for one in said)
    assert after == pytest.approx([WATTS / 3] * 3, abs=WATTS / 50)
    assert sum(after) == pytest.approx(WATTS, abs=1e-3)
    assert restarted == pytest.approx(after, abs=1e-3)
    assert quiet == ["", "", ""]


def test_the_only_hub_of_a_site_releases_its_own_old_name(tmp_path: Path) -> None:
    first = Venue(tmp_path, "a")
    first.run(0.3)
    first.close()
    renamed = Venue(tmp_path, "b")
    renamed.run(0.3)
    dark, trouble = renamed.shares(), renamed.trouble("b")
    said = renamed.release("a", "b")
    renamed.run(1.0)
    lit = renamed.shares(), renamed.trouble("b")
    renamed.close()

    assert dark == [0.0]
    assert "a 400.0; if" in trouble
    assert "`photophore release-hub a`" in trouble
    assert "400.0 watts of a are free again" in said
    assert lit[0] == pytest.approx([WATTS])
    assert lit[1] == ""


def test_decisions_under_an_old_name_are_told_to_nobody(tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    old = Decision(at=1.8e9, hub="x1", number=0, level=0.5, rises=False, cause="x2")
    StateFile(tmp_path / "0", "share-ledger").save({"decisions": msgspec.to_builtins([old])})
    venue = Venue(tmp_path, "y1", "y2")
    venue.run(0.5)

    assert venue.parts["y2"]._refusals.total == 0
    venue.close()


def test_a_decision_whose_cause_is_an_old_name_is_in_the_ledger_of_all_hubs(tmp_path: Path) -> None:
    first = Venue(tmp_path, "x1", "x2", "x3")
    first.run(1.0)
    first.close()

    venue = Venue(tmp_path, "y1", "y2", "y3")
    venue.run(6.0)
    ledgers = [part.ledger.decisions() for part in venue.parts.values()]
    refused = [part._refusals.total for part in venue.parts.values()]
    venue.close()
    again = Venue(tmp_path, "y1", "y2", "y3")
    again.run(0.5)
    restarted = [part.ledger.decisions() for part in again.parts.values()]
    again.close()

    assert {one.hub for one in ledgers[0]} == {"y1", "y2", "y3"}
    assert {one.cause for one in ledgers[0]} <= {"x1", "x2", "x3"}
    assert ledgers == [ledgers[0]] * 3
    assert refused == [0, 0, 0]
    assert restarted == ledgers
