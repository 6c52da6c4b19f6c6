"""The nature of the venue's place as readings, once a second."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from installation.logs import Refusals
from installation.nature import Almanac, Constituent, Weather, climate, weather_signals
from installation.player.surroundings.weather import WeatherFile
from installation.show.venue_model import Place
from installation.status import NatureStatus
from installation.values import Frame, Reading, Seconds

__all__ = ["Nature", "almanac_of", "nature_of"]

log = logging.getLogger(__name__)

_PERIOD: Final[Seconds] = 1.0
_DIGITS: Final = 7
_SOMEWHERE: Final = Place()
_FADE: Final[Seconds] = 30.0
"""Time constant with which a file of weather comes to count, and ceases to."""
_HOUR: Final = 3600.0


class Nature:
    """Says where sun, moon, tide and season stand, and what the weather is.

    What it says passes through the next frame's inbox: it may come from the wall clock and from a file, so a
    recording has to hold it.

    Args:
        place: Of the venue.
        now: Returns Unix seconds of a moment in show time.
        weather: The file of a station; None for imagined weather.
        repeatable: Whether the file counts as it is, however old, and at once.
    """

    def __init__(
        self,
        place: Place,
        now: Callable[[Seconds], float],
        weather: WeatherFile | None = None,
        *,
        repeatable: bool = False,
    ) -> None:
        self._place = place
        self._almanac = almanac_of(place)
        self._now = now
        self._weather = weather
        self._repeatable = repeatable
        self._due: Seconds = 0.0
        self._trust: float | None = None
        self._age: Seconds | None = None
        self._stale = False
        self.refusals = Refusals("weather") if weather is None else weather.refusals

    def unix(self, time: Seconds) -> float:
        """Return Unix seconds of a moment in show time."""
        return self._now(time)

    def readings(self, frame: Frame, now: Seconds, shift: float = 0.0) -> list[Reading]:
        """What is to be said in the next frame; mostly nothing.

        Args:
            frame: The present one.
            now: Monotonic seconds, for the readings.
            shift: Years by which the season is ahead of the calendar's; the sun is where it is.
        """
        if frame.index and frame.time < self._due:
            return []
        self._due = frame.time + _PERIOD
        moment = self._now(frame.time)
        said = self._almanac.at(moment)
        said["/nature/season"] = (said["/nature/season"] + shift) % 1.0
        names = ("season", "day", "daylight")
        expected = climate(self._place.latitude, *(said[f"/nature/{name}"] for name in names))
        said |= weather_signals(self._heard(moment), expected, self._trust or 0.0)
        return [Reading(address, (round(value, _DIGITS),), now, "nature") for address, value in said.items()]

    def status(self) -> NatureStatus:
        """Return what ``status`` tells of it."""
        weather = "imagined"
        if self._weather is not None:
            known = self._weather.report is not None
            weather = "stale" if known and self._stale else "file" if known else "missing"
        return NatureStatus(
            tide="constants" if self._place.tide else "imagined",
            weather=weather,
            weather_age_s=None if self._age is None else round(self._age),
        )

    def _heard(self, moment: float) -> Weather:
        """Return what the file says, and let it count more or less."""
        report = self._weather.report if self._weather is not None else None
        if report is None:
            self._age = None
            return Weather()
        self._age = age = 0.0 if self._repeatable else max(moment - report.time, 0.0)
        stale = age > self._place.weather_stale * _HOUR
        if stale != self._stale:
            self._stale = stale
            if stale:
                log.warning("the weather file is %.1f h old; the weather is imagined", age / _HOUR)
            else:
                log.info("the weather file counts again")
        wanted = 0.0 if stale else 1.0
        before = wanted if self._trust is None or self._repeatable else self._trust
        self._trust = before + (wanted - before) * (_PERIOD / (_FADE + _PERIOD))
        return report.weather


def almanac_of(place: Place) -> Almanac:
    """The almanac of a place, whose time zone is known to exist."""
    return Almanac(place.latitude, place.longitude, _zone(place), [Constituent(*one) for one in place.tide])


def nature_of(place: Place = _SOMEWHERE, day: datetime | None = None, folder: Path | None = None) -> Nature:
    """The nature of a place.

    Args:
        place: Of the venue.
        day: Date and local time at which show time begins, so that a film is the same each time; None goes
            by the wall clock.
        folder: Of the venue's file, from which the file of weather is named.
    """
    weather = None
    if place.weather:
        weather = WeatherFile((folder or Path()) / Path(place.weather).expanduser(), _zone(place))
        if day is None:
            weather.follow()
        else:
            weather.look()
    if day is None:
        return Nature(place, lambda _time: datetime.now().timestamp(), weather)
    began = almanac_of(place).moment(day)
    return Nature(place, lambda time: began + time, weather, repeatable=True)


def _zone(place: Place) -> ZoneInfo | None:
    return ZoneInfo(place.timezone) if place.timezone else None
