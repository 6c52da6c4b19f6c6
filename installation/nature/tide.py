"""The tide as a sum of waves: a place's own constants, or an imagined tide that follows sun and moon.

A real tide depends on the coast. What is imagined here has the five largest waves of the tide that moon and
sun would raise on an earth of water, with their real speeds, strengths and phases at the place's meridian: so
its springs come with full and new moon. It is no forecast, and nobody should go to sea by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from installation.nature.sky import Days
from installation.portable_math import turns

__all__ = ["Constituent", "tide"]


@dataclass(frozen=True, slots=True)
class Constituent:
    """One wave of a tide: ``amplitude * cos(360 (t / period_h) + phase)``, t in hours from J2000.0 (UT).

    Attributes:
        period_h: Hours.
        amplitude: Any unit; all are divided by their sum.
        phase: Degrees at noon of 1 January 2000, UT.
    """

    period_h: float
    amplitude: float
    phase: float


_EQUILIBRIUM: Final = (
    (0.90812, 2, -2, 2, 0, 0),  # M2, 12.4206 h
    (0.42286, 2, 0, 0, 0, 0),  # S2, 12 h
    (0.17387, 2, -3, 2, 1, 0),  # N2, 12.6583 h
    (0.53050, 1, 0, 1, 0, 90),  # K1, 23.9345 h
    (0.37689, 1, -2, 1, 0, -90),  # O1, 25.8193 h
)
"""Strength; multiples of the mean sun's hour angle from midnight, of the mean longitudes of moon, sun and the
moon's perigee; and degrees: A. T. Doodson, The Harmonic Development of the Tide-Generating Potential,
Proceedings of the Royal Society A 100, 1921."""


def tide(days: Days, longitude: float, constituents: Sequence[Constituent] = ()) -> float:
    """Height of the water between the lowest and the highest that its waves can make, 0..1.

    Args:
        days: Since J2000.0.
        longitude: Of the place, degrees, east is positive; for the imagined tide.
        constituents: Of the place; the imagined tide when empty.
    """
    if constituents:
        waves = [(one.amplitude, days * 24.0 / one.period_h + one.phase / 360.0) for one in constituents]
    else:
        waves = _imagined(days, longitude)
    most = sum(abs(amplitude) for amplitude, _ in waves)
    if most <= 0.0:
        return 0.5
    cosines, _ = turns(np.array([phase for _, phase in waves]))
    height: float = sum(wave[0] * cosine for wave, cosine in zip(waves, cosines.tolist(), strict=True))
    return 0.5 + 0.5 * min(max(height / most, -1.0), 1.0)


def _imagined(days: Days, longitude: float) -> list[tuple[float, float]]:
    """Strength and phase in turns of each wave. Mean longitudes: Meeus, chapters 25 and 47."""
    hour = 0.5 + days + longitude / 360.0
    centuries = days / 36525.0
    moon = (218.3164477 + 481267.88123421 * centuries) / 360.0
    sun = (280.46646 + 36000.76983 * centuries) / 360.0
    perigee = (83.3532465 + 4069.0137287 * centuries) / 360.0
    return [
        (strength, t * hour + s * moon + h * sun + p * perigee + degrees / 360.0)
        for strength, t, s, h, p, degrees in _EQUILIBRIUM
    ]
