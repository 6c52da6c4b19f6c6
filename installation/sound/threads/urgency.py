"""When the threads of the sound need real time: at first, and after the buffer of the output ran low."""

import logging
from collections.abc import Callable
from typing import Final

from installation.devices.priority import hurry_process, relax_process
from installation.values import Seconds

__all__ = ["AWAY", "PRIORITY", "Urgency"]

PRIORITY: Final = 5
"""Of the threads, where the system allows it: above the picture, since an ear notices a gap of 5 ms, and
below the lamps."""
_LOW: Final = 0.55
"""The buffer runs low when so much of it is empty; a third is usual, since it is filled part by part."""
_SHORTEST: Final[Seconds] = 10.0
_LONGEST: Final[Seconds] = 3600.0
AWAY: Final[Seconds] = 0.5
"""Who was away for so long was stopped, or the machine slept: the buffer is empty for that alone."""
_AGAIN: Final[Seconds] = 1.0
_SETTLES: Final[Seconds] = 2.0
"""At first, and after that, much is done at once."""

log = logging.getLogger(__name__)


class Urgency:
    """Takes real time for this process before the sound has a gap, and gives it back when it is quiet.

    A thread in real time takes the processor on which it last ran, although another is idle, and the picture
    waits for it. So the sound gives way to the picture as long as its buffer is full. It has real time for
    ten seconds at first, and whenever the buffer has run low: for ten seconds again, and for twice as long
    each time when that was too short, up to an hour.

    Args:
        hurry: Asks for real time with this priority; returns what was granted.
        relax: Gives it back.
    """

    def __init__(
        self,
        hurry: Callable[[int], str] = hurry_process,
        relax: Callable[[int], None] = relax_process,
    ) -> None:
        self._hurry, self._relax = hurry, relax
        self._until: Seconds | None = None
        self._hold = _SHORTEST
        self._given_back: Seconds | None = None
        self._since: Seconds | None = None
        self._seen: Seconds = 0.0
        self._asked: Seconds = 0.0

    @property
    def hurried(self) -> bool:
        """Whether real time is asked for."""
        return self._until is not None

    def begin(self, now: Seconds) -> None:
        """Begin with an output whose buffer is empty, and whose threads are new."""
        self._since = None
        self._until = now + max(_SHORTEST, self._hold)
        self._asked = now
        self._hurry(PRIORITY)

    def watch(self, empty: float, now: Seconds) -> None:
        """Look at the buffer before something is written to it.

        Args:
            empty: Share of it, 0..1.
            now: Monotonic seconds.
        """
        if self._since is None or now - self._seen > AWAY:
            self._since = now
        self._seen = now
        if empty > _LOW and now - self._since > _SETTLES:
            self._low(now)
        if self._until is not None and now > self._until:
            self._given_back = now
            self.idle()

    def idle(self) -> None:
        """Give real time back: nothing plays."""
        if self._until is not None:
            self._until = None
            self._relax(PRIORITY)

    def _low(self, now: Seconds) -> None:
        if self._until is None:
            since = _LONGEST if self._given_back is None else now - self._given_back
            self._hold = min(2.0 * self._hold, _LONGEST) if since < self._hold else _SHORTEST
            granted, self._asked = self._hurry(PRIORITY), now
            log.info("the sound's buffer ran low; real time for %.0f s: %s", self._hold, granted)
        elif now - self._asked > _AGAIN:
            self._hurry(PRIORITY)  # threads that are new
            self._asked = now
        self._until = now + self._hold
