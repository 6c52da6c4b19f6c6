"""What adapters of body sensors share: seats, silence, and the time of looking."""

import threading
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.bank import SensorBank
from hardware.biosensor.seats import LOOK, First, Places, Seats, SeatSettings, Told, check_seats
from hardware.osc import DatagramInput, DatagramSettings
from installation.contract import InputAdapter, OscError, Reading, Seconds, osc

__all__ = ["SeatedInput", "SensorInput", "SensorSettings", "numbers"]

_LIMITS = replace(osc.LIMITS, elements=64, arguments=1024)
_PACE: Final[Seconds] = 30.0
"""Seconds from one look at the rates of samples to the next."""


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

    first: First = 1
    seats: Places = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse more seats than there are numbers. Raises ValueError."""
        super().__post_init__()
        check_seats(self.first, len(self.seats))


class SensorInput(DatagramInput):
    """Body sensors that speak OSC, a person at each; all that it tells is private.

    A person is told of only while their sensor is on them: a place once a second, and what ``_look`` finds.
    """

    settings: SensorSettings

    def __init__(self, name: str, settings: SensorSettings) -> None:
        super().__init__(name, settings)
        self._seats = Seats(name, settings.first, settings.seats, self._forget)
        self._looked: Seconds = 0.0

    @abstractmethod
    def _take(self, host: str, message: osc.Message) -> int | None:
        """Take one message and return its seat; None if it was refused, with its reason."""

    @abstractmethod
    def _look(self, now: Seconds) -> list[Told]:
        """Return seat, channel, value and time of what is new."""

    @abstractmethod
    def _state(self, seat: int, now: Seconds) -> tuple[bool, bool]:
        """Return whether the sensor touches somebody, and whether something of it can be believed."""

    @abstractmethod
    def _forget(self, seat: int) -> None:
        """Begin another person."""

    @property
    def detail(self) -> str:
        """Where it listens, and on how many people there is a sensor."""
        return f"{super().detail}, {self._seats.people} of {len(self._seats)} on somebody"

    def close(self) -> None:
        """Free the port and forget everybody."""
        super().close()
        self._seats.clear()

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """What sensors have said since the last call. Raises AdapterError when closed."""
        super().receive(min(timeout, LOOK))
        now = monotonic()
        if now - self._looked < LOOK:
            return []
        self._looked = now
        told = self._look(now)
        for seat in range(len(self._seats)):
            touches, good = self._state(seat, now)
            self._seats.judge(seat, now, touches=touches, good=good)
        return self._seats.readings(told, now)

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
                self._seats.heard(seat, stamp)

    def _refuse(self, reason: str, host: str, remedy: str) -> None:
        self.counters.dropped += 1
        self.refusals.note(reason, f"from {host}", remedy)


class SeatedInput(InputAdapter):
    """Body sensors that come by something else than OSC; all that it tells of people is private."""

    settings: SeatSettings

    def __init__(self, name: str, settings: SeatSettings, full: float = float("inf")) -> None:
        super().__init__(name, settings)
        self._bank = SensorBank(len(settings.seats), full)
        self._seats = Seats(name, settings.first, settings.seats, self._bank.forget)
        self._woken = threading.Event()
        self._looked: Seconds = 0.0
        self._paced: Seconds = 0.0

    @abstractmethod
    def _gather(self, timeout: Seconds) -> list[Reading]:
        """Feed the bank with what has come, waiting at most ``timeout`` seconds for it.

        Returns:
            Readings that are of nobody. Raises AdapterError.
        """

    @property
    def _worn(self) -> str:
        """On how many people there is a sensor, in words."""
        return f"{self._seats.people} of {len(self._seats)} on somebody"

    def close(self) -> None:
        """Forget everybody."""
        self._seats.clear()

    def wake(self) -> None:
        """Make a waiting ``receive`` return."""
        self._woken.set()

    def _feed(self, seat: int, kind: str, rate: float, samples: NDArray[np.float64], at: Seconds) -> None:
        """Hand samples to the bank, and note that the sensor lives."""
        self._seats.heard(seat, at)
        self._bank.feed(seat, kind, rate, samples, at)

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """What sensors have said since the last call. Raises AdapterError when lost or closed."""
        found = self._gather(min(timeout, LOOK))
        self._woken.clear()
        now = monotonic()
        if now - self._looked < LOOK:
            return found
        self._looked = now
        told = self._bank.look(now)
        for seat in range(len(self._seats)):
            touches, good = self._bank.state(seat)
            self._seats.judge(seat, now, touches=touches, good=good)
        if now - self._paced > _PACE:
            self._paced = now
            for seat, kind, stated, measured in self._bank.odd_rates():
                why = f"{kind} comes {measured:.1f} times a second, not {stated:g}"
                self.refusals.note(why, f"seat {seat + 1}", "state the rate that the sensor has")
        return found + self._seats.readings(told, now)


def numbers(message: osc.Message) -> tuple[float, ...] | None:
    """Return the arguments of a message as floats; None if one is no finite number."""
    found = tuple(
        float(one) for one in message.scalars if isinstance(one, int | float) and not isinstance(one, bool)
    )
    return found if len(found) == len(message.scalars) and all(abs(one) < 1e12 for one in found) else None
