"""The tables of the guest book, and how its file is opened.

``story`` and ``event`` only ever grow, by rows with ids of their own, so that the union of two books is a
book. What was withdrawn or has expired is deleted; its id stays in ``gone``, so that no union brings it back.
"""

import sqlite3
from pathlib import Path
from typing import Final

__all__ = ["BUSY", "VERSION", "broken", "connect", "finish", "prepare"]

VERSION: Final = 1
BUSY: Final = 5000
"""Milliseconds that a process waits for another that writes."""
_LARGEST_LOG: Final = 1 << 20

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS story (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    hub TEXT NOT NULL CHECK (length(hub) <= 64),
    hour INTEGER NOT NULL CHECK (hour % 3600 = 0),
    language TEXT NOT NULL CHECK (length(language) <= 35),
    text TEXT NOT NULL CHECK (length(text) <= 1000),
    strokes TEXT NOT NULL CHECK (length(strokes) <= 32768),
    expires INTEGER NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    CHECK ((text = '') <> (strokes = ''))
) STRICT;
CREATE TABLE IF NOT EXISTS event (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    story TEXT NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    act TEXT NOT NULL
        CHECK (act IN ('approved', 'hidden', 'pinned', 'unpinned', 'themed', 'undone')),
    value TEXT NOT NULL CHECK (length(value) <= 64),
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS gone (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36)
) STRICT;
CREATE INDEX IF NOT EXISTS event_story ON event (story);
CREATE INDEX IF NOT EXISTS story_digest ON story (digest);
"""


def connect(path: Path, *, log: bool = True) -> sqlite3.Connection:
    """Open a book; the caller begins and ends transactions.

    Args:
        path: Of the file.
        log: Whether it is written by way of a write-ahead log; a backup is not, and has one file only.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, timeout=BUSY / 1000, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (
            f"busy_timeout = {BUSY}",
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is deleted is overwritten
            f"journal_mode = {'WAL' if log else 'MEMORY'}",
            "synchronous = FULL",  # a power cut loses no story that was thanked for
            f"journal_size_limit = {_LARGEST_LOG}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection) -> bool:
    """Make the tables of a new book; one that is finished is only read.

    Returns:
        Whether it is new: what belongs into it has to be filled in, and ``finish`` called.

    Raises:
        sqlite3.ProgrammingError: It is of a later version of this program.
        sqlite3.Error: It cannot be read or written.
    """
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == VERSION:
        return False
    if found > VERSION:
        message = f"it is of version {found}, and this program knows none later than {VERSION}; update it"
        raise sqlite3.ProgrammingError(message)
    connection.executescript(_TABLES)
    return True


def finish(connection: sqlite3.Connection) -> None:
    """Note that a new book has all that belongs into it. Raises sqlite3.Error."""
    connection.execute(f"PRAGMA user_version = {VERSION}")


def broken(connection: sqlite3.Connection) -> str:
    """Return what is wrong with a book's file; empty if nothing is."""
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found and found[0] == "ok" else str(found[0] if found else "no answer")
