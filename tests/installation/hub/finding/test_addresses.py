"""Where other hubs listen: what is kept of it, and when the network is opened again for one."""

import threading
from pathlib import Path
from typing import Any

import pytest

from installation.hub.finding import Addresses, known_addresses
from installation.hub.options import HubOptions
from installation.ipc.state_file import StateFile
from tests.waiting import until

OPTIONS = HubOptions(
    site="garden", hub="a", hubs=("a", "b", "c"), listen=("10.0.0.1:7447",), connect=("10.0.0.2:7447",)
)


def addresses(
    folder: Path,
    answers: str = "",
    options: HubOptions = OPTIONS,
    tried: set[tuple[str, str]] | None = None,
) -> Addresses:
    looked_for = (*options.connect, *known_addresses(options, folder))
    return Addresses(options, folder, looked_for, lambda _host, _port, _patience: answers, tried)


def tell(folder: Path, hub: str, address: str) -> None:
    """Have a hub tell where it listens, and the disk keep it."""
    one = addresses(folder)
    one.learn(hub, (address,))
    until(one.end)


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
    tell(tmp_path, "c", "10.0.0.3:7447")
    assert known_addresses(OPTIONS, tmp_path) == ("10.0.0.3:7447",)
    tell(tmp_path, "c", "10.0.0.9:7447")
    assert known_addresses(OPTIONS, tmp_path) == ("10.0.0.9:7447",), "where it listens now"
    tell(tmp_path, "b", "10.0.0.2:7447")
    tell(tmp_path, "stranger", "10.0.0.66:7447")
    assert known_addresses(OPTIONS, tmp_path) == ("10.0.0.9:7447",), "named already, and no hub of the venue"


@pytest.mark.parametrize(
    "told", ["0.0.0.0:7447", "127.0.0.1:7447", "224.0.0.1:7447", "10.0.0.3:0", "10.0.0.3", "x:7447", "[::]:1"]
)
def test_an_address_at_which_nobody_can_be_reached_is_not_kept(tmp_path: Path, told: str) -> None:
    tell(tmp_path, "c", told)
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
    until(off.end)
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


def test_a_site_that_has_a_router_since_looks_for_nobody(tmp_path: Path) -> None:
    tell(tmp_path, "c", "10.0.0.3:7447")
    routed = HubOptions(site="garden", hub="a", hubs=("a", "b", "c"), router=("10.0.0.9:7447",))
    one = addresses(tmp_path, options=routed)
    assert known_addresses(routed, tmp_path) == ()
    assert asked(one, {"c": False}) == ""
    one.learn("c", ("10.0.0.4:7447",))
    assert asked(one, {"c": False}, since=200.0) == ""
    assert one._probe is None, "nobody is asked"


def test_an_address_of_this_hub_is_no_other_ones(tmp_path: Path) -> None:
    """Not as it is told, nor as it was kept while this hub listened elsewhere."""
    tell(tmp_path, "c", OPTIONS.listen[0])
    assert StateFile(tmp_path, "site-addresses").load() == {}
    StateFile(tmp_path, "site-addresses").save({"hubs": {"c": OPTIONS.listen}})
    one = addresses(tmp_path)
    assert known_addresses(OPTIONS, tmp_path) == ()
    assert asked(one, {"c": False}) == ""


def test_the_network_is_opened_again_once_for_an_address_until_its_hub_was_connected(tmp_path: Path) -> None:
    """Something else may answer there, or the disk keep nothing, so that it is looked for no more."""
    tried: set[tuple[str, str]] = set()

    def opened() -> Addresses:
        one = Addresses(OPTIONS, tmp_path, OPTIONS.connect, lambda _host, _port, _patience: "", tried)
        one.learn("c", ("10.0.0.3:7447",))
        return one

    first = asked(opened(), {"c": False})
    second = asked(opened(), {"c": False})
    moved = opened()
    moved.learn("c", ("10.0.0.4:7447",))
    elsewhere = asked(moved, {"c": False})
    again = opened()
    again.advance(0.0, {"c": True}, free=True)

    assert "c listens at 10.0.0.3:7447" in first
    assert second == ""
    assert "c listens at 10.0.0.4:7447" in elsewhere
    assert "c listens at 10.0.0.3:7447" in asked(again, {"c": False})


def test_a_disk_that_hangs_holds_up_nobody_who_learns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()

    def save(_file: StateFile, _state: dict[str, Any]) -> bool:
        return free.wait()

    monkeypatch.setattr(StateFile, "save", save)
    one = addresses(tmp_path)
    one.learn("c", ("10.0.0.3:7447",))
    assert not one.end(), "who opens the network again waits for that"
    free.set()
    until(one.end)


def test_what_was_heard_before_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each member tells it in every message, and is asked a hundred times a second."""
    one = addresses(tmp_path)
    one.learn("c", ("10.0.0.3:7447", "nonsense"))
    read: list[object] = []
    monkeypatch.setattr("installation.hub.finding.addresses._good", lambda *given, **_: read.append(given))
    one.learn("c", ("10.0.0.3:7447", "nonsense"))
    until(one.end)
    assert read == []
