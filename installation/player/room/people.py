"""Who is in the room, read from signals: people by number, and pointers that count as people.

A mouse, and a hand steered over OSC, use the last numbers while they move and for some time after.
Attribution, settling and privilege apply to them as to people. They point at the wall: where a scene shows a
section they are answered where they point, while people stand on the floor.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.parameters import BODY, CHANNELS, MOST_PEOPLE, person_address
from installation.neuro.people import AT_X, AT_Y, believed
from installation.signal import Signals
from installation.values import Address, Seconds

__all__ = ["POINTERS", "PeopleReadings", "PeopleSignals"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

POINTERS: Final[tuple[tuple[Address, Seconds], ...]] = (("/mouse", 5.0), ("/osc/hand", 30.0))
"""Signals with x and y that count as one person each, and for how long after their last movement."""


@dataclass(frozen=True, slots=True, eq=False)
class PeopleReadings:
    """Newest readings of everybody.

    Attributes:
        values, times: ``(40, 6)`` by person and channel, and their show times; NaN where there never was one.
        others, since: ``(40, 4)`` the same of what else their sensors say.
        pointing: ``(40,)`` who is a pointer: their place is one on the wall, not on the floor.
    """

    values: Floats
    times: Floats
    others: Floats
    since: Floats
    pointing: Flags

    def body(self, now: Seconds) -> Floats:
        """Return what else sensors say at a show time, ``(40, 4)``; NaN where they do not."""
        return believed(self.others, self.since, now)


class PeopleSignals:
    """Reads people and pointers as one table.

    Args:
        signals: Where they are.
        people: Address above the people's numbers.
    """

    def __init__(self, signals: Signals, people: Address = "/person") -> None:
        self._signals = signals
        self._declared: list[Address] = []
        self.follow(people)

    def follow(self, people: Address) -> None:
        """Read the people of another address from now on."""
        self._signals.release(self._declared)
        self._declared = []
        numbers = range(1, MOST_PEOPLE + 1)
        self._hears = np.array(
            [[self._declare(person_address(people, n, c), private=True) for c in CHANNELS] for n in numbers]
        )
        self._bodies = np.array(
            [[self._declare(person_address(people, n, c), private=True) for c in BODY] for n in numbers]
        )
        self._points = [
            ([self._declare(f"{root}/{axis}") for axis in ("x", "y")], keep) for root, keep in POINTERS
        ]

    def read(self, now: Seconds) -> PeopleReadings:
        """Return the newest readings at a show time."""
        signals = self._signals
        values, times = signals.values.take(self._hears), signals.times.take(self._hears)
        pointing = np.zeros(MOST_PEOPLE, np.bool_)
        for behind, (slots, keep) in enumerate(self._points):
            since = float(signals.times[slots].max())
            row = MOST_PEOPLE - 1 - behind
            if now - since <= keep and np.isfinite(signals.values[slots]).all():
                values[row, [AT_X, AT_Y]] = signals.values[slots]
                times[row, [AT_X, AT_Y]] = now
                pointing[row] = True
        others, known = signals.values.take(self._bodies), signals.times.take(self._bodies)
        return PeopleReadings(values, times, others, known, pointing)

    def _declare(self, address: Address, *, private: bool = False) -> int:
        self._declared.append(address)
        return self._signals.declare(address, private=private)
