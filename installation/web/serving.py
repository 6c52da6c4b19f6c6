"""Opening a port behind a door, serving until the keeper is gone, and what is logged of bad requests."""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from installation.errors import PhotophoreError
from installation.ipc.child import Watchdog
from installation.values import Seconds
from installation.web.door import Door

__all__ = ["quiet", "serve"]

_BACKLOG: Final = 256
_BEAT: Final[Seconds] = 2.0
"""How often the watchdog is told that the loop runs."""
_GOODBYE: Final[Seconds] = 10.0
"""Longest time for connections and requests to end."""
_LAST: Final[Seconds] = 15.0
"""After so long the process ends whatever they do: asyncio waits without a bound for tasks and threads."""

log = logging.getLogger(__name__)


async def serve(
    application: web.Application,
    door: Door,
    host: str,
    port: int,
    *,
    name: str,
    option: str,
    opened: Callable[[int], object] = lambda _port: None,
) -> None:
    """Serve until SIGTERM, SIGINT or the end of the keeper's pipe, with limits on connections in front.

    Args:
        application: What is served.
        door: The limits.
        host: Address to listen on.
        port: TCP port; 0 takes any.
        name: Of the process, for the line on stderr that says where it listens.
        option: What chooses another port, for the message where this one is in use.
        opened: Called with the port before the application is set up.

    Raises:
        PhotophoreError: The port cannot be opened.
    """
    watchdog = Watchdog()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_told)
    runner = web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=1.0,
        keepalive_timeout=20.0,
        lingering_time=2.0,
        auto_decompress=False,
    )
    try:
        server = await loop.create_server(door, host, port, backlog=_BACKLOG, start_serving=False)
    except OSError as error:
        why = "is already in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        message = (
            f"port {port} of {host} {why}; choose another with {option}, or end the process that uses it"
        )
        raise PhotophoreError(message) from error
    where = int(server.sockets[0].getsockname()[1])
    opened(where)
    await runner.setup()
    door.serve = runner.server
    await server.start_serving()
    sys.stderr.write(f"{name}: http://{f'[{host}]' if ':' in host else host}:{where}/\n")
    sys.stderr.flush()
    await _until_told(watchdog)
    last = threading.Timer(_LAST, _end, (name,))
    last.daemon = True
    last.start()
    try:
        async with asyncio.timeout(_GOODBYE):
            await runner.cleanup()
    except TimeoutError:
        log.warning("some requests did not end within %g s", _GOODBYE)


def _end(name: str) -> None:
    """End the process at once."""
    log.warning("the %s is ended while a request still runs", name)
    os._exit(1)


async def _until_told(watchdog: Watchdog) -> None:
    """Wait for SIGTERM, SIGINT or the end of the keeper's pipe."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    alive = watchdog.descriptor
    if alive is not None:
        os.set_inheritable(alive, False)
        loop.add_reader(alive, end.set)  # readable means its end
    while not end.is_set():
        watchdog.beat()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), _BEAT)
    watchdog.close()
    if alive is not None:
        loop.remove_reader(alive)  # the end stays readable, and would wake the loop for ever


def _told(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an unhandled exception in one line: a client that resets its connection is not an error here."""
    error = context.get("exception")
    if not isinstance(error, ConnectionError):
        log.warning("%s: %r", context.get("message"), error)


def quiet() -> None:
    """Shorten aiohttp's log of unreadable requests, a traceback each, which anyone can cause in masses."""
    logging.getLogger("aiohttp.server").addFilter(_Brief())


class _Brief(logging.Filter):
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
