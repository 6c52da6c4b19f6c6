"""Whether the time of day may be believed where it deletes stories for good.

The clock of a small computer may begin in 1970 and be set by the network later, and an empty battery, a
typing mistake or a wrong time server may put it a year ahead. Stories have an expiry date, so either would
delete them all. The time of the last housekeeping is kept in a file; a clock that has moved much further
than time has passed deletes nothing until somebody has looked: ``photophore stories purge`` believes it.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from installation.guestbook.book import Guestbook
from installation.paths import read_bytes
from installation.values import Seconds

__all__ = ["EVERY", "Clock", "Housekeeper", "believe", "elapsed", "noted"]

EVERY: Final[Seconds] = 3600.0
"""Between two housekeepings."""

_FILE: Final = "clock.json"
_DAY: Final[Seconds] = 86_400.0
_JUMP: Final[Seconds] = _DAY
"""How much further than time has passed the clock may have moved."""
_GAP: Final[Seconds] = 30 * _DAY
"""How long ago the last housekeeping, or story, may be when a page starts."""
_EARLIEST: Final[Seconds] = 1_764_547_200.0
"""2025-12-01: before this program was written no clock is right."""


log = logging.getLogger(__name__)


class _Note(msgspec.Struct):
    """Unix seconds of the last housekeeping whose clock was believed, 0 for none; why a later one was not."""

    last: float = 0.0
    doubt: str = ""


def elapsed() -> Seconds:
    """Return seconds that nobody sets, those of a suspended computer included where the system tells them."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Clock:
    """The clock of one housekeeper.

    Args:
        folder: Of the guest book; the last housekeeping is noted there.
        now: Source of Unix seconds.
        since: Source of seconds that nobody sets.
    """

    def __init__(
        self, folder: Path, now: Callable[[], Seconds] = time.time, since: Callable[[], Seconds] = elapsed
    ) -> None:
        self._folder = folder
        self._now = now
        self._since = since
        self._began = since()
        self._last = _read(folder).last
        self._believed: tuple[Seconds, Seconds] | None = None

    def reading(self) -> Seconds:
        """Return Unix seconds to date a story by: not before the last housekeeping, whatever the clock says.

        A story that was dated 1970 would expire as soon as the clock is set.
        """
        now, earliest = self._now(), max(self._last, _EARLIEST)
        return now if now >= earliest - _JUMP else earliest + self._since() - self._began

    def doubt(self, newest: Seconds) -> str:
        """Return why nothing is to be deleted by this clock, and note it; empty if it is believed.

        Args:
            newest: Unix seconds of the newest story or decision, which stands for the last housekeeping if
                there was none; 0 for none.

        Raises OSError if that cannot be noted.
        """
        note, now, at = _read(self._folder), self._now(), self._since()
        if self._believed is not None and note.last > self._believed[0]:
            self._believed = None  # somebody has looked, and believes another time
        last = note.last or newest
        why = self._why(now, at, last)
        if not why:
            self._believed, last = (now, at), now
        self._last = last
        _write(self._folder, _Note(last, why))
        return why

    def _why(self, now: Seconds, at: Seconds, last: Seconds) -> str:
        if now < max(last, _EARLIEST) - _JUMP:
            before = (
                f"the last housekeeping ({_day(last)})" if last > _EARLIEST else "this program was written"
            )
            return f"the clock says {_day(now)}, which is before {before}"
        if self._believed is not None:
            ahead = now - self._believed[0] - (at - self._believed[1])
            return f"the clock was put {ahead / _DAY:.0f} days ahead, to {_day(now)}" if ahead > _JUMP else ""
        if last and now - last > _GAP:
            return f"the clock says {_day(now)}, and the last housekeeping or story was on {_day(last)}"
        return ""


class Housekeeper:
    """Keeps one book in order. Several processes may do so, one after another.

    Args:
        folder: Of the guest book.
        backups: Days that backups are kept; 0 makes none.
        now: Source of Unix seconds.

    Attributes:
        clock: Whether the time of day may be believed.
        doubt: Why it was not, the last time; empty if it was.
    """

    def __init__(self, folder: Path, backups: int, now: Callable[[], Seconds] = time.time) -> None:
        self.clock = Clock(folder, now)
        self.doubt = ""
        self._backups = backups

    def keep(self, book: Guestbook) -> None:
        """Delete what has expired, also from the backups, as what was withdrawn; make the backup of the day.

        Raises GuestbookError, OSError if it cannot be done; what is done stays done.
        """
        doubt = self.clock.doubt(book.newest())
        if doubt and doubt != self.doubt:
            log.error("NO STORY EXPIRES: %s. `photophore stories purge` deletes what has expired", doubt)
        self.doubt = doubt
        purged = 0 if doubt else book.purge()
        if purged:
            log.info("%d stories have expired and are deleted", purged)
        book.clear_backups(expired=not doubt)
        book.back_up(self._backups, deletes=not doubt)


def believe(folder: Path, now: Seconds) -> None:
    """Note that somebody believes the clock. Raises OSError."""
    _write(folder, _Note(now))


def noted(folder: Path) -> str:
    """Return why the last housekeeping has deleted nothing; empty if it could."""
    return _read(folder).doubt


def _day(at: Seconds) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def _read(folder: Path) -> _Note:
    try:
        return msgspec.json.decode(read_bytes(folder / _FILE, 1 << 12), type=_Note)
    except (OSError, msgspec.DecodeError):
        return _Note()


def _write(folder: Path, note: _Note) -> None:
    fresh = folder / f"{_FILE}.new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(note))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / _FILE)
