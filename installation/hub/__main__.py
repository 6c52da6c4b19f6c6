"""``python -m installation.hub OPTIONS``: one hub of a site, until the keeper is gone."""

import argparse
import logging
import os
import signal
import time
from typing import Final

import msgspec

from installation import paths
from installation.errors import PhotophoreError
from installation.hub.keeper_note import KeeperNote
from installation.hub.options import HubOptions
from installation.hub.process import Process
from installation.hub.settings import RUNTIME, zenoh_runtime
from installation.ipc.bus import ZenohBus
from installation.ipc.child import HANGS, Watchdog
from installation.logs import set_up
from installation.values import Seconds

__all__ = ["main"]

_POLL: Final[Seconds] = 0.01
_SILENT: Final[Seconds] = 15.0
"""How much longer each of those that we connect to can hold us up: Zenoh waits ten for one that is silent."""

log = logging.getLogger(__name__)


def run(options: HubOptions) -> int:
    """Take part in the site until SIGTERM, SIGINT or the end of the keeper. Raises PhotophoreError."""
    watchdog = Watchdog(HANGS + _SILENT * len(options.connect))
    asked: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _frame: asked.append(number))
    os.environ.setdefault(RUNTIME, zenoh_runtime(options))  # before Zenoh's first thread
    keeper = KeeperNote(paths.run_folders()[0])
    local = ZenohBus(paths.run_folders()[0], listen=False)
    process = Process(options, paths.state_folder(), local, tell=keeper.tell)
    leaving = False
    try:
        while not asked and not watchdog.orphaned:
            watchdog.beat()
            began = time.monotonic()
            process.step(began)
            time.sleep(max(0.0, _POLL - (time.monotonic() - began)))
        leaving = bool(asked)  # not where the keeper is gone: lamps may hold what they had
    finally:
        watchdog.close()
        process.close(leaving=leaving)
    return 0


def main() -> int:
    """Parse the arguments, take part, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m installation.hub", description=__doc__)
    parser.add_argument("options", help="what [site] of the venue says, as JSON")
    given = parser.parse_args()
    try:
        set_up(paths.state_folder(), name="hub")
        return run(msgspec.json.decode(given.options.encode(), type=HubOptions))
    except (PhotophoreError, msgspec.DecodeError) as error:
        log.error("hub: %s", error)
    return 1


if __name__ == "__main__":
    status = 1
    try:
        status = main()
    except SystemExit as end:  # of the arguments
        status = end.code if isinstance(end.code, int) else 1
    finally:
        logging.shutdown()
        os._exit(status)  # threads of the bus may still run
