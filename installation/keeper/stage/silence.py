"""For how long a stage has said nothing, and whether it could have said anything."""

import logging
from dataclasses import dataclass
from typing import Final

from installation.keeper.stage.run_queue import RunQueue
from installation.values import Seconds

__all__ = ["Silence", "TooLong"]

_QUIET: Final[Seconds] = 0.5
"""Seconds of silence after which the run queue is looked at; a stage that plays is never that silent."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TooLong:
    """A silence for which a stage is killed.

    Attributes:
        seconds: How long it was.
        waited: For how many of them the stage waited for a processor.
        starved: Whether it would have been short enough without those.
    """

    seconds: Seconds
    waited: Seconds
    starved: bool


class Silence:
    """The silence of one stage after another.

    Args:
        overloaded: Longest one with the time in which the stage waited for a processor, seconds.
    """

    def __init__(self, overloaded: Seconds) -> None:
        self._overloaded = overloaded
        self._since: Seconds = 0.0
        self._told = False
        self.queue = RunQueue()

    def end(self, now: Seconds) -> None:
        """Count from now on: something was heard, or another stage begins."""
        self._since, self._told = now, False
        self.queue.reset()

    def leave_out(self, seconds: Seconds) -> None:
        """Count so many seconds less: nobody listened."""
        self._since += seconds

    def judge(self, now: Seconds, pid: int | None, patience: Seconds, *, spares: bool) -> TooLong | None:
        """Return the silence once it is too long; None before.

        Args:
            now: Monotonic seconds.
            pid: Of the stage.
            patience: Longest silence, seconds.
            spares: Whether the time in which it waits for a processor is left out.
        """
        silent = now - self._since
        waited = self.queue.waited(pid, now) if spares and silent > _QUIET else 0.0
        if silent <= patience:
            return None
        starved = silent - waited <= patience
        if not starved or silent > max(self._overloaded, patience):
            return TooLong(silent, waited, starved)
        if not self._told and waited > patience / 4:
            self._told = True
            log.warning(
                "the machine is overloaded: the stage waited for a processor for %.0f of %.0f s, and is "
                "given more time; end other programs",
                *(waited, silent),
            )
        return None
