"""Hubs that get other names: what they had stays reserved under the old ones until somebody releases it."""

import random

import msgspec
import pytest

from installation.site.fair import PARTS, Agreement, Memory, Release, Statement, Wish
from tests.installation.site.fair.world import Hub, World

WANTS = Wish(need=PARTS, cap=PARTS)


def reborn(agreement: Agreement, name: str, number: int) -> Agreement:
    """The hub after its next start, with another name."""
    memory = msgspec.json.decode(msgspec.json.encode(agreement.account.memory), type=Memory)
    return Agreement(name, PARTS, iter(range(number, number + 50)).__next__, memory, {}, 0, kept(agreement))


def kept(agreement: Agreement) -> dict[str, Release]:
    return agreement.others.kept()


class Site:
    """Hubs in one process; what they say is lost now and then."""

    def __init__(self, hubs: list[Agreement], seed: int = 0, loss: float = 0.0) -> None:
        self.hubs, self.random, self.loss, self.now = hubs, random.Random(seed), loss, 0.0

    def accounted(self) -> int:
        """What all have, and what is on its way between them, parts."""
        accounts = [one.account for one in self.hubs]
        flying = sum(
            max(0, one.memory.given.get(to.identity, 0) - to.memory.taken.get(one.identity, 0))
            for one in accounts
            for to in accounts
        )
        return flying + sum(one.held for one in accounts)

    def step(self) -> None:
        self.now += 0.1
        here = {one.hub for one in self.hubs}
        for one in self.random.sample(self.hubs, len(self.hubs)):
            for to in self.hubs:
                if to is not one and self.random.random() >= self.loss:
                    to.hear(one.statement(), self.now)
            one.advance(self.now, here, min(here), WANTS, one.limit)
            assert self.accounted() <= PARTS

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()


