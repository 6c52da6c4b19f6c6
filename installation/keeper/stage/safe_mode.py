"""Safe mode: after several crashes the stage plays without its inputs, for a while.

The cause may be temporary: an unplugged display, a device, a flood of messages. So safe mode ends by itself
and the inputs are tried again, after 5 minutes, then 10, then 20 if the stage crashes again.
"""

import logging
from collections import deque
from dataclasses import dataclass

from installation.values import Seconds

__all__ = ["Patience", "SafeMode"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """When safe mode begins and ends.

    Attributes:
        crashes, window: It begins after this number of crashes within ``window`` seconds.
        again: Seconds until the inputs are tried again: the first time, the second, and so on.
    """

    crashes: int
    window: Seconds
    again: tuple[Seconds, ...]


class SafeMode:
    """Counts crashes, and switches safe mode on and off.

    Attributes:
        reason: Why safe mode is on; empty if it is off.
    """

    def __init__(self, patience: Patience) -> None:
        self.reason = ""
        self._patience = patience
        self._crashes: deque[Seconds] = deque()
        self._tries = 0
        self._until: Seconds = 0.0
        self._trial: Seconds | None = None

    def crashed(self, now: Seconds, how: str) -> None:
        """Count a crash of the stage. Soon after the inputs were tried again, a single crash is enough."""
        self._crashes.append(now)
        while self._crashes and now - self._crashes[0] > self._patience.window:
            self._crashes.popleft()
        if self.reason:
            return
        on_trial = self._trial is not None and now - self._trial <= self._patience.window
        if self._trial is not None and not on_trial:
            self._trial, self._tries = None, 0
        if not on_trial and len(self._crashes) < self._patience.crashes:
            return
        wait = self._patience.again[min(self._tries, len(self._patience.again) - 1)]
        self._tries += 1
        self._until = now + wait
        count, window = len(self._crashes), self._patience.window
        times = f"{count} crashes" if count > 1 else "a crash"
        self.reason = f"{times} within {window:g} s, the last: {how}"
        log.error("safe mode for %g s, inputs are off: %s", wait, self.reason)

    def expired(self, now: Seconds) -> bool:
        """Return True, once, when it is time to try the inputs again."""
        if not self.reason or now < self._until:
            return False
        self.end(now)
        return True

    def end(self, now: Seconds) -> None:
        """End safe mode; a crash soon after begins it again, for longer."""
        log.warning("safe mode ends; the inputs are tried again")
        self.reason, self._trial = "", now
        self._crashes.clear()

    def left(self, now: Seconds) -> Seconds:
        """Return the seconds until the inputs are tried again; 0 if safe mode is off."""
        return max(0.0, self._until - now) if self.reason else 0.0
