"""OSCQuery over WebSocket, with a real client: a real panel process, a real bus, the stage's end of it."""

import asyncio
import http.client
import json
import random
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from installation import osc
from installation.panel.query import MOST
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from installation.values import Reading
from tests.installation.panel.running import Panel, until

CODES = {"viewer": "AAAA-AAAA", "operator": "BBBB-BBBB"}
STIR = "/scene/sea/stir"


def parameters() -> list[Parameter]:
    return [
        Parameter(STIR, Kind.FLOAT, (0.25,), (0.0,), (2.0,)),
        Parameter("/scene/sea/tint", Kind.COLOR, (1.0, 0.5, 0.0, 1.0), (0.0,) * 4, (1.0,) * 4),
        Parameter("/scene/sea/still", Kind.BOOL, (0.0,), (0.0,), (1.0,)),
        Parameter("/scene/sea/count", Kind.INT, (3.0,), (0.0,), (9.0,)),
        Parameter("/master", Kind.FLOAT, (1.0,), (0.0,), (1.0,)),
    ]


class Room:
    """A panel, and a stage that publishes a tree and takes what is written."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.tree = Tree(parameters())
        self.taken: list[Reading] = []

    def frame(self, obey: bool = True) -> None:
        """One frame of the stage."""
        for reading in self.panel.publisher.written():
            self.taken.append(reading)
            if obey:
                self.tree.set(reading.address, reading.values)
        self.tree.settle()
        self.panel.publish(self.tree)
        self.tree.end_frame()

    async def play(self, seconds: float, obey: bool = True) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.frame(obey)
            await asyncio.sleep(1 / 60)

    async def until(self, condition: Callable[[], Any], bound: float = 15.0) -> Any:
        end = time.monotonic() + bound
        while time.monotonic() < end:
            if found := condition():
                return found
            self.frame()
            await asyncio.sleep(1 / 60)
        pytest.fail("never happened")


class Client:
    """A WebSocket client that remembers everything it hears."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.values: list[tuple[str, tuple[Any, ...], str]] = []
        self.told: list[tuple[str, Any]] = []
        self.at: list[float] = []

    async def hear(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                (one,) = osc.decode(message.data)
                self.values.append((one.address, one.arguments, one.types))
                self.at.append(time.monotonic())
            elif message.type is aiohttp.WSMsgType.TEXT:
                said = json.loads(message.data)
                self.told.append((said["COMMAND"], said["DATA"]))

    async def ask(self, command: str, data: str) -> None:
        await self.socket.send_str(json.dumps({"COMMAND": command, "DATA": data}))

    async def write(self, address: str, *values: Any, types: str | None = None) -> None:
        await self.socket.send_bytes(osc.encode(address, *values, types=types))

    def last(self, address: str) -> tuple[Any, ...] | None:
        return next((values for one, values, _ in reversed(self.values) if one == address), None)


@asynccontextmanager
async def client(panel: Panel, query: str = "", **headers: str) -> AsyncIterator[Client]:
    where = f"http://127.0.0.1:{panel.port}/{query}"
    async with aiohttp.ClientSession() as session, session.ws_connect(where, headers=headers) as socket:
        one = Client(socket)
        hearing = asyncio.create_task(one.hear())
        try:
            yield one
        finally:
            hearing.cancel()


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    running = Panel(tmp_path_factory.mktemp("state"), codes=CODES)
    yield running
    running.close()


@pytest.fixture
def room(panel: Panel) -> Room:
    one = Room(panel)
    until(lambda: one.frame() or panel.get(STIR)[0] == 200)
    until(lambda: one.frame() or panel.json(f"{STIR}?VALUE") == {"VALUE": [0.25]})
    return one


def play(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await work()

    asyncio.run(bounded())


def test_a_listener_hears_the_value_at_once_and_each_change_and_nothing_else(room):
    async def work() -> None:
        async with client(room.panel) as one:
            await one.ask("LISTEN", STIR)
            await room.until(lambda: one.values)
            assert one.values == [(STIR, (0.25,), "f")]
            room.tree.set("/master", [0.5])
            await room.play(0.3)
            assert one.values == [(STIR, (0.25,), "f")]
            room.tree.set(STIR, [1.5])
            await room.until(lambda: len(one.values) > 1)
            assert one.values[1:] == [(STIR, (1.5,), "f")]
            await one.ask("IGNORE", STIR)
            await room.play(0.2)
            room.tree.set(STIR, [0.75])
            await room.play(0.3)
            assert len(one.values) == 2

    play(work)


def test_every_kind_has_its_type(room):
    async def work() -> None:
        async with client(room.panel) as one:
            for name in ("tint", "still", "count"):
                await one.ask("LISTEN", f"/scene/sea/{name}")
            await room.until(lambda: len(one.values) == 3)
            assert sorted(one.values) == [
                ("/scene/sea/count", (3,), "i"),
                ("/scene/sea/still", (False,), "F"),
                ("/scene/sea/tint", (1.0, 0.5, 0.0, 1.0), "ffff"),
            ]
            room.tree.set("/scene/sea/still", [1.0])
            room.tree.set("/scene/sea/count", [7.0])
            await room.until(lambda: len(one.values) == 5)
            assert sorted(one.values[3:]) == [
                ("/scene/sea/count", (7,), "i"),
                ("/scene/sea/still", (True,), "T"),
            ]

    play(work)


def test_values_come_at_most_thirty_times_a_second_and_the_newest_last(room):
    async def work() -> None:
        async with client(room.panel) as one:
            await one.ask("LISTEN", STIR)
            await room.until(lambda: one.values)
            begun = time.monotonic()
            for step in range(240):
                room.tree.set(STIR, [step / 240])
                room.frame()
                await asyncio.sleep(1 / 120)
            passed = time.monotonic() - begun
            await room.until(lambda: one.last(STIR) == (osc_float(239 / 240),))
            assert len(one.values) <= 30 * passed + 4

    play(work)


def osc_float(value: float) -> float:
    return struct.unpack(">f", struct.pack(">f", value))[0]


def test_listening_to_what_is_not_there_is_refused_and_said(room):
    async def work() -> None:
        async with client(room.panel) as one:
            await one.ask("LISTEN", "/scene/sea")
            await room.until(lambda: one.told)
            command, data = one.told[0]
            assert command == "REFUSED"
            assert "/scene/sea" in data["REASON"]
            await one.socket.send_str("not json")
            await room.until(lambda: len(one.told) > 1)
            assert "JSON" in one.told[1][1]["REASON"]
            await one.ask("DANCE", "/")
            await room.until(lambda: len(one.told) > 2)
            assert "DANCE" in one.told[2][1]["REASON"]
            await one.socket.send_str('{"COMMAND": "LISTEN", "more": ' + "[" * 8000)
            await room.until(lambda: len(one.told) > 3)
            assert "recursion" in one.told[3][1]["REASON"]

    play(work)


def test_changes_of_the_tree_are_told_and_a_listener_follows_a_renamed_scene(room):
    async def work() -> None:
        async with client(room.panel) as one:
            await one.ask("LISTEN", STIR)
            await room.until(lambda: one.values)
            room.tree.add([Parameter("/scene/sea/late", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
            await room.until(lambda: ("PATH_CHANGED", "/scene/sea") in one.told)
            assert one.told == [("PATH_ADDED", "/scene/sea/late"), ("PATH_CHANGED", "/scene/sea")]
            one.told.clear()
            room.tree.remove("/scene/sea/late")
            await room.until(lambda: ("PATH_CHANGED", "/scene/sea") in one.told)
            assert one.told[0] == ("PATH_REMOVED", "/scene/sea/late")
            one.told.clear()
            renamed = [
                Parameter(p.address.replace("/sea/", "/lake/"), p.kind, p.default, p.minimum, p.maximum)
                for p in parameters()
                if p.address != "/master"
            ]
            room.tree.remove("/scene/sea")
            room.tree.add(renamed)
            room.tree.set("/scene/lake/stir", [0.5])
            await room.until(lambda: one.last("/scene/lake/stir"))
            assert one.told[0] == ("PATH_RENAMED", {"OLD": "/scene/sea", "NEW": "/scene/lake"})
            assert one.told[1:] == [("PATH_CHANGED", "/scene")]
            assert one.last("/scene/lake/stir") == (0.5,)

    play(work)


def test_without_a_session_nothing_is_written_and_the_client_is_told(room):
    async def work() -> None:
        async with client(room.panel) as one:
            await one.write(STIR, 1.0)
            await room.until(lambda: one.told)
            assert one.told[0][0] == "REFUSED"
            assert "token" in one.told[0][1]["REASON"]
            await room.play(0.3)
            assert room.taken == []

    play(work)
    refused = json.loads(room.panel.get("/health")[2])["status"]["refused"]
    assert any("writing needs" in one["reason"] for one in refused)


@pytest.mark.parametrize("how", ["query", "header", "cookie"])
def test_an_operator_writes_by_code_or_by_a_paired_session(room, how):
    query, headers = "", {}
    if how == "query":
        query = f"?token={CODES['operator']}"
    elif how == "header":
        headers = {"Authorization": f"Bearer {CODES['operator']}"}
    else:
        headers = {"Cookie": pair(room.panel, CODES["operator"])}

    async def work() -> None:
        async with client(room.panel, query, **headers) as one:
            await one.write(STIR, 1.0)
            await room.until(lambda: room.taken)
            (reading,) = room.taken
            assert (reading.address, reading.values, reading.source) == (STIR, (1.0,), "oscquery:operator")
            assert abs(reading.time - time.monotonic()) < 5.0
            assert room.tree.get_base(STIR) == (1.0,)

    play(work)


def pair(panel: Panel, code: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", panel.port, timeout=20)
    where = f"127.0.0.1:{panel.port}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{where}"}
    connection.request("POST", "/panel/pair", f"code={code}", headers | {"Host": where})
    cookie = connection.getresponse().headers["Set-Cookie"].partition(";")[0]
    connection.close()
    return str(cookie)


def test_a_viewers_token_may_listen_and_not_write(room):
    async def work() -> None:
        async with client(room.panel, f"?token={CODES['viewer']}") as one:
            await one.ask("LISTEN", STIR)
            await room.until(lambda: one.values)
            await one.write(STIR, 1.0)
            await room.until(lambda: one.told)
            assert room.taken == []

    play(work)


def test_of_a_fader_only_the_newest_is_sent_on_and_of_a_switch_every_press(room):
    async def work() -> None:
        async with client(room.panel, f"?token={CODES['operator']}") as one:
            for step in range(200):
                await one.write(STIR, step / 200)
            for state in (True, False, True, False):
                await one.write("/scene/sea/still", state)
            await room.until(lambda: [r for r in room.taken if r.address == "/scene/sea/still"][3:])
            presses = [r.values for r in room.taken if r.address == "/scene/sea/still"]
            assert presses == [(True,), (False,), (True,), (False,)]
            values = [r.values[0] for r in room.taken if r.address == STIR]
            assert values[-1] == osc_float(199 / 200)
            assert len(values) < 100

    play(work)


def test_a_writer_does_not_hear_its_own_values_and_others_do(room):
    async def work() -> None:
        token = f"?token={CODES['operator']}"
        async with client(room.panel, token) as writer, client(room.panel) as other:
            for one in (writer, other):
                await one.ask("LISTEN", STIR)
            await room.until(lambda: writer.values and other.values)
            for step in range(20):
                await writer.write(STIR, 0.5 + step / 100)
                await room.play(0.03)
            await room.until(lambda: other.last(STIR) == (osc_float(0.69),))
            await room.play(0.6)
            assert len(writer.values) == 1
            await writer.write(STIR, 5.0)  # beyond the range: the writer hears what became of it
            await room.until(lambda: len(writer.values) > 1)
            assert writer.last(STIR) == (2.0,)

    play(work)


def test_what_cannot_be_written_is_refused_with_its_reason(room):
    async def work() -> None:
        async with client(room.panel, f"?token={CODES['operator']}") as one:
            for packet, word in (
                (osc.encode("/nowhere", 1.0), "/nowhere"),
                (b"rubbish", "OSC packet"),
                (osc.encode("/blackout", "perhaps"), "blackout"),
            ):
                one.told.clear()
                await one.socket.send_bytes(packet)
                await room.until(lambda: one.told)
                assert word in one.told[0][1]["REASON"]
            assert room.taken == []

    play(work)


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"Origin": "http://evil.example"}, 403),
        ("", {"Origin": "null"}, 403),
        ("", {"Host": "evil.example"}, 421),
        ("?token=CCCC-CCCC", {}, 401),
        ("?token=" + "x" * 43, {}, 401),
    ],
)
def test_strangers_are_turned_away(room, query, headers, status):
    async def work() -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with client(room.panel, query, **headers):
                pass
        assert refused.value.status == status

    play(work)


def test_the_cookie_of_a_paired_browser_does_not_open_the_way_to_another_origin(room):
    cookie = pair(room.panel, CODES["operator"])

    async def work() -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with client(room.panel, Cookie=cookie, Origin="http://localhost:3000"):
                pass
        own = f"http://127.0.0.1:{room.panel.port}"
        async with client(room.panel, Cookie=cookie, Origin=own) as one:
            await one.write(STIR, 1.0)
            await room.until(lambda: room.taken)
        token = f"?token={CODES['operator']}"
        async with client(room.panel, token, Origin="http://localhost:3000") as one:
            await one.write(STIR, 0.5)
            await room.until(lambda: len(room.taken) > 1)

    play(work)


def test_a_client_that_does_not_read_loses_values_and_costs_no_memory(room):
    many = [f"/scene/pool/depth-{number}" for number in range(2000)]
    room.tree.add(Parameter(one, Kind.FLOAT, (0.0,), (0.0,), (1.0,)) for one in many)
    until(lambda: room.frame() or room.panel.get(many[-1])[0] == 200)

    async def work() -> None:
        async with client(room.panel) as other, slow_client(room.panel.port, many) as link:
            await other.ask("LISTEN", many[0])
            await room.until(lambda: other.values)
            before = resident(room.panel.process.pid)
            for step in range(1, 240):
                for one in many:
                    room.tree.set(one, [step / 240])
                room.frame()
                await asyncio.sleep(1 / 60)
            await room.until(lambda: other.last(many[0]) == (osc_float(239 / 240),))
            assert len(other.values) > 40
            assert resident(room.panel.process.pid) - before < 4 << 20
            # Now it reads: what it missed is gone, and the newest of everything comes.
            last: dict[str, float] = {}
            count = 0
            for address, value in read_messages(link):
                last[address] = value
                count += 1
                if len(last) == 2000 and set(last.values()) == {osc_float(239 / 240)}:
                    break
            assert count < 2000 * len(other.values) / 2

    play(work)
    room.tree.remove("/scene/pool")


@asynccontextmanager
async def slow_client(port: int, addresses: list[str]) -> AsyncIterator[socket.socket]:
    """A client with a small window, which listens to all of this and does not read."""
    with socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.connect(("127.0.0.1", port))
        link.sendall(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += link.recv(1)
        assert b" 101 " in head
        for address in addresses:
            said = json.dumps({"COMMAND": "LISTEN", "DATA": address}).encode()
            link.sendall(bytes((0x81, 0x80 | len(said))) + bytes(4) + said)
        yield link


def read_messages(link: socket.socket) -> Iterator[tuple[str, float]]:
    """Addresses and values of frames shorter than 126 bytes; of others, none comes here."""
    link.settimeout(20)
    data = b""
    while True:
        while len(data) < 2 or len(data) < 2 + data[1]:
            data += link.recv(65536)
        kind, body, data = data[0], data[2 : 2 + data[1]], data[2 + data[1] :]
        if kind == 0x82:
            (message,) = osc.decode(body)
            yield message.address, float(message.scalars[0])


def resident(pid: int) -> int:
    """Bytes of memory that a process has resident: proc(5), statm."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def test_a_client_that_comes_before_the_stage_hears_of_its_tree(tmp_path):
    panel = Panel(tmp_path)
    room = Room(panel)
    try:

        async def work() -> None:
            async with client(panel) as one:
                await asyncio.sleep(0.2)
                await room.until(lambda: ("PATH_CHANGED", "/") in one.told)
                await one.ask("LISTEN", STIR)
                await room.until(lambda: one.values)

        play(work)
    finally:
        panel.close()


def test_a_burst_of_a_writer_is_taken_and_the_newest_counts(room):
    async def work() -> None:
        async with client(room.panel, f"?token={CODES['operator']}") as one:
            link = one.socket._response.connection.transport
            packets = []
            for step in range(20_000):
                packet = osc.encode(STIR, step / 20_000)
                packets.append(bytes((0x82, 0x80 | len(packet))) + bytes(4) + packet)
            link.write(b"".join(packets))
            await room.until(lambda: room.tree.get_base(STIR) == (osc_float(19_999 / 20_000),))
            assert "REFUSED" not in dict(one.told)

    play(work)


def test_rubbish_ends_a_connection_at_most_and_not_the_panel(room):
    seed = random.Random(7)

    async def work() -> None:
        for _ in range(60):
            async with client(room.panel, f"?token={CODES['operator']}") as one:
                link = one.socket._response.connection.transport
                kind = seed.randrange(5)
                if kind == 0:
                    link.write(seed.randbytes(seed.randrange(1, 400)))
                elif kind == 1:
                    await one.socket.send_bytes(seed.randbytes(seed.randrange(400)))
                elif kind == 2:
                    await one.socket.send_str("[" * seed.randrange(1, 20_000))
                elif kind == 3:
                    await one.socket.send_bytes(osc.bundle(*[osc.encode(STIR, 0.5)] * seed.randrange(1, 80)))
                else:
                    await one.socket.send_str("x" * 70_000)
                await asyncio.sleep(0.01)
        async with client(room.panel) as one:
            await one.ask("LISTEN", STIR)
            await room.until(lambda: one.values)

    play(work)
    assert "Traceback" not in room.panel.said()


def test_there_is_room_for_so_many_clients_and_then_for_the_page_still(room):
    async def work() -> None:
        where = f"http://127.0.0.1:{room.panel.port}/"
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            for _ in range(MOST):
                await stack.enter_async_context(session.ws_connect(where))
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(where)
            assert refused.value.status == 503
            async with session.get(f"{where}health") as response:
                assert response.status == 200

    play(work)


def test_codes_are_not_guessed_fast_and_the_right_one_waits_meanwhile(tmp_path):
    panel = Panel(tmp_path, codes=CODES)
    try:
        assert panel.get(f"/?HOST_INFO&token={CODES['operator']}")[0] == 200
        wrong = [panel.get(f"/?HOST_INFO&token=ZZZZ-ZZZ{number}")[0] for number in range(8)]
        assert wrong[:5] == [401] * 5
        assert wrong[-1] == 429
        assert panel.get(f"/?HOST_INFO&token={CODES['operator']}")[0] == 429
        assert panel.get("/?HOST_INFO")[0] == 200
    finally:
        panel.close()


def test_a_page_is_read_with_a_token_too_and_the_session_is_shared(tmp_path):
    panel = Panel(tmp_path, codes=CODES)
    try:
        elsewhere = {"Via": "1.1 elsewhere"}  # what comes through a proxy is not a user of this machine
        status, _, said = panel.get("/?HOST_INFO", **elsewhere)
        assert status == 401
        assert b"?token=CODE" in said
        assert panel.get("/favicon.ico", **elsewhere)[0] == 401  # a browser's own wish
        (refused,) = json.loads(panel.get("/health")[2])["status"]["refused"]
        assert refused["count"] == 1
        assert (
            refused["reason"] == "reading from the network without a token"
        )  # clients of OSCQuery say nothing
        assert "docs/oscquery.md" in refused["remedy"]
        for _ in range(30):
            assert panel.get(f"/?HOST_INFO&token={CODES['viewer']}", **elsewhere)[0] == 200
        code = f"Bearer {CODES['viewer'].lower()}"
        assert panel.get("/?HOST_INFO", Authorization=code, **elsewhere)[0] == 200
        assert len(json.loads((tmp_path / "panel-sessions.json").read_text())) == 1
    finally:
        panel.close()


def test_a_session_that_ends_writes_no_more_on_an_open_connection(room):
    cookie = pair(room.panel, CODES["operator"])

    async def work() -> None:
        async with client(room.panel, Cookie=cookie) as one:
            await one.write(STIR, 1.0)
            await room.until(lambda: room.taken)
            where = f"http://127.0.0.1:{room.panel.port}"
            headers = {"Cookie": cookie, "Origin": where}
            async with aiohttp.ClientSession() as session:
                await session.post(f"{where}/panel/unpair", headers=headers, allow_redirects=False)
            await one.write(STIR, 0.5)
            await room.until(lambda: "REFUSED" in dict(one.told))
            assert len(room.taken) == 1

    play(work)
