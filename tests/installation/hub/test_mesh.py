"""The bus between hubs: kept messages, late hubs, a reader that hangs, a router between them."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
import zenoh

from installation.cli.site.cables import possible
from installation.errors import PhotophoreError
from installation.hub.mesh import Sender, SiteMesh
from installation.hub.options import HubOptions
from tests.installation.hub.site import Site, until
from tests.parts import NAMESPACES, free_port, needs

pytestmark = pytest.mark.timeout(240)
HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def hub() -> Iterator[Callable[..., SiteMesh]]:
    """Opens hubs; the first listens, the others connect to it."""
    first = f"{HOST}:{free_port()}"
    opened: list[SiteMesh] = []

    def make(name: str, **more: object) -> SiteMesh:
        listen = f"{HOST}:{free_port()}" if opened else first
        options = more or {"listen": (listen,), "connect": (first,) if opened else ()}
        made = SiteMesh(HubOptions(site="garden", hub=name, **options))  # type: ignore[arg-type]
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


def test_a_late_hub_gets_the_newest_kept_message_of_every_key_also_by_pattern(
    hub: Callable[..., SiteMesh],
) -> None:
    north = hub("north")
    for number in range(300):
        north.put(f"story/{number % 100}/north", str(number).encode(), keep=True)
    east = hub("east")
    stories = east.subscribe("story/**", capacity=1, kept=True)
    got: dict[str, bytes] = {}

    def all_here() -> bool:
        north.receive()
        got.update(stories.drain())
        return len(got) == 100

    until(all_here, "all kept messages")
    assert got == {f"story/{number}/north": str(200 + number).encode() for number in range(100)}
    assert east.get("story/7/*") == {"story/7/north": b"207"}
    later = east.subscribe("**", kept=True)
    assert len(later.drain()) == 100
    assert later.drain() == []


def test_each_kept_message_is_given_once_though_it_is_sent_again(hub: Callable[..., SiteMesh]) -> None:
    north, east = hub("north"), hub("east")
    heard = east.subscribe("**", kept=True)
    until(lambda: bool(north.living()) and bool(east.living()), "they meet")
    north.put("cue/north", b"1", keep=True)
    got: list[tuple[str, bytes]] = []

    def given() -> bool:
        got.extend(heard.drain())
        return bool(got)

    until(given, "the message")
    south = hub("south")
    until(lambda: len(north.living()) == 2 and south.get("cue/*") == {"cue/north": b"1"}, "south has it, too")
    north._outbox.again(east.run)  # as after a cut that healed
    north.put("end/north", b"", keep=True)

    def over() -> bool:
        got.extend(heard.drain())
        return ("end/north", b"") in got

    until(over, "all that was sent again has come")
    assert got == [("cue/north", b"1"), ("end/north", b"")]


def test_what_is_said_in_the_name_of_another_hub_is_not_heard_and_told(hub: Callable[..., SiteMesh]) -> None:
    north, east, south = hub("north"), hub("east"), hub("south")
    for one in (north, east, south):
        until(lambda one=one: len(one.living()) == 2, "all are here")  # type: ignore[misc]
    with pytest.raises(ValueError, match="east"):
        east.put("vote/north", b"x")

    def say(key: str, hub: str, run: str) -> None:
        root, attachment = "photophore/site/garden", msgspec.msgpack.encode(Sender(hub, run, 1))
        east._session.put(f"{root}/kept/{key}", b"forged", attachment=attachment)

    def told(sender: str, name: str) -> bool:
        south.receive()
        return south.misnamed[sender, name] > 0

    say("vote/north", "east", east.run)
    until(lambda: told("east", "north"), "another's key")
    say("vote/north", "north", east.run)
    until(lambda: south.misnamed["east", "north"] + 0 * len(south.living()) >= 2, "another's name")
    say("vote/east", "east", north.run)
    until(lambda: told("north", "east"), "another's run")
    say("vote/north", "north", "y" * 5000 + "-1")
    until(lambda: told("y" * 64, "north"), "a name of any length takes no memory")
    east.put("vote/east", b"b", keep=True)
    until(lambda: south.get("**") == {"vote/east": b"b"}, "what it says itself")


def test_who_states_the_run_of_another_hub_as_its_own_does_not_silence_it(
    hub: Callable[..., SiteMesh],
) -> None:
    north, east, south = hub("north"), hub("east"), hub("south")
    for one in (north, east, south):
        until(lambda one=one: len(one.living()) == 2, "all are here")  # type: ignore[misc]

    forged = east._session.liveliness().declare_token(f"photophore/site/garden/@life/east/{north.run}")

    def told() -> bool:
        south.receive()
        return south.misnamed["east", "north"] > 0

    until(told, "it is told")
    north.put("cue/north", b"1", keep=True)
    until(lambda: south.get("**") == {"cue/north": b"1"}, "north is heard")
    forged.undeclare()
    east.put("cue/east", b"2", keep=True)
    until(lambda: south.get("**") == {"cue/north": b"1", "cue/east": b"2"}, "all is past")
    assert south.living() == {"north", "east"}


def test_the_run_of_an_older_version_begins_with_no_name_and_is_heard(hub: Callable[..., SiteMesh]) -> None:
    """So that membership can tell of the version."""
    north, east = hub("north"), hub("east")
    until(lambda: bool(north.living()) and bool(east.living()), "both are here")
    attachment = msgspec.msgpack.encode(Sender("east", "0123456789abcdef", 1))
    token = east._session.liveliness().declare_token("photophore/site/garden/@life/east/0123456789abcdef")
    until(lambda: "0123456789abcdef" in north.runs, "it is alive")

    east._session.put("photophore/site/garden/kept/open/hello/east", b"old", attachment=attachment)

    until(lambda: bool(north.get("**")), "it is heard")
    assert north.get("**") == {"open/hello/east": b"old"}
    assert not north.misnamed
    token.undeclare()


def test_only_admitted_runs_are_heard_and_what_they_kept_comes_when_they_are(
    hub: Callable[..., SiteMesh],
) -> None:
    north, east = hub("north"), hub("east")
    until(lambda: bool(north.living()) and bool(east.living()), "they meet")
    east.admit(frozenset())
    heard = east.subscribe("**", kept=True)
    north.put("open/hello/north", b"north", keep=True)
    north.put("cue/north", b"1", keep=True)
    north.put("level/north", b"0.5")
    until(lambda: east.get("open/**") == {"open/hello/north": b"north"}, "what is open")
    until(lambda: not east.receive() and east.withheld == 1, "the plain one is withheld")
    assert [key for key, _ in heard.drain()] == ["open/hello/north"]
    assert east.get("cue/*") == {}
    east.admit(frozenset({north.run}))
    assert heard.drain() == [("cue/north", b"1")]
    north.put("level/north", b"0.6")
    until(lambda: ("level/north", b"0.6") in heard.drain(), "now it is heard")


def test_messages_that_are_too_large_or_are_none_of_ours_are_left_out(hub: Callable[..., SiteMesh]) -> None:
    north, east = hub("north"), hub("east")
    with pytest.raises(PhotophoreError, match="more than"):
        north.put("story/north", bytes(2 << 20), keep=True)
    until(lambda: bool(east.living()), "they meet")
    for attachment in (None, b"\xff", b"\x01"):
        for key in ("kept/x", "now/x"):
            before = east.dropped

            def counted(key: str = key, attachment: bytes | None = attachment, before: int = before) -> bool:
                north._session.put(f"photophore/site/garden/{key}", b"y", attachment=attachment)
                return east.get("x") == {} and east.dropped > before

            until(counted, f"{key} with {attachment!r} is counted")


def test_an_address_in_use_says_so_without_the_sources_of_others(hub: Callable[..., SiteMesh]) -> None:
    port = free_port()
    hub("north", listen=(f"{HOST}:{port}",))
    with pytest.raises(PhotophoreError, match=str(port)) as refused:
        SiteMesh(HubOptions(site="garden", hub="b", listen=(f"{HOST}:{port}",)))
    assert ".rs" not in str(refused.value)


READER = """
import sys, time
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
mesh = SiteMesh(HubOptions(site="garden", hub="south", connect=(sys.argv[1],)))
heard, known = mesh.subscribe("**", kept=True), set()
while True:
    known |= {key for key, _ in heard.drain()}
    print(len(known), flush=True)
    time.sleep(0.02)
