"""When the sun rises and sets on a day at a place; on polar days and nights some of it does not happen."""

from itertools import pairwise
from typing import Final, Literal

from installation.nature.sky import days_since_2000, sun_elevation

__all__ = ["SUN_EVENTS", "SunEvent", "sun_events"]

SunEvent = Literal["dawn", "sunrise", "noon", "sunset", "dusk"]
SUN_EVENTS: Final[tuple[SunEvent, ...]] = ("dawn", "sunrise", "noon", "sunset", "dusk")
"""In the order of a day. Dawn and dusk bound civil twilight."""

_RISEN: Final = -0.833
"""Elevation of the sun's centre at sunrise and sunset: half a disc and the usual refraction, degrees."""
_CIVIL: Final = -6.0
_DAY: Final = 86_400.0
_STEP: Final = 600.0
"""Seconds between two looks: two crossings nearer than this are not found."""


def sun_events(midnight: float, latitude: float, longitude: float) -> dict[SunEvent, float]:
    """Return the Unix seconds of the sun's events of a day, to a second; what does not happen is absent.

    Args:
        midnight: Unix seconds at which the day begins by the clocks of the place.
        latitude: Degrees, north is positive.
        longitude: Degrees, east is positive.
    """
    count = int(_DAY / _STEP) + 1
    heights = [_height(midnight + index * _STEP, latitude, longitude) for index in range(count)]
    found: dict[SunEvent, float] = {}
    for level, rise, fall in ((_CIVIL, "dawn", "dusk"), (_RISEN, "sunrise", "sunset")):
        for index, (a, b) in enumerate(pairwise(heights)):
            if (a < level) != (b < level):
                at = _cross(midnight + index * _STEP, level, latitude, longitude, rising=a < level)
                found.setdefault(rise if a < level else fall, at)  # type: ignore[arg-type]
    found["noon"] = _highest(midnight + heights.index(max(heights)) * _STEP, latitude, longitude)
    return found


def _height(unix: float, latitude: float, longitude: float) -> float:
    return sun_elevation(days_since_2000(unix), latitude, longitude)


def _cross(begin: float, level: float, latitude: float, longitude: float, *, rising: bool) -> float:
    """Return the moment in the step after ``begin`` in which the sun passes ``level``."""
    low, high = begin, begin + _STEP
    while high - low > 0.5:
        middle = 0.5 * (low + high)
        below = _height(middle, latitude, longitude) < level
        low, high = (middle, high) if below == rising else (low, middle)
    return high


def _highest(about: float, latitude: float, longitude: float) -> float:
    """Return the moment within a step of ``about`` in which the sun is highest."""
    low, high = about - _STEP, about + _STEP
    while high - low > 0.5:
        third = (high - low) / 3.0
        if _height(low + third, latitude, longitude) < _height(high - third, latitude, longitude):
            low += third
        else:
            high -= third
    return 0.5 * (low + high)
