"""``python -m installation.panel``: serve the panel until the keeper is gone."""

import argparse
import asyncio
import contextlib
import errno
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from installation import paths
from installation.errors import PhotophoreError
from installation.ipc.bus import ZenohBus
from installation.logs import set_up
from installation.panel.server import Panel

__all__ = ["main"]

_ALIVE = "PHOTOPHORE_ALIVE"


async def serve(folder: Path, host: str, port: int, names: frozenset[str]) -> None:
    """Serve until SIGTERM, SIGINT or the end of the keeper's pipe. Raises PhotophoreError."""
    bus = ZenohBus(folder, listen=False)
    try:
        runner = web.AppRunner(Panel(bus, names, host).application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            why = (
                "is already in use"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
            message = f"port {port} of {host} {why}; choose another with `--port`, or end who holds it"
            raise PhotophoreError(message) from error
        sys.stderr.write(f"panel: http://{host}:{runner.addresses[0][1]}/\n")
        await _until_told()
        await runner.cleanup()
    finally:
        bus.close()


async def _until_told() -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    alive = os.environ.get(_ALIVE, "")
    if alive.isdigit():
        os.set_inheritable(int(alive), False)
        loop.add_reader(int(alive), told.set)  # readable means its end: nobody ever writes
    await told.wait()


def main() -> int:
    """Parse the arguments, serve, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m installation.panel", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8137, help="TCP port; 0 takes any")
    parser.add_argument("--name", action="append", default=[], help="host name that may be asked for")
    given = parser.parse_args()
    set_up(paths.state_folder(), name="panel")
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(paths.run_folders()[0], given.host, given.port, frozenset(given.name)))
    except PhotophoreError as error:
        sys.stderr.write(f"panel: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # the bus has threads of its own that may outlive us
