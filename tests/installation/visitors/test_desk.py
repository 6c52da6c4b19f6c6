"""Stories that come at once: one wait for the disk, and an answer of its own for each."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from installation.guestbook import FULL, Guestbook, GuestbookError, book, code_of, folder
from installation.visitors import desk as module
from installation.visitors.desk import Desk, Receipt
from installation.visitors.forms import Given
from installation.visitors.options import VisitorOptions

Outcome = tuple[Receipt, bool] | BaseException


def sent(where: Path, texts: Sequence[str], statements: list[str] | None = None) -> list[Outcome]:
    """Send forms, each with its text as its key, while the thread of the book is busy."""

    async def test() -> list[Outcome]:
        desk, go = Desk(folder(where), VisitorOptions()), threading.Event()

        def busy(book: Guestbook) -> None:
            if statements is not None:
                book._connection.set_trace_callback(statements.append)
            assert go.wait(10.0)

        async def leave(text: str) -> tuple[Receipt, bool]:
            return await desk.add(await desk.receipt(Given(text, text), text, "en"))

        try:
            held = asyncio.create_task(desk._do(busy))
            await asyncio.sleep(0)
            waiting = asyncio.gather(*map(leave, texts), return_exceptions=True)
            while len(desk._entries) < len(texts):
                await asyncio.sleep(0)
            go.set()
            await held
            return await waiting
        finally:
            go.set()
            desk.close()

    return asyncio.run(test())


def kept(where: Path) -> set[str]:
    return {one.story.text for one in Guestbook(folder(where)).stories()}


def test_stories_that_come_at_once_wait_for_the_disk_once(tmp_path: Path) -> None:
    texts, statements = [f"story {i}" for i in range(50)], list[str]()

    told = sent(tmp_path, texts, statements)

    assert [one[1] for one in told if not isinstance(one, BaseException)] == [True] * 50
    assert kept(tmp_path) == set(texts)
    assert statements.count("COMMIT") == 1


def test_one_form_that_is_sent_twice_at_once_is_one_story(tmp_path: Path) -> None:
    first, second = sent(tmp_path, ["the same", "the same"])

    assert not isinstance(first, BaseException)
    assert not isinstance(second, BaseException)
    assert first[0].receipt == second[0].receipt
    assert [first[1], second[1]] == [True, False]
    assert len(Guestbook(folder(tmp_path)).stories()) == 1


def test_a_form_whose_story_was_withdrawn_is_one_story_again_however_often_it_is_sent(tmp_path: Path) -> None:
    codes = []
    for _ in range(3):
        first, second = sent(tmp_path, ["the same", "the same"])
        assert not isinstance(first, BaseException)
        assert not isinstance(second, BaseException)
        assert first[0].receipt == second[0].receipt
        assert [first[1], second[1]] == [True, False]
        assert len(Guestbook(folder(tmp_path)).stories()) == 1
        codes.append(code_of(first[0].receipt))
        assert Guestbook(folder(tmp_path)).withdraw(codes[-1]) == first[0].story.id

    assert len(set(codes)) == 3, "the code of a story that is gone withdraws no other"


def test_one_form_is_not_withdrawn_and_sent_again_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AGAIN", 2)
    for _ in range(2):
        (told,) = sent(tmp_path, ["the same"])
        assert not isinstance(told, BaseException)
        Guestbook(folder(tmp_path)).withdraw(code_of(told[0].receipt))

    (refused,) = sent(tmp_path, ["the same"])

    assert isinstance(refused, GuestbookError)
    assert kept(tmp_path) == set()


def test_who_comes_when_the_book_is_full_is_told_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "_MOST_WAITING", 2)

    *others, last = sent(tmp_path, ["one", "two", "three"])

    assert not any(isinstance(one, BaseException) for one in others)
    assert isinstance(last, GuestbookError)
    assert str(last) == FULL
    assert kept(tmp_path) == {"one", "two"}


@pytest.mark.parametrize("error", [GuestbookError("the disk is full"), ValueError("what no book can hold")])
def test_where_writing_fails_all_of_them_are_told_why_and_none_that_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(_book: Guestbook, _stories: object) -> list[bool | None]:
        raise error

    monkeypatch.setattr(Guestbook, "add_all", fails)

    told = sent(tmp_path, ["one", "two", "three"])

    assert [str(one) for one in told] == [str(error)] * 3
    assert kept(tmp_path) == set()


def test_a_form_that_is_sent_again_is_answered_where_the_book_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "_MOST_WAITING", 1)

    (first,), (again, other) = sent(tmp_path, ["one"]), sent(tmp_path, ["one", "two"])

    assert not isinstance(first, BaseException)
    assert not isinstance(again, BaseException)
    assert (again[0].receipt, again[1]) == (first[0].receipt, False)
    assert str(other) == FULL


def test_a_story_that_was_refused_because_no_book_opens_is_not_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        desk = Desk(folder(tmp_path), VisitorOptions())

        async def leave(text: str) -> bool:
            return (await desk.add(await desk.receipt(Given(text, text), text, "en")))[1]

        def fails(_folder: Path, _now: object) -> Guestbook:
            raise GuestbookError("the disk is full")

        try:
            with monkeypatch.context() as patch:
                patch.setattr("installation.visitors.desk.Guestbook", fails)
                with pytest.raises(GuestbookError, match="the disk is full"):
                    await leave("refused")
            assert await leave("kept")
        finally:
            desk.close()

    asyncio.run(test())
    assert kept(tmp_path) == {"kept"}
