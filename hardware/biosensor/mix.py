"""How many of the simulated people are in the room: fewer or more than a venue asks for, as a fader says."""

from collections.abc import Callable

from hardware.biosensor.people import MOST_PEOPLE, Crowd
from installation.contract import Reading, Seconds

__all__ = ["MixedCrowd"]


class MixedCrowd:
    """A crowd of so many people, and as many again who come when more are wanted.

    Those who come walk among themselves, so that the others do what they would do alone, bit for bit.

    Args:
        make: Makes a crowd of so many people, the second one for those who come.
        count: How many are in the room at a factor of 1: 1 to 40.
    """

    def __init__(self, make: Callable[[int, int], Crowd], count: int) -> None:
        self._make = make
        self._own = make(count, 0)
        self._others: Crowd | None = None
        self._factor = 1.0

    @property
    def count(self) -> int:
        """How many are in the room."""
        return min(round(self._own.count * self._factor), MOST_PEOPLE)

    def mix(self, factor: float) -> None:
        """Let ``factor`` times as many be in the room, 0..2, 40 at most; NaN changes nothing."""
        if factor == factor:
            self._factor = min(max(factor, 0.0), 2.0)
        more = min(self._own.count, MOST_PEOPLE - self._own.count)
        if self._factor > 1.0 and self._others is None and more:
            self._others = self._make(more, 1)

    def see(self, phase: float, rate: float) -> None:
        """See a light that invites to breathe; arguments as of ``Crowd.see``."""
        for crowd in self._crowds():
            crowd.see(phase, rate)

    def advance(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass."""
        for crowd in self._crowds():
            crowd.advance(dt)

    def readings(self, now: Seconds, source: str) -> list[Reading]:
        """What sensors would send now of those who are in the room; arguments as of ``Crowd.readings``."""
        own = self._own.count
        found = self._own.readings(now, source, shown=min(self.count, own))
        if self._others is not None and self.count > own:
            found += self._others.readings(now, source, first=own + 1, shown=self.count - own)
        return found

    def _crowds(self) -> list[Crowd]:
        return [self._own] if self._others is None else [self._own, self._others]
