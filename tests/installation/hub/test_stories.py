"""Stories between real hub processes over TCP: one is killed, one hangs, one comes late."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from installation.bench.visitors.across import Station, stations, until
from installation.guestbook import Act, Story, code_of, digest_of, folder, id_of, new_key, receipt_of
from installation.guestbook.sharing import Duty
from installation.hub import stories as module
from installation.hub.part import Surroundings
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.stories import WALL
from installation.site.stories import Outgoing
from installation.site.story_messages import Give, decode

HOUR = int(time.time()) // 3600 * 3600


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


def test_a_fault_gives_the_duty_back_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: object) -> bytes:
        raise OverflowError("too large to convert")

    here = LocalHub()
    mesh, local = LocalBus(LocalHub()), LocalBus(here)
    walls = LocalBus(here).subscribe(WALL)
    other = Duty(folder(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(module, "wall_of", fails)
        part = module.Stories(Surroundings(hub="a", folder=tmp_path, mesh=mesh, local=local))
        soon(lambda: "too large" in str(part.report()))
        soon(other.mine)
    other.end()

    def told() -> bool:
        part.advance(0.0)
        return bool(walls.drain())

    soon(told)
    assert "too large" in caplog.text
    assert part.report() == {"stories": 0}
    part.close()
    soon(other.mine)
    other.end()


def test_a_message_that_is_too_large_is_refused_and_closes_no_network(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = LocalHub()
    heard = LocalBus(site).subscribe("stories/to/b/a")
    part = module.Stories(
        Surroundings(hub="a", folder=tmp_path, mesh=LocalBus(site), local=LocalBus(LocalHub()))
    )
    part._send(Outgoing("b", Give(gone=("x" * 600_000,))))
    part._send(Outgoing("b", Give()))
    part.close()
    assert [decode(payload) for _, payload in heard.drain()] == [Give()]
    assert "too large" in caplog.text
