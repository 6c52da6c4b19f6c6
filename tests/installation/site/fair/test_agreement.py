"""The sum of what all hubs take stays within the budget, whatever happens to messages, cables, processes."""

import msgspec
import pytest

from installation.site.fair import PARTS, Account, Agreement, Memory, Release, Statement, Wish
from installation.site.fair.agreement import PATIENCE
from installation.site.fair.statement import fault_of
from tests.installation.site.fair.world import Hub, World

ROUNDS = 60
"""Tenths of a second after which all have what the division says, once they hear each other again."""


def wishes(world: World) -> None:
    """Every hub wants something new."""
    for hub in world.hubs.values():
        cap = PARTS * 3 // len(world.hubs)
        need = round(world.random.choice((0.0, 0.1, 0.5, 1.0)) * cap)
        hub.wish = Wish(need=need, floor=PARTS // len(world.hubs) // 10, cap=cap)


def agreement(world: World, name: str) -> Agreement:
    found = world.hubs[name].agreement
    assert found is not None
    return found


def everybody_wants_all(world: World, *names: str) -> None:
    for name in names or world.hubs:
        world.hubs[name].wish = Wish(need=PARTS, cap=PARTS)


def steps(world: World, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        world.step()
        assert world.taken() <= PARTS


def limits(world: World) -> list[float]:
    """In equal parts."""
    return [
        hub.agreement.limit * len(world.hubs) / PARTS if hub.agreement else -1.0
        for hub in world.hubs.values()
    ]


@pytest.mark.parametrize("seed", range(3))
def test_sum_stays_within_the_budget_in_every_step(seed: int) -> None:
    world = World(8, seed)
    world.loss, world.late = 0.2, 0.6
    for number in range(400):
        if number % 40 == 0:
            wishes(world)
        if number % 30 == 10:
            world.cut(world.random.choice((1, 2, 3)))
        if number % 90 == 80:
            world.heal()
        for hub in world.hubs.values():
            if hub.agreement is None and world.random.random() < 0.2:
                hub.start()
        world.step(0.8, dying=0.02)
        assert world.taken() <= PARTS, number
        assert world.accounted() == PARTS // 8 * 8, number


def test_two_hundred_hubs_in_parts_and_together_again() -> None:
    world = World(200, 5)
    world.loss = 0.1
    wishes(world)
    for number in range(26):
        if number == 8:
            world.cut(3)
        if number == 18:
            world.heal()
            wishes(world)
        world.step(0.15)
        assert world.taken() <= PARTS, number
        assert world.accounted() == PARTS // 200 * 200, number


def test_the_division_is_reached_within_a_stated_number_of_rounds_after_healing() -> None:
    world = World(12, 3)
    world.loss = 0.1
    world.cut(3)
    everybody_wants_all(world, "h000", "h001", "h002")
    steps(world, 8.0)
    apart = limits(world)

    world.heal()
    everybody_wants_all(world)
    steps(world, ROUNDS / 10)

    assert max(apart) > 1.2
    assert all(0.9 < one < 1.1 for one in limits(world)), limits(world)


def test_a_hub_that_is_cut_off_keeps_what_it_had_and_the_others_leave_that_alone() -> None:
    world = World(4, 1)
    world.hubs["h003"].wish = Wish(need=PARTS // 40, cap=PARTS)
    everybody_wants_all(world, "h000", "h001", "h002")
    steps(world, 8.0)
    before = agreement(world, "h003").limit

    world.side["h003"] = 1
    everybody_wants_all(world)
    steps(world, 8.0)

    assert before < PARTS // 16
    assert agreement(world, "h003").limit == before
    assert agreement(world, "h000").reserved(world.here("h000")) == {"h003": before}


def test_staff_release_a_hub_and_it_begins_with_nothing_when_it_returns() -> None:
    world = World(4, 1)
    everybody_wants_all(world)
    steps(world, 3.0)
    gone = world.hubs["h003"]
    gone.kill()
    gone.go_dark()
    steps(world, 3.0)
    apart = limits(world)

    told = agreement(world, "h000").release("h003", world.here("h000"))
    world.hubs["h000"].save()
    steps(world, 6.0)
    released = limits(world)
    gone.start()
    steps(world, 0.1)
    first = agreement(world, "h003")
    steps(world, 9.0)

    assert apart[:3] == pytest.approx([1.0] * 3, abs=0.01)
    assert told == PARTS // 4
    assert released[:3] == pytest.approx([4 / 3] * 3, abs=0.1)
    assert first.account.memory.founded == 0
    assert limits(world) == pytest.approx([1.0] * 4, abs=0.1)
    assert world.accounted() == PARTS // 4 * 4 or first.account.memory.released == {}


def test_release_says_why_it_does_nothing() -> None:
    world = World(2, 1)
    steps(world, 1.0)

    assert "is here" in str(agreement(world, "h000").release("h001", world.here("h000")))
    assert "nothing is reserved for h007" in str(agreement(world, "h000").release("h007", world.here("h000")))


def test_a_listed_hub_that_never_came_can_be_released_and_then_owns_nothing() -> None:
    world = World(2, 1)
    one = Hub("h000", 9, PARTS // 2, world)
    one.agreement = Agreement("h000", PARTS // 2, one.fresh, None, {"h000": PARTS // 2, "h001": PARTS // 2})
    late = Agreement("h001", PARTS // 2, lambda: 5)

    assert one.agreement.reserved({"h000"}) == {"h001": PARTS // 2}
    assert one.agreement.release("h001", {"h000"}) == PARTS // 2
    assert one.agreement.limit == PARTS
    assert "nothing is reserved" in str(one.agreement.release("h001", {"h000"}))
    late.hear(one.agreement.statement(), 0.0)
    late.advance(0.0, {"h000", "h001"}, "", Wish(), None)
    assert late.limit == 0


def test_of_two_releases_of_one_hub_one_counts() -> None:
    world = World(3, 1)
    everybody_wants_all(world)
    steps(world, 2.0)
    world.hubs["h002"].kill()
    world.hubs["h002"].go_dark()
    world.side["h001"] = 1
    for name in ("h000", "h001"):
        assert agreement(world, name).release("h002", world.here(name)) == PARTS // 3
        world.hubs[name].save()

    world.heal()
    for _ in range(30):
        world.step()
    steps(world, 3.0)

    assert sum(limits(world)[:2]) == pytest.approx(3.0, abs=0.01)
    assert [len(agreement(world, name).account.memory.released) for name in ("h000", "h001")] == [1, 0]
    assert agreement(world, "h001").total <= PARTS


def test_a_goodbye_gives_all_but_the_floor_and_may_be_used_once_the_lamps_are_dark() -> None:
    world = World(3, 1)
    everybody_wants_all(world)
    steps(world, 2.0)
    leaving = agreement(world, "h002")
    leaving.leave(world.here("h002"), keep=PARTS // 30)
    world.hubs["h002"].save()
    for name in ("h000", "h001"):
        agreement(world, name).hear(leaving.statement(), world.now)
    world.hubs["h002"].agreement = None

    steps(world, PATIENCE - 1.0)
    early = limits(world)
    world.hubs["h002"].go_dark(PARTS // 30)
    steps(world, 4.0)

    assert early[:2] == pytest.approx([1.0, 1.0], abs=0.01)
    assert limits(world)[:2] == pytest.approx([1.45, 1.45], abs=0.02)


def test_a_disk_that_was_lost_does_not_make_a_second_part() -> None:
    world = World(3, 1)
    everybody_wants_all(world)
    steps(world, 2.0)
    hub = world.hubs["h002"]
    hub.kill()
    hub.disk, hub.lamps = None, None
    hub.start()

    for _ in range(20):
        world.step()
    steps(world, 6.0)

    assert agreement(world, "h002").account.memory.founded == 0
    assert agreement(world, "h000").total <= PARTS


def test_hubs_that_began_with_too_much_all_take_less() -> None:
    world = World(3, 1, [PARTS // 2] * 3)
    everybody_wants_all(world)

    for _ in range(10):
        world.step()
    steps(world, 2.0)

    assert agreement(world, "h000").total > PARTS
    assert limits(world) == pytest.approx([1.0] * 3, abs=0.02)


def test_what_is_repeated_or_overtaken_changes_nothing() -> None:
    one, other = (Agreement(name, PARTS // 2, lambda: 1) for name in ("a", "b"))
    one.hear(other.statement(), 0.0)
    one.account.give("b#1", 1000)
    first = one.statement()
    one.account.give("b#1", 500)
    second = one.statement()

    for said in (second, first, second, first, second):
        other.hear(said, 0.0)
        other.advance(0.0, {"a", "b"}, "", Wish(), None)

    assert other.account.held == PARTS // 2 + 1500
    assert Statement is type(second)


def test_lamps_that_are_not_known_to_keep_to_less_give_nothing_away() -> None:
    world = World(2, 1)
    world.hubs["h000"].wish = Wish(need=0, cap=PARTS)
    everybody_wants_all(world, "h001")
    giver = agreement(world, "h000")
    for number in range(60):
        world.step(0.0)
        for name, confirmed in (("h000", None if number < 30 else PARTS // 2), ("h001", 0)):
            one = agreement(world, name)
            one.advance(world.now, {"h000", "h001"}, "", world.hubs[name].wish, confirmed)
        agreement(world, "h001").hear(giver.statement(), world.now)
        giver.hear(agreement(world, "h001").statement(), world.now)

    assert giver.account.held == PARTS // 2
    assert giver.limit < PARTS // 4, "it has lowered its limit already"


def test_a_stage_that_is_silent_again_and_again_gives_what_it_has_too_much() -> None:
    giver, taker = (Agreement(name, PARTS // 2, lambda: 1) for name in ("a", "b"))
    told = [PARTS // 2] * 30
    for number in range(300):
        now = number / 10
        shown = max(told[-20:])  # lamps show frames that are up to two seconds old
        giver.advance(now, {"a", "b"}, "", Wish(cap=PARTS), None if number % 12 < 7 else shown)
        taker.advance(now, {"a", "b"}, "", Wish(need=PARTS, cap=PARTS), 0)
        giver.hear(taker.statement(), now)
        taker.hear(giver.statement(), now)
        told.append(giver.limit)
        assert max(told[-20:]) + taker.limit <= PARTS

    assert taker.account.held > 0.9 * PARTS


def test_a_hub_that_has_just_started_gives_nothing_while_its_lamps_may_hear_of_an_earlier_process() -> None:
    giver, taker = (Agreement(name, PARTS // 2, lambda: 1) for name in ("a", "b"))
    giver.hear(taker.statement(), 0.0)
    taker.advance(0.0, {"a", "b"}, "", Wish(need=PARTS, cap=PARTS), PARTS // 2)
    giver.hear(taker.statement(), 0.0)

    early = []
    for number in range(30):
        giver.advance(number / 10, {"a", "b"}, "", Wish(cap=PARTS), 0)
        early.append(giver.account.held)

    assert early[9] == PARTS // 2
    assert early[-1] < PARTS // 2


def test_a_hub_that_restarts_while_its_neighbour_is_away_keeps_what_it_holds() -> None:
    world = World(2, 1)
    for number in range(12):
        world.hubs["h000"].wish = Wish(need=PARTS if number % 2 else PARTS // 10, cap=PARTS)
        world.hubs["h001"].wish = Wish(need=PARTS // 10 if number % 2 else PARTS, cap=PARTS)
        steps(world, 5.0)
    everybody_wants_all(world)
    steps(world, 6.0)
    hub = world.hubs["h000"]
    world.side["h001"] = 1
    hub.kill()
    hub.start()

    steps(world, 1.0)

    again = agreement(world, "h000")
    assert sum(again.account.memory.given.values()) > 2 * PARTS
    assert again.account.held > PARTS // 3
    assert again.limit == again.account.held


@pytest.mark.parametrize(
    "said",
    [
        {"wish": Wish(need=5, cap=9, alpha=0.0)},
        {"wish": Wish(need=5, cap=9, alpha=float("nan"))},
        {"wish": Wish(need=PARTS, cap=PARTS, privilege=0.0, alpha=1.0)},
        {"wish": Wish(need=PARTS, cap=PARTS, privilege=float("inf"), alpha=1.0)},
        {"wish": Wish(need=2**64 - 1, cap=2**64 - 1)},
        {"wish": Wish(credit=2**63)},
        {"founded": 2**64 - 1},
        {"founded": -(2**63)},
        {"given": {"a#1": 2**64 - 1}},
        {"given": dict.fromkeys(map(str, range(9)), 2**52)},
        {"taken": {"a#1": -1}},
        {"released": {"a#1": Release(amount=2**60)}},
        {"known": {"a": (2**64 - 1,)}},
    ],
)
def test_numbers_that_nobody_can_work_with_are_refused(said: dict[str, object]) -> None:
    one = Agreement("a", PARTS // 2, lambda: 1)
    whole = {"founded": PARTS // 2, "wish": Wish(need=PARTS, cap=PARTS)} | said

    one.hear(Statement(hub="0", incarnation=7, version=1, **whole), 0.0)  # type: ignore[arg-type]
    for number in range(20):
        one.advance(number / 10, {"a", "0"}, "0", Wish(need=PARTS, cap=PARTS), one.limit)

    assert set(one.refused) == {"0"}
    assert one.others.statements == {}
    assert one.limit == PARTS // 2


def test_after_a_power_cut_of_the_whole_site_a_dead_hub_can_be_released() -> None:
    equal, names = PARTS // 3, ("a", "b", "c")
    hubs = {name: Agreement(name, equal, lambda: 7, None, dict.fromkeys(names, equal)) for name in names}
    hubs["c"].account.give("a#7", 1000)
    for name in names:
        for other in set(names) - {name}:
            hubs[other].hear(hubs[name].statement(), 0.0)
    disk = msgspec.json.encode((hubs["a"].account.memory, hubs["a"].others.kept()))

    memory, kept = msgspec.json.decode(disk, type=tuple[Memory, dict[str, Release]])
    again = Agreement("a", equal, lambda: 8, memory, dict.fromkeys(names, equal), 0, kept)
    again.advance(0.0, {"a"}, "", Wish(), None)
    before = again.limit, again.total, again.reserved({"a"})
    told = again.release("c", {"a"})
    again.advance(0.1, {"a"}, "", Wish(), None)

    assert before == (equal, 3 * equal, {"b": equal, "c": equal - 1000})
    assert told == equal - 1000
    assert again.account.held == 2 * equal, "with what c gave it last"
    assert again.others.members({"a", "b", "c"}) == ["a#7"], "the others were not heard again yet"
    again.hear(hubs["b"].statement(), 1.0)
    assert again.others.members({"a", "b", "c"}) == ["a#7", "b#7"]


def test_what_a_hub_had_before_it_lost_its_disk_is_told_and_can_be_released_while_it_is_here() -> None:
    world = World(3, 1)
    everybody_wants_all(world)
    steps(world, 2.0)
    hub = world.hubs["h002"]
    hub.kill()
    hub.disk, hub.lamps = None, None
    hub.start()
    for _ in range(30):
        world.step()
    one = agreement(world, "h000")
    lost = one.reserved(world.here("h000"))

    told = one.release("h002", world.here("h000"))
    again = one.release("h002", world.here("h000"))
    world.hubs["h000"].save()
    steps(world, 8.0)

    assert lost == {"h002": PARTS // 3}
    assert told == PARTS // 3
    assert again == "h002 is here, and says itself what it takes"
    assert one.reserved(world.here("h000")) == {}
    assert limits(world) == pytest.approx([1.0] * 3, abs=0.1)


def test_a_release_by_an_old_statement_is_corrected_once_the_cut_is_healed() -> None:
    world = World(3, 1)
    everybody_wants_all(world)
    steps(world, 3.0)
    world.side["h000"] = 1
    world.hubs["h001"].wish = Wish(cap=PARTS)
    steps(world, 6.0)
    gave = agreement(world, "h002").limit
    world.hubs["h001"].kill()
    world.hubs["h001"].go_dark()
    told = agreement(world, "h000").release("h001", world.here("h000"))
    world.hubs["h000"].save()

    world.heal()
    for _ in range(20):
        world.step()
    steps(world, 8.0)

    assert gave > PARTS // 2
    assert told == pytest.approx(PARTS // 3, abs=PARTS // 50), "what it had when it was last heard"
    assert agreement(world, "h000").total <= PARTS
    assert sum(limits(world)[::2]) == pytest.approx(3.0, abs=0.01)


def test_a_confirmation_from_before_a_rise_is_not_believed() -> None:
    def said(version: int, given: int, need: int) -> Statement:
        wish = Wish(need=need, cap=PARTS)
        return Statement(
            hub="b", incarnation=5, version=version, founded=PARTS // 2, given={"a#1": given}, wish=wish
        )

    one, half, want = Agreement("a", PARTS // 2, lambda: 1), PARTS // 2, Wish(need=PARTS, cap=PARTS)
    one.hear(said(1, 0, PARTS // 10), 0.0)
    for number in range(20):
        one.advance(number / 10, {"a", "b"}, "a", want, half)

    one.hear(said(2, PARTS // 5, PARTS // 10), 2.0)
    one.advance(2.0, {"a", "b"}, "a", want, half)
    risen = one.limit
    one.hear(said(3, PARTS // 5, PARTS), 2.1)
    for number in range(21, 26):
        one.advance(number / 10, {"a", "b"}, "a", want, half)
        assert risen + PARTS // 2 - PARTS // 5 + sum(one.account.memory.given.values()) <= PARTS
    for number in range(26, 40):
        one.advance(number / 10, {"a", "b"}, "a", want, half)

    assert sum(one.account.memory.given.values()) > 0


def test_lives_of_a_hub_are_remembered_in_the_order_of_arrival() -> None:
    account = Account("a", lambda: 1, 0)
    for life in range(1000, 900, -1):
        account.know("b", life)
    changed = account.changed

    account.know("b", 1000, 999, hearsay=True)

    assert account.memory.known["b"] == tuple(range(932, 900, -1))
    assert account.changed == changed, "nothing new, and nothing to save"


def test_what_an_unreached_hub_has_given_to_another_is_not_counted_twice() -> None:
    equal = PARTS // 3
    one = Agreement("a", equal, lambda: 1)
    for said in (
        Statement(hub="b", incarnation=1, version=1, founded=equal),
        Statement(hub="c", incarnation=1, version=1, founded=equal),
        Statement(hub="c", incarnation=1, version=2, founded=equal, taken={"b#1": equal // 2}),
    ):
        one.hear(said, 0.0)

    one.advance(0.0, {"a", "c"}, "", Wish(need=PARTS, cap=PARTS), None)

    assert one.total == 3 * equal
    assert one.limit == equal
    assert one.reserved({"a", "c"}) == {"b": equal - equal // 2}


HUGE = (1 << 53) + 1
SOUND = Statement(
    hub="a", incarnation=1, version=2, founded=3, given={"b#1": 4}, taken={"c#1": 5},
    known={"b": (1, 2), "d": ()},
    released={"d#1": Release(amount=6, given={"b#1": 1}, taken={"c#1": 2})}, wish=Wish(need=7), budget=8,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"incarnation": -1}, "incarnation is -1"),
        ({"version": HUGE}, "version is"),
        ({"founded": -1}, "founded is -1"),
        ({"budget": HUGE}, "budget is"),
        ({"wish": Wish(need=-1)}, "need is -1"),
        ({"wish": Wish(reform=-5)}, "reform is -5"),
        ({"given": {"b#1": 4, "c#1": -1}}, "given c#1 is -1"),
        ({"taken": {"b#1": HUGE}}, "taken b#1 is"),
        ({"given": {"b#1": HUGE - 1, "c#1": HUGE - 1}}, "given together is"),
        ({"known": {"b": (1, -2)}}, "life of b is -2"),
        ({"released": {"d#1": Release(amount=6, given={"b#1": -1})}}, "given of d#1 is -1"),
        ({"released": {"d#1": Release(amount=-HUGE)}}, "release of d#1 is"),
        ({}, ""),
    ],
)
def test_a_statement_with_an_impossible_number_is_refused_by_its_name(
    changes: dict[str, object], words: str
) -> None:
    found = fault_of(msgspec.structs.replace(SOUND, **changes))

    assert found.startswith(words)
    assert bool(found) == bool(words)
