"""What a book has, in a few bytes for each story, and what other books have taken in.

A story never changes, and decisions are only added, so two books differ in a story if one lacks it, has
deleted it, or knows other decisions about it. The inventory has a number for each that tells: ``GONE`` for
what was withdrawn, else a digest of the decisions.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final

from installation.guestbook.model import Act, Event, Story
from installation.values import Seconds

__all__ = ["GONE", "Inventory", "decisions_about", "enter", "merge", "stories_of", "withdrawals"]

_HOUR: Final = 3600
GONE: Final = 0
"""State of a story that was withdrawn."""
_HERE: Final = 1 << 63
"""Set in the state of every story that is here."""
MOST_GONE: Final = 100_000
"""Ids of withdrawn stories that are kept; more are taken only of stories that are here."""
_MOST_DECISIONS: Final = 1000
"""Most decisions about one story that are taken from other books; as many again that hide it."""
_ROW: Final = (
    "SELECT id FROM story WHERE rowid = ?",
    "SELECT id FROM event WHERE rowid = ?",
)
_LAST: Final = (
    "SELECT rowid, id FROM story ORDER BY rowid DESC LIMIT 1",
    "SELECT rowid, id FROM event ORDER BY rowid DESC LIMIT 1",
)


class Inventory:
    """The state of every story of a book, read again only as far as the book has changed.

    Attributes:
        states: State of each story, by id; those that have expired are left out.
    """

    def __init__(self) -> None:
        self.states: dict[str, int] = {}
        self._expires: dict[str, int] = {}
        self._read: list[tuple[int, str]] = [(0, ""), (0, "")]
        self._gone = -1

    def refresh(self, book: sqlite3.Connection, now: Seconds) -> dict[str, int | None]:
        """Read what has changed since the last call.

        Args:
            book: The book.
            now: Unix seconds by which stories expire; 0 if none is to.

        Returns:
            The state of each story that has changed; None for one that has expired or is no longer known.

        Raises sqlite3.Error.
        """
        book.execute("BEGIN")
        try:
            gone = int(book.execute("SELECT count(*) FROM gone").fetchone()[0])
            count = int(book.execute("SELECT count(*) FROM story").fetchone()[0])
            again = any(expires > now and one not in self.states for one, expires in self._expires.items())
            if gone != self._gone or count < len(self._expires) or again or not self._grown(book):
                found = self._whole(book)
            else:
                found = self._newer(book)
            self._gone, self._read = gone, [_last(book, query) for query in _LAST]
        finally:
            book.execute("COMMIT")
        for one, expires in self._expires.items():
            if expires <= now:
                found[one] = None
        changed = {one: state for one, state in found.items() if state != self.states.get(one)}
        for one, state in changed.items():
            if state is None:
                self.states.pop(one, None)
            else:
                self.states[one] = state
        return changed

    def _grown(self, book: sqlite3.Connection) -> bool:
        """Return whether rows were only added: the number of a row that was deleted may be in use again."""
        for query, (number, last) in zip(_ROW, self._read, strict=True):
            row = book.execute(query, (number,)).fetchone()
            if number and (row is None or row[0] != last):
                return False
        return True

    def _whole(self, book: sqlite3.Connection) -> dict[str, int | None]:
        self._expires = {str(row[0]): int(row[1]) for row in book.execute("SELECT id, expires FROM story")}
        found: dict[str, int | None] = dict.fromkeys(self.states)
        found.update(dict.fromkeys(self._expires, _HERE))
        _decided(found, book.execute("SELECT id, story FROM event"))
        found.update({str(row[0]): GONE for row in book.execute("SELECT id FROM gone")})
        return found

    def _newer(self, book: sqlite3.Connection) -> dict[str, int | None]:
        new = book.execute("SELECT id, expires FROM story WHERE rowid > ?", self._read[0][:1]).fetchall()
        self._expires.update((str(row[0]), int(row[1])) for row in new)
        found: dict[str, int | None] = dict.fromkeys((str(row[0]) for row in new), _HERE)
        events = book.execute("SELECT id, story FROM event WHERE rowid > ?", self._read[1][:1]).fetchall()
        for _, story in events:
            found.setdefault(str(story), self.states.get(str(story), _HERE))
        _decided(found, events)
        return found


def _last(book: sqlite3.Connection, query: str) -> tuple[int, str]:
    """Return the number and the id of the last row of a table; 0 and nothing of an empty one."""
    row = book.execute(query).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _decided(states: dict[str, int | None], events: Iterable[tuple[str, str]]) -> None:
    for event, story in events:
        state = states.get(story)
        if state:
            digest = int.from_bytes(blake2b(event.encode(), digest_size=8).digest(), "big")
            states[story] = (state ^ digest) | _HERE


def stories_of(book: sqlite3.Connection, ids: Iterable[str]) -> list[Story]:
    """Return those of some stories that are here. Raises sqlite3.Error."""
    rows = (book.execute("SELECT * FROM story WHERE id = ?", (one,)).fetchone() for one in ids)
    return [Story(*row) for row in rows if row is not None]


def decisions_about(book: sqlite3.Connection, ids: Iterable[str]) -> list[tuple[str, str, str, str, int]]:
    """Return the rows of all decisions about some stories. Raises sqlite3.Error."""
    query = "SELECT id, story, act, value, at FROM event WHERE story = ? ORDER BY at, id"
    return [row for one in ids for row in book.execute(query, (one,))]


def withdrawals(book: sqlite3.Connection, gone: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return which withdrawals of another book are new here, and which are too many, with the reason.

    What is here goes in any case. Of what is not here only an id would stay, and another hub could fill the
    disk with those.

    Args:
        book: The book.
        gone: Ids.

    Raises sqlite3.Error.
    """

    def has(query: str, one: str) -> bool:
        return book.execute(query, (one,)).fetchone() is not None

    new = [one for one in dict.fromkeys(gone) if not has("SELECT 1 FROM gone WHERE id = ?", one)]
    here = [one for one in new if has("SELECT 1 FROM story WHERE id = ?", one)]
    others = [one for one in new if one not in set(here)]
    room = MOST_GONE - int(book.execute("SELECT count(*) FROM gone").fetchone()[0]) if others else 0
    room = max(0, room - len(here))
    reason = f"{MOST_GONE} withdrawn stories are remembered already"
    return [*here, *others[:room]], dict.fromkeys(others[room:], reason)


