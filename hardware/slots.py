"""People as numbers 1 to 40: whoever a tracker names anew keeps the number of the body that stood there.

A tracker names bodies by ids that grow without end, and gives a body a new one each time it lost it for a
moment. The show knows forty people by number, and answers each with a delay of their own, so a number should
stay with its body. A body that appears within ``GAP`` seconds and ``NEAR`` of the picture of where one was
lost takes its number. Anybody else takes the lowest number that nobody may come back to.

Used by the adapters that see places: ``tuio`` and ``camera``.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import exp, hypot
from typing import Final

from hardware.biosensor.people import MOST_PEOPLE, STILL
from installation.contract import Reading, Seconds

__all__ = ["GAP", "NEAR", "Person", "Slots"]

GAP: Final[Seconds] = 1.0
"""How long a number waits for the body that was lost."""

NEAR: Final = 0.08
"""How far from there it may appear again, in shares of the picture."""

_LAG: Final[Seconds] = 0.5
"""Speed is taken over about this time: a body's sway and a tracker's jitter are slower than that then."""


@dataclass(slots=True)
class Person:
    """One body that has a number.

    Attributes:
        number: 1 to 40.
        x, y: Place in the picture, 0..1, y up.
        time: Monotonic seconds of the last place.
        behind_x, behind_y: The same place, following it by half a second.
        told: Monotonic seconds at which it was last told.
    """

    number: int
    x: float
    y: float
    time: Seconds
    behind_x: float
    behind_y: float
    told: Seconds = float("-inf")


class Slots:
    """Gives bodies their numbers.

    Args:
        first: The lowest number that is given.
        most: How many are given.
        size: Width and depth in metres of what the picture's 0..1 stands for, for the speed.
    """

    def __init__(
        self, first: int = 1, most: int = MOST_PEOPLE, size: tuple[float, float] = (6.0, 4.0)
    ) -> None:
        self._numbers = range(first, min(first + most, MOST_PEOPLE + 1))
        self._size = size
        self._people: dict[Hashable, Person] = {}
        self._left: dict[int, tuple[Seconds, Person]] = {}

    def __len__(self) -> int:
        """How many bodies have a number."""
        return len(self._people)

    def __contains__(self, key: object) -> bool:
        """Whether a body has a number."""
        return key in self._people

    def __iter__(self) -> Iterator[tuple[Hashable, Person]]:
        """Every body with its number."""
        return iter(tuple(self._people.items()))

    def place(self, key: Hashable, x: float, y: float, now: Seconds) -> Person | None:
        """A body stands at ``x``, ``y`` of the picture. Returns it, or None where all numbers are taken.

        Args:
            key: What the tracker calls it.
            x: 0..1, to the right.
            y: 0..1, up.
            now: Monotonic seconds.
        """
        person = self._people.get(key)
        if person is None:
            person = self._enter(x, y, now)
            if person is None:
                return None
            self._people[key] = person
        self.settle(person, now)
        person.x, person.y = x, y
        return person

    def leave(self, key: Hashable, now: Seconds) -> None:
        """The tracker has lost a body; its number waits for it. Harmless for one that has none."""
        person = self._people.pop(key, None)
        if person is not None:
            self._left[person.number] = now, person

    def clear(self) -> None:
        """Forget everybody."""
        self._people.clear()
        self._left.clear()

    def settle(self, person: Person, now: Seconds) -> None:
        """Let time pass for somebody who may stand where they stood."""
        share = 1.0 - exp(-max(now - person.time, 0.0) / _LAG)
        person.behind_x += (person.x - person.behind_x) * share
        person.behind_y += (person.y - person.behind_y) * share
        person.time = max(person.time, now)

    def speed(self, person: Person) -> float:
        """How fast somebody goes, in metres a second."""
        across, deep = self._size
        return hypot((person.x - person.behind_x) * across, (person.y - person.behind_y) * deep) / _LAG

    def readings(self, person: Person, now: Seconds, source: str) -> list[Reading]:
        """What is told of somebody: their place, and whether they stand still. All of it is private."""
        person.told = now
        root = f"/person/{person.number}"
        said = {"x": person.x, "y": person.y, "still": float(self.speed(person) < STILL)}
        return [Reading(f"{root}/{name}", (value,), now, source, True) for name, value in said.items()]

    def _enter(self, x: float, y: float, now: Seconds) -> Person | None:
        """Somebody new, with the number of the body that was lost here or with another one."""
        self._left = {n: left for n, left in self._left.items() if now - left[0] <= GAP}
        near = [(hypot(left.x - x, left.y - y), number) for number, (_, left) in self._left.items()]
        distance, number = min(near, default=(NEAR + 1.0, 0))
        if distance <= NEAR:
            before = self._left.pop(number)[1]
            return Person(number, x, y, now, before.behind_x, before.behind_y)
        taken = {person.number for person in self._people.values()}
        free = [number for number in self._numbers if number not in taken]
        if not free:
            return None
        # A number that somebody may come back to is given last, and of those the one that was lost first.
        number = min(free, key=lambda one: (self._left[one][0] if one in self._left else float("-inf"), one))
        self._left.pop(number, None)
        return Person(number, x, y, now, x, y)
