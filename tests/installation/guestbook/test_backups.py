"""Nothing stays in backups that was deleted, also where deleting it has failed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from installation.guestbook import Guestbook, GuestbookError
from installation.guestbook.clock import Housekeeper
from installation.guestbook.storage import backup
from tests.installation.guestbook.test_book import DAY, NOW, Clock, damage, leave, on_disk


def test_what_a_failing_disk_leaves_in_backups_is_deleted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    clock = Clock()
    book = Guestbook(tmp_path, clock)
    withdrawn, code = leave(book, "private words")
    leave(book, "for a day only", days=1)
    assert book.back_up(7) is not None
    clock.at += 1.5 * DAY
    with monkeypatch.context() as patch:
        patch.setattr(backup, "forget", fails)
        with pytest.raises(GuestbookError):
            book.withdraw(code)
        with pytest.raises(GuestbookError):
            book.purge()
    assert withdrawn not in [one.story.id for one in book.stories()]
    assert on_disk(tmp_path, "private words")

    Housekeeper(tmp_path, 7, clock).keep(book)

    assert not on_disk(tmp_path, "private words")
    assert not on_disk(tmp_path, "for a day only")


def damaged(folder: Path, clock: Clock) -> Guestbook:
    """A new book beside a damaged one, in which there is a story that could not be read."""
    book = Guestbook(folder, clock)
    leave(book, "nobody can read this")
    book.close()
    damage(folder / "stories.db", 0, 200)
    again = Guestbook(folder, clock)
    assert again.stories() == []
    assert on_disk(folder, "nobody can read this")
    return again


@pytest.mark.parametrize("days", [0, 7])
def test_a_damaged_book_is_kept_no_longer_than_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    clock = Clock()
    put_aside = time.strftime("%Y%m%d-%H%M%S", time.localtime(NOW))
    with monkeypatch.context() as patch:
        patch.setattr("time.strftime", lambda *_: put_aside)
        book = damaged(tmp_path, clock)
    clock.at += (max(days, 1) - 0.1) * DAY
    book.back_up(days)
    assert on_disk(tmp_path, "nobody can read this"), "staff have as long as for a backup"
    clock.at += 0.2 * DAY
    book.back_up(days, deletes=False)
    assert on_disk(tmp_path, "nobody can read this"), "the clock is in doubt"
    book.back_up(days)
    assert not on_disk(tmp_path, "nobody can read this")


WITHDRAWS = """
import os, sys
from pathlib import Path
from installation.guestbook import Guestbook
from installation.guestbook.storage import backup
backup.forget = lambda *_, **__: os._exit(9)
Guestbook(Path(sys.argv[1]), lambda: float(sys.argv[3])).withdraw(sys.argv[2])
"""


def test_who_is_killed_while_deleting_leaves_nothing_in_a_damaged_book(tmp_path: Path) -> None:
    clock = Clock()
    book = damaged(tmp_path, clock)
    _, code = leave(book, "private words")
    aside = next(tmp_path.glob("stories.db.damaged-*"))
    aside.write_bytes(aside.read_bytes() + b"private words")
    book.close()
    asked = [sys.executable, "-c", WITHDRAWS, str(tmp_path), code, str(NOW)]

    assert subprocess.run(asked, check=False).returncode == 9

    Housekeeper(tmp_path, 7, clock).keep(Guestbook(tmp_path, clock))
    assert not on_disk(tmp_path, "private words")
