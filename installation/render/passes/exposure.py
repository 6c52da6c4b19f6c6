"""Holds the mean luminance of each scene near the value that its header states, slowly.

A scene with ``"PHOTOPHORE": {"MEAN": 0.018}`` gets up to one stop more or less light, with a time constant of
six seconds, so nothing pumps. The finished picture is measured, two frames late; during a transition, and
while the master or the guard dims the picture, the gain stays as it is.
"""

import math
from dataclasses import dataclass
from typing import Final

from installation.values import Seconds

__all__ = ["Exposure", "Shadows", "shadows_of"]

TIME: Final[Seconds] = 6.0
"""Time constant."""
MOST: Final = 1.0
"""Stops each way."""
SLOPE: Final = 1.3
"""Exponent of the tone curve in the dark: shown light is about scene light to this power (lib/tone.glsl)."""

_DARK: Final = 2e-4
"""A mean below which a scene is not lit up: an empty room stays black."""


_PIVOT: Final = 0.25
"""Shown light from which on nothing is raised."""
_DESIGNED: Final = 0.003
"""The visible floor that scenes are made for: 0.5 lx on a white wall, white at 50 cd/m2."""
_MEANING: Final = 1.5
"""What carries meaning lies above the visible floor times this."""


@dataclass(frozen=True, slots=True)
class Shadows:
    """How dim light is raised: below ``pivot`` shown light y becomes pivot (y/pivot)^power; black stays.

    Attributes:
        power: 0..1; 1 leaves everything as it is.
        pivot: Shown light from which on nothing changes.
    """

    power: float = 1.0
    pivot: float = _PIVOT

    def gain(self, shown: float) -> float:
        """Factor on shown light of this luminance."""
        return float((min(max(shown, 5e-4), self.pivot) / self.pivot) ** (self.power - 1.0))


def shadows_of(lux: float, reflectance: float, white: float) -> Shadows:
    """Return how dim light is raised in a room, so that what can be seen where scenes are made is seen here.

    Ambient light E on a wall of reflectance rho is a veil of E rho / (pi L) of white (a Lambertian wall);
    what is darker than 1.5 times that is lost. A room darker than scenes are made for changes nothing.

    Args:
        lux: E, ambient illuminance on the wall.
        reflectance: rho, 0..1.
        white: L, luminance of white on the wall in cd/m2.
    """
    floor = lux * reflectance / (math.pi * white)
    if floor <= _DESIGNED:
        return Shadows()
    least = min(_MEANING * floor, 0.8 * _PIVOT)
    return Shadows(math.log(_PIVOT / least) / math.log(_PIVOT / (_MEANING * _DESIGNED)))


class Exposure:
    """One gain for each scene.

    Args:
        venue: Gain of the venue for all scenes; a lit room asks for more light than a dark one.
        shadows: How the venue raises dim light.
    """

    def __init__(self, venue: float = 1.0, shadows: Shadows | None = None) -> None:
        self.venue = venue
        self.shadows = shadows or Shadows()
        self._stops: dict[str, float] = {}

    def gain(self, scene: str) -> float:
        """Factor on the light of a scene before the tone curve."""
        return float(self.venue * 2.0 ** self._stops.get(scene, 0.0))

    def stops(self, scene: str) -> float:
        """What the scene is given beyond the venue's gain, in stops."""
        return self._stops.get(scene, 0.0)

    def look(self, scene: str, mean: float, aim: float, dt: Seconds) -> None:
        """Take note of a frame in which this scene alone was seen.

        Args:
            scene: Its id.
            mean: Mean luminance of the finished picture, 0..1.
            aim: What it should be, before the venue's gain.
            dt: Since the frame before.
        """
        wanted = aim * self.venue**SLOPE
        wanted *= self.shadows.gain(wanted)
        # A level is a product: what is missing is counted in stops, and a dark scene is lit up less.
        missing = math.log2(wanted / max(mean, _DARK)) / SLOPE if mean > _DARK / 4 else 0.0
        now = self._stops.get(scene, 0.0)
        share = dt / (TIME + dt)
        self._stops[scene] = min(max(now + missing * share, -MOST), MOST)

    def forget(self, scene: str) -> None:
        """Begin anew with this scene."""
        self._stops.pop(scene, None)
