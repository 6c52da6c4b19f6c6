"""Sun, moon, tide and season of a place, as numbers. Pure: the time is given."""

from installation.nature.almanac import SIGNALS, Almanac
from installation.nature.events import SUN_EVENTS, SunEvent, sun_events
from installation.nature.sky import day_length, daylight, moon_lit, season, sun_elevation
from installation.nature.tide import Constituent, tide
from installation.nature.weather import WEATHER, Weather, climate, parse_weather, weather_signals

__all__ = [
    "SIGNALS",
    "SUN_EVENTS",
    "WEATHER",
    "Almanac",
    "Constituent",
    "SunEvent",
    "Weather",
    "climate",
    "day_length",
    "daylight",
    "moon_lit",
    "parse_weather",
    "season",
    "sun_elevation",
    "sun_events",
    "tide",
    "weather_signals",
]
