"""``python -m installation.sound``: the room's sound, until the keeper is gone."""

import argparse
import logging
import os
import signal
import sys
import time
from typing import Final, TextIO

from installation import paths
from installation.devices.priority import give_way
from installation.errors import PhotophoreError
from installation.ipc.bus import ZenohBus
from installation.ipc.child import Watchdog
from installation.ipc.feeds.sound import HUSH
from installation.logs import set_up
from installation.sound.devices import Library
from installation.sound.parts import Parts
from installation.sound.process import Process
from installation.sound.threads.urgency import Urgency
from installation.sound.workshop import workshop
from installation.values import Seconds

__all__ = ["main", "run"]

_POLL: Final[Seconds] = 0.004
_SWITCH: Final[Seconds] = 0.0005
"""The render thread waits at most so long for another thread of Python."""

log = logging.getLogger(__name__)


def quiet() -> TextIO:
    """Return our stderr for messages, and close it to the libraries, which chatter there at every retry."""
    ours = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = ours
    return ours


def run(parts: Parts) -> int:
    """Play and listen until SIGTERM, SIGINT or the end of the keeper. Raises PhotophoreError.

    Returns:
        Exit status: 0, or 1 if a thread has failed.
    """
    watchdog = Watchdog()
    asked: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _frame: asked.append(number))
    library = Library()
    process = Process(ZenohBus(paths.run_folders()[0], listen=False), library, parts, urgency=Urgency())
    signal.signal(HUSH, lambda _number, _frame: process.hush())
    good = True
    try:
        while good and not asked and not watchdog.orphaned:
            watchdog.beat()
            good = process.step(time.monotonic())
            time.sleep(_POLL)
    finally:
        watchdog.close()
        process.close()
    return 0 if good else 1


def main(parts: Parts | None = None) -> int:
    """Set up and run with these parts, or those of a show; returns the exit status."""
    argparse.ArgumentParser(prog="python -m installation.sound", description=__doc__).parse_args()
    stream = quiet()
    try:
        set_up(paths.state_folder(), name="sound", verbose=True, stream=stream)
        sys.setswitchinterval(_SWITCH)
        give_way()
        return run(parts or workshop())
    except PhotophoreError as error:
        log.error("sound: %s", error)
    except Exception:
        log.exception("the sound process has failed")
    return 1


if __name__ == "__main__":
    status = 1
    try:
        status = main()
    except SystemExit as end:  # of the arguments
        status = end.code if isinstance(end.code, int) else 1
    finally:
        logging.shutdown()
        os._exit(status)  # threads of the bus and of the sound system may still run