def enter(book: sqlite3.Connection, stories: Sequence[Story], most: int) -> list[bool | None]:
    """Add stories of visitors; within a transaction.

    Args:
        book: The book.
        stories: The stories.
        most: How many may wait for staff.

    Returns:
        Of each whether it is new here, and was not withdrawn; None where too many wait.

    Raises sqlite3.Error.
    """
    query = "SELECT count(*) FROM story WHERE id NOT IN (SELECT story FROM event)"
    waiting = int(book.execute(query).fetchone()[0])
    entered: list[bool | None] = []
    known = "SELECT 1 FROM gone WHERE id = ?1 UNION ALL SELECT 1 FROM story WHERE id = ?1"
    for one in stories:
        if book.execute(known, (one.id,)).fetchone():  # also where too many wait: it is sent again
            entered.append(False)
        elif waiting >= most:
            entered.append(None)
        else:
            hour = one.hour - one.hour % _HOUR
            row = (one.id, one.hub, hour, one.language, one.text, one.strokes, one.expires, one.digest)
            done = book.execute("INSERT OR IGNORE INTO story VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            entered.append(done.rowcount > 0)
            waiting += done.rowcount
    return entered


def merge(
    book: sqlite3.Connection, stories: Sequence[Story], events: Sequence[Event], now: Seconds
) -> Mapping[str, str]:
    """Add stories and decisions of another book; within a transaction.

    What is gone here, or has expired, stays so; a decision about a story that is not here is left out, since
    it comes with the story.

    Args:
        book: The book.
        stories: The stories.
        events: The decisions.
        now: Unix seconds by which stories have expired; 0 if none has.

    Returns:
        Ids of what the rules of the tables refuse, with the reason.

    Raises sqlite3.Error.
    """
    refused = {}
    counts: dict[str, int] = {}
    for one in stories:
        row = (one.id, one.hub, one.hour, one.language, one.text, one.strokes, one.expires, one.digest)
        if one.expires <= now or book.execute("SELECT 1 FROM gone WHERE id = ?", (one.id,)).fetchone():
            continue
        try:
            book.execute("INSERT INTO story VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", row)
        except sqlite3.IntegrityError as error:
            refused[one.id] = str(error)
    for event in events:
        values = (event.id, event.story, event.act.value, event.value, event.at)
        if book.execute("SELECT 1 FROM story WHERE id = ?", (event.story,)).fetchone() is None:
            continue
        if event.story not in counts:
            query = "SELECT count(*) FROM event WHERE story = ?"
            counts[event.story] = int(book.execute(query, (event.story,)).fetchone()[0])
        if counts[event.story] >= _MOST_DECISIONS * (2 if event.act is Act.HIDDEN else 1):
            if book.execute("SELECT 1 FROM event WHERE id = ?", (event.id,)).fetchone() is None:
                refused[event.id] = f"there are {counts[event.story]} decisions about {event.story} already"
            continue
        try:
            done = book.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", values
            )
            counts[event.story] += done.rowcount
        except sqlite3.IntegrityError as error:
            refused[event.id] = str(error)
    return refused
