import threading

from installation.player.inbox import Inbox
from installation.values import Command, Reading


def test_entries_come_out_in_time_order_whoever_put_them() -> None:
    inbox = Inbox()
    inbox.put(Reading("/b", (1.0,), 2.0))
    inbox.put(Command("go", (), 1.0))

    assert [entry.time for entry in inbox.drain()] == [1.0, 2.0]
    assert inbox.drain() == []


def test_a_flood_drops_the_oldest_and_counts_them() -> None:
    inbox = Inbox(capacity=3)

    inbox.extend(Reading("/x", (float(i),), float(i)) for i in range(10))

    assert [entry.time for entry in inbox.drain()] == [7.0, 8.0, 9.0]
    assert inbox.dropped == 7


def test_many_threads_lose_nothing() -> None:
    inbox = Inbox()

    def fill(name: str) -> None:
        for i in range(500):
            inbox.put(Reading(name, (), float(i)))

    threads = [threading.Thread(target=fill, args=(f"/{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    got = []
    while any(thread.is_alive() for thread in threads):
        got += inbox.drain()
    got += inbox.drain()

    assert len(got) == 2000


def test_what_an_overflow_drops_is_told_once_a_frame_with_its_number() -> None:
    inbox = Inbox(capacity=2)
    for moment in range(5):
        inbox.put(Reading("/a", (1.0,), float(moment)))
    inbox.drain()

    (told,) = inbox.refusals.report()
    assert (told.source, told.count, inbox.dropped) == ("inbox", 3, 3)
    assert "more than 2 entries" in told.reason


def test_what_depends_on_its_moment_within_the_frame_comes_with_the_time_of_the_frame() -> None:
    inbox = Inbox()
    inbox.put(Reading("/hand", (1.0,), 3.0, "osc"))
    assert [one.time for one in inbox.drain(4.0)] == [3.0]

    for entry in (Command("tap", (), 5.0, "keyboard"), Reading("/midi/pad/note/60", (1.0,), 5.0, "desk")):
        inbox.put(entry)
        first, second = inbox.drain(5.01)
        assert isinstance(first, Reading)
        assert (first.address, first.time) == ("/clock/now", 5.01)
        assert second is entry
