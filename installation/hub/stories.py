"""Stories across the hubs of a site: this hub's guest book, and what other hubs have, over the mesh.

=========================  ========================  ======================================================
key on the mesh            payload                   when
=========================  ========================  ======================================================
``stories/have/HUB``       ``Have``; kept            when the book of a hub changes, and every 3 s
``stories/new/HUB``        ``Give``                  what was left, decided or withdrawn at a hub, at once
``stories/to/HUB/FROM``    any ``site.stories``      questions of a hub to another, and the answers
=========================  ========================  ======================================================

The book is read and written by a thread of its own, since a disk may take long. Unless the visitors' process
does, it also tells the wall to the stage, and keeps the book in order (``guestbook.sharing.Duty``).
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import msgspec

from installation.errors import PhotophoreError
from installation.guestbook import (
    NOTE,
    Event,
    Guestbook,
    GuestbookError,
    Inventory,
    Story,
    clock,
    folder,
)
from installation.guestbook.clock import EVERY, Housekeeper
from installation.guestbook.sharing import Duty
from installation.hub.mesh import speaker
from installation.hub.part import Surroundings
from installation.ipc.feeds.stories import WALL
from installation.ipc.feeds.wall import wall_of
from installation.logs import Refusals
from installation.paths import read_bytes
from installation.site.stories import ALL, MOST_BYTES, Outgoing, StoryExchange
from installation.site.story_messages import Have, decode, encode
from installation.values import Seconds

__all__ = ["BookShelf", "Stories"]

_HAVE: Final = "stories/have"
_NEW: Final = "stories/new"
_TO: Final = "stories/to"
_LOOK: Final[Seconds] = 0.03
"""How often it is looked whether somebody at this hub has written into the book."""
_EXPIRY: Final[Seconds] = 60.0
_AGAIN: Final[Seconds] = 1.0
_LARGEST: Final = 4 * MOST_BYTES
"""Bytes of a message, about half of what the mesh takes; none that follows the rules has so many."""
_MOST_WAITING: Final = 4096
"""Most messages that wait for the thread; the oldest are dropped, and what they said is asked for again."""

log = logging.getLogger(__name__)


class BookShelf:
    """A guest book for ``StoryExchange``.

    Args:
        book: The book.
        now: Source of Unix seconds by which stories expire; 0 while the time of day is in doubt.
    """

    def __init__(self, book: Guestbook, now: Callable[[], float]) -> None:
        self._book = book
        self.now = now
        self._inventory = Inventory()
        self._seen: tuple[int, int] | None = None
        self._looked = 0.0

    @property
    def states(self) -> Mapping[str, int]:
        """See ``site.stories.Shelf``."""
        return self._inventory.states

    def refresh(self) -> Mapping[str, int | None]:
        """See ``site.stories.Shelf``."""
        version, now = self._book.version(), self.now()
        if version == self._seen and 0 <= now - self._looked < _EXPIRY:
            return {}
        if self._seen is not None and version[0] != self._seen[0]:
            self._book.unsettled = True  # another process may have deleted something
        changed = self._book.take_stock(self._inventory, now)
        self._seen, self._looked = version, now
        return changed

    def read(self, stories: Iterable[str], decided: Iterable[str]) -> tuple[list[Story], list[Event]]:
        """See ``site.stories.Shelf``."""
        return self._book.read(stories, decided)

    def merge(
        self, stories: Sequence[Story], events: Sequence[Event], gone: Sequence[str]
    ) -> Mapping[str, str]:
        """See ``site.stories.Shelf``."""
        return self._book.merge(stories, events, gone, self.now())


class Stories:
    """The part of the hub process for stories (``hub.part.Part``).

    Args:
        around: What the parts share.
        unix: Source of Unix seconds.

    Raises PhotophoreError if the mesh fails.
    """

    def __init__(
        self,
        around: Surroundings,
        unix: Callable[[], float] = time.time,
    ) -> None:
        self._around = around
        self._unix = unix
        self._heard = [
            around.mesh.subscribe(f"{_HAVE}/*", capacity=256, kept=True),
            around.mesh.subscribe(f"{_NEW}/*", capacity=1024),
            around.mesh.subscribe(f"{_TO}/{around.hub}/*", capacity=1024),
        ]
        self._inbox: deque[tuple[str, bytes]] = deque(maxlen=_MOST_WAITING)
        self._outbox: deque[Outgoing] = deque(maxlen=_MOST_WAITING)
        self._wall: bytes | None = None
        self._told: bytes | None = None
        self._members: frozenset[str] = frozenset()
        self._count, self._trouble = 0, ""
        self._refusals = Refusals("stories of other hubs")
        self._duty = Duty(folder(around.folder))
        self._wake, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="stories", daemon=True)
        self._thread.start()
        around.endings.append(self._end)

    def advance(self, now: Seconds) -> None:  # noqa: ARG002 - the thread has a time of its own
        """See ``Part``."""
        for one in self._heard:
            self._inbox.extend(one.drain())
        if self._inbox:
            self._wake.set()
        self._members = self._around.members
        while self._outbox:
            self._send(self._outbox.popleft())
        wall = self._wall
        if wall is not None and wall is not self._told:
            self._around.local.put(WALL, wall, keep=True)
            self._told = wall

    def report(self) -> dict[str, object]:
        """See ``Part``."""
        return {"stories": self._count} | ({"trouble": self._trouble} if self._trouble else {})

    def close(self) -> None:
        """See ``Part``."""
        self._end()
        for one in self._heard:
            with suppress(PhotophoreError):
                one.close()

    def _end(self) -> bool:
        """Tell the thread to end; return whether it has."""
        self._ends.set()
        self._wake.set()
        return not self._thread.is_alive()

    def _send(self, one: Outgoing) -> None:
        hub, mesh = self._around.hub, self._around.mesh
        payload = encode(one.message)
        if len(payload) > _LARGEST:
            self._refusals.note("a message about stories that is too large", f"{len(payload)} bytes")
        elif one.to != ALL:
            mesh.put(f"{_TO}/{one.to}/{hub}", payload)
        elif isinstance(one.message, Have):
            mesh.put(f"{_HAVE}/{hub}", payload, keep=True)
        else:
            mesh.put(f"{_NEW}/{hub}", payload)

    # On the thread.

    def _work(self) -> None:
        try:
            self._until_the_end()
        finally:
            self._duty.end()

    def _until_the_end(self) -> None:
        """Work with the book until the end; open it again after a failure, whatever it was."""
        while not self._ends.is_set():
            try:
                with closing(Guestbook(folder(self._around.folder), self._unix)) as book:
                    self._with(book)
            except (GuestbookError, OSError) as error:
                if str(error) != self._trouble:
                    log.error("stories do not pass between hubs: %s", error)
                self._trouble = str(error)
            except Exception as error:
                trouble = f"{type(error).__name__}: {error}"
                if trouble != self._trouble:
                    log.exception("stories do not pass between hubs")
                self._trouble = trouble
            else:
                break
            with suppress(OSError):
                self._duty.end()  # perhaps another process can do what we cannot
            self._ends.wait(_AGAIN)

    def _with(self, book: Guestbook) -> None:
        house = Housekeeper(book.folder, _backups(book.folder), self._unix)
        doubt = ""

        def now() -> float:
            return 0.0 if doubt else self._unix()

        exchange = StoryExchange(BookShelf(book, now))
        kept = looked = time.monotonic() - EVERY
        version: tuple[int, int] | None = None
        while not self._ends.is_set():
            self._wake.wait(_LOOK)
            self._wake.clear()
            at = time.monotonic()
            if self._duty.mine() and at - kept >= EVERY:
                kept = at
                house.keep(book)
            if at - looked >= _EXPIRY:
                looked, doubt = at, clock.noted(book.folder)
            self._hear(exchange)
            self._outbox.extend(exchange.advance(at, self._unix(), self._members or None))
            book.settle()
            if self._duty.mine() and (found := book.version()) != version:
                version = found
                self._wall = wall_of(book.stories())
            self._count, self._trouble = exchange.count, exchange.trouble
            for one, why in exchange.refused.items():
                self._refusals.note("a story or decision of another hub", f"{one}: {why}")
            exchange.refused.clear()

    def _hear(self, exchange: StoryExchange) -> None:
        while self._inbox:
            key, payload = self._inbox.popleft()
            sender = speaker(key)
            if sender == self._around.hub:
                continue
            try:
                self._outbox.extend(exchange.take(sender, decode(payload)))
            except msgspec.DecodeError as error:
                self._refusals.note("a message about stories that cannot be read", f"{sender}: {error}")


def _backups(where: Path) -> int:
    """Days that backups are kept: what the visitors' page says that was opened last."""
    try:
        return msgspec.json.decode(read_bytes(where / NOTE, 1 << 16), type=_Note).backups
    except (OSError, msgspec.DecodeError):
        return _Note().backups


class _Note(msgspec.Struct):
    backups: int = 7
