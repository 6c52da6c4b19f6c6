"""What ties a child process to its keeper: it notices the keeper's end, and does not outlive its own hang."""

import faulthandler
import os
import select
import sys
from time import monotonic
from typing import Final

from installation.ipc.link import ALIVE
from installation.values import Seconds

__all__ = ["HANGS", "Watchdog"]

HANGS: Final[Seconds] = 60.0
"""A loop that has not come round for so long never will, unless it says otherwise."""
_STARTS: Final[Seconds] = 180.0
"""The same until it has come round once: a slow card reads the program for long."""
_ANEW: Final[Seconds] = 1.0
"""Seconds from one renewal of the watchdog to the next: each starts a thread."""


class Watchdog:
    """The keeper's pipe, and a watchdog of the loop that calls ``beat``.

    A process that hangs does not end, so that the keeper would never start it again. The watchdog writes what
    each thread is at to stderr and ends the process with exit status 1. It is that of ``faulthandler``: it
    needs no interpreter lock. There is one in a process, and none without a keeper.

    Its time goes on while the process is stopped (SIGSTOP): stopped for longer than that it ends as it goes
    on, and is started again. What counts only the time in which it runs would need the lock to run itself.

    Args:
        hangs: Seconds without a beat after which the process ends.
        starts: The same until the first beat.

    Attributes:
        descriptor: Of the keeper's pipe; None without a keeper.
    """

    def __init__(self, hangs: Seconds = HANGS, starts: Seconds = _STARTS) -> None:
        alive = os.environ.get(ALIVE, "")
        self.descriptor = int(alive) if alive.isdigit() else None
        self._hangs = hangs
        self._renew: Seconds = 0.0
        self._watch(starts)

    @property
    def orphaned(self) -> bool:
        """Whether the keeper is gone: its end of the pipe is closed, and nothing is ever written to it."""
        return self.descriptor is not None and bool(select.select([self.descriptor], [], [], 0.0)[0])

    def beat(self) -> None:
        """Note that the loop has come round; call it at least every few seconds."""
        now = monotonic()
        if now >= self._renew:
            self._renew = now + min(_ANEW, 0.25 * self._hangs)
            self._watch(self._hangs)

    def close(self) -> None:
        """Watch the end only where the keeper is gone: else it takes as long as the keeper gives it."""
        if self.orphaned:
            self._watch(self._hangs)
        elif self.descriptor is not None:
            faulthandler.cancel_dump_traceback_later()

    def _watch(self, seconds: Seconds) -> None:
        if self.descriptor is not None:
            faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)
