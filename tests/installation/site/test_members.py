"""Who is let in."""

from installation.site.members import AWAY, HERE, LEFT, PROTOCOL, REFUSED, SILENCE, Bye, Hello, Members
from installation.site.roles import Claim, Roles


def met(**changes: object) -> tuple[Members, Hello]:
    """A hub and what another says to it."""
    members = Members("north", "mine", 0.0)
    members.hello = Hello(hub="north", run="mine", version="1.0", show="garden")
    said = {"hub": "east", "run": "its", "version": "1.0", "show": "garden"} | changes
    return members, Hello(**said)  # type: ignore[arg-type]


def state(members: Members, name: str, now: float) -> str:
    return members.all(now)[name].state(now)


def test_a_hub_of_the_same_program_and_show_is_let_in_and_heard() -> None:
    members, hello = met()
    members.take_hello(hello, 1.0)

    assert members.advance({"its": "east"}, 1.0) == {"its"}
    assert state(members, "east", 1.0) == HERE
    assert set(members.here(1.0)) == {"north", "east"}


def test_another_version_protocol_or_show_is_refused_with_its_reason() -> None:
    for changes, words in (
        ({"version": "0.9"}, "0.9"),
        ({"protocol": PROTOCOL + 1}, f"protocol {PROTOCOL + 1}"),
        ({"show": "sea"}, '"sea"'),
    ):
        members, hello = met(**changes)
        members.take_hello(hello, 1.0)

        assert members.advance({"its": "east"}, 1.0) == frozenset()
        assert state(members, "east", 1.0) == REFUSED
        assert words in members.all(1.0)["east"].why
        assert set(members.here(1.0)) == {"north"}


def test_nobody_is_let_in_before_the_own_show_is_known() -> None:
    members, hello = met(show="")
    members.hello = Hello(hub="north", run="mine", version="1.0")
    members.take_hello(hello, 1.0)

    assert members.advance({"its": "east"}, 1.0) == frozenset()


def test_silence_a_lost_connection_and_goodbye_are_told_apart() -> None:
    members, hello = met()
    members.take_hello(hello, 1.0)
    members.advance({"its": "east"}, 1.0)
    assert state(members, "east", 1.0 + SILENCE + 0.1) == AWAY
    members.take_word("its", 4.0)
    assert state(members, "east", 4.1) == HERE

    members.advance({}, 4.2)
    assert state(members, "east", 4.2) == AWAY
    members.take_bye(Bye("east", "its"))
    assert state(members, "east", 4.3) == LEFT


def test_a_goodbye_counts_though_an_earlier_life_of_the_hub_ended_without_one() -> None:
    members, hello = met()
    members.take_hello(hello, 1.0)
    members.advance({"its": "east"}, 1.0)
    members.advance({}, 2.0)  # its goodbye was lost with its cable
    members.take_hello(met(run="next")[1], 3.0)
    members.advance({"next": "east"}, 3.0)
    members.take_bye(Bye("east", "next"))
    members.advance({}, 4.0)

    assert state(members, "east", 4.0) == LEFT


def test_who_comes_back_counts_only_when_it_has_said_anew_who_it_is() -> None:
    members, hello = met(follows="north")
    members.take_hello(hello, 1.0)
    members.advance({"its": "east"}, 1.0)
    members.advance({}, 2.0)
    members.advance({"its": "east"}, 3.0)
    assert state(members, "east", 3.0) == AWAY

    members.take_hello(met(follows="east")[1], 3.1)
    members.advance({"its": "east"}, 3.1)
    assert members.here(3.1)["east"].follows == "east"


def test_of_two_machines_of_one_name_the_first_is_heard_and_the_other_told() -> None:
    members, first = met(age=50.0)
    second = met(run="other", age=1.0)[1]
    members.take_hello(second, 60.0)
    members.take_hello(first, 60.0)
    both = {"its": "east", "other": "east"}
    assert members.advance(both, 60.0) == {"its"}
    assert "too" in members._runs["other"].why

    members.advance({"other": "east"}, 61.0)
    members.take_hello(second, 61.0)
    assert "other" in members.advance({"other": "east"}, 61.0)


def test_the_younger_of_two_with_our_name_hears_nobody() -> None:
    members, hello = met(hub="north", age=100.0)
    east = met(run="third")[1]
    members.take_hello(hello, 60.0)
    members.take_hello(east, 60.0)

    assert members.advance({"its": "north", "third": "east"}, 60.0) == frozenset()
    assert "called north" in members.why
    assert members.advance({"third": "east"}, 61.0) == {"its", "third"}
    assert members.why == ""


class Crowd:
    """Memberships and roles of many hubs; what one says reaches those in its part a step later."""

    def __init__(self, count: int) -> None:
        self.now = 0.0
        self.names = [f"h{number:03}" for number in range(count)]
        self.members: dict[str, Members] = {}
        self.roles: dict[str, Roles] = {}
        self.part = dict.fromkeys(self.names, 0)
        self.claims: dict[str, Claim] = {}
        self.alive: list[str] = []

    def come(self, *names: str) -> None:
        """Let hubs start."""
        for name in names:
            self.members[name] = Members(name, f"r{name}", self.now)
            self.members[name].hello = Hello(hub=name, run=f"r{name}", version="1", show="garden", lead=50)
            self.roles[name] = Roles(name, f"r{name}", 0, self.now)
            self.alive.append(name)

    def near(self, name: str) -> list[str]:
        return [one for one in self.alive if self.part[one] == self.part[name]]

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.now += 1.0
            said = {name: self.members[name].hello for name in self.alive}
            claims = dict(self.claims)
            for name in self.alive:
                members, near = self.members[name], self.near(name)
                for other in near:
                    if other != name:
                        members.take_hello(said[other], self.now)
                members.advance({f"r{one}": one for one in near if one != name}, self.now)
                for other in near:
                    if other in claims:
                        self.roles[name].take(claims[other])
                here = members.here(self.now)
                claim = self.roles[name].advance(here, self.now)
                if claim is not None:
                    self.claims[name] = claim
                follows, epoch = self.roles[name].leader, self.roles[name].epoch
                members.hello = Hello(
                    hub=name,
                    run=f"r{name}",
                    version="1",
                    show="garden",
                    lead=50,
                    follows=follows,
                    epoch=epoch,
                )

    def agrees(self, part: list[str]) -> bool:
        """Whether all of a part know each other, nobody else, and one leader among them."""
        known = all(set(self.members[name].here(self.now)) == set(part) for name in part)
        return known and len({self.roles[name].leader for name in part} - {""}) == 1


def test_two_hundred_hubs_know_each_other_also_after_late_ones_cuts_and_deaths() -> None:
    net = Crowd(200)
    net.come(*net.names[:150])
    net.run(5)
    assert net.agrees(net.names[:150])

    net.come(*net.names[150:])  # late
    net.run(2)
    assert net.agrees(net.names)
    assert {net.roles[name].leader for name in net.names} == {"h000"}, "who came later does not take it over"

    far = net.names[120:]
    net.part |= dict.fromkeys(far, 1)
    for dead in ("h000", "h150"):  # without a goodbye: the leader, and another
        net.alive.remove(dead)
    net.run(6)
    here = net.names[1:120]
    far.remove("h150")
    assert net.agrees(here)
    assert net.agrees(far)
    assert {name for name in here if net.roles[name].leads} == {"h001"}
    assert net.members["h001"].all(net.now)["h199"].state(net.now) == AWAY

    net.part = dict.fromkeys(net.names, 0)
    net.run(4)
    assert net.agrees(net.alive)
    assert sum(net.roles[name].leads for name in net.alive) == 1
