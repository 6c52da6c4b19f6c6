"""The adapter of the simulated people: a room full of them where there are no sensors."""

import threading
from collections.abc import Sequence
from time import monotonic
from typing import Annotated

import msgspec

from hardware.biosensor.mix import MixedCrowd
from hardware.biosensor.people import MOST_PEOPLE, Crowd
from installation.contract import AdapterError, InputAdapter, Reading, Seconds, Settings

__all__ = ["VirtualPeople", "VirtualPeopleSettings"]

_LONGEST: Seconds = 0.25
"""After a longer pause the crowd goes on from where it was."""
_LABEL: Seconds = 1.0
"""How often each says that it is simulated."""

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Metres = Annotated[float, msgspec.Meta(ge=1.0, le=100.0)]


class VirtualPeopleSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue says about the people who are not there.

    Attributes:
        people: How many, 1 to 40.
        seed: Other people for another number.
        width, depth: Of the floor, in metres.
        walking: How much they walk about, 0..1; 0 lets everybody stand still.
        together: How strongly their breaths fall into step, 0..1.
        rate: Readings a second of each.
        follow: How far their breath follows a light that invites to it, 0..1.
    """

    people: Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)] = 6
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    width: Metres = 6.0
    depth: Metres = 4.0
    walking: Share = 0.5
    together: Share = 0.0
    rate: Annotated[float, msgspec.Meta(ge=1.0, le=60.0)] = 20.0
    follow: Share = 0.0


class VirtualPeople(InputAdapter):
    """Hearts, breaths, alpha rhythms and places of people who are simulated.

    Their readings, ``/person/N/x`` and so on, are private like those of real people.
    """

    kind = "virtual-people"
    home = "stage"
    Settings = VirtualPeopleSettings
    watches = ("/neuro/invitation/phase", "/neuro/invitation/rate", "/bodies/crowd")

    def __init__(self, name: str, settings: VirtualPeopleSettings) -> None:
        super().__init__(name, settings)
        self._crowd: MixedCrowd | None = None
        self._seen = (0.0, 0.0)
        self._factor = 1.0
        self._woken = threading.Event()
        self._last: Seconds = 0.0
        self._labelled: Seconds = float("-inf")

    def open(self) -> None:
        """Let them in."""
        if self._crowd is None:
            wanted: VirtualPeopleSettings = self.settings
            room = (wanted.width, wanted.depth)

            def make(count: int, more: int) -> Crowd:
                return Crowd(
                    count, wanted.seed + more, room=room, together=wanted.together, walking=wanted.walking,
                    follow=wanted.follow,
                )  # fmt: skip

            self._crowd = MixedCrowd(make, wanted.people)
            self._last = monotonic()
            self._labelled = float("-inf")
            self._woken.clear()

    def close(self) -> None:
        """Let them go."""
        self._crowd = None

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """What they did since the last call, ``rate`` times a second. Raises AdapterError when closed."""
        crowd = self._crowd
        if crowd is None:
            raise AdapterError("is not open", "call open first")
        wait = self._last + 1.0 / self.settings.rate - monotonic()
        if self._woken.wait(max(min(wait, timeout), 0.0)) or wait > timeout:
            self._woken.clear()
            return []
        now = monotonic()
        crowd.see(*self._seen)
        crowd.mix(self._factor)
        crowd.advance(min(now - self._last, _LONGEST))
        self._last = now
        readings = crowd.readings(now, self.name)
        if now - self._labelled >= _LABEL:
            self._labelled = now
            people = range(1, crowd.count + 1)
            readings += [Reading(f"/person/{n}/simulated", (1.0,), now, self.name, True) for n in people]
        self.counters.received += len(readings)
        return readings

    def see(self, values: Sequence[float]) -> None:
        """See the light that invites to breathe, in turns and breaths a minute, and how many are wanted."""
        phase, rate, self._factor = values
        self._seen = (phase, rate / 60.0) if phase == phase and rate == rate else (0.0, 0.0)

    def wake(self) -> None:
        """Make a waiting ``receive`` return."""
        self._woken.set()

    @property
    def detail(self) -> str:
        """How many there are."""
        count = self._crowd.count if self._crowd is not None else self.settings.people
        return f"{count} simulated {'person' if count == 1 else 'people'}"
