"""Where the sun stands, how much of the moon is lit, how far the year is: exact to a tenth of a degree.

Time is in days since noon of 1 January 2000, UT (J2000.0, Julian day 2451545.0). Angles are counted in turns,
which ``portable_math`` reduces exactly, so that all machines find the same bits. Nothing in here asks when
the sun rises or sets, so polar days and nights are days like others.

Sources: the sun's place is the low precision formula of the Astronomical Almanac (section C, good to 0.01
degrees from 1950 to 2050); sidereal time and the moon's phase are formulas 12.4 and 48.4 of J. Meeus,
Astronomical Algorithms, 2nd ed. 1998. Universal time stands for dynamical time: a
minute, a hundredth of a degree of moon.
"""

import math
from typing import Final

import numpy as np

from installation.portable_math import turns

__all__ = ["Days", "day_length", "daylight", "days_since_2000", "moon_lit", "season", "sun_elevation"]

Days = float

_J2000: Final = 946_728_000.0
"""Noon of 1 January 2000, UTC, in Unix seconds."""
_DAY: Final = 86_400.0
_CIVIL: Final = -6.0
"""Elevation of the sun at which civil twilight ends, degrees."""
_RISEN: Final = -0.833
"""Elevation of the sun's centre when its upper limb rises: half a disc and the usual refraction, degrees."""
_MOON: Final = (-6.289, 2.100, -1.274, -0.658, -0.214, -0.110)
"""Degrees by which the moon's phase angle swings with each of the arguments in ``moon_lit``."""


def days_since_2000(unix: float) -> Days:
    """Days since J2000.0 of a moment in Unix seconds."""
    return (unix - _J2000) / _DAY


def sun_elevation(days: Days, latitude: float, longitude: float) -> float:
    """Height of the sun's centre above the horizon, without refraction.

    Args:
        days: Since J2000.0.
        latitude: Degrees, north is positive.
        longitude: Degrees, east is positive.

    Returns:
        Degrees, -90..90.
    """
    way = _sun_longitude(days)
    tilt = _tilt(days)
    sidereal = (280.46061837 + 360.98564736629 * days + longitude) / 360.0
    cosines, sines = _turns(way, tilt, sidereal, latitude / 360.0)
    # The direction to the sun as seen from the earth: x to the equinox, z to the pole.
    x, y, z = cosines[0], cosines[1] * sines[0], sines[1] * sines[0]
    return _arc_sine(sines[3] * z + cosines[3] * (x * cosines[2] + y * sines[2]))


def daylight(elevation: float) -> float:
    """0 at night, 1 by day, and between them through civil twilight, for an elevation of the sun."""
    return min(max((elevation - _CIVIL) / (_RISEN - _CIVIL), 0.0), 1.0)


def day_length(days: Days, latitude: float) -> float:
    """Share of the 24 hours for which the sun is up at its present declination, 0..1.

    It is up between the hour angles H with cos H = (sin h - sin f sin d) / (cos f cos d), h its elevation at
    sunrise, f the latitude, d its declination (Meeus, formula 15.1); always or never where that is beyond 1.
    """
    cosines, sines = _turns(_sun_longitude(days), _tilt(days), latitude / 360.0, _RISEN / 360.0)
    declination = sines[0] * sines[1]
    above = sines[3] - sines[2] * declination
    way = cosines[2] * math.sqrt(1.0 - declination * declination)
    if abs(above) >= way:  # also at the poles, where there is no way
        return 0.0 if above > 0.0 else 1.0
    return (90.0 - _arc_sine(above / way)) / 180.0


def moon_lit(days: Days) -> float:
    """Share of the moon's disc that is lit, 0..1: 0 at new moon, 1 at full moon."""
    centuries = days / 36525.0
    elongation = (297.8501921 + 445267.1114034 * centuries) / 360.0
    sun = (357.5291092 + 35999.0502909 * centuries) / 360.0
    moon = (134.9633964 + 477198.8675055 * centuries) / 360.0
    _, sines = _turns(moon, sun, 2.0 * elongation - moon, 2.0 * elongation, 2.0 * moon, elongation)
    swings = sum(degrees * sine for degrees, sine in zip(_MOON, sines, strict=True))
    cosines, _ = _turns(0.5 - elongation + swings / 360.0)
    return 0.5 + 0.5 * cosines[0]


def season(days: Days, latitude: float) -> float:
    """How far the year is at a place, 0..1: 0 where spring begins, 0.25 at the longest day.

    It is the sun's ecliptic longitude in turns; south of the equator spring begins half a year later.
    """
    return (_sun_longitude(days) + (0.5 if latitude < 0.0 else 0.0)) % 1.0


def _sun_longitude(days: Days) -> float:
    """Of the sun on the ecliptic, in turns from the equinox of March."""
    anomaly = (357.528 + 0.9856003 * days) / 360.0
    mean = 280.460 + 0.9856474 * days
    _, sines = _turns(anomaly, 2.0 * anomaly)
    return (mean + 1.915 * sines[0] + 0.020 * sines[1]) / 360.0


def _tilt(days: Days) -> float:
    """Of the earth's axis, in turns."""
    return (23.439 - 0.0000004 * days) / 360.0


def _turns(*angles: float) -> tuple[list[float], list[float]]:
    """Cosines and sines of angles in turns."""
    cosines, sines = turns(np.array(angles))
    return cosines.tolist(), sines.tolist()


def _arc_sine(sine: float) -> float:
    """Degrees, of exactly rounded operations only: the half-angle formula of the tangent, then its series."""
    sine = min(max(sine, -1.0), 1.0)
    tangent = sine / (1.0 + math.sqrt(1.0 - sine * sine))
    for _ in range(3):
        tangent /= 1.0 + math.sqrt(1.0 + tangent * tangent)
    square, series = tangent * tangent, 0.0
    for n in range(17, 0, -2):
        series = 1.0 / n - square * series
    return math.degrees(16.0 * tangent * series)
