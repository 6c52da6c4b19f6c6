"""The panel's server within this process, where a part of it can be held up."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from installation.commands import Role
from installation.ipc.bus import LocalBus, LocalHub
from installation.panel import answers
from installation.panel.gate import Gate
from installation.panel.live import Live
from installation.panel.server import Panel
from installation.web.door import Door, DoorLimits


@asynccontextmanager
async def serving(
    gate: Gate | None = None, limits: DoorLimits | None = None
) -> AsyncIterator[tuple[Panel, str]]:
    """A panel behind its door, on a free port; gives its URL."""
    panel = Panel(LocalBus(LocalHub()), gate or Gate())
    panel.door = door = Door(limits)
    runner = web.AppRunner(panel.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    door.serve = runner.server
    server = await asyncio.get_running_loop().create_server(door, "127.0.0.1", 0)
    try:
        yield panel, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await runner.cleanup()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(bounded())


def test_health_answers_while_a_big_answer_is_still_being_made(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, free = threading.Event(), threading.Event()
    made = answers._json

    def slow(*given: Any) -> tuple[bytes, int]:
        begun.set()
        free.wait(10)
        return made(*given)

    monkeypatch.setattr(answers, "_json", slow)

    async def test() -> None:
        async with serving() as (_, url), aiohttp.ClientSession() as client:
            asked = [asyncio.create_task(client.get(f"{url}/")) for _ in range(5)]
            while not begun.is_set():
                await asyncio.sleep(0.01)
            async with client.get(f"{url}/health") as response:
                assert response.status == 200
            assert not any(one.done() for one in asked)
            free.set()
            for one in asked:
                async with await one as response:
                    assert (await response.json())["CONTENTS"] == {}

    run(test)


def test_health_has_a_lane_of_its_own_when_every_place_is_taken_by_somebody_who_is_served() -> None:
    async def test() -> None:
        limits = DoorLimits(total=4, client=4, reserved=2)
        async with serving(limits=limits) as (panel, url), aiohttp.ClientSession() as client:
            listening = [await client.get(f"{url}/panel/events") for _ in range(4)]
            for _ in range(5):  # a connection for each: those that wait in the lane make room for others
                async with aiohttp.ClientSession() as other:
                    async with other.get(f"{url}/health") as response:
                        assert response.status == 200
                    async with other.get(f"{url}/metrics") as response:
                        assert response.status == 503
            assert all(not one.connection.transport.is_closing() for one in listening if one.connection)
            assert panel.door is not None
            assert len(panel.door) <= 6
            for one in listening:
                one.close()

    run(test)


def test_a_failure_inside_is_answered_and_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        async with serving() as (panel, url), aiohttp.ClientSession() as client:
            monkeypatch.setattr(panel, "status", lambda: 1 / 0)
            for _ in range(5):
                async with client.get(f"{url}/metrics") as response:
                    assert response.status == 500
                    assert "Traceback" not in await response.text()
            async with client.get(f"{url}/?HOST_INFO") as response:
                assert response.status == 200

    run(test)
    assert sum("failed" in record.message for record in caplog.records) == 1


def test_only_a_command_that_was_allowed_is_carried_out() -> None:
    carried: list[tuple[str, tuple[Any, ...]]] = []

    async def carry(verb: str, arguments: tuple[Any, ...]) -> str:
        carried.append((verb, arguments))
        return "done"

    async def test() -> None:
        gate = Gate(carry=carry)
        async with serving(gate) as (_, url), aiohttp.ClientSession() as client:
            port = url.rpartition(":")[2]
            mine = {
                role: {"Origin": url, "Cookie": f"photophore-{port}={gate.sessions.open(role)}"}
                for role in Role
            }

            async def post(role: Role, name: str, body: str = "", **headers: str) -> int:
                given = mine[role] | headers
                async with client.post(f"{url}/panel/command/{name}", data=body, headers=given) as response:
                    return response.status

            assert await post(Role.VIEWER, "go") == 403
            assert await post(Role.OPERATOR, "stop") == 403
            assert await post(Role.ADMIN, "hud") == 403  # not open to HTTP
            assert await post(Role.OPERATOR, "go", Origin="http://evil.example") == 403
            assert await post(Role.OPERATOR, "cue", '{"arguments": []}') == 400
            assert await post(Role.OPERATOR, "cue", "[") == 400
            assert carried == []
            assert await post(Role.OPERATOR, "cue", '{"arguments": ["3"]}') == 200
            assert await post(Role.ADMIN, "stop") == 200
            assert carried == [("cue", ("3",)), ("stop", ())]

    run(test)


def test_a_listener_that_does_not_read_is_let_go_and_the_others_hear_on() -> None:
    async def test() -> None:
        texts = {"a": "0"}
        live = Live(lambda: dict(texts), dict)
        with live.listening() as slow, live.listening() as quick:
            heard = []
            for number in range(40):
                texts["a"] = str(number)
                live.tell()
                while not quick.empty():
                    heard.append(quick.get_nowait())
            assert len(live) == 1
            assert slow.qsize() == 1
            assert slow.get_nowait() is None
            assert b'"a":"39"' in (heard[-1] or b"")
            live.tell()  # nothing has changed
            assert quick.empty()
            texts["b"] = "new"
            live.tell()
            assert b"event: layout" in (quick.get_nowait() or b"")

    run(test)
