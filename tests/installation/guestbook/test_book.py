"""The guest book on a real disk: what staff decide, what is deleted, what is damaged."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from installation.guestbook import (
    Act,
    Guestbook,
    GuestbookError,
    Hints,
    State,
    Story,
    code_of,
    digest_of,
    id_of,
    new_key,
    on_the_wall,
    receipt_of,
)
from installation.guestbook import book as book_module
from installation.guestbook.sharing import Sharing
from installation.guestbook.storage import file as file_module

NOW = 1_800_000_000
DAY = 86_400


class Clock:
    """Unix seconds that a test moves."""

    def __init__(self) -> None:
        self.at = float(NOW)

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(tmp_path: Path, clock: Clock) -> Guestbook:
    return Guestbook(tmp_path, clock)


def leave(book: Guestbook, text: str, days: int = 30) -> tuple[str, str]:
    """Id and withdrawal code of a story."""
    receipt = receipt_of(new_key(), text)
    code = code_of(receipt)
    hour = NOW // 3600 * 3600
    assert book.add(Story(id_of(receipt), "", hour, "en", text, "", NOW + days * DAY, digest_of(code)))
    return id_of(receipt), code


def on_disk(folder: Path, text: str) -> list[str]:
    """Names of the files that have a text in them."""
    return [one.name for one in folder.rglob("*") if one.is_file() and text.encode() in one.read_bytes()]


def test_what_is_sent_twice_is_one_story(book: Guestbook) -> None:
    receipt = receipt_of("key", "text")
    story = Story(id_of(receipt), "", 0, "en", "text", "", NOW, digest_of(code_of(receipt)))
    assert book.add(story)
    assert not book.add(story)
    assert len(book.stories()) == 1
    assert receipt_of("key", "text") == receipt
    assert receipt_of("key", "other") != receipt


def test_staff_decide_and_undo(book: Guestbook) -> None:
    first, _ = leave(book, "one")
    second, _ = leave(book, "two")
    assert [one.state for one in book.stories()] == [State.WAITING] * 2

    book.decide(first, Act.APPROVED)
    book.decide(second, Act.APPROVED)
    book.decide(first, Act.PINNED)
    book.decide(first, Act.THEMED, "rain")
    told = on_the_wall(book.stories())
    assert [one.story.id for one in told] == [first, second]
    assert (told[0].pinned, told[0].theme) == (True, "rain")

    book.decide(second, Act.HIDDEN)
    assert book.standing(second).state is State.HIDDEN
    assert book.undo().act is Act.HIDDEN
    assert book.standing(second).state is State.APPROVED
    assert [book.undo().act for _ in range(4)] == [Act.THEMED, Act.PINNED, Act.APPROVED, Act.APPROVED]
    assert [one.state for one in book.stories()] == [State.WAITING] * 2
    with pytest.raises(GuestbookError, match="nothing to undo"):
        book.undo()


def test_the_newest_are_on_the_wall_and_only_approved_ones(book: Guestbook, clock: Clock) -> None:
    ids = [leave(book, f"story {i}")[0] for i in range(70)]
    for one in ids[:69]:
        clock.at += 1
        book.decide(one, Act.APPROVED)
    told = [one.story.id for one in on_the_wall(book.stories())]
    assert told == list(reversed(ids[5:69]))


def test_a_decision_about_nothing_is_refused(book: Guestbook) -> None:
    with pytest.raises(GuestbookError, match="no story"):
        book.decide("x", Act.APPROVED)
    with pytest.raises(GuestbookError, match="no story"):
        book.named("abc")


def test_another_process_sees_what_was_decided(book: Guestbook, tmp_path: Path) -> None:
    story, _ = leave(book, "one")
    before = book.version()
    code = (
        "import sys; from pathlib import Path; from installation.guestbook import *;"
        "b = Guestbook(Path(sys.argv[1])); b.decide(sys.argv[2], Act.APPROVED)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), story], check=True)
    assert book.version() != before
    assert book.standing(story).state is State.APPROVED


def test_a_second_book_of_this_process_takes_no_locks_away(book: Guestbook, tmp_path: Path) -> None:
    """Another process must not think that it is alone, and delete the log under us, when we opened twice."""
    story, _ = leave(book, "one")
    again = Guestbook(tmp_path)
    code = (
        "import sys; from pathlib import Path; from installation.guestbook import *;"
        "b = Guestbook(Path(sys.argv[1])); b.decide(sys.argv[2], Act.APPROVED); b.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), story], check=True)
    assert book.standing(story).state is State.APPROVED
    book.decide(story, Act.HIDDEN)
    assert again.standing(story).state is State.HIDDEN
    assert Guestbook(tmp_path).standing(story).state is State.HIDDEN


def test_what_is_withdrawn_is_nowhere_on_the_disk(book: Guestbook, tmp_path: Path) -> None:
    secret = "a stone from every shore"
    story, code = leave(book, secret)
    other, _ = leave(book, "somebody else's sentence")
    book.decide(story, Act.APPROVED)
    book.decide(story, Act.THEMED, "tell-tale")
    assert book.back_up(7) is not None
    assert len(on_disk(tmp_path, secret)) >= 2

    assert book.withdraw(code.lower().replace("-", " ")) == story

    assert on_disk(tmp_path, secret) == []
    assert on_disk(tmp_path, "tell-tale") == []
    assert on_disk(tmp_path, digest_of(code)) == []
    assert len(on_disk(tmp_path, "somebody else")) == 2
    assert [one.story.id for one in book.stories()] == [other]
    assert book.withdraw(code) is None


def test_while_another_reads_the_log_is_emptied_later(book: Guestbook, tmp_path: Path) -> None:
    secret = "a stone from every shore"
    _, code = leave(book, secret)
    reader = Guestbook(tmp_path)._connection
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM story").fetchall()
    assert book.withdraw(code)
    assert book.unsettled
    assert on_disk(tmp_path, secret) == ["stories.db-wal"]
    reader.execute("COMMIT")
    book.settle()
    assert not book.unsettled
    assert on_disk(tmp_path, secret) == []


def test_a_union_does_not_bring_back_what_was_withdrawn(
    book: Guestbook, tmp_path: Path, clock: Clock
) -> None:
    story, code = leave(book, "taken back")
    kept, _ = leave(book, "kept")
    book.decide(kept, Act.APPROVED)
    other = Guestbook(tmp_path / "other", clock)
    leave(other, "from the other hub")
    assert other.take_in(book.path) == 2
    assert other.standing(kept).state is State.APPROVED

    book.withdraw(code)
    assert book.take_in(other.path) == 1
    assert {one.story.text for one in book.stories()} == {"kept", "from the other hub"}
    other.take_in(book.path)
    assert {one.story.text for one in other.stories()} == {"kept", "from the other hub"}
    assert story not in {one.story.id for one in other.stories()}


def test_what_has_expired_is_purged_from_the_backups_too(
    book: Guestbook, tmp_path: Path, clock: Clock
) -> None:
    leave(book, "short-lived", days=2)
    leave(book, "long-lived", days=30)
    book.back_up(9)
    clock.at += DAY
    book.back_up(9)
    assert book.purge() == 0
    clock.at += DAY
    assert book.purge() == 1
    assert on_disk(tmp_path, "short-lived") == []
    assert len(on_disk(tmp_path, "long-lived")) == 3


def test_there_is_one_backup_a_day_and_old_ones_go(book: Guestbook, tmp_path: Path, clock: Clock) -> None:
    leave(book, "one")
    for _ in range(5):
        assert book.back_up(3) is not None
        assert book.back_up(3) is None
        clock.at += DAY
    assert len(list((tmp_path / "backups").iterdir())) == 3
    book.back_up(0)
    assert list((tmp_path / "backups").iterdir()) == []


def damage(path: Path, at: int, count: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * count)


@pytest.mark.parametrize(("at", "count"), [(0, 200), (100, 3000)])
def test_a_damaged_book_is_put_aside_and_filled_from_its_backup(
    book: Guestbook, tmp_path: Path, clock: Clock, at: int, count: int
) -> None:
    story, code = leave(book, "a stone from every shore")
    book.decide(story, Act.APPROVED)
    book.back_up(7)
    book.close()
    damage(tmp_path / "stories.db", at, count)

    again = Guestbook(tmp_path, clock)

    assert "DAMAGED" in again.notes[0]
    assert again.standing(story).state is State.APPROVED
    assert list(tmp_path.glob("stories.db.damaged-*"))
    again.withdraw(code)
    assert on_disk(tmp_path, "a stone from every shore") == []


def test_a_damaged_book_that_others_have_open_is_left_where_it_is(
    book: Guestbook, tmp_path: Path, clock: Clock
) -> None:
    for i in range(200):
        leave(book, f"number {i} " + "x" * 60)
    book.unsettled = True
    book.settle()
    damage(tmp_path / "stories.db", 8192, 4096)
    with pytest.raises(GuestbookError, match="another process has it open"):
        Guestbook(tmp_path, clock)
    assert not list(tmp_path.glob("stories.db.damaged-*"))
    book.close()
    assert "DAMAGED" in Guestbook(tmp_path, clock).notes[0]


def test_without_a_backup_what_can_be_read_is_taken_over(
    book: Guestbook, tmp_path: Path, clock: Clock
) -> None:
    for i in range(400):
        leave(book, f"number {i} " + "x" * 60)
    book.close()
    path = tmp_path / "stories.db"
    damage(path, path.stat().st_size // 2 // 4096 * 4096, 4096)

    again = Guestbook(tmp_path, clock)

    assert "DAMAGED" in again.notes[0]
    assert 200 < len(again.stories()) < 400


def test_a_repair_that_fails_leaves_nothing_open_and_the_next_one_ends_it(
    book: Guestbook, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(book, "a stone from every shore")
    book.back_up(7)
    book.close()
    damage(tmp_path / "stories.db", 100, 3000)

    def full(_connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir())) if open_files.is_dir() else 0
    with monkeypatch.context() as patch:
        patch.setattr(file_module, "prepare", full)
        for _ in range(5):
            with pytest.raises(GuestbookError, match="disk is full"):
                Guestbook(tmp_path, clock)
    if before:
        assert len(list(open_files.iterdir())) == before

    again = Guestbook(tmp_path, clock)
    assert [one.story.text for one in again.stories()] == ["a stone from every shore"]
    assert "taken over" in again.notes[0]


def test_who_waits_for_a_repair_that_never_ends_is_told(book: Guestbook, tmp_path: Path) -> None:
    book.close()
    other = Sharing(tmp_path)
    assert other.alone()
    code = (
        "import sys; from pathlib import Path; from installation.guestbook import Guestbook, sharing;"
        "sharing._PATIENCE = 0.1; Guestbook(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=False, capture_output=True, timeout=30
    )
    assert b"another process repairs it" in done.stderr
    other.end()
    Guestbook(tmp_path).close()


def test_a_union_that_fails_leaves_the_book_as_it_was(book: Guestbook, tmp_path: Path, clock: Clock) -> None:
    with closing(Guestbook(tmp_path / "other", clock)) as other:
        leave(other, "from the other hub")

    def refuse(action: int, *_: object) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else sqlite3.SQLITE_OK

    book._connection.set_authorizer(refuse)
    with pytest.raises(GuestbookError, match="not authorized"):
        book.take_in(other.path)
    book._connection.set_authorizer(None)
    assert book.stories() == []
    assert book.take_in(other.path) == 1


def test_looking_at_a_book_does_not_write_it(book: Guestbook, tmp_path: Path) -> None:
    leave(book, "one")
    before = book.version()
    book._connection.execute("BEGIN IMMEDIATE")  # somebody else is writing
    with closing(Guestbook(tmp_path, repairs=False)) as other:
        assert other.stamp
    book._connection.execute("COMMIT")
    assert book.version() == before


def test_a_book_of_a_later_version_is_left_alone(book: Guestbook, tmp_path: Path) -> None:
    leave(book, "one")
    book._connection.execute("PRAGMA user_version = 2")
    book.close()
    with pytest.raises(GuestbookError, match=r"version 2.*update it"):
        Guestbook(tmp_path)
    with closing(sqlite3.connect(tmp_path / "stories.db")) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_book_that_cannot_be_opened_is_told_and_not_put_aside(tmp_path: Path) -> None:
    (tmp_path / "stories.db").mkdir()
    with pytest.raises(GuestbookError, match="cannot be opened"):
        Guestbook(tmp_path)
    assert (tmp_path / "stories.db").is_dir()


def test_what_is_thanked_for_outlives_a_killed_process(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from installation.guestbook import *;"
        "b = Guestbook(Path(sys.argv[1]));"
        f"b.add(Story('0'*36, '', 0, 'en', 'kept', '', {NOW}, '0'*64)); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert [one.story.text for one in Guestbook(tmp_path).stories()] == ["kept"]


def test_too_many_that_wait_are_refused(book: Guestbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "_MOST_WAITING", 2)
    first, _ = leave(book, "one")
    leave(book, "two")
    with pytest.raises(GuestbookError, match="wait for staff"):
        leave(book, "three")
    book.decide(first, Act.HIDDEN)
    leave(book, "three")


def test_only_its_owner_can_read_the_book(book: Guestbook, tmp_path: Path) -> None:
    leave(book, "one")
    book.back_up(7)
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert files
    assert all(one.stat().st_mode & 0o077 == 0 for one in files)


def test_hints_find_whole_words_also_in_disguise() -> None:
    hints = Hints(["Ass", "bad word  # a phrase", "", "# all of this is said"])
    assert hints.found("what an A$$!") == ("Ass",)
    assert hints.found("This is b4d, wörd") == ("bad word",)
    assert hints.found("a BAD  wörd") == ("bad word",)
    assert hints.found("Scunthorpe grass") == ()


@pytest.mark.parametrize(
    "sign", ["\u200d", "\u200c", "\u00ad", "\u2060", "\ufe0e", "\ufe0f", "\u034f", "\u3164", "\U000e0061"]
)
def test_what_is_not_seen_hides_no_word_from_hints(sign: str) -> None:
    assert Hints(["hell"]).found(f"go to h{sign}e{sign}ll{sign}") == ("hell",)
