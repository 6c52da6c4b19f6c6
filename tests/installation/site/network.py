"""Several guest books of one site, joined by a network with delays, losses and cuts, in virtual time."""

import heapq
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from installation.guestbook import Guestbook, Story, code_of, digest_of, id_of, new_key, receipt_of
from installation.hub.stories import BookShelf
from installation.site.stories import ALL, Outgoing, StoryExchange
from installation.site.story_messages import decode, encode

NOON = 1_800_000_000
DAY = 86_400


class Hub:
    """A station: its book, its clock, which may be wrong, and its end of the exchange."""

    def __init__(self, name: str, folder: Path, now: Callable[[], float], wrong: float = 0.0) -> None:
        self.name = name
        self.wrong = wrong
        self._now = now
        self._folder = folder
        self.start()

    def unix(self) -> float:
        """The time of day as this hub's clock says."""
        return self._now() + self.wrong

    def start(self) -> None:
        """Start its process, with what is on its disk."""
        self.book = Guestbook(self._folder, self.unix)
        self.exchange = StoryExchange(BookShelf(self.book, self.unix))

    def leave(self, text: str, days: float = 30.0) -> tuple[str, str]:
        """A visitor leaves a sentence here: id and withdrawal code of the story."""
        receipt = receipt_of(new_key(), text)
        code, hour = code_of(receipt), int(self.unix()) // 3600 * 3600
        expires = int(self.unix() + days * DAY)
        assert self.book.add(Story(id_of(receipt), self.name, hour, "en", text, "", expires, digest_of(code)))
        return id_of(receipt), code

    def texts(self) -> set[str]:
        """What is in its book."""
        return {one.story.text for one in self.book.stories()}


class Network:
    """Hubs, and the messages on their way. A hub that is switched off hears and says nothing.

    Args:
        folder: Where each hub keeps its book.
        names: Of the hubs.
        seed: Of delays and losses.
        loss: Share of messages that is lost.
        delay: Longest way of a message, seconds; those of one pair may overtake each other.
    """

    def __init__(
        self,
        folder: Path,
        names: Iterable[str] = "abc",
        seed: int = 0,
        loss: float = 0.0,
        delay: float = 0.05,
    ) -> None:
        self.time = 0.0
        self.sent = 0
        self.largest = 0
        self.cuts: set[frozenset[str]] = set()
        self.off: set[str] = set()
        self._chance = random.Random(seed)
        self._loss, self._delay = loss, delay
        self._way: list[tuple[float, int, str, str, bytes]] = []
        self.hubs = {name: Hub(name, folder / name, lambda: NOON + self.time) for name in names}

    def __getitem__(self, name: str) -> Hub:
        return self.hubs[name]

    def cut(self, *names: str) -> None:
        """Cut the cable between some hubs and the others."""
        self.cuts |= {frozenset((one, other)) for one in names for other in self.hubs if other not in names}

    def heal(self) -> None:
        """Mend every cable."""
        self.cuts.clear()

    def run(self, seconds: float, step: float = 0.02) -> None:
        """Let time pass."""
        end = self.time + seconds
        while self.time < end:
            self.time += step
            while self._way and self._way[0][0] <= self.time:
                _, _, sender, to, payload = heapq.heappop(self._way)
                if to not in self.off and frozenset((sender, to)) not in self.cuts:
                    hub = self.hubs[to]
                    self._send(hub, hub.exchange.take(sender, decode(payload)))
            for name, hub in self.hubs.items():
                if name not in self.off:
                    self._send(hub, hub.exchange.advance(self.time, hub.unix()))

    def until(self, done: Callable[[], bool], most: float = 60.0) -> float:
        """Let time pass until something is so; return the seconds that took, ``most`` if it is not."""
        began = self.time
        while not done() and self.time - began < most:
            self.run(0.02)
        return self.time - began

    def agree(self) -> bool:
        """Return whether all books hold the same."""
        found = [(set(one.book.stories()), dict(one.exchange._shelf.states)) for one in self.hubs.values()]
        return all(one == found[0] for one in found)

    def _send(self, hub: Hub, messages: Iterable[Outgoing]) -> None:
        for one in messages:
            payload = encode(one.message)
            self.sent += 1
            self.largest = max(self.largest, len(payload))
            for to in self.hubs if one.to == ALL else [one.to]:
                if to != hub.name and self._chance.random() >= self._loss:
                    at = self.time + self._chance.uniform(0.0, self._delay)
                    heapq.heappush(self._way, (at, self.sent, hub.name, to, payload))
