"""What the program hears of its own output, besides the picture: the lamps and the sound."""

import numpy as np

from installation.light import LightState, Rig
from installation.signal import Signals
from installation.values import Address, Reading, Seconds

__all__ = ["LAMPS", "SOUND", "Echo"]

LAMPS: Address = "/lamps/power"
SOUND: Address = "/sound/level"

_FULL = 65535.0


class Echo:
    """Makes readings of what went out, for the next frame; what nobody listens to costs nothing.

    Args:
        rig: The venue's lamps.
        signals: Who listens.
    """

    def __init__(self, rig: Rig, signals: Signals) -> None:
        self._signals = signals
        emitters = rig.emitters()
        weights = emitters.weights * emitters.room[:, np.newaxis] / _FULL
        self._slots = emitters.slots.reshape(-1)
        self._weights = weights.astype(np.float64).reshape(-1)
        self._all = np.zeros(len(self._slots), np.intp)

    def readings(self, light: LightState, now: Seconds) -> list[Reading]:
        """What the frame that has just been made says to the next one."""
        heard = []
        if self._signals.index(LAMPS) is not None:
            heard.append(Reading(LAMPS, (self.power(light),), now, "lamps"))
        if self._signals.index(SOUND) is not None:
            heard.append(Reading(SOUND, (0.0,), now, "sound"))  # silent until there is sound
        return heard

    def power(self, light: LightState) -> float:
        """Mean linear light of all lamps, 0..1, each weighted by its share of the room's light."""
        if not len(self._slots):
            return 0.0
        lit = light.light.reshape(-1)[self._slots] * self._weights
        return min(float(np.bincount(self._all, lit, 1)[0]), 1.0)  # added in one fixed order
