"""The Muse input: Mind Monitor's OSC stream, a phone for each person.

Addresses and arguments are those of the app's published table and of public receivers. Counts differ with
the headband and the app's settings, so each message is read by how many numbers it has.
"""

from dataclasses import dataclass, field
from time import monotonic
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features import PulseBank, RunningScale, alpha_shares, electrodes_good
from hardware.biosensor.seats import HOLD, Told
from hardware.biosensor.sensors import SensorInput, SensorSettings, numbers
from installation.contract import HOST, Seconds, osc

__all__ = ["PORT", "MuseInput", "MuseSettings"]

PORT: Final = 5000
"""UDP port that Mind Monitor sends to unless it is told otherwise."""

_EEG: Final = 256
"""Samples per second of ``/muse/eeg``, in microvolts."""
_PPG: Final = 64.0
_WINDOW: Final = 2 * _EEG
_ELECTRODES: Final = 4
_AFRESH: Final[Seconds] = 0.5
_MOVED: Final = 0.05
"""Standard deviation of the acceleration over 2 s, in g, above which the head moves."""
_ACC: Final = 104
"""Samples of ``/muse/acc`` in 2 s: 52 a second."""
_LOOSE: Final = 2.0
"""``horseshoe`` above which an electrode's contact is bad: 1 good, 2 medium, 4 bad."""


@dataclass(slots=True)
class _Head:
    """What is known of one person."""

    eeg: NDArray[np.float64] = field(default_factory=lambda: np.full((_ELECTRODES, _WINDOW), np.nan))
    acc: NDArray[np.float64] = field(default_factory=lambda: np.full((3, _ACC), np.nan))
    fit: tuple[float, ...] = (1.0,) * _ELECTRODES
    touching: bool = True
    fresh: int = 0
    """Samples of the EEG since the last look."""
    told: Seconds = 0.0
    ppg: int = 0


class MuseSettings(SensorSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about Muse headbands whose phones run Mind Monitor.

    Attributes:
        host: Numeric address to listen on; ``0.0.0.0`` is every interface.
        port: UDP port; 0 takes any free one (for tests).
        allow: Networks that may send, e.g. ``["192.168.1.0/24"]``; needed unless ``host`` is a loopback
            address.
        rate: Messages a second accepted from one sender.
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each sits, as x, y in the picture, 0..1, y up: one person each.
        phones: Address of the phone of each seat; a phone that is not listed takes the first seat that is
            free and not spoken for.
    """

    host: str = HOST
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = PORT
    phones: tuple[str, ...] = ()


class MuseInput(SensorInput):
    """Listens for ``/muse/...`` and tells ``heart``, ``alpha`` and ``still`` of each person.

    ``alpha`` is the share of the alpha band in the power from 4 to 44 Hz, on the person's own scale of the
    last minute. Electrodes with a bad contact, and windows with blinks, count for nothing.
    """

    kind = "muse"
    Settings = MuseSettings
    settings: MuseSettings

    def __init__(self, name: str, settings: MuseSettings) -> None:
        count = len(settings.seats)
        self._heads = [_Head() for _ in range(count)]
        self._bank = PulseBank(count, _PPG, float("inf"))  # the app does not say where the range ends
        self._scale = RunningScale(count, 120)
        super().__init__(name, settings)
        self._hosts: dict[str, int] = {host: seat for seat, host in enumerate(settings.phones[:count])}

    def _take(self, host: str, message: osc.Message) -> int | None:
        what, values = message.address, numbers(message)
        if not what.startswith("/muse/") and not what.startswith("/Marker/"):
            self._refuse(f"{what[:60]} is not of Mind Monitor", host, "send /muse/...")
            return None
        if not values:
            self._refuse(f"{what[:60]} has no numbers", host, "send finite numbers")
            return None
        seat = self._seat(host)
        if seat is None:
            self._refuse(f"more phones than the {len(self._heads)} `seats`", host, "add a place to `seats`")
            return None
        self._learn(seat, what.removeprefix("/muse/"), values)
        self.counters.received += 1
        return seat

    def _seat(self, host: str) -> int | None:
        """Return the seat of a phone: its own, or the first whose phone is silent and that nobody claims."""
        seat = self._hosts.get(host)
        if seat is None:
            claimed = set(range(min(len(self.settings.phones), len(self._heads))))
            now = monotonic()
            taken = {one for one in self._hosts.values() if not self._seats.silent(one, now)} | claimed
            free = [one for one in range(len(self._heads)) if one not in taken]
            if not free:
                return None
            seat = free[0]
            self._hosts = {one: at for one, at in self._hosts.items() if at != seat} | {host: seat}
        return seat

    def _learn(self, seat: int, what: str, values: tuple[float, ...]) -> None:
        head = self._heads[seat]
        if what == "eeg" and len(values) >= _ELECTRODES:  # two more where AUX is on
            head.eeg = np.roll(head.eeg, -1, axis=1)
            head.eeg[:, -1] = values[:_ELECTRODES]
            head.fresh += 1
        elif what == "acc" and len(values) == 3:
            head.acc = np.roll(head.acc, -1, axis=1)
            head.acc[:, -1] = values
        elif what == "ppg" and len(values) == 3:  # ambient, infrared, red
            self._bank.feed(seat, np.array([values[1]]))
            head.ppg += 1
        elif what == "elements/horseshoe" and len(values) == _ELECTRODES:
            head.fit = values
        elif what == "elements/touching_forehead":
            head.touching = values[0] >= 0.5

    def _look(self, now: Seconds) -> list[Told]:
        found: list[Told] = []
        for beat in self._bank.look():
            if beat.bpm == beat.bpm and self._worn(beat.row, now):
                at = now - max(self._heads[beat.row].ppg / _PPG - beat.time, 0.0)
                found += [(beat.row, "heart", beat.bpm, at), (beat.row, "pulse", 1.0, at)]
        shares = np.full(len(self._heads), np.nan)
        for seat, head in enumerate(self._heads):
            if not self._worn(seat, now) or now - head.told < _AFRESH:
                continue
            head.told = now
            if np.isfinite(head.acc).all():
                found.append((seat, "still", float(head.acc.std(axis=1).max() < _MOVED), now))
            shares[seat] = self._alpha(head) if head.fresh else np.nan
            head.fresh = 0
        for seat, share in enumerate(self._scale.place(shares).tolist()):
            if share == share:
                found.append((seat, "alpha", share, now))
        return found

    def _alpha(self, head: _Head) -> float:
        """Share of alpha in what electrodes with a good contact say; NaN for no reading."""
        _, good = electrodes_good(head.eeg, float(_EEG))
        good &= np.array([one <= _LOOSE for one in head.fit])
        return float(alpha_shares(head.eeg[np.newaxis], float(_EEG), good[np.newaxis])[0])

    def _worn(self, seat: int, now: Seconds) -> bool:
        head = self._heads[seat]
        return head.touching and min(head.fit) <= _LOOSE and not self._seats.silent(seat, now, HOLD)

    def _state(self, seat: int, now: Seconds) -> tuple[bool, bool]:
        worn = self._worn(seat, now)  # a headband knows that better than its signals
        return worn, worn

    def _forget(self, seat: int) -> None:
        self._heads[seat] = _Head()
        self._bank.forget(seat)
        self._scale.forget(seat)
