"""Stories on the wall, from the visitors' process, as readings for the inbox."""

import logging
from typing import Final

import msgspec

from installation.ipc.bus import Subscription
from installation.ipc.feeds.stories import GONE, MOST, PAGE, TOLD, WALL, Told, Wall
from installation.ipc.telemetry import Publisher
from installation.values import Reading, Seconds

__all__ = ["StoriesFeed"]

_SOURCE: Final = "stories"
_LONGEST_ADDRESS: Final = 300
_WALL: Final = msgspec.msgpack.Decoder(Wall)

log = logging.getLogger(__name__)


class StoriesFeed:
    """Compares each message with the one before, and tells what has come and gone.

    What stands in the first message was on the wall before, and is not told as new.

    Attributes:
        page: Address of the visitors' form; empty until it is told.
    """

    def __init__(self) -> None:
        self.page = ""
        self._pages: Subscription | None = None
        self._publisher: Publisher | None = None
        self._wall: Subscription | None = None
        self._told: dict[str, Told] | None = None

    def readings(self, publisher: Publisher, now: Seconds) -> list[Reading]:
        """Return what has changed since the last call; nothing while there is no visitors' process.

        Args:
            publisher: The connection to the bus; when it is another one than before, it is subscribed again.
            now: Monotonic seconds.

        Raises PhotophoreError if the bus fails.
        """
        if publisher is not self._publisher or self._wall is None:
            self._publisher, self._wall = publisher, publisher.subscribe(WALL, kept=True)
            self._pages = publisher.subscribe(PAGE, kept=True)
        for _, payload in self._pages.drain() if self._pages is not None else ():
            self.page = payload.decode("utf-8", "replace")[:_LONGEST_ADDRESS]
        found = self._wall.drain()
        if not found:
            return []
        try:
            wall = _WALL.decode(found[-1][1])
        except msgspec.DecodeError as error:
            log.warning("what the visitors' process sends cannot be read: %s", error)
            return []
        return self._changes({one.id: one for one in wall.stories[:MOST]}, now)

    def _changes(self, told: dict[str, Told], now: Seconds) -> list[Reading]:
        before, self._told = self._told, told
        known = before or {}
        made = [Reading(GONE, (one,), now, _SOURCE) for one in known if one not in told]
        for one in told.values():
            if known.get(one.id) != one:
                new = before is not None and one.id not in known
                values = (one.id, one.text, one.language, one.strokes, one.theme, one.hub, int(new))
                made.append(Reading(TOLD, values, now, _SOURCE))
        return made