def founded(count: int) -> list[Agreement]:
    return [Agreement(f"x{one}", PARTS // count, lambda one=one: 100 + one) for one in range(count)]  # type: ignore[misc]


def renamed(hubs: list[Agreement]) -> list[Agreement]:
    return [reborn(one, f"y{number}", 1000 + 100 * number) for number, one in enumerate(hubs)]


def test_hubs_that_are_all_renamed_have_the_whole_budget_once_their_old_names_are_released() -> None:
    old = Site(founded(3))
    old.run(20)
    new = Site(renamed(old.hubs))
    new.run(30)
    first = new.hubs[0]
    before = [one.limit for one in new.hubs], first.reserved({"y0", "y1", "y2"})
    for name in ("x1", "x2", "x0"):
        assert first.release(name, {"y0", "y1", "y2"}) == PARTS // 3, name
        new.run(5)
    new.run(60)

    assert before == ([0, 0, 0], dict.fromkeys(("x0", "x1", "x2"), PARTS // 3))
    assert sum(one.limit for one in new.hubs) == PARTS // 3 * 3
    assert all(one.limit == pytest.approx(PARTS / 3, rel=0.1) for one in new.hubs)
    assert not any(one.reserved({"y0", "y1", "y2"}) or one.account.memory.former for one in new.hubs)


def test_a_hub_releases_its_own_old_name_also_after_a_restart_and_once_only() -> None:
    alone = Agreement("a", PARTS, lambda: 1)
    named = reborn(reborn(alone, "b", 10), "b", 20)
    others = named.others.total(), named.reserved({"b"})
    got = named.release("a", {"b"})
    named.advance(0.0, {"b"}, "b", WANTS, named.limit)
    again = reborn(named, "b", 30)

    assert named.account.memory.version >> 32 == 3, "beyond all that it has told under any name"
    assert others == (PARTS, {"a": PARTS})
    assert (got, named.limit) == (PARTS, PARTS)
    assert again.limit == PARTS
    assert isinstance(again.release("a", {"b"}), str)
    assert again.limit == PARTS


def test_a_hub_that_gets_its_first_name_back_releases_what_it_had_under_it() -> None:
    back = reborn(reborn(Agreement("a", PARTS, lambda: 1), "b", 10), "a", 20)
    before = back.limit, back.reserved({"a"})
    got = back.release("a", {"a"})

    assert before == (0, {"a": PARTS})
    assert (got, back.limit) == (PARTS, PARTS)
    assert "says itself" in str(back.release("a", {"a"})), "once only"


def test_a_name_that_only_the_file_of_the_others_knows_is_released() -> None:
    one = Agreement("a", 0, lambda: 1, Memory(incarnation=1, hub="a"), {}, 0, {"b#5": Release(amount=77)})

    assert "b" in str(one.release("nobody", {"a"}))
    assert one.release("b", {"a"}) == 77
    assert one.reserved({"a"}) == {}


def test_a_name_is_not_counted_twice_where_it_is_listed_and_only_the_file_knows_it() -> None:
    one = Agreement("a", 0, lambda: 1, None, {"b": PARTS // 2}, 0, {"b#5": Release(amount=77)})

    assert one.reserved({"a"}) == {"b": 77}
    assert one.release("b", {"a"}) == 77


def test_what_a_renamed_hub_has_released_stays_released() -> None:
    one = Agreement("a", PARTS // 2, lambda: 1)
    gone = Statement(hub="z", incarnation=9, version=1, founded=PARTS // 2)
    one.hear(gone, 0.0)
    one.release("z", {"a"})
    named = reborn(one, "b", 10)
    nothing = named.account.held
    returned = Agreement("z", 0, lambda: 10, Memory(incarnation=9, hub="z", founded=PARTS // 2))
    returned.hear(named.statement(), 0.0)
    named.release("a", {"b"})

    assert returned.account.held == 0, "it begins anew"
    assert (nothing, named.account.held) == (0, PARTS)


def test_a_hub_that_was_released_still_knows_what_it_had_under_another_name() -> None:
    named = reborn(Agreement("a", PARTS, lambda: 1), "b", 10)
    mine = named.account.identity
    named.hear(
        Statement(hub="c", incarnation=3, version=1, founded=0, released={mine: Release(amount=0)}), 0.0
    )

    assert named.account.identity != mine
    assert list(named.account.memory.former) == ["a#1"], "over a restart, too"
    assert named.release("a", {"b"}) == PARTS


@pytest.mark.parametrize("seed", range(12))
def test_no_part_is_made_or_lost_by_renaming_hubs_in_the_midst_of_giving(seed: int) -> None:
    """They give, die at any moment or say goodbye, all get other names, and any of them releases each."""
    world = World(6, seed)
    world.loss, world.late = 0.3, 0.6
    for number in range(80):
        if number % 20 == 0:
            for hub in world.hubs.values():
                need = world.random.choice((PARTS // 40, PARTS // 2))
                hub.wish = Wish(need=need, floor=PARTS // 60, cap=PARTS)
        if number == 50:
            world.cut(2)
        world.step(0.8)
    old = [last(hub, leaves=world.random.random() < 0.5) for hub in world.hubs.values()]
    new = Site(renamed(old), seed)
    new.run(2)
    new.loss = 0.3
    names = [one.hub for one in old]
    for name in world.random.sample(names, len(names)):
        new.run(world.random.randrange(4))
        for one in world.random.sample(new.hubs, len(new.hubs)):
            if name in one.reserved(set()) and not isinstance(one.release(name, {"y0"}), str):
                break
    new.loss = 0.0
    new.run(60)

    saved = [one.account.changed for one in new.hubs]
    new.run(5)

    assert new.accounted() == PARTS // 6 * 6
    assert [one.account.changed for one in new.hubs] == saved, "at rest nothing is written"
    assert not any(one.account.memory.former for one in new.hubs)


def last(hub: Hub, *, leaves: bool) -> Agreement:
    """A hub at its end."""
    assert hub.agreement is not None
    if leaves:
        hub.agreement.leave(hub.world.here(hub.name), PARTS // 60)
    return hub.agreement
