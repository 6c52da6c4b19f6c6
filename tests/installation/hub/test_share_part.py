"""The budget part of the hub process without a network: what it confirms, and whom it hears."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from installation.cli.site.start import hub_options
from installation.hub.options import HubOptions
from installation.hub.part import Surroundings
from installation.hub.share import SharePart
from installation.hub.share.budget import within
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.site import RELEASE, Own
from installation.ipc.state_file import StateFile
from installation.show import load_venue
from installation.site.fair import PARTS, Memory, Release, Statement, Wish
from installation.site.fair.decisions import Decision
from installation.site.fair.stated import state_name, stated_to
from tests.waiting import until

WATTS = 400.0
GREEDY = Statement(
    hub="b", incarnation=5, version=1, founded=PARTS // 2, wish=Wish(need=PARTS, cap=PARTS),
    budget=round(WATTS * 1000),
)  # fmt: skip


class Desk:
    """The part of hub ``a``, in virtual time; ``b`` wants everything."""

    def __init__(self, folder: Path, *, silent: bool = False, **options: float) -> None:
        hub = LocalHub()
        self.neighbour, self.desk = LocalBus(hub), LocalHub()
        self.around = Surroundings(
            hub="a", folder=folder, mesh=LocalBus(hub), local=LocalBus(self.desk),
            members=frozenset({"a", "b"}), leader="a",
        )  # fmt: skip
        self.part = SharePart(
            self.around,
            HubOptions(site="s", hub="a", hubs=("a", "b"), watts=WATTS, **options),  # type: ignore[arg-type]
        )
        self.now = 0.0
        if not silent:
            self.say(GREEDY)

    def say(self, said: Statement) -> None:
        self.neighbour.put("share/watts/b", msgspec.msgpack.encode(said), keep=True)

    @property
    def held(self) -> float:
        budget = self.part.budgets["watts"]
        return budget.amount(budget.agreement.account.held)

    def run(self, seconds: float, **own: float) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            if own:
                self.around.own = Own(at=self.now, **own)  # type: ignore[arg-type]
            self.part.advance(self.now)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[list[Desk]]:
    made: list[Desk] = []
    yield made
    for desk in made:
        desk.part.close()


def test_a_hub_process_that_never_heard_a_stage_gives_nothing_away(tmp_path: Path, desks: list[Desk]) -> None:
    desk = Desk(tmp_path)
    desks.append(desk)

    desk.run(75.0)

    assert desk.held == pytest.approx(WATTS / 2)


def test_without_a_stage_all_but_the_safe_look_is_free_once_the_lamps_show_it(
    tmp_path: Path, desks: list[Desk]
) -> None:
    desk = Desk(tmp_path, dims=100.0)
    desks.append(desk)

    desk.run(2.0, demand=200.0, floor=10.0, cap=400.0, limit=200.0, safe=40.0)
    desk.run(99.0)
    fading = desk.held
    desk.run(9.0)

    assert fading == pytest.approx(WATTS / 2), "hold_s and fade_s are not over"
    assert desk.held == pytest.approx(40.0, abs=0.1), "the safe look takes more than the floor"


def test_the_hub_process_is_told_when_lamps_without_a_stage_show_the_safe_look(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text("format = 1\n[light]\nhold_s = 600\nfade_s = 30\ndelay = 0.2\n")

    assert hub_options(load_venue(str(tmp_path / "hall.toml"))).dims == pytest.approx(630.2)


def test_impossible_numbers_of_a_neighbour_are_refused_and_told(tmp_path: Path, desks: list[Desk]) -> None:
    desk = Desk(tmp_path)
    desks.append(desk)
    desk.around.leader = "b"

    desk.say(msgspec.structs.replace(GREEDY, version=2, wish=Wish(need=5, cap=9, alpha=0.0)))
    desk.run(1.0, demand=200.0, cap=400.0, limit=200.0)
    trouble = str(desk.part.report()["trouble"])
    desk.say(msgspec.structs.replace(GREEDY, version=3))
    desk.run(0.2)

    assert "what b says is refused: alpha is 0" in trouble
    assert "trouble" not in desk.part.report()


def test_of_budgets_that_differ_the_lowest_counts_on_all_hubs(tmp_path: Path, desks: list[Desk]) -> None:
    desk = Desk(tmp_path)
    desks.append(desk)
    own = {"demand": 200.0, "cap": 400.0, "limit": 400.0}
    desk.run(0.3, **own)
    equal = desk.part.report()

    desk.say(msgspec.structs.replace(GREEDY, version=2, budget=300_000))
    desk.run(0.3, **own)
    lower = desk.part.report()
    desk.say(msgspec.structs.replace(GREEDY, version=3, budget=500_000))
    desk.run(0.3, **own)
    higher = desk.part.report()

    assert (equal["budget"], equal["share"]) == (400.0, 200.0)
    assert (lower["budget"], lower["share"]) == (300.0, 150.0)
    assert (higher["budget"], higher["share"]) == (400.0, 200.0)
    assert "the lowest counts, 300 watts: a 400, b 300" in str(lower["trouble"])
    assert "the lowest counts, 400 watts" in str(higher["trouble"])


def test_a_lower_budget_counts_at_the_very_look_at_which_it_is_heard(
    tmp_path: Path, desks: list[Desk]
) -> None:
    """And the stage is told at once: nobody waits for the next round of the division."""
    desk = Desk(tmp_path)
    desks.append(desk)
    desk.run(0.3, demand=200.0, cap=400.0, limit=400.0)
    desk.around.news = False
    desk.say(msgspec.structs.replace(GREEDY, version=2, budget=100_000))
    desk.part.advance(desk.now + 0.01)
    heard, news = desk.part.report(), desk.around.news
    desk.around.news = False
    desk.say(msgspec.structs.replace(GREEDY, version=3, budget=100_000))
    desk.part.advance(desk.now + 0.02)

    assert (heard["budget"], heard["share"], news) == (100.0, 50.0, True)
    assert not desk.around.news, "nothing is lower than before"


def test_the_lowest_budget_counts_after_a_restart_while_who_states_it_is_not_reached(
    tmp_path: Path, desks: list[Desk]
) -> None:
    own = {"demand": 200.0, "cap": 400.0, "limit": 400.0}
    desk = Desk(tmp_path)
    desk.say(msgspec.structs.replace(GREEDY, version=2, budget=100_000))
    desk.run(0.3, **own)
    desk.part.close()
    desk.part.budgets["watts"].stated.close()

    again = Desk(tmp_path, silent=True)
    desks.append(again)
    again.run(0.3, **own)
    alone = again.part.report()
    again.say(msgspec.structs.replace(GREEDY, version=3))
    again.run(0.3, **own)

    assert (alone["budget"], alone["share"]) == (100.0, 50.0)
    assert "release-hub" not in str(alone["trouble"]), "it is a member"
    assert again.part.report()["budget"] == 400.0, "its file was corrected meanwhile"


def test_a_hub_that_was_taken_home_lowers_the_budget_until_it_is_released_and_that_is_told(
    tmp_path: Path, desks: list[Desk]
) -> None:
    own = {"demand": 200.0, "cap": 400.0, "limit": 400.0}
    desk = Desk(tmp_path, silent=True)
    desk.say(msgspec.structs.replace(GREEDY, version=2, budget=100_000))
    desk.run(0.3, **own)
    here = desk.part.report()
    desk.around.members = frozenset({"a"})
    desk.run(0.3, **own)
    away = desk.part.report()
    LocalBus(desk.desk).put(RELEASE, b"b")
    desk.run(0.3, **own)
    released = desk.part.report()
    desk.part.close()
    for budget in desk.part.budgets.values():
        budget.stated.close()
    again = Desk(tmp_path, silent=True)
    desks.append(again)
    again.run(0.3, **own)

    assert here["budget"] == away["budget"] == 100.0
    assert "release-hub" not in str(here["trouble"])
    assert "b is not reached: if that will not return and its lamps are dark, `photophore release-hub b`" in (
        str(away["trouble"])
    )
    assert (released["budget"], released.get("trouble", "")) == (400.0, "")
    assert (again.part.report()["budget"], again.part.report().get("trouble", "")) == (400.0, "")


def test_the_budget_of_a_hub_of_which_nothing_else_was_kept_ends_with_its_release(
    tmp_path: Path, desks: list[Desk]
) -> None:
    own = {"demand": 200.0, "cap": 400.0, "limit": 400.0}
    memory = Memory(incarnation=1, founded=PARTS // 2, known={"b": (5,)})
    StateFile(tmp_path, "share-watts").save(msgspec.to_builtins(memory))
    StateFile(tmp_path, state_name("watts")).save(stated_to({"b": 100.0}))
    desk = Desk(tmp_path, silent=True)
    desk.around.members = frozenset({"a"})
    desk.run(0.3, **own)
    before = desk.part.report()["budget"]
    LocalBus(desk.desk).put(RELEASE, b"b")
    desk.run(0.3, **own)
    released = desk.part.report()["budget"]
    desk.part.close()
    for budget in desk.part.budgets.values():
        budget.stated.close()
    again = Desk(tmp_path, silent=True)
    desks.append(again)
    again.around.members = frozenset({"a"})
    again.run(0.3, **own)

    assert (before, released) == (100.0, 400.0)
    assert again.part.report()["budget"] == 400.0


class Beside:
    """The parts of hubs ``a`` and ``c``, in one network with ``b``, of which both kept the budget only."""

    def __init__(self, folder: Path) -> None:
        self.net, self.now = LocalHub(), 0.0
        self.neighbour = LocalBus(self.net)
        self.desks, self.around, self.parts = (
            dict[str, LocalHub](),
            dict[str, Surroundings](),
            dict[str, SharePart](),
        )
        for hub in ("a", "c"):
            (folder / hub).mkdir()
            memory = Memory(incarnation=1, founded=PARTS // 3, known={"b": (5,)})
            StateFile(folder / hub, "share-watts").save(msgspec.to_builtins(memory))
            StateFile(folder / hub, state_name("watts")).save(stated_to({"b": 100.0}))
            self.desks[hub] = LocalHub()
            self.around[hub] = Surroundings(
                hub=hub,
                folder=folder / hub,
                mesh=LocalBus(self.net),
                local=LocalBus(self.desks[hub]),
                leader="a",
            )
            options = HubOptions(site="s", hub=hub, hubs=("a", "b", "c"), watts=WATTS)
            self.parts[hub] = SharePart(self.around[hub], options)
        self.reach("a", "c")

    def reach(self, *names: str) -> None:
        """Have these reach each other, and nobody else anybody."""
        for hub, around in self.around.items():
            around.members = frozenset(names if hub in names else (hub,))

    def release(self, where: str) -> None:
        LocalBus(self.desks[where]).put(RELEASE, b"b")

    def budgets(self) -> tuple[object, ...]:
        """Run for a moment; return the budget to which each keeps."""
        for _ in range(4):
            self.now += 0.1
            for hub, part in self.parts.items():
                self.around[hub].own = Own(at=self.now, demand=200.0, cap=400.0, limit=400.0)
                part.advance(self.now)
        return tuple(part.report()["budget"] for part in self.parts.values())

    def say(self, version: int, incarnation: int = GREEDY.incarnation) -> None:
        """Have ``b`` say a word; in a new life, as of one that was released, it has nothing."""
        founded = PARTS // 3 if incarnation == GREEDY.incarnation else 0
        said = msgspec.structs.replace(
            GREEDY, version=version, incarnation=incarnation, founded=founded, budget=100_000
        )
        self.neighbour.put("share/watts/b", msgspec.msgpack.encode(said), keep=True)


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Beside]:
    made = Beside(tmp_path)
    yield made
    for part in made.parts.values():
        part.close()


def test_a_release_ends_the_budget_of_which_nothing_else_was_kept_on_all_hubs(
    beside: Beside, tmp_path: Path
) -> None:
    before = beside.budgets()
    beside.release("a")
    after = beside.budgets()
    for budget in beside.parts["c"].budgets.values():
        budget.stated.close()

    assert (before, after) == ((100.0, 100.0), (400.0, 400.0))
    assert "the 100 watts that it stated count no longer" in beside.parts["a"].said
    assert StateFile(tmp_path / "c", state_name("watts")).load() == stated_to({})


def test_a_release_ends_the_budget_also_where_the_hub_was_heard_until_it_is_heard_again(
    beside: Beside,
) -> None:
    beside.around["c"].members = frozenset("abc")  # only ``c`` hears it
    released, agreement = beside.parts["c"], beside.parts["c"].budgets["watts"].agreement
    said = msgspec.msgpack.encode(msgspec.structs.replace(GREEDY, founded=PARTS // 3, budget=100_000))
    released._take("watts", msgspec.msgpack.decode(said, type=Statement), 0.0)
    beside.reach("a", "c")
    before = beside.budgets()
    beside.release("a")
    after = beside.budgets()
    reserved = agreement.reserved({"a", "c"})
    for _ in range(5):
        beside.budgets()
    freed = agreement.reserved({"a", "c"})
    parts = [part.budgets["watts"].agreement.account.held for part in beside.parts.values()]
    beside.reach("a", "b", "c")
    beside.say(version=2, incarnation=6)

    assert (before, after) == ((100.0, 100.0), (400.0, 400.0))
    assert reserved["b"] == PARTS // 3, "what it had is known here only"
    assert "b" not in freed, "so this hub frees it, though another one was told"
    assert PARTS - 3 <= sum(parts) <= PARTS
    assert beside.budgets() == (100.0, 100.0)


def test_what_several_hubs_know_of_one_that_will_not_return_is_freed_once(tmp_path: Path) -> None:
    """The one that was told knows nothing of it, as after a lost disk; two others know all."""
    names = ("a", "c", "d")
    net, now = LocalHub(), 0.0
    said = msgspec.structs.replace(GREEDY, founded=PARTS // 4, budget=round(WATTS * 1000))
    desks, arounds, parts = [], [], []
    for hub in names:
        (tmp_path / hub).mkdir()
        memory = Memory(incarnation=1, founded=PARTS // 4, known={"b": (5,)})
        StateFile(tmp_path / hub, "share-watts").save(msgspec.to_builtins(memory))
        desks.append(LocalHub())
        arounds.append(
            Surroundings(
                hub=hub, folder=tmp_path / hub, mesh=LocalBus(net), local=LocalBus(desks[-1]), leader="a",
                members=frozenset(names),
            )
        )  # fmt: skip
        options = HubOptions(site="s", hub=hub, hubs=("a", "b", "c", "d"), watts=WATTS)
        parts.append(SharePart(arounds[-1], options))
    for part in parts[1:]:
        part._take("watts", said, 0.0)
    agreements = [part.budgets["watts"].agreement for part in parts]
    most, held = 0, 0
    for frame in range(100):
        now += 0.1
        if frame == 10:
            LocalBus(desks[0]).put(RELEASE, b"b")
        for around, part in zip(arounds, parts, strict=True):
            around.own = Own(at=now, demand=200.0, cap=400.0, limit=400.0)
            part.advance(now)
            watts = part.budgets["watts"]
            until(lambda watts=watts: watts._saver.saved >= watts._handed)  # type: ignore[misc]
        held = sum(one.account.held for one in agreements)
        most = max(most, held)
    for part in parts:
        part.close()

    assert PARTS - 4 <= held <= most <= PARTS, "all of it is in use again, and no part was made"
    assert not any("b" in one.reserved(set(names)) for one in agreements)


def test_a_release_ends_nothing_on_a_hub_that_was_cut_off(beside: Beside) -> None:
    beside.reach("a")
    beside.release("a")
    apart = beside.budgets()
    beside.reach("a", "c")

    assert (apart, beside.budgets()) == ((400.0, 100.0), (400.0, 100.0))
    assert "`photophore release-hub b`" in str(beside.parts["c"].report()["trouble"])


def test_a_release_does_not_end_the_budget_where_the_hub_is_here(beside: Beside) -> None:
    beside.around["c"].members = frozenset("abc")  # a cable is cut between ``a`` and ``b``
    beside.release("a")
    apart = beside.budgets()
    beside.reach("a", "c")

    assert apart[1] == beside.budgets()[1] == 100.0


def test_a_hub_that_was_released_and_comes_back_counts_again(tmp_path: Path, desks: list[Desk]) -> None:
    own = {"demand": 200.0, "cap": 400.0, "limit": 400.0}
    desk = Desk(tmp_path)
    desks.append(desk)
    desk.run(0.3, **own)
    desk.around.members = frozenset({"a"})
    LocalBus(desk.desk).put(RELEASE, b"b")
    desk.run(0.3, **own)
    others = desk.part.budgets["watts"].agreement.others
    released = others.gone()

    desk.around.members = frozenset({"a", "b"})
    returned = {"incarnation": 6, "version": 1, "founded": 0, "budget": 100_000}
    desk.say(msgspec.structs.replace(GREEDY, **returned))
    desk.run(0.3, **own)

    assert released == {"b"}
    assert others.gone() == set()
    assert desk.part.report()["budget"] == 100.0


def test_a_decision_that_cannot_be_stops_no_view_and_fills_no_memory(
    tmp_path: Path, desks: list[Desk]
) -> None:
    desk = Desk(tmp_path)
    desks.append(desk)
    good = Decision(at=1.8e9, hub="b", number=0, level=0.5, rises=False, cause="a")
    changes: list[dict[str, object]] = [
        {"at": float("nan")}, {"at": 1e300}, {"level": float("nan")}, {"level": 7.0}, {"hub": "a"},
        {"cause": "\x1b[2J"}, {"cause": "x" * 129}, {"reason": "x" * 33}, {"unit": "volts"},
    ]  # fmt: skip
    bad = [msgspec.structs.replace(good, **one) for one in changes]

    for hub, said in (("b", [*bad, good]), ("stranger", [msgspec.structs.replace(good, hub="stranger")])):
        desk.neighbour.put(f"share/ledger/{hub}", msgspec.msgpack.encode(said), keep=True)
    desk.run(0.3)

    assert desk.part.ledger.decisions() == (good,)
    assert desk.part._refusals.total == len(bad) + 1


def test_what_the_others_had_is_known_after_a_power_cut(tmp_path: Path, desks: list[Desk]) -> None:
    desk = Desk(tmp_path)
    desk.run(6.0)
    desk.part.close()

    again = Desk(tmp_path, silent=True)
    desks.append(again)
    again.run(0.2)

    agreement = again.part.budgets["watts"].agreement
    assert agreement.reserved({"a"}) == {"b": PARTS // 2}
    assert agreement.release("b", {"a"}) == PARTS // 2


def test_a_hub_with_another_name_does_not_bring_the_share_of_its_old_one(
    tmp_path: Path, desks: list[Desk]
) -> None:
    memory = Memory(incarnation=1, hub="old", founded=PARTS // 2)
    StateFile(tmp_path, "share-watts").save(msgspec.to_builtins(memory))
    renamed = Desk(tmp_path)
    desks.append(renamed)
    renamed.run(0.3, demand=200.0, cap=400.0, limit=0.0)
    held = renamed.held
    renamed.part.close()
    same = Desk(tmp_path)
    desks.append(same)
    same.run(0.3, demand=200.0, cap=400.0, limit=0.0)

    assert held == same.held == 0.0, "what it had stays reserved for the old name"


def test_no_more_is_kept_of_the_others_than_a_state_file_holds() -> None:
    sums = {f"hub{number}#{1 << 47}": 1 << 50 for number in range(150)}
    kept = {one: Release(amount=1, given=sums, taken=sums) for one in sums} | {"x#1": Release(amount=5)}

    found = within(kept)

    assert found["x#1"].amount == 5
    assert 2 < len(found) < 10
    assert len(msgspec.json.encode(found)) < 65_000


def test_a_release_says_that_a_cut_must_be_healed(tmp_path: Path, desks: list[Desk]) -> None:
    desk = Desk(tmp_path)
    desks.append(desk)
    desk.neighbour.put("share/watts/c", msgspec.msgpack.encode(msgspec.structs.replace(GREEDY, hub="c")))
    desk.run(0.3)
    desk.around.members = frozenset({"a"})

    LocalBus(desk.desk).put(RELEASE, b"b")
    desk.run(0.2)

    assert desk.part.said.startswith("200.0 watts of b are free again; c not reached")
