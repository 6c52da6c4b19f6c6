"""The guest book: stories and decisions in SQLite, for several processes at once.

The visitors' process adds stories; the command line and the panel decide. Each opens the file for itself;
``version`` tells that another has written. Every call is one transaction, on disk when it returns.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from installation import paths
from installation.guestbook.codes import digest_of
from installation.guestbook.decisions import all_events, event_of, latest, note
from installation.guestbook.inventory import Inventory, decisions_about, enter, merge, stories_of, withdrawals
from installation.guestbook.model import Act, Event, Standing, Story, standing
from installation.guestbook.storage import backup, repair
from installation.guestbook.storage.file import FILE, BookFile, GuestbookError
from installation.values import Seconds

__all__ = ["DAY", "FILE", "FULL", "Guestbook", "GuestbookError", "folder"]

DAY: Final[Seconds] = 86_400.0
_MOST_WAITING: Final = 5000
"""Most stories that wait for staff; beyond it visitors are asked to come again."""
FULL: Final = f"{_MOST_WAITING} stories wait for staff; approve or hide some of them"
_TRIES: Final = 20


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

    Raises:
        GuestbookError: It cannot be opened.
    """

    def __init__(self, where: Path, now: Callable[[], Seconds] = time.time, *, repairs: bool = True) -> None:
        self._now = now
        self._file = BookFile(where, repairs=repairs)
        self._connection = self._file.connection
        self.folder, self.path, self.notes = where, self._file.path, self._file.notes

    def close(self) -> None:
        """Close it."""
        self._file.close()

    @property
    def unsettled(self) -> bool:
        """Whether the log may still hold what was deleted."""
        return self._file.unsettled

    @unsettled.setter
    def unsettled(self, unsettled: bool) -> None:
        self._file.unsettled = unsettled

    @property
    def stamp(self) -> str:
        """What changes with every story, decision and deletion; the same for whoever asks."""
        with self._file.failing():
            found = self._file.one(
                "SELECT (SELECT count(*) || '-' || max(rowid) FROM story), (SELECT max(at) FROM event),"
                " (SELECT count(*) FROM gone)"
            )
        return "-".join(str(one) for one in found or ())

    def version(self) -> tuple[int, int]:
        """Return what changes with every change by any process."""
        return self._file.version()

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
        with self._file.writing():
            return enter(self._connection, stories, _MOST_WAITING)

    def has(self, story: str) -> bool:
        """Return whether a story of this id is here. Raises GuestbookError."""
        with self._file.failing():
            return self._file.one("SELECT 1 FROM story WHERE id = ?", story) is not None

    def withdraw(self, code: str) -> str | None:
        """Delete the story of a withdrawal code, from the backups too; return its id, None for no such code.

        Raises GuestbookError if it could not be deleted everywhere.
        """
        with self._file.failing():
            found = self._file.one("SELECT id FROM story WHERE digest = ?", digest_of(code))
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
        with self._file.writing():
            self._find(story)
            return note(self._connection, story, act, value, self._now())

    def undo(self, story: str = "") -> Event:
        """Take back the last decision, about one story or about any, and return that decision.

        Raises GuestbookError if there is none.
        """
        with self._file.writing():
            if story:
                self._find(story)
            last = latest(self._connection, story)
            if last is None:
                raise GuestbookError("there is nothing to undo")
            note(self._connection, last.story, Act.UNDONE, last.id, self._now())
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
        with self._file.reading():
            rows = self._connection.execute("SELECT * FROM story ORDER BY hour DESC, rowid DESC").fetchall()
            events = all_events(self._connection)
        made = [Story(*row) for row in rows]
        return [standing(one, events.get(one.id, ())) for one in made]

    # Housekeeping.

    def purge(self) -> int:
        """Delete what has expired, from the backups too; return how many stories that were.

        Every book does that by the date of the story itself and by its own clock, and takes in none that has
        expired. So a wrong clock at one station deletes nothing at others, and what it deleted comes back.
        """
        with self._file.failing():
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
        with self._file.failing():
            ids = [str(row[0]) for row in self._connection.execute("SELECT id FROM gone")]
            backup.forget(self.folder, ids, expired=int(self._now()) if expired else None)
        self.unsettled = True
        self.settle()

    def newest(self) -> Seconds:
        """Return Unix seconds of the newest story or decision; 0 for none. Raises GuestbookError."""
        with self._file.failing():
            found = self._file.one("SELECT (SELECT max(hour) FROM story), (SELECT max(at) / 1000 FROM event)")
        return float(max(int(one or 0) for one in found or (0,)))

    def back_up(self, days: int, *, deletes: bool = True) -> Path | None:
        """Make the backup of the day, if there is none; delete those, and damaged files, older than ``days``.

        Args:
            days: How long backups are kept; 0 makes none. Damaged files are kept for a day at least.
            deletes: Whether older ones are deleted; not where the clock is in doubt.

        Raises GuestbookError.
        """
        with self._file.failing():
            repair.expire(self.folder, self._now() - max(days, 1) * DAY if deletes else 0.0)
            return backup.back_up(self._connection, self.folder, self._now(), days, deletes=deletes)

    def take_in(self, other: Path) -> int:
        """Add what another book has and this one has not; return how many stories that were.

        Raises GuestbookError.
        """
        with self._file.failing():
            return repair.union(self._connection, other)

    def settle(self, tries: int = 1) -> None:
        """Empty the log of what was deleted: it is copied into the file and cut to nothing.

        Raises GuestbookError.
        """
        self._file.settle(tries)

    # Other books.

    def take_stock(self, inventory: Inventory, now: Seconds) -> dict[str, int | None]:
        """Bring an inventory up to date; return what has changed (``Inventory.refresh``).

        Raises GuestbookError.
        """
        with self._file.failing():
            return inventory.refresh(self._connection, now)

    def read(self, stories: Iterable[str], decided: Iterable[str]) -> tuple[list[Story], list[Event]]:
        """Return stories and the decisions about others, as far as they are here. Raises GuestbookError."""
        with self._file.failing():
            rows = decisions_about(self._connection, decided)
            return stories_of(self._connection, stories), [event_of(row) for row in rows]

    def merge(
        self, stories: Sequence[Story], events: Sequence[Event], gone: Sequence[str], now: Seconds
    ) -> Mapping[str, str]:
        """Take in what another book has (``inventory.merge``); what is gone in either is gone in both.

        Raises GuestbookError.
        """
        with self._file.failing():
            new, refused = withdrawals(self._connection, gone)
        self.forget(new)
        with self._file.writing():
            return {**refused, **merge(self._connection, stories, events, now)}

    # Inside.

    def _delete(self, ids: Sequence[str], *, withdrawn: bool) -> None:
        if not ids:
            return
        rows = [(one,) for one in ids]
        with self._file.writing():
            repair.discard(self.folder)  # first: who is killed behind it would leave it for good
            if withdrawn:
                self._connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", rows)
            self._connection.executemany("DELETE FROM story WHERE id = ?", rows)
        self.unsettled = True
        with self._file.failing():
            try:
                backup.forget(self.folder, ids, withdrawn=withdrawn)  # else ``clear_backups`` does
            finally:
                self.settle(_TRIES)

    def _find(self, story: str) -> None:
        if self._file.one("SELECT 1 FROM story WHERE id = ?", story) is None:
            raise GuestbookError(_missing(story))


def _missing(story: str) -> str:
    return f"there is no story {story!r}; `photophore stories list` shows them"
