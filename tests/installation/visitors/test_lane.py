"""The lane of ``/health``: what checks whether the page lives is answered, whatever phones do."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from installation.guestbook.tokens import Tokens
from installation.visitors.desk import Desk
from installation.visitors.options import VisitorOptions
from installation.visitors.server import Visitors
from installation.web.door import Door, DoorLimits

_SLOW = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\ntext="
)


async def _status(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode())
    line = await reader.readline()
    writer.close()
    return line.partition(b" ")[2][:3]


def test_forms_that_are_sent_slowly_do_not_fill_the_lane(tmp_path: Path) -> None:
    async def test() -> None:
        options = VisitorOptions(code="none")
        desk = Desk(tmp_path, options)
        visitors = Visitors(options, desk, Tokens(tmp_path, "none"))
        visitors.door = Door(DoorLimits(total=2, client=2, reserved=1))
        runner = web.AppRunner(visitors.application(), access_log=None)
        async with AsyncExitStack() as end:
            end.callback(desk.close)
            end.push_async_callback(runner.cleanup)
            await runner.setup()
            visitors.door.serve = runner.server
            server = await asyncio.get_running_loop().create_server(visitors.door, "127.0.0.1", 0)
            end.callback(server.close)
            port = server.sockets[0].getsockname()[1]
            for _ in range(4):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                end.callback(writer.close)
                writer.write(_SLOW)
                await asyncio.sleep(0.1)
            assert (await reader.readline()).startswith(b"HTTP/1.1 503")
            assert await _status(port, "/health") == b"200"
            assert await _status(port, "/privacy") == b"503"

    asyncio.run(asyncio.wait_for(test(), 20))
