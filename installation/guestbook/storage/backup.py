"""Backups of the guest book: one a day, some days long, and nothing in them that was deleted since."""

import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from installation.guestbook.storage.schema import broken, connect
from installation.values import Seconds

__all__ = ["back_up", "forget", "kept"]

_FOLDER: Final = "backups"
_DAY: Final[Seconds] = 86_400.0


def kept(folder: Path) -> list[Path]:
    """Return the backups, the newest first."""
    return sorted((folder / _FOLDER).glob("stories-????????.db"), reverse=True)


def back_up(
    book: sqlite3.Connection, folder: Path, now: Seconds, days: int, *, deletes: bool = True
) -> Path | None:
    """Make the backup of the day, and delete those older than ``days``; 0 days: none is kept.

    Args:
        book: The book.
        folder: Its folder.
        now: Unix seconds.
        days: How long backups are kept.
        deletes: Whether older ones are deleted; not where the clock is in doubt.

    Returns:
        The backup; None if there was one of this day already, or none is wanted.

    Raises:
        sqlite3.Error, OSError: It cannot be made, or is not sound; what there was stays.
    """
    place = folder / _FOLDER
    oldest = time.strftime("stories-%Y%m%d.db", time.gmtime(now - (days - 1) * _DAY))
    for one in kept(folder):
        if not days or (deletes and one.name < oldest):
            one.unlink(missing_ok=True)
    target = place / time.strftime("stories-%Y%m%d.db", time.gmtime(now))
    if not days or target.exists():
        return None
    place.mkdir(exist_ok=True, mode=0o700)
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    book.execute("VACUUM INTO ?", (str(fresh),))
    copy = connect(fresh, log=False)
    try:
        wrong = broken(copy)
    finally:
        copy.close()
    if wrong:
        fresh.unlink(missing_ok=True)
        raise sqlite3.DatabaseError(f"the backup is not sound: {wrong}")
    _to_disk(fresh)
    fresh.replace(target)
    return target


def forget(folder: Path, ids: Iterable[str], *, withdrawn: bool = True, expired: int | None = None) -> None:
    """Delete stories from every backup. A backup that cannot be written is deleted as a whole.

    Args:
        folder: Of the book.
        ids: Of the stories.
        withdrawn: Whether it is noted that they are not to come back.
        expired: Unix seconds; stories that have expired by then are deleted too.

    Raises OSError if not even that is possible.
    """
    wanted = [(one,) for one in ids]
    for path in [*kept(folder), *(folder / _FOLDER).glob("*.new")]:
        try:
            book = connect(path, log=False)
            try:
                book.execute("BEGIN IMMEDIATE")
                if withdrawn:
                    book.executemany("INSERT OR IGNORE INTO gone VALUES (?)", wanted)
                found = book.executemany("DELETE FROM story WHERE id = ?", wanted).rowcount if wanted else 0
                if expired is not None:
                    found += book.execute("DELETE FROM story WHERE expires <= ?", (expired,)).rowcount
                book.execute("COMMIT")
                if found:
                    book.execute("VACUUM")
            finally:
                book.close()
        except sqlite3.Error:
            path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
