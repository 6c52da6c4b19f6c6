"""Who leads, in a simulated network whose parts can be cut off and healed."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from installation.site.members import EPOCHS, Hello
from installation.site.roles import LEADER, STANDBY, Claim, Roles

STEP = 0.1


class Net:
    """Roles of several hubs; claims and hellos arrive one step later within a part of the network."""

    def __init__(self, *leads: int) -> None:
        self.now = 0.0
        self.hellos = {
            f"h{number:03}": Hello(hub=f"h{number:03}", run=f"r{number}", lead=lead)
            for number, lead in enumerate(leads)
        }
        self.roles = {name: Roles(name, one.run, 0, 0.0) for name, one in self.hellos.items()}
        self.claims: dict[str, Claim] = {}
        self.part = dict.fromkeys(self.hellos, 0)
        self.dead: set[str] = set()

    def split(self, *parts: Iterable[str]) -> None:
        self.part = {name: number for number, part in enumerate(parts) for name in part}

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP)):
            self.now += STEP
            told = dict(self.claims)
            said = dict(self.hellos)
            for name in self.living():
                roles = self.roles[name]
                near = [one for one in self.living() if self.part[one] == self.part[name]]
                for other in near:
                    if other in told:
                        roles.take(told[other])
                claim = roles.advance({one: said[one] for one in near}, self.now)
                if claim is not None:
                    self.claims[name] = claim
                old = self.hellos[name]
                self.hellos[name] = Hello(
                    hub=name, run=old.run, lead=old.lead, follows=roles.leader, epoch=roles.epoch
                )

    def living(self) -> list[str]:
        return [name for name in self.roles if name not in self.dead]

    def leaders(self) -> set[str]:
        return {self.roles[name].leader for name in self.living()}

    def leading(self) -> list[str]:
        return [name for name in self.living() if self.roles[name].leads]


def test_the_highest_preference_leads_and_the_next_stands_by() -> None:
    net = Net(10, 50, 30)
    net.run(5.0)

    assert net.leaders() == {"h001"}
    assert net.roles["h001"].role(net.hellos) == LEADER
    assert net.roles["h002"].role(net.hellos) == STANDBY


def test_of_equal_preference_the_first_name_leads_and_zero_never_does() -> None:
    net = Net(0, 20, 20)
    net.run(5.0)
    assert net.leaders() == {"h001"}

    nobody = Net(0, 0)
    nobody.run(60.0)
    assert nobody.leaders() == {""}


def test_a_leader_that_comes_back_waits_until_all_is_quiet_and_then_is_handed_over_to() -> None:
    net = Net(50, 30, 10)
    net.run(5.0)
    net.dead.add("h000")
    net.run(3.0)
    assert net.leaders() == {"h001"}
    epoch = net.roles["h001"].term

    net.dead.clear()
    net.roles["h000"] = Roles("h000", "r0", 1, net.now)
    del net.claims["h000"]
    net.run(8.0)
    assert net.leaders() == {"h001"}
    net.run(5.0)
    assert net.leaders() == {"h000"}
    assert net.roles["h002"].term > epoch
    assert net.leading() == ["h000"]


def test_the_higher_epoch_wins_between_two_that_are_alone() -> None:
    net = Net(50, 30)
    net.run(5.0)
    net.split(["h000"], ["h001"])
    net.run(5.0)
    assert sorted(net.leading()) == ["h000", "h001"]

    net.split(["h000", "h001"])
    net.run(0.5)
    assert net.leading() == ["h001"]
    assert net.leaders() == {"h001"}


def test_one_that_was_alone_does_not_displace_a_leader_that_is_followed() -> None:
    net = Net(50, 30, 40)
    net.run(5.0)
    net.split(["h000", "h001"], ["h002"])
    net.run(5.0)
    assert net.leading() == ["h000", "h002"]

    net.split(net.hellos)
    net.run(0.5)
    assert net.leading() == ["h000"]
    assert net.leaders() == {"h000"}
    assert net.roles["h002"].term == net.roles["h000"].term == net.roles["h002"].epoch


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 100), min_size=2, max_size=6).filter(any),
    st.lists(st.tuples(st.lists(st.integers(0, 2), min_size=6, max_size=6), st.floats(0.3, 8.0)), max_size=4),
)
def test_after_any_cuts_one_leads_and_epochs_never_fall(
    leads: list[int], cuts: list[tuple[list[int], float]]
) -> None:
    net = Net(*leads)
    names = list(net.hellos)
    highest = dict.fromkeys(names, 0)
    for parts, seconds in cuts:
        net.split(
            *([name for name, part in zip(names, parts, strict=False) if part == one] for one in range(3))
        )
        net.run(seconds)
        for name in names:
            assert net.roles[name].epoch >= highest[name]
            highest[name] = net.roles[name].epoch
    net.split(names)
    net.run(16.0)

    assert len(net.leading()) == 1
    assert net.leaders() == set(net.leading())
    assert max(net.hellos[name].lead for name in names) == net.hellos[net.leading()[0]].lead


def test_two_hundred_hubs_have_one_leader() -> None:
    net = Net(*(number % 90 for number in range(200)))
    net.run(4.0)
    assert len(net.leaders()) == 1
    assert net.leading() == ["h089"]


def test_only_claims_of_members_with_an_epoch_that_can_be_count() -> None:
    roles = Roles("b", "rb", 0, 0.0)
    here = {"b": Hello(hub="b", run="rb", lead=10), "x": Hello(hub="x", run="rx", lead=50)}
    roles.take(Claim(hub="x", run="rx", epoch=3))
    roles.advance(here, 1.0)
    assert (roles.leader, roles.epoch) == ("x", 3)

    roles.take(Claim(hub="x", run="another machine of that name", epoch=70))
    roles.take(Claim(hub="x", run="another machine of that name", epoch=70, leads=False))
    roles.take(Claim(hub="x", run="rx", epoch=EPOCHS + 1))
    roles.left("x", "another machine of that name")
    for number in range(3000):
        roles.take(Claim(hub=f"h{number}", run=f"r{number}", epoch=80))
    roles.advance(here | {"z": Hello(hub="z", run="rz", epoch=2**64 - 1)}, 5.0)
    assert (roles.leader, roles.term, roles.epoch) == ("x", 3, 3)


def test_a_leader_that_lost_its_disk_takes_an_epoch_above_all_that_others_heard_of() -> None:
    net = Net(50, 0)
    net.roles["h000"] = Roles("h000", "r0", 49, 0.0)
    net.run(5.0)
    assert net.roles["h001"].epoch == 50

    net.dead.add("h000")
    net.run(3.0)
    net.dead.clear()
    net.roles["h000"] = Roles("h000", "r0", 0, net.now)
    del net.claims["h000"]
    net.run(5.0)
    assert net.leaders() == {"h000"}
    assert net.roles["h001"].term == 51


def test_a_leader_that_meets_one_who_knows_of_higher_epochs_takes_a_higher_one() -> None:
    net = Net(50, 0)
    net.split(["h000"], ["h001"])
    net.roles["h001"].epoch = 50
    net.run(5.0)
    assert net.roles["h000"].term == 1
    net.split(["h000", "h001"])
    net.run(3.0)
    assert net.roles["h001"].term == net.roles["h000"].term == 51
