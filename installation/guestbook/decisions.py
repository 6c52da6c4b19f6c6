"""What staff decide, as rows that are only added: each has its date, and taking one back is one more."""

import sqlite3
from uuid import uuid4

from installation.guestbook.model import Act, Event
from installation.guestbook.versions import stamp
from installation.values import Seconds

__all__ = ["all_events", "event_of", "latest", "note"]


def note(book: sqlite3.Connection, story: str, act: Act, value: str, now: Seconds) -> Event:
    """Add a decision about a story; within a transaction. Its date is later than that of all others.

    Args:
        book: The book.
        story: Id of the story.
        act: What was decided.
        value: As ``Event`` says; cut to 64 characters.
        now: Unix seconds.

    Raises sqlite3.Error.
    """
    last = book.execute("SELECT max(at) FROM event").fetchone()
    event = Event(str(uuid4()), story, act, value[:64], stamp(now, int(last[0] or 0)))
    row = (event.id, story, act.value, event.value, event.at)
    book.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", row)
    return event


def latest(book: sqlite3.Connection, story: str = "") -> Event | None:
    """Return the last decision that stands, about one story or about any; None for none.

    Raises sqlite3.Error.
    """
    row = book.execute(
        "SELECT id, story, act, value, at FROM event WHERE act <> 'undone' AND (?1 = '' OR story = ?1)"
        " AND id NOT IN (SELECT value FROM event WHERE act = 'undone') ORDER BY at DESC, id DESC LIMIT 1",
        (story,),
    ).fetchone()
    return event_of(row) if row else None


def all_events(book: sqlite3.Connection) -> dict[str, list[Event]]:
    """Return all decisions by story. Raises sqlite3.Error."""
    found: dict[str, list[Event]] = {}
    for row in book.execute("SELECT id, story, act, value, at FROM event"):
        found.setdefault(str(row[1]), []).append(event_of(row))
    return found


def event_of(row: tuple[str, str, str, str, int]) -> Event:
    """Return a row of the table of decisions as a value."""
    return Event(row[0], row[1], Act(row[2]), row[3], row[4])
