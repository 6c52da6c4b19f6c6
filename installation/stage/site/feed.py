"""The stage's end of the bus for the site.

Nothing waits for the hub process: without news of it for a while, no other hub is here.
"""

import heapq
import logging
import math
from typing import Final, TypeVar

import msgspec

from installation.commands import COMMANDS
from installation.ipc.bus import Subscription
from installation.ipc.feeds.site import FIRED, FLASH, OWN, SAID, STANDING, VIEW, Fired, Own, Said, View
from installation.ipc.telemetry import Publisher
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.show.site import SiteSettings
from installation.site.members import UNHEARD
from installation.stage.site.own import own
from installation.stage.site.readings import SOURCE, ViewReadings
from installation.stage.site.shares import SharesFeed
from installation.stage.site.words import site_words
from installation.values import Command, Reading, Seconds

__all__ = ["SiteFeed"]

_OWN: Final[Seconds] = 0.05
_SILENT: Final[Seconds] = 2.0
"""Without a view for so long, the hub process is away."""
_COMMAND: Final = "command:"
_MOST: Final = 4096
"""Events that wait for their time."""
_UNHEARD: Final = "an event of another hub, since inputs are off in safe mode"
_LEAVE: Final = "wait until safe mode ends, or end it: `photophore leave-safe-mode`"

Message = TypeVar("Message")

log = logging.getLogger(__name__)


class SiteFeed:
    """Says what this station does, and takes what the others do.

    Args:
        player: The running player.
        site: Of the venue; nothing happens where it is none.

    Attributes:
        view: The site as the hub process told it last; None before that, or while that is away.
    """

    def __init__(self, player: Player, site: SiteSettings) -> None:
        self._player, self._site = player, site
        self._publisher: Publisher | None = None
        self._views: Subscription | None = None
        self._saids: Subscription | None = None
        self._readings = ViewReadings(site.go_delay)
        self._waiting: list[tuple[Seconds, int, Said]] = []
        self._count = 0
        self._viewed: Seconds = float("-inf")
        self._last: Own | None = None
        self.view: View | None = None
        self._shares = SharesFeed(player)

    def entries(self, publisher: Publisher, now: Seconds, *, safe_mode: bool = False) -> list[Entry]:
        """Return what has come from the site since the last frame.

        Args:
            publisher: The connection to the bus; when it is another one than before, it is subscribed again.
            now: Monotonic seconds.
            safe_mode: Events of other hubs are refused, like all input.

        Raises PhotophoreError if the bus fails.
        """
        if not self._site.there:
            return []
        if publisher is not self._publisher:
            self._publisher = publisher
            self._views = publisher.subscribe(VIEW, capacity=4, kept=True)
            self._saids = publisher.subscribe(SAID, capacity=512)
        return [
            *self._shares.entries(publisher, now),
            *self._view(now),
            *self._events(now, safe_mode=safe_mode),
        ]

    def _view(self, now: Seconds) -> list[Reading]:
        views = _drained(self._views, View)
        if views:
            self._viewed, self.view = now, views[-1]
        elif self.view is not None and now - self._viewed > _SILENT:
            alone = tuple(
                msgspec.structs.replace(one, state="away") if one.state != UNHEARD else one
                for one in self.view.stations
            )
            lost, self.view = msgspec.structs.replace(self.view, stations=alone, role="hub"), None
            return self._readings.of(lost, now)
        return self._readings.of(self.view, now) if views and self.view is not None else []

    def _events(self, now: Seconds, *, safe_mode: bool) -> list[Entry]:
        said = _drained(self._saids, Said)
        if safe_mode:
            if said:
                self._player.refusals.note(_UNHEARD, said[-1].address, _LEAVE, len(said))
            return []
        for one in said[:_MOST]:
            if not math.isfinite(one.at):  # would have no place among the others
                self._player.refusals.note("an event of another hub without a time", one.address)
                continue
            self._count += 1
            heapq.heappush(self._waiting, (one.at, self._count, one))
        found: list[Entry] = []
        while self._waiting and (self._waiting[0][0] <= now or len(self._waiting) > _MOST):
            entry = self._entry(heapq.heappop(self._waiting)[2])
            if entry is not None:
                found.append(entry)
        return found

    def _entry(self, said: Said) -> Entry | None:
        """Return an event as an entry of the inbox; None for one that the stage must not take from others."""
        if not said.address.startswith(_COMMAND):
            if said.address.startswith(("/hub/", "/site/")):
                return Reading(said.address, said.values, said.at, SOURCE)
        else:
            name = said.address.removeprefix(_COMMAND)
            if name in COMMANDS and COMMANDS[name].site:
                return Command(name, said.values, said.at, SOURCE)
        self._player.refusals.note("an event of another hub that a hub may not cause", said.address)
        return None

    def words(self) -> list[str]:
        """Return the site in a line or two, for the HUD; nothing where there is none."""
        return site_words(self._site, self.view)

    def release(self, hub: str) -> bool:
        """Tell the hub process that a hub will not return; False where nothing is shared."""
        return self._site.there and self._shares.release(hub)

    def put(self, publisher: Publisher, now: Seconds) -> None:
        """Say what this station does, when that is due or has changed; after each frame.

        Raises PhotophoreError if the bus fails.
        """
        if not self._site.there:
            return
        standing = self._player.station.told(self._player.frame)
        if standing is not None:
            publisher.put(FIRED, msgspec.msgpack.encode(Fired(STANDING, standing, now)))
        fireflies = self._player.room.fireflies
        for name, x, y, number, at in fireflies.said:
            values = name, x, y, number, float(fireflies.stands(name))
            flashed = Fired(FLASH, values, now - (self._player.frame.time - at))
            publisher.put(FIRED, msgspec.msgpack.encode(flashed))
        said, last = own(self._player, self._site, now), self._last
        if last is None or now - last.at >= _OWN or said.events != last.events:
            self._last = said
            publisher.put(OWN, msgspec.msgpack.encode(said), keep=True)


def _drained(subscription: Subscription | None, kind: type[Message]) -> list[Message]:
    """Return the messages since the last call, oldest first; what cannot be read is left out and logged."""
    found: list[Message] = []
    for _, payload in subscription.drain() if subscription is not None else ():
        try:
            found.append(msgspec.msgpack.decode(payload, type=kind))
        except msgspec.DecodeError as error:
            log.warning("a message of the hub process cannot be read: %s", error)
    return found
