"""The open file of a guest book: transactions, errors, and the log that keeps what was deleted."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from installation.errors import PhotophoreError
from installation.guestbook.sharing import Sharing
from installation.guestbook.storage import repair
from installation.guestbook.storage.schema import BUSY, connect, finish, prepare
from installation.values import Seconds

__all__ = ["FILE", "BookFile", "GuestbookError"]

FILE: Final = "stories.db"
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


class BookFile:
    """A database of SQLite that several processes have open, and that forgets what is deleted from it.

    Args:
        folder: Its folder; it is made, readable by its owner only.
        repairs: Whether a damaged file is put aside and replaced, where nobody else has it open.

    Attributes:
        path: Of the file.
        notes: What was found and done when it was opened, if it was damaged.
        connection: To SQLite; used within ``failing`` or ``writing``.
        unsettled: Whether the log may still hold what was deleted.

    Raises:
        GuestbookError: It cannot be opened.
    """

    def __init__(self, folder: Path, *, repairs: bool = True) -> None:
        self.path = folder / FILE
        self.unsettled = False
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with ExitStack() as undone:
                self._sharing = Sharing(folder)
                undone.callback(self._sharing.end)
                self.notes = repair.check(self.path, self._sharing) if repairs else ()
                _make(self.path)
                self.connection = connect(self.path)
                undone.callback(self.connection.close)
                if prepare(self.connection) and repairs:
                    self.notes += repair.restore(self.connection, folder)
                    finish(self.connection)
                self._sharing.share()
                undone.pop_all()
        except (OSError, sqlite3.Error) as error:
            message = f"the guest book {self.path} cannot be opened: {error}"
            raise GuestbookError(message) from error

    def close(self) -> None:
        """Close it."""
        self.connection.close()
        self._sharing.end()

    def version(self) -> tuple[int, int]:
        """Return what changes with every change by any process. Raises GuestbookError."""
        with self.failing():
            other = self.connection.execute("PRAGMA data_version").fetchone()
        return int(other[0]), self.connection.total_changes

    def one(self, query: str, *values: str) -> "tuple[int | str, ...] | None":
        """Return the first row that a query finds; None if it finds nothing. Raises sqlite3.Error."""
        found: tuple[int | str, ...] | None = self.connection.execute(query, values).fetchone()
        return found

    def settle(self, tries: int = 1) -> None:
        """Empty the log of what was deleted: it is copied into the file and cut to nothing.

        While another process reads that is impossible: ``unsettled`` stays true then.

        Args:
            tries: How often that is tried, in short intervals.

        Raises GuestbookError.
        """
        with self.failing():
            for i in range(tries if self.unsettled else 0):
                if i:
                    time.sleep(_BETWEEN)  # another process is reading
                self.connection.execute("PRAGMA busy_timeout = 0")
                busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                self.connection.execute(f"PRAGMA busy_timeout = {BUSY}")
                if not busy:
                    self.unsettled = False
                    return

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read in one transaction, in which nothing changes. Raises GuestbookError."""
        with self.failing():
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write in one transaction: all of it is on disk behind it, or none where it raises."""
        with self.failing():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Raise errors of SQLite and of the disk as GuestbookError, with the path."""
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
