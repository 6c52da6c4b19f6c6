"""What the stage makes of the wall that the visitors' process tells."""

import msgspec
import pytest

from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.stories import GONE, TOLD, WALL, Told, Wall
from installation.ipc.telemetry import Publisher
from installation.stage.clients.stories_feed import StoriesFeed
from installation.values import Reading


class Pair:
    """The visitors' end of a bus, and a stage's."""

    def __init__(self) -> None:
        self.hub = LocalHub()
        self.visitors = LocalBus(self.hub)
        self.feed = StoriesFeed()
        self.publisher = Publisher(LocalBus(self.hub))

    def tell(self, *stories: Told) -> None:
        self.visitors.put(WALL, msgspec.msgpack.encode(Wall(stories)), keep=True)

    def hear(self) -> list[Reading]:
        return self.feed.readings(self.publisher, 1.0)


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_the_first_message_is_what_was_there_before(pair: Pair) -> None:
    pair.tell(Told("a", "One.", "en"))

    assert pair.hear() == [Reading(TOLD, ("a", "One.", "en", "", "", "", 0), 1.0, "stories")]
    assert pair.hear() == []


def test_what_comes_later_is_new_and_what_is_missing_has_gone(pair: Pair) -> None:
    pair.tell(Told("a", "One."))
    pair.hear()
    pair.tell(Told("b", "Two."), Told("a", "One."))
    assert [(one.address, one.values[0], one.values[-1]) for one in pair.hear()] == [(TOLD, "b", 1)]
    pair.tell(Told("b", "Two.", theme="rain"))
    told = pair.hear()
    assert [(one.address, one.values[0]) for one in told] == [(GONE, "a"), (TOLD, "b")]
    assert told[1].values[-1] == 0


def test_an_empty_wall_first_makes_the_next_story_new(pair: Pair) -> None:
    pair.tell()
    assert pair.hear() == []
    pair.tell(Told("a", "One."))
    assert pair.hear()[0].values[-1] == 1


def test_bytes_that_are_no_wall_change_nothing(pair: Pair) -> None:
    pair.tell(Told("a", "One."))
    pair.hear()
    pair.visitors.put(WALL, b"\xc1 no wall", keep=True)
    assert pair.hear() == []


def test_another_connection_is_subscribed_again_and_nothing_is_told_twice(pair: Pair) -> None:
    pair.tell(Told("a", "One."))
    pair.hear()
    pair.publisher = Publisher(LocalBus(pair.hub))
    assert pair.hear() == []
    pair.tell()
    assert [one.address for one in pair.hear()] == [GONE]
