"""Who comes in: pairing, sessions, roles, origins, hosts, and how often a code may be tried."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from installation.commands import COMMANDS, Role, may
from installation.errors import PhotophoreError
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.ports import own_address
from installation.ipc.telemetry import PICTURE
from installation.panel.access import Sessions, Throttle, allows
from installation.panel.desks import StoriesDesk
from installation.panel.gate import NEEDS, Gate
from installation.panel.keeper import KeeperLink
from installation.panel.pairing import Hashes, make_codes, normal
from installation.panel.server import Panel as Application
from installation.parameter.tree import Tree
from installation.web.hosts import is_loopback
from tests.installation.panel.running import Panel, until

CODES = {"viewer": "AAAA-0001", "operator": "AAAA-0002", "moderator": "AAAA-0003", "admin": "AAAA-0004"}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """A panel on an address that is not loopback; where there is none, asked as through a proxy."""
    host = own_address("0.0.0.0")
    running = Panel(tmp_path_factory.mktemp("state"), host, CODES)
    running.headers = {"Via": "1.1 elsewhere"} if is_loopback(host) else {}
    yield running
    running.close()


def origin(panel: Panel) -> str:
    return f"http://{panel.host}:{panel.port}"


def pair(panel: Panel, code: str, **headers: str) -> tuple[int, dict[str, list[str]], bytes]:
    told = {"Origin": origin(panel), "Content-Type": "application/x-www-form-urlencoded"} | headers
    return panel.request("/panel/pair", "POST", headers=told, body=f"code={quote(code)}".encode())


def cookie(panel: Panel, role: str) -> str:
    status, headers, _ = pair(panel, CODES[role])
    assert status == 303
    return headers["set-cookie"][0].partition(";")[0]


def command(panel: Panel, name: str, **headers: str) -> int:
    told = {"Origin": origin(panel), "Content-Type": "application/json"} | headers
    return panel.request(f"/panel/command/{name}", "POST", headers=told, body=b'{"arguments": []}')[0]


def test_on_the_network_nothing_is_shown_before_pairing_and_health_says_only_how_it_is(
    network: Panel,
) -> None:
    for path in ("/", "/master", "/picture?still", "/metrics", "/panel/events", "/?HOST_INFO"):
        assert network.get(path)[0] == 401, path
    status, headers, _ = network.get("/", Accept="text/html")
    assert (status, headers["location"]) == (303, "/panel/pair")
    assert set(network.json("/health")) == {"ok", "stale", "age_s"}
    page = network.get("/panel/pair")[2].decode()
    assert "Pairing code" in page
    assert not any(code in page for code in CODES.values())


def test_a_code_pairs_a_browser_by_a_cookie_that_no_script_and_no_other_site_gets(network: Panel) -> None:
    status, headers, body = pair(network, "aaaa 0001")  # as people type
    assert status == 303
    given = headers["set-cookie"][0]
    assert "HttpOnly" in given
    assert "SameSite=Strict" in given
    assert "Path=/" in given
    assert "Domain" not in given
    mine = given.partition(";")[0]

    assert network.get("/", Accept="text/html", Cookie=mine)[0] == 200
    told = json.loads(network.get("/health", Cookie=mine)[2])
    assert "status" in told
    assert "AAAA" not in json.dumps(told) + headers.get("location", [""])[0] + body.decode()
    assert network.get("/", Cookie=mine + "x")[0] == 401
    status, _, _ = network.request(
        "/panel/unpair", "POST", headers={"Cookie": mine, "Origin": origin(network)}
    )
    assert status == 303
    assert network.get("/", Cookie=mine)[0] == 401


def test_nothing_is_written_from_another_origin_or_without_one(network: Panel) -> None:
    mine = cookie(network, "admin")
    for other in (
        "http://evil.example",
        "null",
        f"https://{network.host}:{network.port}",
        f"http://{network.host}",
    ):
        assert pair(network, CODES["viewer"], Origin=other)[0] == 403, other
        assert command(network, "go", Cookie=mine, Origin=other) == 403, other
    told = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": mine}
    assert network.request("/panel/unpair", "POST", headers=told)[0] == 403
    assert network.get("/", Cookie=mine)[0] == 200
    for method in ("OPTIONS", "GET"):
        headers = network.get("/health", method, Origin="http://evil.example")[1]
        assert not any(name.startswith("access-control") for name in headers)


def test_a_role_gives_the_commands_of_the_table_and_no_others(network: Panel) -> None:
    for role in Role:
        mine = cookie(network, role.name.lower())
        for name, spec in COMMANDS.items():
            status = command(network, name, Cookie=mine)
            if may(role, name):
                assert status in {400, 409}, (role, name)  # let in: there is no keeper here
            else:
                assert status == 403, (role, name)
                assert not spec.http or role < spec.role
        assert command(network, "nonsense", Cookie=mine) == 404
    assert command(network, "go") == 401


def test_foreign_host_names_are_refused_on_the_network_too(network: Panel) -> None:
    mine = cookie(network, "viewer")
    assert network.get("/health", Host=f"{network.host}:{network.port}")[0] == 200
    for host in ("evil.example", "10.9.8.7", f"{network.host}.evil.example"):
        assert network.get("/health", Host=host, Cookie=mine)[0] == 421, host


def test_a_named_host_is_served(tmp_path: Path) -> None:
    running = Panel(tmp_path, arguments=("--name", "Studio.Local"))
    try:
        assert running.get("/health", Host="studio.local:80")[0] == 200
        assert running.get("/", Host="studio.local")[0] == 401  # a name that others may use is not loopback
    finally:
        running.close()


def test_on_loopback_one_may_look_without_pairing_but_not_write_and_a_proxy_may_not_look(
    tmp_path: Path,
) -> None:
    running = Panel(tmp_path, codes=CODES)
    try:
        assert running.get("/")[0] == 200
        assert running.get("/panel/events", "HEAD")[0] == 200
        assert command(running, "get") == 401
        for header in ("X-Forwarded-For", "Forwarded", "Via"):
            assert running.get("/", **{header: "10.0.0.1"})[0] == 401
        mine = cookie(running, "operator")
        assert command(running, "go", Cookie=mine) == 409
        assert command(running, "stop", Cookie=mine) == 403
    finally:
        running.close()


def test_sessions_outlive_the_panel_and_codes_are_in_no_file_and_no_log(tmp_path: Path) -> None:
    running = Panel(tmp_path, codes=CODES)
    mine = cookie(running, "operator").partition("=")[2]
    assert pair(running, "WRONG-00")[0] == 403
    running.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (*CODES.values(), *(normal(code) for code in CODES.values()), mine):
        assert secret.encode() not in kept
    assert (tmp_path / "panel-sessions.json").stat().st_mode & 0o077 == 0
    again = Panel(tmp_path, codes=make_codes())
    try:
        assert command(again, "go", Cookie=f"photophore-{again.port}={mine}") == 409
    finally:
        again.close()


def test_guessing_is_slowed_down_and_the_guesser_is_told(tmp_path: Path) -> None:
    running = Panel(tmp_path, codes=CODES)
    try:
        tried = [pair(running, f"ZZZZ-{number:04}") for number in range(8)]
        assert [status for status, _, _ in tried[:5]] == [403] * 5
        assert {status for status, _, _ in tried[5:]} == {429}
        assert int(tried[-1][1]["retry-after"][0]) >= 1
        assert b"Too many tries" in tried[-1][2]
        assert (
            pair(running, CODES["admin"])[0] == 429
        )  # also the right code has to wait: else waiting is no use
        assert "ZZZZ" not in running.said()
        assert running.get("/health")[0] == 200
    finally:
        running.close()


# ---- The parts by themselves -------------------------------------------------------------------------------


def test_every_route_says_which_role_it_needs() -> None:
    desk = StoriesDesk(Path("nowhere"))
    application = Application(LocalBus(LocalHub()), Gate(), KeeperLink(Path("nowhere")), desk).application()
    names = {route.name for route in application.router.routes() if isinstance(route, web.AbstractRoute)}

    assert names == set(NEEDS)


def test_a_route_that_nobody_has_put_into_the_table_is_open_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert allows(None, None)
    assert not allows(None, Role.VIEWER)
    assert allows(Role.ADMIN, Role.VIEWER)
    assert not allows(Role.VIEWER, Role.OPERATOR)


class Hand:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_waits_grow_with_each_wrong_code_and_end_with_a_right_one() -> None:
    clock = Hand()
    throttle = Throttle(clock)
    waits = []
    for _ in range(12):
        clock.now += throttle.wait("10.0.0.1")
        assert throttle.wait("10.0.0.1") == 0.0
        throttle.failed("10.0.0.1")
        waits.append(throttle.wait("10.0.0.1"))
    assert waits[:4] == [0.0] * 4
    assert waits[4:7] == [5.0, 10.0, 20.0]
    assert max(waits) <= 900.0
    clock.now += 900.0
    assert throttle.wait("10.0.0.1") == 0.0
    throttle.succeeded("10.0.0.1")
    throttle.failed("10.0.0.1")
    assert throttle.wait("10.0.0.1") == 0.0


def test_many_clients_together_are_slowed_down_and_a_house_counts_as_one() -> None:
    clock = Hand()
    throttle = Throttle(clock)
    allowed = sum(throttle.wait(f"10.0.{n // 250}.{n % 250}") == 0.0 for n in range(1000))
    assert allowed <= 20
    clock.now += 10.0
    assert sum(throttle.wait(f"10.1.{n // 250}.{n % 250}") == 0.0 for n in range(1000)) <= 6
    clock.now += 1000.0
    for n in range(5):
        throttle.wait(f"2001:db8::{n}")
        throttle.failed(f"2001:db8::{n}")
    assert throttle.wait("2001:db8::ffff") > 0
    assert throttle.wait("2001:db8:0:1::1") == 0.0


def test_a_session_ends_by_the_calendar_and_the_oldest_make_room(tmp_path: Path) -> None:
    clock = Hand()
    sessions = Sessions(tmp_path / "s.json", clock)
    first = sessions.open(Role.OPERATOR)
    assert sessions.role(first) is Role.OPERATOR
    assert Sessions(tmp_path / "s.json", clock).role(first) is Role.OPERATOR
    clock.now += sessions.lasts + 1
    assert sessions.role(first) is None
    clock.now -= 10 * sessions.lasts  # a clock that was wrong
    assert sessions.role(first) is None
    tokens = [sessions.open(Role.VIEWER) for _ in range(200)]
    assert len(sessions) == 64
    assert sessions.role(tokens[-1]) is Role.VIEWER
    assert sessions.role(tokens[0]) is None


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": [9, 1.0]}', b"[" * 3000, bytes(range(64, 128))])
def test_a_damaged_file_of_sessions_only_asks_for_pairing_again(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "s.json").write_bytes(text)

    sessions = Sessions(tmp_path / "s.json")

    assert len(sessions) == 0
    assert sessions.role(sessions.open(Role.VIEWER)) is Role.VIEWER


def test_a_state_folder_that_cannot_be_written_keeps_sessions_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    sessions = Sessions(tmp_path / "file" / "s.json")

    assert sessions.role(sessions.open(Role.VIEWER)) is Role.VIEWER


def test_codes_are_unlike_and_their_hashes_do_not_tell_them() -> None:
    codes = make_codes()
    hashes = Hashes.of(codes)

    assert len(set(codes.values())) == len(Role)
    assert not any(normal(code) in hashes.to_text() for code in codes.values())
    again = Hashes.from_text(hashes.to_text())
    assert again.role_of(codes["moderator"].lower().replace("-", " ")) is Role.MODERATOR
    assert again.role_of("") is None
    with pytest.raises(PhotophoreError, match="damaged"):
        Hashes.from_text("{")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("", False),
        ("0.0.0.0", False),
    ],
)
def test_what_is_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_live_values_come_as_events_and_only_what_has_changed(tmp_path: Path) -> None:
    from installation.parameter.parameter import Kind, Parameter

    running = Panel(tmp_path)
    tree = Tree([Parameter("/master", Kind.FLOAT, (1.0,), (0.0,), (1.0,))])
    try:
        until(lambda: running.publish(tree) or running.get("/master")[0] == 200)
        connection = http.client.HTTPConnection(running.host, running.port, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", "/panel/events")
            stream = connection.getresponse()
            assert stream.getheader("Content-Type") == "text/event-stream"
            said: list[tuple[str, Any]] = []

            def hear() -> tuple[str, Any]:
                name = ""
                while True:
                    line = stream.readline().decode().rstrip("\n")
                    if line.startswith("event: "):
                        name = line[7:]
                    elif line.startswith("data: "):
                        said.append((name, json.loads(line[6:])))
                        return said[-1]

            assert hear()[0] == "status"
            name, first = hear()
            assert name == "cells"
            assert first["/master value"] == "1"
            tree.set("/master", [0.25])
            tree.settle()
            running.publish(tree)
            until(lambda: running.publish(tree) or hear()[1].get("/master value") == "0.25")
            assert said[-1][0] == "cells"
            assert "/master unit" not in said[-1][1]
            stream.close()
    finally:
        running.close()


@pytest.mark.parametrize("path", ["/panel/events", "/picture"])
def test_what_is_being_told_ends_with_the_pairing(network: Panel, path: str) -> None:
    mine = cookie(network, "viewer")
    connection = http.client.HTTPConnection(network.host, network.port, timeout=20)
    tree, told = Tree(), {"Cookie": mine, "Origin": origin(network)}
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Cookie": mine, "Via": "1.1 elsewhere"})
        stream = connection.getresponse()
        assert stream.status == 200
        network.publish(tree)
        assert network.request("/panel/unpair", "POST", headers=told)[0] == 303

        def over() -> bool:
            network.publish(tree)
            network.stage.put(PICTURE, b"picture")
            return not stream.read1(65536)

        until(over, "the stream ends")


def test_the_controls_are_for_operators_and_for_pages_of_our_own(network: Panel) -> None:
    for role in ("viewer", "operator"):
        mine = cookie(network, role)
        let_in = role == "operator"
        assert network.get("/panel/control", Cookie=mine)[0] == (200 if let_in else 403)
        told = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": mine}
        page = network.request(
            "/panel/control", "POST", headers=told | {"Origin": origin(network)}, body=b"do=go"
        )
        assert page[0] == (200 if let_in else 403)
        assert (b"go was refused: the keeper cannot be reached" in page[2]) is let_in
        foreign = told | {"Origin": "http://evil.example"}
        assert network.request("/panel/control", "POST", headers=foreign, body=b"do=go")[0] == 403
        link = b'href="/panel/control"' in network.get("/", Accept="text/html", Cookie=mine)[2]
        assert link is let_in
