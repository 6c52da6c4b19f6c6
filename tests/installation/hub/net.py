"""A site in one process, in virtual time: machines with own clocks, a network that is slow and can be cut."""

import heapq
import random
from collections.abc import Callable
from itertools import count
from pathlib import Path

from installation.hub.cues import Cues
from installation.hub.part import Part, Surroundings
from installation.hub.time import Time
from installation.ipc.bus import Bus, LocalBus, LocalHub, Subscription, matches


class Net:
    """Carries messages with a delay by chance; what is not kept may be lost.

    Args:
        seed: Of the chance.
        delay: Shortest and longest time of a message, seconds.
        loss: Share of messages that are lost.
    """

    def __init__(
        self, seed: int = 1, delay: tuple[float, float] = (0.0003, 0.004), loss: float = 0.0
    ) -> None:
        self.now = 0.0
        self.members: list[NetBus] = []
        self.cut: frozenset[str] = frozenset()
        self._delay, self._loss = delay, loss
        self._chance = random.Random(seed)
        self._number = count()
        self._waiting: list[tuple[float, int, NetBus, str, bytes]] = []

    def together(self, one: "NetBus", other: "NetBus") -> bool:
        return (one.name in self.cut) == (other.name in self.cut)

    def send(self, sender: "NetBus", to: "NetBus", key: str, payload: bytes, *, keep: bool) -> None:
        if not self.together(sender, to) or (not keep and self._chance.random() < self._loss):
            return
        at = self.now + self._chance.uniform(*self._delay)
        heapq.heappush(self._waiting, (at, next(self._number), to, key, payload))

    def advance(self, now: float) -> None:
        self.now = now
        while self._waiting and self._waiting[0][0] <= now:
            _, _, to, key, payload = heapq.heappop(self._waiting)
            to.receive(key, payload)

    def part(self, *names: str) -> None:
        """Cut these off from the others; nobody: heal."""
        healed = self.cut - set(names)
        self.cut = frozenset(names)
        if healed:
            for sender in self.members:
                for key, payload in sender.kept.items():
                    for to in self.members:
                        if to is not sender:
                            self.send(sender, to, key, payload, keep=True)


class _Held(Subscription):
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.found: list[tuple[str, bytes]] = []

    def drain(self) -> list[tuple[str, bytes]]:
        found, self.found = self.found, []
        return found

    def close(self) -> None:
        self.pattern = ""


class NetBus(Bus):
    """One machine's end of it."""

    def __init__(self, net: Net, name: str) -> None:
        self._net, self.name = net, name
        self.kept: dict[str, bytes] = {}
        self._subscriptions: list[_Held] = []
        net.members.append(self)

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        if keep:
            self.kept[key] = payload
        for to in self._net.members:
            if to is not self:
                self._net.send(self, to, key, payload, keep=keep)

    def receive(self, key: str, payload: bytes) -> None:
        for one in self._subscriptions:
            if matches(one.pattern, key):
                one.found.append((key, payload))

    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> Subscription:
        made = _Held(pattern)
        self._subscriptions.append(made)
        if kept:
            made.found += self.get(pattern).items()
        return made

    def get(self, pattern: str, timeout: float = 1.0) -> dict[str, bytes]:
        return {
            key: payload
            for one in self._net.members
            if one is not self and self._net.together(self, one)
            for key, payload in one.kept.items()
            if matches(pattern, key)
        }

    def alive(self, name: str) -> Callable[[], None]:
        return lambda: None

    def living(self) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        self._net.members.remove(self)


class Machine:
    """A hub: its process with the parts, and its stage's end of the local bus.

    Args:
        net: The site's network.
        name: Of the hub.
        ahead: By how much its monotonic clock is ahead of the true time.
        rate: By how much it is too fast.
        parts: Besides its time.
    """

    def __init__(
        self, net: Net, name: str, ahead: float = 0.0, rate: float = 0.0,
        parts: tuple[Callable[[Surroundings], Part], ...] = (Cues,),
    ) -> None:  # fmt: skip
        self._net, self.name, self._ahead, self._rate = net, name, ahead, rate
        local = LocalHub()
        self.stage = LocalBus(local)
        self.shared = Surroundings(name, Path("/nowhere"), NetBus(net, name), LocalBus(local))
        self.time = Time(self.shared, lambda: self.at(net.now))
        self.parts: list[Part] = [self.time, *(one(self.shared) for one in parts)]

    def at(self, true: float) -> float:
        """Its monotonic clock."""
        return true * (1.0 + self._rate) + self._ahead

    def led_by(self, leader: str, epoch: int) -> None:
        self.shared.leader, self.shared.epoch = leader, epoch

    def advance(self) -> None:
        for part in self.parts:
            part.advance(self.at(self._net.now))

    @property
    def site_time(self) -> float:
        return self.shared.site_time(self.at(self._net.now))
