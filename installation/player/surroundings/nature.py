"""The nature of the venue's place as readings, once a second."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from installation.nature import Almanac, Constituent
from installation.show.venue_model import Place
from installation.values import Frame, Reading, Seconds

__all__ = ["Nature", "almanac_of", "nature_of"]

_PERIOD: Final[Seconds] = 1.0
_DIGITS: Final = 7
_SOMEWHERE: Final = Place()


class Nature:
    """Says where sun, moon, tide and season stand.

    What it says passes through the next frame's inbox: it may come from the wall clock, so a recording has to
    hold it.

    Args:
        almanac: Of the place.
        now: Unix seconds of a moment in show time.
    """

    def __init__(self, almanac: Almanac, now: Callable[[Seconds], float]) -> None:
        self._almanac = almanac
        self._now = now
        self._due: Seconds = 0.0

    def unix(self, time: Seconds) -> float:
        """Return Unix seconds of a moment in show time."""
        return self._now(time)

    def readings(self, frame: Frame, now: Seconds) -> list[Reading]:
        """What is to be said in the next frame; mostly nothing.

        Args:
            frame: The present one.
            now: Monotonic seconds, for the readings.
        """
        if frame.index and frame.time < self._due:
            return []
        self._due = frame.time + _PERIOD
        said = self._almanac.at(self._now(frame.time))
        return [Reading(address, (round(value, _DIGITS),), now, "nature") for address, value in said.items()]


def almanac_of(place: Place) -> Almanac:
    """The almanac of a place, whose time zone is known to exist."""
    zone = ZoneInfo(place.timezone) if place.timezone else None
    return Almanac(place.latitude, place.longitude, zone, [Constituent(*one) for one in place.tide])


def nature_of(place: Place = _SOMEWHERE, day: datetime | None = None) -> Nature:
    """The nature of a place.

    Args:
        place: Of the venue.
        day: Date and local time at which show time begins, so that a film is the same each time; None goes
            by the wall clock.
    """
    almanac = almanac_of(place)
    if day is None:
        return Nature(almanac, lambda _time: datetime.now().timestamp())
    began = almanac.moment(day)
    return Nature(almanac, lambda time: began + time)
