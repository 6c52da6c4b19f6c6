"""All that nature says at one place and moment, by the address of its signal."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from installation.nature.sky import day_length, daylight, days_since_2000, moon_lit, season, sun_elevation
from installation.nature.tide import Constituent, tide
from installation.values import Address

__all__ = ["SIGNALS", "Almanac"]

SIGNALS: Final[tuple[Address, ...]] = (
    "/nature/sun",
    "/nature/daylight",
    "/nature/daylength",
    "/nature/moon",
    "/nature/tide",
    "/nature/season",
    "/nature/day",
)
"""``sun``: its elevation, 0 at the nadir, 0.5 on the horizon, 1 at the zenith. ``daylight``: 0 night, 1 day.
``daylength``: how much of this day's 24 hours the sun is up, 0 in polar night, 1 in polar day.
``moon``: share of its disc that is lit. ``tide``: 0 lowest, 1 highest. ``season``: 0 where spring begins,
0.25 at the longest day. ``day``: 0 at midnight, 0.5 at noon by the clocks of the place."""

_DAY: Final = 86_400.0


class Almanac:
    """Nature at one place.

    Args:
        latitude: Degrees, north is positive.
        longitude: Degrees, east is positive.
        zone: Of the clocks there; None goes by the mean sun of the longitude.
        constituents: Of the tide there; empty for the imagined one.
    """

    def __init__(
        self,
        latitude: float,
        longitude: float,
        zone: tzinfo | None = None,
        constituents: Sequence[Constituent] = (),
    ) -> None:
        self._latitude, self._longitude = latitude, longitude
        self._zone = zone
        self._constituents = tuple(constituents)

    def at(self, unix: float) -> dict[Address, float]:
        """The value of each of ``SIGNALS``, 0..1, at a moment in Unix seconds."""
        days = days_since_2000(unix)
        elevation = sun_elevation(days, self._latitude, self._longitude)
        said = (
            0.5 + elevation / 180.0,
            daylight(elevation),
            day_length(days, self._latitude),
            moon_lit(days),
            tide(days, self._longitude, self._constituents),
            season(days, self._latitude),
            ((unix + self._ahead(unix)) / _DAY) % 1.0,
        )
        return dict(zip(SIGNALS, said, strict=True))

    def moment(self, local: datetime) -> float:
        """Unix seconds of a date and a time of day by the clocks of the place."""
        if self._zone is not None:
            return local.replace(tzinfo=self._zone).timestamp()
        return local.replace(tzinfo=UTC).timestamp() - self._longitude * 240.0

    def _ahead(self, unix: float) -> float:
        """Seconds by which the clocks of the place are ahead of UTC."""
        if self._zone is None:
            return self._longitude * 240.0
        offset = datetime.fromtimestamp(unix, self._zone).utcoffset()
        return offset.total_seconds() if offset is not None else 0.0
