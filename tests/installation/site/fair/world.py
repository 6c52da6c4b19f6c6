"""Hubs, lamps and a network that loses, repeats, delays and cuts, in one process and in virtual time."""

import random
from collections.abc import Iterable

import msgspec

from installation.site.fair import PARTS, Agreement, Memory, Statement, Wish

STEP = 0.1


class Hub:
    """A hub process with its disk, and lamps that go on while the process is dead."""

    def __init__(self, name: str, number: int, founding: int, world: "World") -> None:
        self.name, self.world, self.founding = name, world, founding
        self.lives = number * 1000
        self.disk: bytes | None = None
        self.agreement: Agreement | None = None
        self.wish = Wish()
        self.lamps: int | None = None
        """What the lamps may take at this moment: what the stage keeps to. None: there are none yet."""
        self._orders: list[tuple[float, int]] = []
        self.start()

    def fresh(self) -> int:
        self.lives += 1
        return self.lives

    def start(self) -> None:
        memory = msgspec.json.decode(self.disk, type=Memory) if self.disk else None
        self.agreement = Agreement(self.name, self.founding, self.fresh, memory)
        self.save()
        if self.lamps is None:
            self.lamps = self.agreement.limit

    def kill(self) -> None:
        self.agreement = None

    def save(self) -> None:
        assert self.agreement is not None
        self.disk = msgspec.json.encode(self.agreement.account.memory)

    def act(self, now: float, here: Iterable[str], leader: str, *, dies: bool = False) -> Statement | None:
        if self.agreement is None:
            return None
        saved = self.agreement.account.changed
        self.agreement.advance(now, frozenset(here), leader, self.wish, self.lamps)
        if dies and self.world.random.random() < 0.5:  # between working it out and the disk
            self.kill()
            return None
        if self.agreement.account.changed != saved:
            self.save()
        # A stage hears late of its limit, and falls or rises when it does.
        self._orders.append((now + self.world.random.choice((0.0, 0.1, 0.3)), self.agreement.limit))
        said = self.agreement.statement()
        if dies:
            self.kill()
        return said

    def go_dark(self, to: int = 0) -> None:
        """The lamps are off, or nearly, and stay so."""
        self.lamps = to
        self._orders.clear()

    def lamp(self, now: float) -> None:
        due = [number for number, (at, _) in enumerate(self._orders) if at <= now]
        if due:
            self.lamps = self._orders[due[-1]][1]
            del self._orders[: due[-1] + 1]  # orders do not overtake each other


class World:
    """All hubs, and who can reach whom."""

    def __init__(self, count: int, seed: int, founding: Iterable[int] | None = None) -> None:
        self.random = random.Random(seed)
        parts = list(founding) if founding is not None else [PARTS // count] * count
        self.now = 0.0
        self.hubs = {f"h{i:03d}": Hub(f"h{i:03d}", i + 1, part, self) for i, part in enumerate(parts)}
        self.side = dict.fromkeys(self.hubs, 0)
        self.loss, self.late = 0.0, 0.1
        self._air: list[tuple[float, str, Statement]] = []

    def here(self, name: str) -> list[str]:
        return [
            one
            for one, hub in self.hubs.items()
            if self.side[one] == self.side[name] and hub.agreement is not None
        ]

    def step(self, share: float = 1.0, dying: float = 0.0) -> None:
        """One tenth of a second: ``share`` of the hubs act, what is in the air arrives."""
        self.now += STEP
        arriving = [one for one in self._air if one[0] <= self.now]
        self._air = [one for one in self._air if one[0] > self.now]
        self.random.shuffle(arriving)
        for _, to, said in arriving:
            there = self.hubs[to]
            if there.agreement is not None and self.side[to] == self.side[said.hub]:
                there.agreement.hear(said, self.now)
        for name, hub in self.hubs.items():
            if self.random.random() < share:
                here = self.here(name)
                said = hub.act(self.now, here, min(here, default=""), dies=self.random.random() < dying)
                if said is not None:
                    self._send(name, here, said)
        for hub in self.hubs.values():
            hub.lamp(self.now)

    def _send(self, name: str, here: Iterable[str], said: Statement) -> None:
        for to in here:
            if to != name and self.random.random() >= self.loss:
                for _ in range(2 if self.random.random() < 0.05 else 1):
                    self._air.append((self.now + self.random.random() * self.late, to, said))

    def cut(self, sides: int) -> None:
        self.side = {name: self.random.randrange(sides) for name in self.hubs}

    def heal(self) -> None:
        self.side = dict.fromkeys(self.hubs, 0)

    def taken(self) -> int:
        """The most that all lamps together can take at this moment, parts."""
        return sum(hub.lamps or 0 for hub in self.hubs.values())

    def accounted(self) -> int:
        """All parts on the disks: held, and given but not taken."""
        found = {}
        for hub in self.hubs.values():
            memory = msgspec.json.decode(hub.disk or b"", type=Memory)
            found[f"{hub.name}#{memory.incarnation}"] = memory
        total = 0
        for one, memory in found.items():
            total += memory.founded + sum(what.amount for what in memory.released.values())
            total += sum(memory.taken.values()) - sum(memory.given.values())
            for to, amount in memory.given.items():
                total += amount - (found[to].taken.get(one, 0) if to in found else 0)
        return total
