"""Stories between real hub processes over TCP: one is killed, one hangs, one comes late."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from installation.bench.visitors.across import Station, stations, until
from installation.guestbook import Act, Story, code_of, digest_of, id_of, new_key, receipt_of

HOUR = 1_900_000_800


def leave(hub: Station, text: str) -> tuple[str, str]:
    """Id and withdrawal code of a sentence that is put into the book of a hub."""
    receipt = receipt_of(new_key(), text)
    code = code_of(receipt)
    story = Story(id_of(receipt), hub.name, HOUR, "en", text, "", HOUR + 30 * 86_400, digest_of(code))
    assert hub.book.add(story)
    return story.id, code


def soon(done: Callable[[], bool]) -> None:
    until(done, "it has not happened")


@pytest.fixture
def hubs(tmp_path: Path) -> Iterator[list[Station]]:
    with ExitStack() as ends:
        yield [ends.enter_context(one) for one in stations(tmp_path, ("a", "b", "c"), visitors=False)]


def test_books_become_equal_whatever_happens_to_a_process(hubs: list[Station], tmp_path: Path) -> None:
    a, b, c = hubs
    secret, code = leave(a, "nobody is to read this again")
    leave(b, "this stays unread")
    for hub in hubs:
        soon(lambda hub=hub: hub.texts() == {"nobody is to read this again", "this stays unread"})  # type: ignore[misc]
    c.book.decide(secret, Act.APPROVED)  # the walls of all, without a visitors' page anywhere
    soon(lambda: all(hub.shown() == {"nobody is to read this again"} for hub in hubs))

    c.kill()
    assert b.hub is not None
    b.hub.send_signal(signal.SIGSTOP)
    assert a.book.withdraw(code) == secret
    late, _ = leave(a, "while one was dead and one hung")
    a.book.decide(late, Act.APPROVED)
    c.book.decide(secret, Act.PINNED)
    soon(lambda: a.shown() == {"while one was dead and one hung"})
    assert c.shown() == {"nobody is to read this again"}
    b.hub.send_signal(signal.SIGCONT)
    c.start()

    soon(lambda: all(hub.shown() == {"while one was dead and one hung"} for hub in hubs))
    assert all(hub.texts() == {"this stays unread", "while one was dead and one hung"} for hub in hubs)
    for hub in hubs:
        soon(lambda hub=hub: not holding(tmp_path / hub.name, b"nobody is to read"))  # type: ignore[misc]


def holding(place: Path, text: bytes) -> list[str]:
    """Names of the files that have a text in them."""
    return [one.name for one in place.rglob("*") if one.is_file() and text in one.read_bytes()]
