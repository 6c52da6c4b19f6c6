"""The open file of a book: whole transactions, errors in its own words, the log."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from installation.guestbook.storage.file import BookFile, GuestbookError


def test_a_transaction_that_raises_leaves_nothing(tmp_path: Path) -> None:
    with closing(BookFile(tmp_path)) as file:
        with pytest.raises(ZeroDivisionError), file.writing():
            _ = file.connection.execute("INSERT INTO gone VALUES (?)", ("a" * 36,)).rowcount / 0
        assert file.one("SELECT count(*) FROM gone") == (0,)
        with file.writing():
            file.connection.execute("INSERT INTO gone VALUES (?)", ("a" * 36,))
        assert file.one("SELECT count(*) FROM gone") == (1,)


def test_what_is_read_in_one_transaction_does_not_change_meanwhile(tmp_path: Path) -> None:
    with closing(BookFile(tmp_path)) as file, closing(BookFile(tmp_path)) as other:
        before = file.version()
        with file.reading():
            assert file.one("SELECT count(*) FROM gone") == (0,)
            with other.writing():
                other.connection.execute("INSERT INTO gone VALUES (?)", ("a" * 36,))
            assert file.one("SELECT count(*) FROM gone") == (0,)
        assert file.one("SELECT count(*) FROM gone") == (1,)
        assert file.version() != before


def test_errors_name_the_file_and_tell_damage_from_a_refusal(tmp_path: Path) -> None:
    with closing(BookFile(tmp_path)) as file:
        with pytest.raises(GuestbookError, match=r"stories\.db failed") as caught, file.failing():
            file.connection.execute("SELECT * FROM nothing")
        assert caught.value.damaged
        with pytest.raises(GuestbookError) as caught, file.failing():
            file.connection.execute("INSERT INTO gone VALUES ('short')")
        assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
        assert not caught.value.damaged


def test_the_log_is_emptied_only_if_something_was_deleted(tmp_path: Path) -> None:
    log = tmp_path / "stories.db-wal"
    with closing(BookFile(tmp_path)) as file:
        with file.writing():
            file.connection.execute("INSERT INTO gone VALUES (?)", ("a" * 36,))
        file.settle()
        assert log.stat().st_size > 0
        file.unsettled = True
        file.settle()
        assert log.stat().st_size == 0
        assert not file.unsettled
