"""What happens to a damaged book: it is put aside, and what can be read of it goes into a new one."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from installation.guestbook.sharing import Sharing
from installation.guestbook.storage import backup
from installation.guestbook.storage.schema import broken, connect
from installation.values import Seconds

__all__ = ["check", "discard", "expire", "restore", "union"]

_ASIDE: Final = "stories.db.damaged-"
_DATE: Final = "%Y%m%d-%H%M%S"
"""Of the clock of the place, as staff read it."""
_MOST_LOST: Final = 2000
"""Row numbers in a row that cannot be read, after which no more are tried."""
_TABLES: Final = (
    ("SELECT rowid, * FROM gone WHERE rowid > ? ORDER BY rowid", "INSERT OR IGNORE INTO gone VALUES (?)"),
    (
        "SELECT rowid, * FROM story WHERE rowid > ? ORDER BY rowid",
        "INSERT OR IGNORE INTO story VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    (
        "SELECT rowid, * FROM event WHERE rowid > ? ORDER BY rowid",
        "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)",
    ),
)
"""How each table is read and filled, in the order in which they can be."""

log = logging.getLogger(__name__)


def check(path: Path, sharing: Sharing) -> tuple[str, ...]:
    """Look whether a book's file is sound; put it aside if it is not, and return what was done.

    A file that cannot be opened for want of rights or space is no damaged one.

    Raises sqlite3.Error, OSError; also if it is damaged, and another process has it open.
    """
    if not path.exists():
        return ()
    try:
        with closing(connect(path)) as book:
            wrong = broken(book)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        wrong = str(error)
    if not wrong:
        return ()
    if not sharing.alone():
        message = (
            f"it is damaged ({wrong}), and another process has it open; stop the show and start it again"
        )
        raise sqlite3.DatabaseError(message)
    aside = path.with_name(_ASIDE + time.strftime(_DATE))
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    note = f"THE GUEST BOOK WAS DAMAGED ({wrong}): it was put aside as {aside}"
    log.error("%s", note)
    return (note,)


def restore(book: sqlite3.Connection, folder: Path) -> tuple[str, ...]:
    """Fill a new book from the backups and from what can be read of damaged files; only if there is one."""
    notes = []
    damaged = _aside(folder)
    for path in [*backup.kept(folder), *damaged] if damaged else []:
        try:
            count = union(book, path)
        except (sqlite3.Error, OSError) as error:
            notes.append(f"nothing could be read of {path.name}: {error}")
            continue
        notes.append(f"{count} stories were taken over from {path.name}")
    for note in notes:
        log.error("guest book: %s", note)
    return tuple(notes)


def discard(folder: Path) -> None:
    """Delete damaged files that were put aside: a story cannot be deleted from within them."""
    for path in folder.glob(_ASIDE + "*"):
        path.unlink(missing_ok=True)
        log.warning("%s was deleted, because a story had to be deleted from it", path.name)


def expire(folder: Path, before: Seconds) -> None:
    """Delete damaged files that were put aside before a moment, Unix seconds.

    They may hold stories that could not be read, so that no date of theirs is known.
    """
    for path in folder.glob(_ASIDE + "*"):
        stated = path.name.removeprefix(_ASIDE).partition("-wal")[0].partition("-shm")[0]
        try:
            since = time.mktime(time.strptime(stated, _DATE))
        except ValueError:
            since = path.stat().st_mtime
        if since < before:
            path.unlink(missing_ok=True)
            log.warning("%s was deleted: a damaged guest book is kept as long as a backup", path.name)


def _aside(folder: Path) -> list[Path]:
    """Return the damaged files that were put aside, the newest first."""
    return sorted(
        (one for one in folder.glob(_ASIDE + "*") if not one.name.endswith(("-wal", "-shm"))), reverse=True
    )


def union(book: sqlite3.Connection, other: Path) -> int:
    """Add the rows of another book that this one lacks; return the number of stories added.

    Rows that cannot be read, or break a rule of the tables, are left out. What is gone in either is gone.
    """
    before = book.execute("SELECT count(*) FROM story").fetchone()[0]
    with closing(sqlite3.connect(f"file:{other}?mode=ro", uri=True, isolation_level=None)) as source:
        book.execute("BEGIN IMMEDIATE")
        try:
            for reads, fills in _TABLES:
                for row in _rows(source, reads):
                    with suppress(sqlite3.IntegrityError):
                        book.execute(fills, row)
            book.execute("DELETE FROM story WHERE id IN (SELECT id FROM gone)")
            book.execute("COMMIT")
        except BaseException:
            if book.in_transaction:
                book.execute("ROLLBACK")
            raise
    return int(book.execute("SELECT count(*) FROM story").fetchone()[0] - before)


def _rows(source: sqlite3.Connection, reads: str) -> Iterator[tuple[Any, ...]]:
    """Yield every row of a table that can be read, from the front; behind a damaged page one by one."""
    number = lost = 0
    while lost < _MOST_LOST:
        try:
            for row in source.execute(reads, (number,)):
                number, lost = row[0], 0
                yield row[1:]
        except sqlite3.DatabaseError:
            number, lost = number + 1, lost + 1
            continue
        return
