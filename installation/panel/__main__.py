"""``python -m installation.panel``: serve the panel until the keeper is gone."""

import argparse
import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from installation import paths
from installation.errors import PhotophoreError
from installation.ipc.bus import ZenohBus
from installation.ipc.link import ALIVE
from installation.logs import set_up
from installation.panel.access import Sessions, is_loopback
from installation.panel.door import Door
from installation.panel.gate import Gate, machine_names
from installation.panel.keeper import KeeperLink
from installation.panel.pairing import VARIABLE, Hashes
from installation.panel.query import Announcer
from installation.panel.server import Panel
from installation.values import HOST, PANEL_PORT

__all__ = ["main"]

_SWITCH = 0.001  # longest delay by the thread that makes large answers
_BACKLOG = 256

log = logging.getLogger(__name__)


async def serve(folder: Path, host: str, port: int, names: frozenset[str]) -> None:
    """Serve until SIGTERM, SIGINT or the end of the keeper's pipe.

    Args:
        folder: Folder of the show's sockets.
        host: Address to listen on.
        port: Port to listen on.
        names: Accepted host names.

    Raises PhotophoreError if the bus or the port cannot be opened.
    """
    asyncio.get_running_loop().set_exception_handler(_told)
    bus = ZenohBus(folder, listen=False)
    try:
        panel = Panel(bus, _gate(paths.state_folder(), host, names), KeeperLink(folder))
        runner = web.AppRunner(
            panel.application(),
            access_log=None,
            shutdown_timeout=1.0,
            keepalive_timeout=20.0,
            lingering_time=2.0,
            auto_decompress=False,
        )
        await _listen(runner, panel, host, port)
        await _until_told()
        await runner.cleanup()
    finally:
        bus.close()


def _gate(folder: Path, host: str, names: frozenset[str]) -> Gate:
    hashes = Hashes.from_text(os.environ.pop(VARIABLE, ""))
    ours = names if is_loopback(host) else names | machine_names()
    return Gate(ours, Sessions(folder / "panel-sessions.json"), hashes)


async def _listen(runner: web.AppRunner, panel: Panel, host: str, port: int) -> None:
    """Open the port, with the connection limits in front of the server. Raises PhotophoreError."""
    loop = asyncio.get_running_loop()
    panel.door = door = Door()
    try:
        server = await loop.create_server(door, host, port, backlog=_BACKLOG, start_serving=False)
    except OSError as error:
        why = "is already in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        message = (
            f"port {port} of {host} {why}; choose another with `--port`, or end the process that uses it"
        )
        raise PhotophoreError(message) from error
    where = server.sockets[0].getsockname()[1]
    panel.announcer = Announcer(host, where, lambda: panel.mirror.description)
    await runner.setup()
    door.serve = runner.server
    await server.start_serving()
    sys.stderr.write(f"panel: http://{_written(host)}:{where}/\n")
    sys.stderr.flush()


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _until_told() -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    alive = os.environ.get(ALIVE, "")
    if alive.isdigit():
        os.set_inheritable(int(alive), False)
        loop.add_reader(
            int(alive), told.set
        )  # readable means the end of the pipe: nothing is ever written to it
    await told.wait()


def _told(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an unhandled exception in one line: a client that resets its connection is not an error here."""
    error = context.get("exception")
    if not isinstance(error, ConnectionError):
        log.warning("%s: %r", context.get("message"), error)


class _Brief(logging.Filter):
    """Shortens aiohttp's log of unreadable requests, a traceback each, which anyone can cause in masses."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the traceback, and every further record of the same kind of error."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        name = type(error).__name__ if error is not None else str(record.msg)
        record.exc_info = None
        record.msg, record.args = f"unreadable requests are refused ({name})", ()
        if name in self._said:
            return False
        self._said.add(name)
        return True


def main() -> int:
    """Parse the arguments, serve, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m installation.panel", description=__doc__)
    parser.add_argument("--host", default=HOST, help="address to listen on")
    parser.add_argument("--port", type=int, default=PANEL_PORT, help="TCP port; 0 takes any")
    parser.add_argument("--name", action="append", default=[], help="host name that may be asked for")
    given = parser.parse_args()
    set_up(paths.state_folder(), name="panel")
    logging.getLogger("aiohttp.server").addFilter(_Brief())
    sys.setswitchinterval(_SWITCH)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            names = frozenset(name.lower() for name in given.name)
            asyncio.run(serve(paths.run_folders()[0], given.host, given.port, names))
    except PhotophoreError as error:
        sys.stderr.write(f"panel: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # threads of the bus may still run
