"""The stage's end of the fair share: the share that was agreed last, and what people are told of it."""

from collections.abc import Mapping

import msgspec

from installation import paths
from installation.ipc.bus import Subscription
from installation.ipc.feeds.site import RELEASE, SHARES
from installation.ipc.state_file import StateFile
from installation.ipc.telemetry import Publisher
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.site.fair import PARTS, Memory, held_of
from installation.site.fair.stated import state_name, stated_from
from installation.status import ShareStatus
from installation.values import Reading, Seconds

__all__ = ["SharesFeed", "remembered"]

_UNITS = {"watts": "/site/share", "lumens": "/site/lumens"}


class SharesFeed:
    """Hears the shares of a site, besides those in its ``View``.

    Args:
        player: The running player.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._publisher: Publisher | None = None
        self._statuses: Subscription | None = None
        self._began = False

    def entries(self, publisher: Publisher, now: Seconds) -> list[Entry]:
        """Return the shares that the hub process has left on disk, once; take what people are told.

        Raises PhotophoreError if the bus fails.
        """
        if not self._player.shares.there:
            return []
        if publisher is not self._publisher:
            self._publisher = publisher
            self._statuses = publisher.subscribe(SHARES, capacity=2, kept=True)
        for _, payload in self._statuses.drain() if self._statuses is not None else ():
            try:
                self._player.shares.taught = msgspec.json.decode(payload, type=ShareStatus)
            except msgspec.DecodeError:
                continue  # of a hub process of another version, about to be replaced
        if self._began:
            return []
        self._began = True
        return [*remembered(self._player, now)]

    def release(self, hub: str) -> bool:
        """Tell the hub process that a hub will not return; False where nothing is shared.

        Raises PhotophoreError if the bus fails.
        """
        if self._publisher is None or not self._player.shares.there:
            return False
        self._publisher.put(RELEASE, hub.encode())
        return True


def remembered(player: Player, now: Seconds) -> list[Reading]:
    """Return the share that this hub had last, for a stage that starts before its hub process speaks.

    What the hub process has on disk is never more than it has: a gift is written before anybody hears of it.
    It is a part of the lowest budget that any hub states, and those of the others are on disk, too.
    """
    shares, folder, found = player.shares, paths.state_folder(), []
    for unit, address in _UNITS.items():
        own = shares.budget.watts if unit == "watts" else shares.budget.lumens
        if own <= 0.0:
            continue
        stated = stated_from(StateFile(folder, state_name(unit)).load(), shares.names)
        part = _held(StateFile(folder, f"share-{unit}").load())
        if part is not None or stated:
            part = shares.first if part is None else part
            found.append(Reading(address, (part * min([own, *stated.values()]),), now, "site"))
    return found


def _held(state: Mapping[str, object]) -> float | None:
    """Return the part of the budget that was kept, 0..1; None of nothing and of another version."""
    try:
        return max(0, held_of(msgspec.convert(state, Memory))) / PARTS if state else None
    except msgspec.ValidationError:
        return None  # the hub process begins anew, too