"""


def test_a_hub_that_hangs_holds_up_neither_sender_nor_others_and_misses_nothing(tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack:
        north = SiteMesh(HubOptions(site="garden", hub="north", listen=(f"{HOST}:{port}",)))
        stack.callback(north.close)
        east = SiteMesh(HubOptions(site="garden", hub="east", connect=(f"{HOST}:{port}",)))
        stack.callback(east.close)
        out = stack.enter_context((tmp_path / "out").open("wb"))
        command = [sys.executable, "-c", READER, f"{HOST}:{port}"]
        reader = subprocess.Popen(command, stdout=out, cwd=ROOT)
        stack.callback(reader.wait)
        stack.callback(reader.kill)
        until(lambda: north.living() == {"east", "south"}, "all are here")
        reader.send_signal(signal.SIGSTOP)
        for number in range(150):
            north.put(f"story/{number}/north", bytes(100_000), keep=True)
        north.put("last/north", b"1", keep=True)
        until(lambda: not north.receive() and len(east.get("**")) == 151, "the other has all")  # type: ignore[func-returns-value]
        reader.send_signal(signal.SIGCONT)

        def caught_up() -> bool:
            north.receive()
            lines = (tmp_path / "out").read_bytes().split()
            return bool(lines) and lines[-1] == b"151"

        until(caught_up, "it misses nothing")


def test_hubs_that_only_reach_a_router_are_one_site(hub: Callable[..., SiteMesh]) -> None:
    """With the configuration that docs/site.md shows, in the router that the library has inside."""
    port = free_port()
    page = (ROOT / "docs" / "site.md").read_text("utf-8")
    text = page.partition("<!-- zenohd -->")[2].partition("```json5")[2].partition("```")[0]
    assert "192.168.50.1:7447" in text
    router = zenoh.open(zenoh.Config.from_json5(text.replace("192.168.50.1:7447", f"{HOST}:{port}")))
    try:
        north, east = (hub(name, router=(f"{HOST}:{port}",)) for name in ("north", "east"))
        north.put("story/north", b"x", keep=True)
        until(lambda: north.living() == {"east"} and east.living() == {"north"}, "they meet")
        until(lambda: not north.receive() and east.get("story/*") == {"story/north": b"x"}, "and talk")  # type: ignore[func-returns-value]
    finally:
        router.close()  # type: ignore[no-untyped-call]


@needs(NAMESPACES, there=possible())
def test_hubs_find_each_other_by_multicast_on_a_stated_interface(tmp_path: Path) -> None:
    with Site(tmp_path, "north", "east", connect=(), interface="eth0") as site:
        site.start("north")
        until(
            lambda: site["north"].view.role == "leader", "north is there"
        )  # else both ask before either hears
        site.start("east")
        site.together()
