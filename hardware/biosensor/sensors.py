"""What adapters of body sensors over OSC share: seats, silence, and the time of looking."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Annotated, Final

import msgspec

from hardware.biosensor.people import MOST_PEOPLE
from hardware.osc import DatagramInput, DatagramSettings
from installation.contract import OscError, Reading, Seconds, osc

__all__ = ["LOOK", "SILENT", "SensorInput", "SensorSettings", "numbers"]

LOOK: Final[Seconds] = 0.1
"""Seconds from one look at the signals to the next."""
SILENT: Final[Seconds] = 2.0
"""A sensor that says nothing for so long is on nobody: the next sample begins another person."""
_PLACE: Final[Seconds] = 1.0
_LIMITS = replace(osc.LIMITS, elements=64, arguments=1024)

Place = tuple[Annotated[float, msgspec.Meta(ge=0.0, le=1.0)], Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]]


class SensorSettings(DatagramSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about body sensors.

    Attributes:
        host: Numeric address to listen on; ``0.0.0.0`` is every interface.
        port: UDP port; 0 takes any free one (for tests).
        allow: Networks that may send, e.g. ``["192.168.1.0/24"]``; needed unless ``host`` is a loopback
            address.
        rate: Messages a second accepted from one sender.
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each sensor is, as x, y in the picture, 0..1, y up: one person each.
    """

    first: Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)] = 1
    seats: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1, max_length=MOST_PEOPLE)] = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse more seats than there are numbers. Raises ValueError."""
        super().__post_init__()
        if self.first + len(self.seats) - 1 > MOST_PEOPLE:
            message = f"seats: {len(self.seats)} from person {self.first} on pass {MOST_PEOPLE}; lower first"
            raise ValueError(message)


class SensorInput(DatagramInput):
    """Body sensors that speak OSC, a person at each; all that it tells is private.

    A person is told of only while their sensor is on them: a place once a second, and what ``_look`` finds.
    """

    settings: SensorSettings

    def __init__(self, name: str, settings: SensorSettings) -> None:
        super().__init__(name, settings)
        self._heard: list[Seconds] = [float("-inf")] * len(settings.seats)
        self._placed: list[Seconds] = [float("-inf")] * len(settings.seats)
        self._looked: Seconds = 0.0

    @abstractmethod
    def _take(self, host: str, message: osc.Message) -> int | None:
        """Take one message and return its seat; None if it was refused, with its reason."""

    @abstractmethod
    def _look(self, now: Seconds) -> list[tuple[int, str, float, Seconds]]:
        """Return seat, channel, value and time of what is new."""

    @abstractmethod
    def _worn(self, seat: int) -> bool:
        """Return whether the sensor touches somebody."""

    @abstractmethod
    def _forget(self, seat: int) -> None:
        """Begin another person."""

    @property
    def detail(self) -> str:
        """Where it listens, and on how many people there is a sensor."""
        worn = sum(self._worn(seat) for seat in range(len(self.settings.seats)))
        return f"{super().detail}, {worn} of {len(self.settings.seats)} on somebody"

    def close(self) -> None:
        """Free the port and forget everybody."""
        super().close()
        for seat in range(len(self.settings.seats)):
            self._leave(seat)

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """What sensors have said since the last call. Raises AdapterError when closed."""
        super().receive(min(timeout, LOOK))
        now = monotonic()
        if now - self._looked < LOOK:
            return []
        self._looked = now
        for seat, heard in enumerate(self._heard):
            if now - heard > SILENT and heard > 0.0:
                self._leave(seat)
        readings = [self._reading(*one) for one in self._look(now)]
        for seat, place in enumerate(self.settings.seats):
            if self._worn(seat) and now - self._placed[seat] >= _PLACE:
                self._placed[seat] = now
                readings += [self._reading(seat, axis, at, now) for axis, at in zip("xy", place, strict=True)]
        return readings

    def _leave(self, seat: int) -> None:
        self._heard[seat] = self._placed[seat] = float("-inf")
        self._forget(seat)

    def _reading(self, seat: int, channel: str, value: float, time: Seconds) -> Reading:
        address = f"/person/{self.settings.first + seat}/{channel}"
        return Reading(address, (value,), time, self.name, private=True)

    def _decode(self, data: bytes, stamp: Seconds, host: str, readings: list[Reading]) -> None:  # noqa: ARG002
        """Take one packet. None of it becomes a reading as it came: raw signals leave the adapter never."""
        try:
            messages = osc.decode(data, _LIMITS)
        except OscError as error:
            self.counters.errors += 1
            self.refusals.note(error.reason, f"{error.example or 'a packet'} from {host}", "send OSC 1.0")
            return
        self._gate.charge(host, len(messages) - 1)
        for message in messages:
            seat = self._take(host, message)
            if seat is not None:
                self._heard[seat] = stamp

    def _refuse(self, reason: str, host: str, remedy: str) -> None:
        self.counters.dropped += 1
        self.refusals.note(reason, f"from {host}", remedy)


def numbers(message: osc.Message) -> tuple[float, ...] | None:
    """Return the arguments of a message as floats; None if one is no finite number."""
    found = tuple(
        float(one) for one in message.scalars if isinstance(one, int | float) and not isinstance(one, bool)
    )
    return found if len(found) == len(message.scalars) and all(abs(one) < 1e12 for one in found) else None
