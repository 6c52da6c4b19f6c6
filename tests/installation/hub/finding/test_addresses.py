"""Where other hubs listen: what is kept of it, and when the network is opened again for one."""

from pathlib import Path

import pytest

from installation.hub.finding import Addresses, known_addresses
from installation.hub.options import HubOptions
from tests.waiting import until

OPTIONS = HubOptions(
    site="garden", hub="a", hubs=("a", "b", "c"), listen=("10.0.0.1:7447",), connect=("10.0.0.2:7447",)
)


def addresses(folder: Path, answers: str = "") -> Addresses:
    looked_for = (*OPTIONS.connect, *known_addresses(OPTIONS, folder))
    return Addresses(OPTIONS, folder, looked_for, lambda _host, _port, _patience: answers)


def asked(one: Addresses, present: dict[str, bool], *, free: bool = True, since: float = 100.0) -> str:
    """What is said once a hub has been missed for a while; empty after some looks."""
    for step in range(30):
        said = one.advance(since + step, present, free=free)
        if one._probe is not None:
            one._probe.join()
        if said:
            return said
    return ""


def test_what_a_hub_tells_is_kept_and_looked_for_at_the_next_start(tmp_path: Path) -> None:
    addresses(tmp_path).learn("c", ("10.0.0.3:7447",))
    assert known_addresses(OPTIONS, tmp_path) == ("10.0.0.3:7447",)
    addresses(tmp_path).learn("c", ("10.0.0.9:7447",))
    assert known_addresses(OPTIONS, tmp_path) == ("10.0.0.9:7447",), "where it listens now"
    addresses(tmp_path).learn("b", ("10.0.0.2:7447",))
    addresses(tmp_path).learn("stranger", ("10.0.0.66:7447",))
    assert known_addresses(OPTIONS, tmp_path) == ("10.0.0.9:7447",), "named already, and no hub of the venue"


@pytest.mark.parametrize(
    "told", ["0.0.0.0:7447", "127.0.0.1:7447", "224.0.0.1:7447", "10.0.0.3:0", "10.0.0.3", "x:7447", "[::]:1"]
)
def test_an_address_at_which_nobody_can_be_reached_is_not_kept(tmp_path: Path, told: str) -> None:
    addresses(tmp_path).learn("c", (told,))
    assert known_addresses(OPTIONS, tmp_path) == ()


def test_a_missed_hub_that_answers_and_that_nobody_names_is_worth_a_new_network(tmp_path: Path) -> None:
    one = addresses(tmp_path)
    one.learn("c", ("10.0.0.3:7447",))
    assert asked(one, {"c": True}) == ""
    assert "c listens at 10.0.0.3:7447" in asked(one, {"c": False})


def test_nobody_is_disturbed_for_a_hub_that_is_off_or_looked_for_already(tmp_path: Path) -> None:
    off = addresses(tmp_path, answers="does not answer")
    off.learn("c", ("10.0.0.3:7447",))
    assert asked(off, {"c": False}) == ""
    leads = addresses(tmp_path / "x")
    leads.learn("c", ("10.0.0.3:7447",))
    assert asked(leads, {"c": False}, free=False) == ""
    leads.learn("stranger", ("10.0.0.66:7447",))
    assert asked(leads, {"stranger": False}) == "", "it would never be looked for, and so again and again"
    assert asked(leads, {"b": False}) == "", "the venue names it"
    assert asked(addresses(tmp_path), {"c": False}) == "", "it was looked for from the start"


def test_it_is_looked_for_only_after_a_while_and_by_a_thread(tmp_path: Path) -> None:
    one = addresses(tmp_path)
    one.learn("c", ("10.0.0.3:7447",))
    one.advance(0.0, {"c": False}, free=True)
    one.advance(7.0, {"c": False}, free=True)
    assert one._probe is None
    one.advance(9.0, {"c": False}, free=True)
    until(lambda: one.advance(9.5, {"c": False}, free=True), "it answers")
