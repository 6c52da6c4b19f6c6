"""The pulse input: raw PPG of wired grips over OSC."""

from time import monotonic
from typing import Annotated, Final

import msgspec
import numpy as np

from hardware.biosensor.bank import SensorBank
from hardware.biosensor.seats import Told
from hardware.biosensor.sensors import SensorInput, SensorSettings, numbers
from installation.contract import HOST, Seconds, osc

__all__ = ["PORT", "PulseInput", "PulseSettings"]

PORT: Final = 5005
_ROOT: Final = "/pulse/"


class PulseSettings(SensorSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about pulse grips that speak OSC.

    Attributes:
        host: Numeric address to listen on; ``0.0.0.0`` is every interface.
        port: UDP port; 0 takes any free one (for tests).
        allow: Networks that may send, e.g. ``["192.168.1.0/24"]``; needed unless ``host`` is a loopback
            address.
        rate: Messages a second accepted from one sender.
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each grip is, as x, y in the picture, 0..1, y up: one person each.
        samples: Samples per second of each grip.
        full: What the sensor says at the upper end of its range, e.g. 1023; the lower end is 0.
    """

    host: str = HOST
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = PORT
    samples: Annotated[float, msgspec.Meta(ge=25.0, le=500.0)] = 100.0
    full: Annotated[float, msgspec.Meta(gt=0.0, le=1e9)] = 1023.0


class PulseInput(SensorInput):
    """Listens for ``/pulse/N`` with one or more samples of grip N, from 1.

    Tells ``/person/N/heart`` and ``pulse`` at each beat once the pulse is clear, and what follows from
    beats: ``rmssd``, ``breath``. A grip that nobody holds, that moves or is at the end of its range tells
    nothing.
    """

    kind = "pulse"
    Settings = PulseSettings
    settings: PulseSettings

    def __init__(self, name: str, settings: PulseSettings) -> None:
        self._bank = SensorBank(len(settings.seats), settings.full)
        super().__init__(name, settings)

    def _take(self, host: str, message: osc.Message) -> int | None:
        grip = message.address.removeprefix(_ROOT)
        samples = numbers(message)
        if grip == message.address or not grip.isdecimal() or not samples:
            self._refuse(f"{message.address[:60]} is no pulse", host, "send /pulse/N with numbers")
            return None
        seat = int(grip[:4]) - 1
        if not 0 <= seat < len(self.settings.seats):
            self._refuse(f"/pulse/{grip[:8]} has no seat", host, "add a place to `seats`")
            return None
        self._bank.feed(seat, "ppg", self.settings.samples, np.array(samples), monotonic())
        self.counters.received += 1
        return seat

    def _look(self, now: Seconds) -> list[Told]:
        return self._bank.look(now)

    def _state(self, seat: int, now: Seconds) -> tuple[bool, bool]:  # noqa: ARG002 - as of the last look
        return self._bank.state(seat)

    def _forget(self, seat: int) -> None:
        self._bank.forget(seat)
