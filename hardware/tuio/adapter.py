"""The TUIO input: frames of a tracker become readings of numbered people."""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Annotated, Final, TypeAlias

import msgspec

from hardware.biosensor.people import MOST_PEOPLE
from hardware.osc import DatagramInput, DatagramSettings
from hardware.slots import Slots
from hardware.tuio.protocol import PROFILES, Frame, Refused, Tracker
from installation.contract import HOST, OscError, Reading, Seconds, osc

__all__ = ["AGAIN", "PORT", "TRACKERS", "TuioInput", "TuioSettings"]

PORT: Final = 3333
"""UDP port of TUIO (tuio.org)."""

TRACKERS: Final = 8
"""Trackers that are listened to at once; a sender's ``source`` message tells several of one machine apart."""

AGAIN: Final[Seconds] = 0.5
"""A body whose place does not change is told so often: readings that are older than 2 s count for nothing."""

_LIMITS = replace(osc.LIMITS, elements=256, arguments=4096)
"""Forty blobs and the ids of all that is alive may come in one packet."""

_ACCEPTED = "hardware/tuio/README.md says what is taken"

Metres = Annotated[float, msgspec.Meta(ge=0.1, le=100.0)]
_Source: TypeAlias = tuple[str, str]


class TuioSettings(DatagramSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about a tracker that speaks TUIO 1.1.

    Attributes:
        host: Numeric address to listen on; ``0.0.0.0`` is every interface.
        port: UDP port; 0 takes any free one (for tests).
        allow: Networks that may send, e.g. ``["192.168.1.0/24"]``; needed unless ``host`` is a loopback
            address.
        rate: Messages a second accepted from one sender.
        profiles: Which are listened to; a body that is told in several is one.
        first: Number of the first person, 1 to 40; another adapter may have those below.
        people: Most people that it tells of.
        width, depth: Of what the tracker sees, in metres: says who stands still.
        timeout: Seconds of silence after which a tracker's bodies are gone.
    """

    host: str = HOST
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = PORT
    profiles: tuple[str, ...] = tuple(PROFILES)
    first: Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)] = 1
    people: Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)] = MOST_PEOPLE
    width: Metres = 6.0
    depth: Metres = 4.0
    timeout: Annotated[float, msgspec.Meta(ge=0.5, le=3600.0)] = 5.0

    def __post_init__(self) -> None:
        """Refuse profiles that are not known, besides what OSC refuses. Raises ValueError."""
        super().__post_init__()
        unknown = sorted(set(self.profiles) - set(PROFILES))
        if unknown or not self.profiles:
            message = f"profiles: {', '.join(unknown) or 'none'}; there are {', '.join(PROFILES)}"
            raise ValueError(message)


class TuioInput(DatagramInput):
    """Listens for TUIO 1.1 on UDP: TUIO is OSC with a state.

    Tells ``/person/N/x``, ``/person/N/y`` (0..1, y up) and ``/person/N/still``, all of them private. A number
    stays with its body, also where the tracker loses it for a moment (``hardware/slots.py``).
    """

    kind = "tuio"
    Settings = TuioSettings
    settings: TuioSettings

    def __init__(self, name: str, settings: TuioSettings) -> None:
        super().__init__(name, settings)
        self._slots = Slots(settings.first, settings.people, (settings.width, settings.depth))
        self._trackers: dict[tuple[_Source, str], Tracker] = {}
        self._alive: dict[tuple[_Source, str], frozenset[int]] = {}

    @property
    def detail(self) -> str:
        """Where it listens, and how many bodies it knows."""
        return f"tuio, {super().detail}, {len(self._slots)} tracked"

    def close(self) -> None:
        """Free the port and forget everybody."""
        super().close()
        self._slots.clear()
        self._trackers.clear()
        self._alive.clear()

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """What has arrived, and again the places of those who did not move. Raises AdapterError."""
        readings = list(super().receive(min(timeout, AGAIN)))
        now = monotonic()
        for key, tracker in tuple(self._trackers.items()):
            if now - tracker.heard > self.settings.timeout:
                self._forget(key, now)
        for _, person in self._slots:
            if now - person.told >= AGAIN:
                self._slots.settle(person, now)
                readings += self._slots.readings(person, now, self.name)
        return readings

    def _decode(self, data: bytes, stamp: Seconds, host: str, readings: list[Reading]) -> None:
        """One packet: a bundle of one profile, or parts of one. OSC's fast path sees none of it."""
        try:
            messages = osc.decode(data, _LIMITS)
        except OscError as error:
            self.counters.errors += 1
            self.refusals.note(str(error), f"a packet from {host}", _ACCEPTED)
            return
        self._gate.charge(host, len(messages) - 1)
        name = next((str(one.scalars[1])[:64] for one in messages if one.scalars[:1] == ("source",)
                     and len(one.scalars) > 1), "")  # fmt: skip
        source = (host, name)
        for message in messages:
            root, _, profile = message.address.rpartition("/")
            if root != "/tuio" or profile not in PROFILES:
                self._refuse(f"{message.address} is no profile that is understood", host, "send 2Dcur")
            elif profile in self.settings.profiles and message.scalars[:1] != ("source",):
                self._take((source, profile), message.scalars, stamp, readings)

    def _take(
        self, key: tuple[_Source, str], scalars: tuple[str | int | float | bool, ...], now: Seconds,
        readings: list[Reading],
    ) -> None:  # fmt: skip
        """One message of one profile of one tracker."""
        source, profile = key
        tracker = self._trackers.get(key)
        if tracker is None:
            if len(self._trackers) >= TRACKERS * len(PROFILES):
                self._refuse(f"more than {TRACKERS} trackers", source[0], "stop the others")
                return
            tracker = self._trackers[key] = Tracker(profile, heard=now)
        try:
            frame = tracker.take(scalars, now)
        except Refused as refused:
            self._refuse(str(refused), f"{source[0]}, /tuio/{profile}", refused.remedy)
            return
        if frame is not None:
            self._show(key, frame, now, readings)

    def _show(self, key: tuple[_Source, str], frame: Frame, now: Seconds, readings: list[Reading]) -> None:
        """A finished frame: who left, who moved, who came."""
        source = key[0]
        self._leave(key, frame.alive, now)
        if frame.strays:
            example = f"{source[0]}, /tuio/{key[1]}"
            self._refuse("a place of a session that is not alive", example, "list it in alive", frame.strays)
        for session, (x, y) in frame.places.items():
            person = self._slots.place((source, session), x, 1.0 - y, now)
            if person is None:
                why = f"more than {self.settings.people} people"
                self._refuse(why, f"from {source[0]}", "raise `people`, or let the tracker report fewer")
            else:
                readings += self._slots.readings(person, now, self.name)

    def _leave(self, key: tuple[_Source, str], alive: frozenset[int], now: Seconds) -> None:
        """A profile's sessions are these now: who is in no profile any more has left."""
        source, before = key[0], self._alive.get(key, frozenset())
        self._alive[key] = alive
        others = frozenset[int]().union(*(self._alive.get((source, one), ()) for one in PROFILES))
        for session in sorted(before - others):
            self._slots.leave((source, session), now)

    def _forget(self, key: tuple[_Source, str], now: Seconds) -> None:
        """A profile's tracker has been silent for too long."""
        self._leave(key, frozenset(), now)
        del self._trackers[key], self._alive[key]

    def _refuse(self, reason: str, example: str, remedy: str, count: int = 1) -> None:
        self.counters.dropped += count
        self.refusals.note(reason, example, remedy, count)
