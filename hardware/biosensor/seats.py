"""Who sits where: a seat's number is a person's, and one person at a time has it.

A person begins with the first reading that can be believed. From then on

- a sensor that is silent (a cable, a radio) is waited for: what it said is held for ``HOLD`` seconds and
  fades for ``FADE`` seconds, and whoever is back by then is the same person;
- a sensor that touches nobody for ``OFF`` seconds is on nobody: all that is known of that person is
  forgotten. A hand-over is told from a movement by that.

After either end a seat says nothing until ``QUIET`` seconds have passed since the last contact: longer than
anything of a person stays fresh elsewhere in the program, so that a resting rate begins anew there, too.
"""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from hardware.biosensor.people import MOST_PEOPLE
from installation.contract import Reading, Seconds, Settings

__all__ = ["FADE", "HOLD", "LOOK", "OFF", "QUIET", "Place", "SeatSettings", "Seats", "Told", "check_seats"]

LOOK: Final[Seconds] = 0.1
"""Seconds from one look at the signals to the next."""
HOLD: Final[Seconds] = 2.0
"""For how long a person counts in full whose sensor says nothing."""
FADE: Final[Seconds] = 4.0
"""For how long they fade after that."""
OFF: Final[Seconds] = 1.0
"""For how long a sensor touches nobody until that person is gone."""
QUIET: Final[Seconds] = 6.5
"""Seconds from the last contact of one person to the first word of the next; heart rates are valid for 6."""

_PLACE: Final[Seconds] = 1.0
_SILENT: Final[Seconds] = 0.5
"""Without a breath for so long, the last one fades."""
_PULSE: Final[Seconds] = 0.1
_NEVER: Final = float("-inf")

Place = tuple[Annotated[float, msgspec.Meta(ge=0.0, le=1.0)], Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]]
Told = tuple[int, str, float, Seconds]
"""Seat from 0, channel, value, monotonic time."""

First = Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)]
Places = Annotated[tuple[Place, ...], msgspec.Meta(min_length=1, max_length=MOST_PEOPLE)]


class SeatSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about seats with sensors.

    Attributes:
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each sensor is, as x, y in the picture, 0..1, y up: one person each.
    """

    first: First = 1
    seats: Places = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse more seats than there are numbers. Raises ValueError."""
        check_seats(self.first, len(self.seats))


def check_seats(first: int, count: int) -> None:
    """Raise ValueError where so many seats from this person on have no numbers."""
    if first + count - 1 > MOST_PEOPLE:
        message = f"seats: {count} from person {first} on pass {MOST_PEOPLE}; lower first"
        raise ValueError(message)


class Seats:
    """The seats of one adapter.

    Args:
        name: Of the adapter.
        first: Number of the person at the first seat.
        places: Of each seat in the picture.
        forget: Called with a seat when its person is gone.
    """

    def __init__(
        self, name: str, first: int, places: tuple[Place, ...], forget: Callable[[int], None]
    ) -> None:
        self._name, self._first, self._places, self._forget = name, first, places, forget
        count = len(places)
        self._there = [False] * count
        self._heard: list[Seconds] = [_NEVER] * count
        self._worn: list[Seconds] = [_NEVER] * count
        self._placed: list[Seconds] = [_NEVER] * count
        self._quality = [0.0] * count
        self._breath: list[tuple[Seconds, float]] = [(_NEVER, 0.0)] * count
        self._lit: list[Seconds] = [float("inf")] * count

    def __len__(self) -> int:
        return len(self._places)

    @property
    def people(self) -> int:
        """At how many seats there is somebody."""
        return sum(self._there)

    def heard(self, seat: int, now: Seconds) -> None:
        """Note that the sensor of a seat has said something."""
        self._heard[seat] = max(self._heard[seat], now)

    def silent(self, seat: int, now: Seconds, after: Seconds = HOLD + FADE) -> bool:
        """Whether the sensor of a seat has said nothing for so long."""
        return now - self._heard[seat] > after

    def judge(self, seat: int, now: Seconds, *, touches: bool, good: bool) -> None:
        """Note what can be told from the signal.

        Args:
            seat: Whose.
            now: Monotonic seconds.
            touches: The sensor is on somebody.
            good: Something of it can be believed.
        """
        touches = touches and not self.silent(seat, now, OFF)
        if self._there[seat] and touches:
            self._worn[seat] = min(now, self._heard[seat])
        elif touches and good and now >= self._worn[seat] + QUIET:
            self._there[seat], self._worn[seat], self._placed[seat] = True, now, _NEVER

    def admits(self, seat: int) -> bool:
        """Whether somebody is there who may be told of."""
        return self._there[seat]

    def clear(self) -> None:
        """Forget everybody."""
        for seat in range(len(self)):
            self._gone(seat)
            self._heard[seat] = self._worn[seat] = _NEVER
            self._breath[seat] = _NEVER, 0.0

    def _gone(self, seat: int) -> None:
        self._there[seat] = False
        self._forget(seat)

    def readings(self, told: list[Told], now: Seconds) -> list[Reading]:
        """Return what may be told, and what follows from the seats themselves; all of it private.

        Args:
            told: What the signals say.
            now: Monotonic seconds.
        """
        self._leave(now)
        found: list[Reading] = []
        for seat, channel, value, time in told:
            if not self._there[seat]:
                continue
            found.append(self._reading(seat, channel, value, time))
            if channel == "breath":
                self._breath[seat] = now, value
            elif channel == "pulse":
                self._lit[seat] = now
        for seat, place in enumerate(self._places):
            if self._there[seat] and now - self._placed[seat] >= _PLACE:
                self._placed[seat] = now
                found += [self._reading(seat, axis, at, now) for axis, at in zip("xy", place, strict=True)]
                found.append(self._reading(seat, "quality", self._quality[seat], now))
            found += self._fading(seat, now)
        return found

    def _leave(self, now: Seconds) -> None:
        """Let go whose sensor is on nobody, or has been silent for too long."""
        for seat, there in enumerate(self._there):
            if not there:
                continue
            away = now - self._worn[seat]
            waits = self.silent(seat, now, OFF)  # the link, not the hand
            if away > (HOLD + FADE if waits else OFF):
                self._gone(seat)

    def _fading(self, seat: int, now: Seconds) -> list[Reading]:
        """Quality where it has changed, the end of a pulse, and a breath that has stopped coming."""
        found: list[Reading] = []
        quality = min(max(1.0 - (now - self._worn[seat] - HOLD) / FADE, 0.0), 1.0)
        if quality != self._quality[seat]:
            self._quality[seat] = quality
            found.append(self._reading(seat, "quality", quality, now))
        time, breath = self._breath[seat]
        if time > _NEVER and now - time > _SILENT:
            still = min(quality, max(1.0 - (now - time - HOLD) / FADE, 0.0))
            found.append(self._reading(seat, "breath", breath * still, now))
            if still == 0.0:
                self._breath[seat] = _NEVER, 0.0
        if now - self._lit[seat] >= _PULSE:
            self._lit[seat] = float("inf")
            found.append(self._reading(seat, "pulse", 0.0, now))
        return found

    def _reading(self, seat: int, channel: str, value: float, time: Seconds) -> Reading:
        return Reading(f"/person/{self._first + seat}/{channel}", (value,), time, self._name, private=True)
