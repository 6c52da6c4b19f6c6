"""The guest book behind the server: one thread writes it, and what is on the wall is told to the stage."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, time
from typing import Final, TypeVar

from installation.errors import PhotophoreError
from installation.guestbook import (
    FULL,
    Guestbook,
    GuestbookError,
    Story,
    code_of,
    digest_of,
    id_of,
    language_of,
    read_drawing,
    receipt_of,
    stored,
)
from installation.guestbook.clock import EVERY, Housekeeper
from installation.guestbook.sharing import Duty
from installation.ipc.bus import Bus
from installation.ipc.feeds.stories import PAGE, WALL
from installation.ipc.feeds.wall import wall_of
from installation.values import Seconds
from installation.visitors.address import page_address
from installation.visitors.forms import Given
from installation.visitors.options import VisitorOptions

__all__ = ["Desk", "Receipt"]

T = TypeVar("T")

_LOOK: Final[Seconds] = 0.2
"""How often it is looked whether staff have decided something."""
_MOST_WAITING: Final = 2000
"""Most calls that wait for the thread; beyond it visitors are asked to send again."""
_MOST_AGAIN: Final = 32
"""How often one form may be sent again after its story was withdrawn; each costs a look into the book."""
_MOST_DRAWINGS: Final = 64
"""Most drawings that wait to be read; each takes up to a tenth of a second."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A story that is about to be added, and what its withdrawal code is derived from.

    Attributes:
        receipt: Stands for this submission.
        story: The story.
        key: Of its form.
    """

    receipt: str
    story: Story
    key: str

    def again(self) -> "Receipt":
        """Return what the same form gives after this story was withdrawn: each time it is sent the same."""
        receipt = receipt_of(self.key, f"\0again\0{self.receipt}")  # no sentence has a NUL
        story = replace(self.story, id=id_of(receipt), digest=digest_of(code_of(receipt)))
        return Receipt(receipt, story, self.key)


@dataclass(slots=True, eq=False)
class _Entry:
    """A story that waits to be written; ``new`` as ``Guestbook.add_all`` tells."""

    story: Story
    new: bool | None = None
    error: Exception | None = None


class Desk:
    """Keeps stories, and puts the wall on the bus.

    Args:
        folder: Of the guest book.
        options: What the venue says.
        now: Source of Unix seconds.
    """

    def __init__(self, folder: Path, options: VisitorOptions, now: Callable[[], Seconds] = time) -> None:
        self._folder = folder
        self._options = options
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="guest book")
        self._duty = Duty(folder)
        self._house = Housekeeper(folder, options.backups, now)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="drawings")
        self._drawings = 0
        self._book: Guestbook | None = None
        self._waiting = 0
        self._entries: deque[_Entry] = deque()
        self._seen: tuple[int, int] | None = None
        self._wall: bytes = b""
        self._page: bytes = b""

    async def check(self) -> None:
        """Read the book once. Raises GuestbookError if that is impossible."""
        await self._do(lambda book: book.version())

    async def receipt(self, given: Given, text: str, language: str) -> Receipt:
        """Return the receipt of what was sent.

        Args:
            given: The form.
            text: Its sentence, cleaned; empty for a drawing.
            language: Of the page.

        Raises SentenceError for a drawing that is none, GuestbookError.
        """
        strokes = "" if text else await self._read(given.strokes)
        receipt = receipt_of(given.key, text or strokes)
        tag = language_of(text, language) if text else ""
        now = self._house.clock.reading()
        story = Story(
            id_of(receipt), self._options.hub, int(now) // 3600 * 3600, tag, text, strokes,
            int(now + self._options.keeps), digest_of(code_of(receipt)),
        )  # fmt: skip
        return Receipt(receipt, story, given.key)

    async def _read(self, strokes: str) -> str:
        """Return a drawing as it is stored; one is read at a time."""
        if self._drawings >= _MOST_DRAWINGS:
            raise GuestbookError("too many drawings are being sent at once")
        self._drawings += 1
        try:
            loop = asyncio.get_running_loop()
            return stored(await loop.run_in_executor(self._reader, read_drawing, strokes))
        finally:
            self._drawings -= 1

    async def has(self, receipt: str) -> bool:
        """Return whether the story of a receipt is here. Raises GuestbookError."""
        story = id_of(receipt)
        return await self._do(lambda book: book.has(story))

    async def add(self, receipt: Receipt) -> tuple[Receipt, bool]:
        """Add a story, unless it is here; on disk when this returns. Raises GuestbookError.

        Returns:
            Its receipt, another one where the same form has sent this story before and it was withdrawn; and
            whether it is new here.
        """
        for _ in range(_MOST_AGAIN):
            new = await self._enter(receipt.story)
            if new or await self.has(receipt.receipt):
                return receipt, new
            receipt = receipt.again()
        raise GuestbookError("a story of this form was withdrawn too often")

    async def _enter(self, story: Story) -> bool:
        """Write a story together with all others that wait: the disk takes as long for one as for all."""
        entry = _Entry(story)
        self._entries.append(entry)
        try:
            await self._do(self._write)
        except BaseException:  # nobody waits for it any more: no later call may write it
            with suppress(ValueError):
                self._entries.remove(entry)
            raise
        if entry.error is not None:
            raise entry.error
        if entry.new is None:
            raise GuestbookError(FULL)
        return entry.new

    async def withdraw(self, code: str) -> bool:
        """Delete the story of a code, everywhere; False for an unknown code. Raises GuestbookError."""
        return await self._do(lambda book: book.withdraw(code)) is not None

    async def tell(self, bus: Callable[[], Bus]) -> None:
        """Put the wall on the bus whenever it changes, until cancelled; while the hub process does, do not.

        Args:
            bus: Opens the bus; raises PhotophoreError while that is impossible.
        """
        opened: Bus | None = None
        complained = False
        try:
            while True:
                try:
                    wall = await self._do(self._changed)
                    if opened is None:
                        opened = await asyncio.to_thread(bus)
                    if wall is not None and wall != self._wall:
                        opened.put(WALL, wall, keep=True)
                        self._wall = wall
                    where = page_address(self._options, self._folder).encode()
                    if where != self._page:  # with `daily` it changes at midnight
                        opened.put(PAGE, where, keep=True)
                        self._page = where
                    complained = False
                except (PhotophoreError, OSError) as error:
                    self._seen = None
                    if not complained:
                        log.error("the wall of stories is not told: %s", error)
                    complained = True
                await asyncio.sleep(_LOOK)
        finally:
            if opened is not None:
                opened.close()

    async def keep_house(self) -> None:
        """Delete what has expired and make the backup of the day, now and every hour, until cancelled."""
        while True:
            try:
                await self._do(self._keep_house)
            except (GuestbookError, OSError) as error:
                log.error("%s", error)
            await asyncio.sleep(EVERY)

    def close(self) -> None:
        """End the threads after what they are doing, and close the book."""
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._thread.submit(self._close)
        self._thread.shutdown(wait=True)

    # On the thread.

    async def _do(self, act: Callable[[Guestbook], T]) -> T:
        """Call something with the book, on its thread. Raises what it raises, and GuestbookError."""
        if self._waiting >= _MOST_WAITING:
            raise GuestbookError("too much is being sent at once")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._with_book, act)
        finally:
            self._waiting -= 1

    def _write(self, book: Guestbook) -> None:
        """Write what waits; nothing where an earlier call has written it already."""
        entries = []
        while self._entries:
            entries.append(self._entries.popleft())
        try:
            done = book.add_all([one.story for one in entries]) if entries else []
        except Exception as error:
            for one in entries:
                one.error = error
            raise
        for one, new in zip(entries, done, strict=True):
            one.new = new

    def _with_book(self, act: Callable[[Guestbook], T]) -> T:
        if self._book is None:
            self._book = Guestbook(self._folder, self._now)
        try:
            return act(self._book)
        except GuestbookError as error:
            if error.damaged:  # opened again it is repaired
                self._book.close()
                self._book, self._seen = None, None
            raise

    def _close(self) -> None:
        if self._book is not None:
            self._book.close()
        self._duty.end()

    def _keep_house(self, book: Guestbook) -> None:
        if self._duty.mine():
            self._house.keep(book)

    def _changed(self, book: Guestbook) -> bytes | None:
        """Return the wall if anybody has written in the book since the last call, and it is ours to tell."""
        book.settle()
        if not self._duty.mine():
            return None
        version = book.version()
        if version == self._seen:
            return None
        if self._seen is None or version[0] != self._seen[0]:
            book.unsettled = True  # another process may have deleted something, and not emptied the log
        began = monotonic()
        wall = wall_of(book.stories())
        self._seen = version
        if monotonic() - began > 1.0:
            log.warning("reading the guest book took %.1f s", monotonic() - began)
        return wall
