"""``python -m installation.panel``: serve the panel until the keeper is gone."""

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path

from installation import guestbook, paths
from installation.errors import PhotophoreError
from installation.ipc.bus import ZenohBus
from installation.logs import set_up
from installation.panel.access import Sessions
from installation.panel.desks import StoriesDesk
from installation.panel.gate import Gate
from installation.panel.keeper import KeeperLink
from installation.panel.pairing import VARIABLE, Hashes
from installation.panel.query import Announcer
from installation.panel.server import Panel
from installation.values import HOST, PANEL_PORT
from installation.web.door import Door
from installation.web.hosts import is_loopback, machine_names
from installation.web.serving import quiet, serve

__all__ = ["main"]

_SWITCH = 0.001  # longest delay by the thread that makes large answers


async def serve_panel(folder: Path, host: str, port: int, names: frozenset[str]) -> None:
    """Serve until SIGTERM, SIGINT or the end of the keeper's pipe.

    Args:
        folder: Folder of the show's sockets.
        host: Address to listen on.
        port: Port to listen on.
        names: Accepted host names.

    Raises PhotophoreError if the bus or the port cannot be opened.
    """
    bus = ZenohBus(folder, listen=False)
    try:
        state = paths.state_folder()
        desk = StoriesDesk(guestbook.folder(state))
        panel = Panel(bus, _gate(state, host, names), KeeperLink(folder), desk)
        panel.door = door = Door()

        def announce(where: int) -> None:
            panel.announcer = Announcer(host, where, lambda: panel.mirror.description)

        page = panel.application()
        await serve(page, door, host, port, name="panel", option="`--port`", opened=announce)
    finally:
        bus.close()


def _gate(folder: Path, host: str, names: frozenset[str]) -> Gate:
    hashes = Hashes.from_text(os.environ.pop(VARIABLE, ""))
    ours = names if is_loopback(host) else names | machine_names()
    return Gate(ours, Sessions(folder / "panel-sessions.json"), hashes)


def main() -> int:
    """Parse the arguments, serve, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m installation.panel", description=__doc__)
    parser.add_argument("--host", default=HOST, help="address to listen on")
    parser.add_argument("--port", type=int, default=PANEL_PORT, help="TCP port; 0 takes any")
    parser.add_argument("--name", action="append", default=[], help="host name that may be asked for")
    given = parser.parse_args()
    set_up(paths.state_folder(), name="panel")
    quiet()
    sys.setswitchinterval(_SWITCH)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            names = frozenset(name.lower() for name in given.name)
            asyncio.run(serve_panel(paths.run_folders()[0], given.host, given.port, names))
    except PhotophoreError as error:
        sys.stderr.write(f"panel: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # threads of the bus may still run
