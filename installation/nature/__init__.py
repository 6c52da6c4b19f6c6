"""Sun, moon, tide and season of a place, as numbers. Pure: the time is given."""

from installation.nature.almanac import SIGNALS, Almanac
from installation.nature.sky import daylight, moon_lit, season, sun_elevation
from installation.nature.tide import Constituent, tide

__all__ = [
    "SIGNALS",
    "Almanac",
    "Constituent",
    "daylight",
    "moon_lit",
    "season",
    "sun_elevation",
    "tide",
]
