"""The guest book: stories and decisions in SQLite, for several processes at once.

The visitors' process adds stories; the command line and the panel decide. Each opens the file for itself;
``version`` tells that another has written. Every call is one transaction, on disk when it returns.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from installation import paths
from installation.errors import PhotophoreError
from installation.guestbook import backup, repair
from installation.guestbook.codes import digest_of
from installation.guestbook.inventory import Inventory, decisions_about, enter, merge, stories_of, withdrawals
from installation.guestbook.model import Act, Event, Standing, Story, standing
from installation.guestbook.schema import BUSY, connect, finish, prepare
from installation.guestbook.sharing import Sharing
from installation.guestbook.versions import stamp
from installation.values import Seconds

__all__ = ["DAY", "FILE", "FULL", "Guestbook", "GuestbookError", "folder"]

DAY: Final[Seconds] = 86_400.0
FILE: Final = "stories.db"
_MOST_WAITING: Final = 5000
"""Most stories that wait for staff; beyond it visitors are asked to come again."""
FULL: Final = f"{_MOST_WAITING} stories wait for staff; approve or hide some of them"
_TRIES: Final = 20
_BETWEEN: Final[Seconds] = 0.05


class GuestbookError(PhotophoreError):
    """Raised when the guest book cannot be read or written, or has no such story."""

    @property
    def damaged(self) -> bool:
        """Whether its file is no sound database, so that opening it again may repair it."""
        cause = self.__cause__
        return isinstance(cause, sqlite3.DatabaseError) and not isinstance(
            cause, sqlite3.IntegrityError | sqlite3.ProgrammingError
        )


def folder(state: Path | None = None) -> Path:
    """Folder of the guest book in the state folder; it need not exist."""
    return (state or paths.state_folder()) / "stories"


class Guestbook:
    """An open guest book.

    Args:
        where: Its folder; it is made, readable by its owner only.
        now: Source of Unix seconds.
        repairs: Whether a damaged file is put aside and replaced, where nobody else has it open.

    Attributes:
        notes: What was found and done when it was opened, if its file was damaged.
        unsettled: Whether the log may still hold what was deleted.

    Raises:
        GuestbookError: It cannot be opened.
    """

    def __init__(self, where: Path, now: Callable[[], Seconds] = time.time, *, repairs: bool = True) -> None:
        self._now = now
        self.unsettled = False
        self.folder = where
        self.path = where / FILE
        try:
            where.mkdir(parents=True, exist_ok=True, mode=0o700)
            with ExitStack() as undone:
                self._sharing = Sharing(where)
                undone.callback(self._sharing.end)
                self.notes = repair.check(self.path, self._sharing) if repairs else ()
                _make(self.path)
                self._connection = connect(self.path)
                undone.callback(self._connection.close)
                if prepare(self._connection) and repairs:
                    self.notes += repair.restore(self._connection, where)
                    finish(self._connection)
                self._sharing.share()
                undone.pop_all()
        except (OSError, sqlite3.Error) as error:
            message = f"the guest book {self.path} cannot be opened: {error}"
            raise GuestbookError(message) from error

    def close(self) -> None:
        """Close it."""
        self._connection.close()
        self._sharing.end()

    @property
    def stamp(self) -> str:
        """What changes with every story, decision and deletion; the same for whoever asks."""
        with self._failing():
            found = self._one(
                "SELECT (SELECT count(*) || '-' || max(rowid) FROM story), (SELECT max(at) FROM event),"
                " (SELECT count(*) FROM gone)"
            )
        return "-".join(str(one) for one in found or ())

    def version(self) -> tuple[int, int]:
        """Return what changes with every change by any process."""
        with self._failing():
            other = self._connection.execute("PRAGMA data_version").fetchone()
        return int(other[0]), self._connection.total_changes

    # Visitors.

    def add(self, story: Story) -> bool:
        """Add a story; False if it is there already, or was withdrawn before.

        Raises GuestbookError, also if too many wait for staff.
        """
        new = self.add_all([story])[0]
        if new is None:
            raise GuestbookError(FULL)
        return new

    def add_all(self, stories: Sequence[Story]) -> list[bool | None]:
        """Add stories with one wait for the disk; of each what ``add`` returns, None for too many.

        Raises GuestbookError: none of them was added.
        """
        with self._writing():
            return enter(self._connection, stories, _MOST_WAITING)

    def has(self, story: str) -> bool:
        """Return whether a story of this id is here. Raises GuestbookError."""
        with self._failing():
            return self._one("SELECT 1 FROM story WHERE id = ?", story) is not None

    def withdraw(self, code: str) -> str | None:
        """Delete the story of a withdrawal code, from the backups too; return its id, None for no such code.

        Raises GuestbookError if it could not be deleted everywhere.
        """
        with self._failing():
            found = self._one("SELECT id FROM story WHERE digest = ?", digest_of(code))
        if found is None:
            return None
        self.forget([str(found[0])])
        return str(found[0])

    def forget(self, ids: Sequence[str]) -> None:
        """Delete stories and all that was decided about them, from the backups and the log too.

        While another process reads, the log cannot be emptied: ``unsettled`` is true then, and ``settle``
        does so later.

        Raises GuestbookError if deleting is impossible; what is deleted already stays deleted.
        """
        self._delete(ids, withdrawn=True)

    # Staff.

    def decide(self, story: str, act: Act, value: str = "") -> Event:
        """Add a decision about a story. Raises GuestbookError if there is no such story."""
        with self._writing():
            self._find(story)
            return self._decide(story, act, value)

    def undo(self, story: str = "") -> Event:
        """Take back the last decision, about one story or about any, and return that decision.

        Raises GuestbookError if there is none.
        """
        with self._writing():
            if story:
                self._find(story)
            rows = self._connection.execute(
                "SELECT id, story, act, value, at FROM event"
                " WHERE act <> 'undone' AND (?1 = '' OR story = ?1)"
                " AND id NOT IN (SELECT value FROM event WHERE act = 'undone')"
                " ORDER BY at DESC, id DESC LIMIT 1",
                (story,),
            ).fetchall()
            if not rows:
                raise GuestbookError("there is nothing to undo")
            last = _event(rows[0])
            self._decide(last.story, Act.UNDONE, last.id)
            return last

    def standing(self, story: str) -> Standing:
        """Return one story as it stands. Raises GuestbookError if there is none of that id."""
        found = next((one for one in self.stories() if one.story.id == story), None)
        if found is None:
            raise GuestbookError(_missing(story))
        return found

    def named(self, beginning: str) -> str:
        """Return the id of the one story whose id begins so. Raises GuestbookError for none, or several."""
        known = [one.story.id for one in self.stories()]
        found = [one for one in known if beginning and one.startswith(beginning.lower())]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"{len(found)} stories begin with {beginning}; give more of the id"
            raise GuestbookError(message)
        raise GuestbookError(_missing(beginning))

    def stories(self) -> list[Standing]:
        """Return all stories as they stand, the newest first."""
        with self._failing():
            self._connection.execute("BEGIN")
            try:
                stories = self._connection.execute(
                    "SELECT * FROM story ORDER BY hour DESC, rowid DESC"
                ).fetchall()
                rows = self._connection.execute("SELECT id, story, act, value, at FROM event").fetchall()
            finally:
                self._connection.execute("COMMIT")
        events: dict[str, list[Event]] = {}
        for row in rows:
            events.setdefault(str(row[1]), []).append(_event(row))
        made = [Story(*row) for row in stories]
        return [standing(one, events.get(one.id, ())) for one in made]

    # Housekeeping.

    def purge(self) -> int:
        """Delete what has expired, from the backups too; return how many stories that were.

        Every book does that by the date of the story itself and by its own clock, and takes in none that has
        expired. So a wrong clock at one station deletes nothing at others, and what it deleted comes back.
        """
        with self._failing():
            rows = self._connection.execute("SELECT id FROM story WHERE expires <= ?", (int(self._now()),))
            ids = [str(row[0]) for row in rows]
        self._delete(ids, withdrawn=False)
        return len(ids)

    def clear_backups(self, *, expired: bool) -> None:
        """Delete from the backups and the log what was withdrawn or has expired, where that failed before.

        Args:
            expired: Whether what has expired is deleted; not where the clock is in doubt.

        Raises GuestbookError.
        """
        with self._failing():
            ids = [str(row[0]) for row in self._connection.execute("SELECT id FROM gone")]
            backup.forget(self.folder, ids, expired=int(self._now()) if expired else None)
        self.unsettled = True
        self.settle()

    def newest(self) -> Seconds:
        """Return Unix seconds of the newest story or decision; 0 for none. Raises GuestbookError."""
        with self._failing():
            found = self._one("SELECT (SELECT max(hour) FROM story), (SELECT max(at) / 1000 FROM event)")
        return float(max(int(one or 0) for one in found or (0,)))

    def back_up(self, days: int, *, deletes: bool = True) -> Path | None:
        """Make the backup of the day, if there is none; delete those, and damaged files, older than ``days``.

        Args:
            days: How long backups are kept; 0 makes none. Damaged files are kept for a day at least.
            deletes: Whether older ones are deleted; not where the clock is in doubt.

        Raises GuestbookError.
        """
        with self._failing():
            repair.expire(self.folder, self._now() - max(days, 1) * DAY if deletes else 0.0)
            return backup.back_up(self._connection, self.folder, self._now(), days, deletes=deletes)

    def take_in(self, other: Path) -> int:
        """Add what another book has and this one has not; return how many stories that were.

        Raises GuestbookError.
        """
        with self._failing():
            return repair.union(self._connection, other)

    def settle(self, tries: int = 1) -> None:
        """Empty the log of what was deleted: it is copied into the file and cut to nothing.

        Raises GuestbookError.
        """
        with self._failing():
            for i in range(tries if self.unsettled else 0):
                if i:
                    time.sleep(_BETWEEN)  # another process is reading
                self._connection.execute("PRAGMA busy_timeout = 0")
                busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY}")
                if not busy:
                    self.unsettled = False
                    return

    # Other books.

    def take_stock(self, inventory: Inventory, now: Seconds) -> dict[str, int | None]:
        """Bring an inventory up to date; return what has changed (``Inventory.refresh``).

        Raises GuestbookError.
        """
        with self._failing():
            return inventory.refresh(self._connection, now)

    def read(self, stories: Iterable[str], decided: Iterable[str]) -> tuple[list[Story], list[Event]]:
        """Return stories and the decisions about others, as far as they are here. Raises GuestbookError."""
        with self._failing():
            rows = decisions_about(self._connection, decided)
            return stories_of(self._connection, stories), [_event(row) for row in rows]

    def merge(
        self, stories: Sequence[Story], events: Sequence[Event], gone: Sequence[str], now: Seconds
    ) -> Mapping[str, str]:
        """Take in what another book has (``inventory.merge``); what is gone in either is gone in both.

        Raises GuestbookError.
        """
        with self._failing():
            new, refused = withdrawals(self._connection, gone)
        self.forget(new)
        with self._writing():
            return {**refused, **merge(self._connection, stories, events, now)}

    # Inside.

    def _delete(self, ids: Sequence[str], *, withdrawn: bool) -> None:
        if not ids:
            return
        rows = [(one,) for one in ids]
        with self._writing():
            repair.discard(self.folder)  # first: who is killed behind it would leave it for good
            if withdrawn:
                self._connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", rows)
            self._connection.executemany("DELETE FROM story WHERE id = ?", rows)
        self.unsettled = True
        with self._failing():
            try:
                backup.forget(self.folder, ids, withdrawn=withdrawn)  # else ``clear_backups`` does
            finally:
                self.settle(_TRIES)

    def _decide(self, story: str, act: Act, value: str) -> Event:
        last = self._one("SELECT max(at) FROM event")
        at = stamp(self._now(), int(last[0] or 0) if last else 0)
        event = Event(str(uuid4()), story, act, value[:64], at)
        self._connection.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?)", (event.id, story, act.value, event.value, at)
        )
        return event

    def _find(self, story: str) -> None:
        if self._one("SELECT 1 FROM story WHERE id = ?", story) is None:
            raise GuestbookError(_missing(story))

    def _one(self, query: str, *values: str) -> "tuple[int | str, ...] | None":
        found: tuple[int | str, ...] | None = self._connection.execute(query, values).fetchone()
        return found

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._failing():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            message = f"the guest book {self.path} failed: {error}"
            raise GuestbookError(message) from error


def _make(path: Path) -> None:
    """Make the file, readable by its owner only, if there is none.

    A file that is there is not opened: closing it again would take away the locks that SQLite holds on it for
    other connections of this process (POSIX locks belong to the process).
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _missing(story: str) -> str:
    return f"there is no story {story!r}; `photophore stories list` shows them"


def _event(row: "tuple[str, str, str, str, int]") -> Event:
    return Event(row[0], row[1], Act(row[2]), row[3], row[4])
