"""From samples to what is told of people: a bank of each kind of signal, all seats of an adapter at once."""

from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.features import (
    GOOD,
    BeatLog,
    BreathBank,
    EcgBank,
    EdaBank,
    EegBank,
    MotionBank,
    PulseBank,
    RunningScale,
)
from hardware.biosensor.seats import Told
from installation.contract import Seconds

__all__ = ["KINDS", "LEAST_RATE", "UNITS", "Kind", "SensorBank"]

Floats = NDArray[np.float64]

_Key = TypeVar("_Key")
_Bank = TypeVar("_Bank")

Kind = Literal["acc", "breath", "ecg", "eda", "eeg", "heart", "ppg", "rr"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

UNITS: Final[dict[str, str]] = {
    "acc": "acceleration in g, three axes",
    "breath": "a belt, any unit, rising while one breathes in",
    "ecg": "electrocardiogram, any unit",
    "eda": "conductance of the skin in microsiemens",
    "eeg": "electroencephalogram in microvolts, one or more electrodes",
    "heart": "a rate that the sensor has found, in beats a minute",
    "ppg": "light through a finger or an ear, any unit, brighter with each beat",
    "rr": "intervals between beats that the sensor has found, in milliseconds",
}
"""What each kind of signal is, for documentation and messages."""

LEAST_RATE: Final[dict[str, float]] = {
    "acc": 10.0, "breath": 5.0, "ecg": 100.0, "eda": 4.0, "eeg": 100.0, "ppg": 25.0,
}  # fmt: skip
"""Samples a second of each kind below which nothing can be made of it; others come when they come."""

_UNHURRIED: Final[Seconds] = 0.45
"""Seconds from one look at heads, skin and stillness to the next, which change slowly: every half second."""
_SLOW: Final[Seconds] = 5.0
"""Seconds from one variability to the next."""
_LATE: Final[Seconds] = 2.0
"""Without a rate or an interval for so long, nobody wears the sensor that finds them."""
_PEOPLE: Final = 30.0, 220.0
_SPEAKS: Final[Seconds] = 1.0
"""A signal that has had no sample for so long says nothing of a contact."""
_LOST: Final[Seconds] = 5.0
"""Without a sample for so long, what a signal has said is forgotten; a gap of radio is shorter."""
_ODD: Final = 0.03
_PACED: Final[Seconds] = 10.0
"""Seconds of even samples in which their rate is measured."""


class _Forgets(Protocol):
    """What knows people by their rows."""

    def forget(self, row: int, /) -> None: ...


class _Pace:
    """When samples of one kind and rate have come, of each seat."""

    def __init__(self, seats: int) -> None:
        self.newest: list[Seconds] = [float("-inf")] * seats
        self.counts = [0] * seats
        self._since: list[tuple[Seconds, int]] = [(0.0, 0)] * seats
        self._all = [0] * seats

    def take(self, seat: int, count: int, at: Seconds) -> None:
        if at - self.newest[seat] > 0.5 * _SPEAKS:
            self._since[seat] = at, self._all[seat] + count
        self.newest[seat] = at
        self.counts[seat] += count
        self._all[seat] += count

    def forget(self, seat: int) -> None:
        self.counts[seat] = 0

    def measured(self) -> list[float]:
        """Samples a second of each seat; NaN where that is not known."""
        found = []
        for seat, (time, count) in enumerate(self._since):
            spent = self.newest[seat] - time
            found.append((self._all[seat] - count) / spent if spent >= _PACED else float("nan"))
        return found


class SensorBank:
    """What the sensors at several seats say.

    Args:
        seats: How many.
        full: Upper end of the range of PPG, the lower is 0; infinite if it is not known.
    """

    def __init__(self, seats: int, full: float = float("inf")) -> None:
        self._seats, self._full = seats, full
        self._hearts: dict[tuple[str, float], PulseBank] = {}
        self._breaths: dict[float, BreathBank] = {}
        self._skins: dict[float, EdaBank] = {}
        self._heads: dict[tuple[int, float], EegBank] = {}
        self._motions: dict[float, MotionBank] = {}
        self._log = BeatLog(seats)
        self._level, self._phasic, self._alpha = (RunningScale(seats, 120) for _ in range(3))
        self._pace: dict[tuple[str, float], _Pace] = {}
        self._given: list[Told] = []
        self._found: Floats = np.full(seats, -np.inf)
        self._slow: list[Seconds] = [float("-inf")] * seats
        self._unhurried: Seconds = float("-inf")
        self._good, self._touch, self._sure = (np.zeros(seats, np.bool_) for _ in range(3))

    def feed(self, seat: int, kind: str, rate: float, samples: Floats, at: Seconds) -> None:
        """Take the next samples of a seat.

        Args:
            seat: From 0.
            kind: One of ``KINDS``.
            rate: Samples per second; of no account for ``heart`` and ``rr``.
            samples: ``(samples,)``; ``(rows, samples)`` of ``eeg`` and ``acc``. Oldest first.
            at: Monotonic time of the last one.
        """
        if kind in ("heart", "rr"):
            self._take_found(seat, kind, samples, at)
            return
        key = kind, rate
        _made(self._pace, key, lambda: _Pace(self._seats)).take(seat, samples.shape[-1], at)
        if kind == "eeg":
            heads = (len(samples), rate)
            _made(self._heads, heads, lambda: EegBank(self._seats, *heads)).feed(seat, samples)
        elif kind == "acc":
            _made(self._motions, rate, lambda: MotionBank(self._seats, rate)).feed(seat, samples)
        elif kind == "eda":
            _made(self._skins, rate, lambda: EdaBank(self._seats, rate)).feed(seat, samples)
        elif kind == "breath":
            _made(self._breaths, rate, lambda: BreathBank(self._seats, rate)).feed(seat, samples)
        else:
            _made(self._hearts, key, lambda: self._heart(kind, rate)).feed(seat, samples)

    def _heart(self, kind: str, rate: float) -> PulseBank:
        return EcgBank(self._seats, rate) if kind == "ecg" else PulseBank(self._seats, rate, self._full)

    def _take_found(self, seat: int, kind: str, values: Floats, at: Seconds) -> None:
        """Take rates or intervals that a sensor has found by itself."""
        low, high = _PEOPLE
        if kind == "heart":
            fine = [value for value in values.tolist() if low <= value <= high]
            self._given += [(seat, "heart", value, at) for value in fine[-1:]]
        else:
            seconds = values / 1000.0
            times = at - (seconds.sum() - np.cumsum(seconds))
            fine = []
            for time, interval in zip(times.tolist(), seconds.tolist(), strict=True):
                if 60.0 / high <= interval <= 60.0 / low:
                    fine.append(interval)
                    self._log.add(seat, time, interval)
                    self._given += [(seat, "heart", 60.0 / interval, at), (seat, "pulse", 1.0, at)]
                    self._given += self._breath_of_beats(seat, time, at)
        if fine:
            self._found[seat] = at

    def lose(self, seat: int) -> None:
        """Note that a sensor which finds rates by itself says that it touches nobody."""
        self._found[seat] = float("-inf")
        self._given = [one for one in self._given if one[0] != seat]

    def forget(self, seat: int) -> None:
        """Begin another person."""
        banks: list[_Forgets] = [
            *self._hearts.values(), *self._breaths.values(), *self._skins.values(), *self._heads.values(),
            *self._motions.values(), *self._pace.values(), self._log, self._level, self._phasic, self._alpha,
        ]  # fmt: skip
        for bank in banks:
            bank.forget(seat)
        self._found[seat] = self._slow[seat] = float("-inf")
        self._good[seat] = self._touch[seat] = self._sure[seat] = False
        self._given = [one for one in self._given if one[0] != seat]

    def state(self, seat: int) -> tuple[bool, bool]:
        """Return whether a sensor of the seat touches somebody, and whether anything can be believed.

        As of the last ``look``.
        """
        return bool(self._touch[seat]), bool(self._touch[seat] and self._sure[seat])

    def _settle(self, now: Seconds) -> None:
        """Find out who is touched, and by what can be believed."""
        found = now - self._found <= _LATE
        breathes = np.zeros(self._seats, np.bool_)
        touch = found.copy()
        banks: list[tuple[tuple[str, float], NDArray[np.bool_]]] = [
            *((key, bank.touches) for key, bank in self._hearts.items()),
            *((("eda", rate), bank.touches) for rate, bank in self._skins.items()),
            *((("eeg", rate), bank.touches) for (_, rate), bank in self._heads.items()),
        ]
        for rate, belt in self._breaths.items():
            breathes |= np.isfinite(belt.rate) & self._speaks(("breath", rate), now)
            banks.append((("breath", rate), np.isfinite(belt.rate)))
        for key, touches in banks:
            touch |= touches & self._speaks(key, now)
        self._touch, self._sure = touch, self._good | found | breathes

    def _speaks(self, key: tuple[str, float], now: Seconds) -> NDArray[np.bool_]:
        """Return from which seats samples of a kind and rate still come."""
        speaks: NDArray[np.bool_] = now - np.array(self._pace[key].newest) <= _SPEAKS
        return speaks

    def _drop_lost(self, now: Seconds) -> None:
        """Forget what signals that come no more have said: others of the seat go on."""
        for (kind, rate), pace in self._pace.items():
            lost = [seat for seat, newest in enumerate(pace.newest) if _LOST < now - newest < float("inf")]
            for seat in lost:
                for bank in self._banks(kind, rate):
                    bank.forget(seat)
                pace.forget(seat)
                pace.newest[seat] = float("-inf")

    def _banks(self, kind: str, rate: float) -> list[_Forgets]:
        """Return what knows signals of a kind and rate."""
        keyed: dict[str, _Forgets | None] = {
            "acc": self._motions.get(rate), "eda": self._skins.get(rate), "breath": self._breaths.get(rate),
        }  # fmt: skip
        heads = [head for (_, of), head in self._heads.items() if kind == "eeg" and of == rate]
        return [one for one in (keyed.get(kind), self._hearts.get((kind, rate)), *heads) if one is not None]

    def odd_rates(self) -> list[tuple[int, str, float, float]]:
        """Return seat, kind, stated and measured rate of what comes more than 3 % off what was stated."""
        return [
            (seat, kind, rate, measured)
            for (kind, rate), pace in self._pace.items()
            for seat, measured in enumerate(pace.measured())
            if abs(measured - rate) > _ODD * rate
        ]

    def look(self, now: Seconds) -> list[Told]:
        """Return what is new: seat, channel, value, time."""
        self._drop_lost(now)
        told, self._given = self._given, []
        self._good[:] = False
        for key, bank in self._hearts.items():
            beats = bank.look()
            self._good |= bank.quality >= GOOD
            for beat in beats:
                pace = self._pace[key]
                late = pace.counts[beat.row] / key[1] - beat.time
                at = pace.newest[beat.row] - max(late, 0.0)
                self._log.add(beat.row, at, beat.interval, beat.height)
                if beat.bpm == beat.bpm:
                    told += [(beat.row, "heart", beat.bpm, at), (beat.row, "pulse", 1.0, at)]
                    told += self._breath_of_beats(beat.row, at, at)
        if now - self._unhurried >= _UNHURRIED:
            self._unhurried = now
            moved = self._stillness(now, told)
            self._skin(now, moved, told)
            for head in self._heads.values():
                told += self._placed(self._alpha, head.look(moved), "alpha", now)
        for belt in self._breaths.values():
            values = belt.look()
            told += [
                (row, "breath", float(values[row]), now)
                for row in np.flatnonzero(np.isfinite(values)).tolist()
            ]
        self._slowly(now, told)
        self._settle(now)
        return told

    def _stillness(self, now: Seconds, told: list[Told]) -> NDArray[np.bool_]:
        """Who moves."""
        moved = np.zeros(self._seats, np.bool_)
        for rate, bank in self._motions.items():
            still = np.where(self._speaks(("acc", rate), now), bank.still(), np.nan)
            moved |= still == 0.0
            known = np.flatnonzero(np.isfinite(still)).tolist()
            told += [(row, "still", float(still[row]), now) for row in known]
        return moved

    def _skin(self, now: Seconds, moved: NDArray[np.bool_], told: list[Told]) -> None:
        for bank in self._skins.values():
            look = bank.look()
            level = np.where(moved, np.nan, look.level)
            told += self._placed(self._level, level, "eda", now)
            told += self._placed(self._phasic, np.where(moved, np.nan, look.phasic), "phasic", now)
            told += [(row, "scr", rise, now) for row, rise in look.rises if not moved[row]]

    def _placed(self, scale: RunningScale, values: Floats, channel: str, now: Seconds) -> list[Told]:
        """Values on each person's own scale."""
        told = np.isfinite(values)
        if not told.any():
            return []
        self._good |= told
        placed = scale.place(values)
        return [
            (row, channel, float(placed[row]), now) for row in np.flatnonzero(np.isfinite(placed)).tolist()
        ]

    def _breath_of_beats(self, seat: int, time: Seconds, at: Seconds) -> list[Told]:
        """Breath from beats, where no belt says it."""
        belts = ((bank.rate[seat], self._pace["breath", rate]) for rate, bank in self._breaths.items())
        if any(np.isfinite(found) and at - pace.newest[seat] <= _SPEAKS for found, pace in belts):
            return []
        breath, rate = self._log.breath(seat, time)
        return [(seat, "breath", breath, at), (seat, "breaths", rate, at)] if rate == rate else []

    def _slowly(self, now: Seconds, told: list[Told]) -> None:
        """Variability, and the rate of a belt's breaths, every few seconds."""
        for seat in range(self._seats):
            if now - self._slow[seat] < _SLOW:
                continue
            self._slow[seat] = now
            found = self._log.rmssd(seat, now)
            if found == found:
                told.append((seat, "rmssd", found, now))
            rates = [
                float(belt.rate[seat])
                for rate, belt in self._breaths.items()
                if now - self._pace["breath", rate].newest[seat] <= _SPEAKS
            ]
            told += [(seat, "breaths", rate, now) for rate in rates if rate == rate]


def _made(known: dict[_Key, _Bank], key: _Key, make: Callable[[], _Bank]) -> _Bank:
    """The bank of a key, made when it is first needed."""
    if key not in known:
        known[key] = make()
    return known[key]
