"""``python -m installation.visitors OPTIONS``: serve the visitors' page until the keeper is gone."""

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from installation import guestbook, paths
from installation.errors import PhotophoreError
from installation.guestbook.tokens import Tokens
from installation.ipc.bus import ZenohBus
from installation.logs import set_up
from installation.visitors.desk import Desk
from installation.visitors.forms import MOST_DRAINED
from installation.visitors.options import VisitorOptions
from installation.visitors.server import Visitors
from installation.web.door import Door, DoorLimits
from installation.web.hosts import is_loopback, machine_names
from installation.web.serving import quiet, serve

__all__ = ["main"]

_FILES: Final = 4096
_NICE: Final = 10
"""Below the picture and the lamps: what phones send may take a core, not theirs."""
_LIMITS: Final = DoorLimits(total=768, client=512, reserved=16, unread=MOST_DRAINED + (1 << 16))
"""A room full of phones at once, perhaps all behind the one address of an access point."""


async def serve_visitors(state: Path, sockets: Path, options: VisitorOptions) -> None:
    """Serve until SIGTERM, SIGINT or the end of the keeper's pipe.

    Args:
        state: State folder.
        sockets: Folder of the show's sockets.
        options: What the venue says.

    Raises PhotophoreError if the port cannot be opened, OSError without a key for tokens.
    """
    folder = guestbook.folder(state)
    tokens = Tokens(folder, options.code, options.hub)
    desk = Desk(folder, options)
    visitors = Visitors(options, desk, tokens, _names(options))
    visitors.door = door = Door(_LIMITS)
    tasks = [
        asyncio.create_task(desk.tell(lambda: ZenohBus(sockets, listen=False))),
        asyncio.create_task(desk.keep_house()),
    ]
    try:
        page, where = visitors.application(), "`port` of [visitors]"
        await serve(page, door, options.host, options.port, name="visitors", option=where)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        desk.close()


def _names(options: VisitorOptions) -> frozenset[str]:
    given = urlsplit(options.address).hostname
    named = frozenset({given.lower()} if given else ())
    return named if is_loopback(options.host) else named | machine_names()


def _more_files() -> None:
    """Allow as many open files as the system does: each phone is one."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    """Parse the arguments, serve, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m installation.visitors", description=__doc__)
    parser.add_argument("options", nargs="?", default="{}", help="what [visitors] of the venue says, as JSON")
    given = parser.parse_args()
    set_up(paths.state_folder(), name="visitors")
    quiet()
    with contextlib.suppress(AttributeError, OSError):  # Windows has none
        os.nice(_NICE)
    _more_files()
    try:
        options = msgspec.json.decode(given.options.encode(), type=VisitorOptions)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve_visitors(paths.state_folder(), paths.run_folders()[0], options))
    except (PhotophoreError, OSError, msgspec.DecodeError) as error:
        sys.stderr.write(f"visitors: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # threads of the bus may still run
