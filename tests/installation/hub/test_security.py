"""Who may speak on a site: certificates of its own authority, and names in them."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import zenoh

from installation.errors import PhotophoreError
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
from installation.hub.settings import ROUTER, router_settings
from tests.installation.hub.authority import Authority, openssl
from tests.installation.hub.site import until
from tests.parts import needs

pytestmark = [
    needs("openssl", there=openssl is not None),
    pytest.mark.timeout(240),
]
HOST = "127.0.0.1"


def free_tcp_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


A_WHILE = 1.5
"""Seconds in which a hub that may speak has long been heard; only an absence is waited for so long."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def open_(authority: Authority) -> Iterator["Opened"]:
    with ExitStack() as stack:
        yield Opened(stack)


class Opened:
    """Opens hubs that find each other on this machine."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.port = free_tcp_port()

    def first(self, **more: object) -> SiteMesh:
        return self._open("north", listen=(f"{HOST}:{self.port}",), **more)

    def other(self, name: str = "east", **more: object) -> SiteMesh:
        return self._open(name, connect=(f"{HOST}:{self.port}",), **more)

    def _open(self, name: str, **more: object) -> SiteMesh:
        mesh = SiteMesh(HubOptions(site="garden", hub=name, **more))  # type: ignore[arg-type]
        self._stack.callback(mesh.close)
        return mesh


def meets(one: SiteMesh, other: SiteMesh) -> bool:
    return other.hub in one.living() and one.hub in other.living()


def never_meet(one: SiteMesh, other: SiteMesh) -> None:
    end = time.monotonic() + A_WHILE
    while time.monotonic() < end:
        assert not one.living()
        assert not other.living()
        time.sleep(0.05)


def test_hubs_of_one_authority_meet_and_talk(open_: Opened, authority: Authority) -> None:
    north = open_.first(**authority.issue("north", HOST))
    north.put("show/cue/north", b"7", keep=True)
    east = open_.other(**authority.issue("east", HOST))
    until(lambda: meets(north, east), "they meet")
    until(lambda: east.get("show/**") == {"show/cue/north": b"7"}, "east hears what was kept")


def test_a_hub_without_a_certificate_is_not_let_in(open_: Opened, authority: Authority) -> None:
    never_meet(open_.first(**authority.issue("north", HOST)), open_.other())


def test_a_certificate_of_another_authority_is_not_let_in(
    open_: Opened, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "other").issue("east", HOST, authority.certificate)
    never_meet(open_.first(**authority.issue("north", HOST)), open_.other(**stranger))


def test_a_certificate_of_another_address_is_not_believed(open_: Opened, authority: Authority) -> None:
    north = open_.first(**authority.issue("north", "192.0.2.1"))
    never_meet(north, open_.other(**authority.issue("east", HOST)))


def test_only_admitted_names_are_heard(open_: Opened, authority: Authority) -> None:
    admit = ("north", "east")
    north = open_.first(**authority.issue("north", HOST), admit=admit)
    stranger = open_.other("stranger", **authority.issue("stranger", HOST))
    stranger.put("show/cue/stranger", b"666", keep=True)
    never_meet(north, stranger)
    assert north.get("**") == {}

    east = open_.other(**authority.issue("east", HOST), admit=admit)
    until(lambda: "east" in north.living() and "north" in east.living(), "east is admitted")
    east.put("show/cue/east", b"7", keep=True)
    until(lambda: north.get("show/**") == {"show/cue/east": b"7"}, "and heard")


def test_a_certificate_speaks_in_no_other_name(open_: Opened, authority: Authority) -> None:
    """A forger that is admitted as east states north's name and run, and north's keys."""
    admit = ("north", "east", "south")
    north = open_.first(**authority.issue("north", HOST), admit=admit)
    south, east, forger = (
        open_.other(name, **authority.issue(owner, HOST), admit=admit, listen=(f"{HOST}:{free_tcp_port()}",))
        for name, owner in (("south", "south"), ("east", "east"), ("north", "east"))
    )
    for one in (north, east, south):
        until(lambda one=one: len(one.living()) == 2, "all are here")  # type: ignore[misc]
    forger.run = north.run
    forger.put("show/cue/north", b"666", keep=True)
    forger.put("show/now/north", b"666")
    north.put("show/cue/north", b"7", keep=True)
    east.put("show/cue/east", b"8", keep=True)
    heard = {"show/cue/north": b"7", "show/cue/east": b"8"}
    until(lambda: south.get("**") == heard, "what is true")
    end = time.monotonic() + A_WHILE
    now = south.subscribe("show/now/*")
    while time.monotonic() < end:
        forger.put("show/cue/north", b"666", keep=True)
        forger.put("show/now/north", b"666")
        assert south.get("**") == heard
        assert south.living() == {"north", "east"}
        assert now.drain() == []
        time.sleep(0.05)


def test_a_router_hears_whom_hubs_would_hear_and_each_in_its_own_name_only(
    authority: Authority, tmp_path: Path
) -> None:
    """With the file that `photophore site --router` prints, in the router that the library has inside."""
    address, admit = f"{HOST}:{free_tcp_port()}", ("north", "east", "south")
    hall = HubOptions(site="garden", hub="hall", admit=admit, **authority.issue("hall", HOST))  # type: ignore[arg-type]
    own = authority.issue(ROUTER, HOST)
    made = json.dumps(router_settings(hall, [address]))
    for name in (f"{ROUTER}.pem", f"{ROUTER}.key", "authority.pem"):
        made = made.replace(f'"{name}"', f'"{authority.folder / name}"')  # zenohd is started in their folder
    assert own["certificate"] in made
    with ExitStack() as stack:
        router = zenoh.open(zenoh.Config.from_json5(made))
        stack.callback(router.close)

        def open_hub(name: str, owner: str) -> SiteMesh:
            more = authority.issue(owner, HOST)
            mesh = SiteMesh(HubOptions(site="garden", hub=name, router=(address,), **more))  # type: ignore[arg-type]
            stack.callback(mesh.close)
            return mesh

        north, south = open_hub("north", "north"), open_hub("south", "south")
        until(lambda: meets(north, south), "they meet")
        forger, stranger = open_hub("north", "east"), open_hub("stranger", "stranger")
        forger.run = north.run
        north.put("show/cue/north", b"7", keep=True)
        until(lambda: south.get("**") == {"show/cue/north": b"7"}, "what north says is passed on")
        end = time.monotonic() + A_WHILE
        while time.monotonic() < end:
            forger.put("show/cue/north", b"666", keep=True)
            stranger.put("show/cue/stranger", b"666", keep=True)
            assert south.get("**") == {"show/cue/north": b"7"}
            assert south.living() == {"north"}
            assert not stranger.living()
            time.sleep(0.05)


def test_another_site_on_the_same_addresses_hears_nothing(open_: Opened) -> None:
    north = open_.first()
    with ExitStack() as stack:
        other = SiteMesh(HubOptions(site="meadow", hub="east", connect=(f"{HOST}:{open_.port}",)))
        stack.callback(other.close)
        other.put("show/cue/east", b"1", keep=True)
        never_meet(north, other)


def test_an_address_of_another_machine_or_a_missing_certificate_says_so(tmp_path: Path) -> None:
    with pytest.raises(PhotophoreError, match=r"192\.0\.2\.77"):
        SiteMesh(HubOptions(site="garden", hub="north", listen=("192.0.2.77:7447",)))
    nothing = str(tmp_path / "nothing.pem")
    address = f"{HOST}:{free_tcp_port()}"
    options = HubOptions(
        site="garden", hub="north", listen=(address,),
        certificate=nothing, private_key=nothing, authority=nothing,
    )  # fmt: skip
    with pytest.raises(PhotophoreError):
        SiteMesh(options)


def open_sockets() -> set[tuple[str, str]]:
    """Protocol and local address, in hexadecimal, of what this process listens on; UDP sockets all count."""
    mine = set()
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            mine.add(str(link.readlink()))
    found = set()
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/self/net/{protocol}").read_text().splitlines()[1:]:
            words = line.split()
            if f"socket:[{words[9]}]" in mine and (protocol.startswith("udp") or words[3] == "0A"):
                found.add((protocol, words[1]))
    return found


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs /proc of Linux")
def test_nothing_is_open_but_the_stated_address_and_no_multicast(open_: Opened) -> None:
    before = open_sockets()
    north = open_.first()
    assert open_sockets() - before == {("tcp", f"0100007F:{open_.port:04X}")}
    east = open_.other()
    until(lambda: meets(north, east), "they meet")
    assert open_sockets() - before == {("tcp", f"0100007F:{open_.port:04X}")}
