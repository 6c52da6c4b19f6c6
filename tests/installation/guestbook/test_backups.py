"""Nothing stays in backups that was deleted, also where deleting it has failed."""

from pathlib import Path

import pytest

from installation.guestbook import Guestbook, GuestbookError, backup
from installation.guestbook.clock import Housekeeper
from tests.installation.guestbook.test_book import DAY, Clock, leave, on_disk


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
