"""Sun, moon, tide and season of a place, as numbers. Pure: the time is given."""

from installation.nature.almanac import SIGNALS, Almanac
from installation.nature.events import SUN_EVENTS, SunEvent, sun_events
from installation.nature.sky import daylight, moon_lit, season, sun_elevation
from installation.nature.tide import Constituent, tide

__all__ = [
    "SIGNALS",
    "SUN_EVENTS",
    "Almanac",
    "Constituent",
    "SunEvent",
    "daylight",
    "moon_lit",
    "season",
    "sun_elevation",
    "sun_events",
    "tide",
]
