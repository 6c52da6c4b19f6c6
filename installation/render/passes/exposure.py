"""Holds the mean luminance of each scene near the value that its header states, slowly.

A scene with ``"PHOTOPHORE": {"MEAN": 0.018}`` gets up to one stop more or less light, with a time constant of
six seconds, so nothing pumps. The finished picture is measured, two frames late; during a transition, and
while the master or the guard dims the picture, the gain stays as it is.
"""

import math
from typing import Final

from installation.values import Seconds

__all__ = ["Exposure"]

TIME: Final[Seconds] = 6.0
"""Time constant."""
MOST: Final = 1.0
"""Stops each way."""
SLOPE: Final = 1.3
"""Exponent of the tone curve in the dark: shown light is about scene light to this power (lib/tone.glsl)."""

_DARK: Final = 2e-4
"""A mean below which a scene is not lit up: an empty room stays black."""


class Exposure:
    """One gain for each scene.

    Args:
        venue: Gain of the venue for all scenes; a lit room asks for more light than a dark one.
    """

    def __init__(self, venue: float = 1.0) -> None:
        self.venue = venue
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
        # A level is a product: what is missing is counted in stops, and a dark scene is lit up less.
        missing = math.log2(wanted / max(mean, _DARK)) / SLOPE if mean > _DARK / 4 else 0.0
        now = self._stops.get(scene, 0.0)
        share = dt / (TIME + dt)
        self._stops[scene] = min(max(now + missing * share, -MOST), MOST)

    def forget(self, scene: str) -> None:
        """Begin anew with this scene."""
        self._stops.pop(scene, None)
