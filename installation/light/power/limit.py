"""Keeps each station's lamps within its share: one factor on the light of all its lamps.

The factor falls at once, in the very frame in which the lamps would take more, and rises slowly, so that a
picture that flickers around the limit does not make the lamps pump.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.light.power.model import FILAMENT, Load, PowerModel
from installation.values import Seconds

__all__ = ["RISE", "ShareLimit"]

Floats = NDArray[np.float64]

RISE: Final = 0.4
"""Most by which the factor rises in a second."""
_ROUNDS: Final = 24


class ShareLimit:
    """The limit of all stations of a venue.

    Args:
        model: The lamps.

    Attributes:
        watts, lumens: ``(stations,)`` what each may take; infinite where nothing limits it.
        demand: What the lamps would take without a limit, of the last light.
        factor: ``(stations,)`` on the light of its lamps in this frame, 0..1.
    """

    def __init__(self, model: PowerModel) -> None:
        self.model = model
        count = len(model.stations)
        self.watts: Floats = np.full(count, np.inf)
        self.lumens: Floats = np.full(count, np.inf)
        none = np.zeros(count)
        self.demand = Load(model.standby, none, none, none)
        self.factor: Floats = np.ones(count)
        self._roof: Floats = np.ones(count)

    @property
    def limited(self) -> bool:
        """Whether any station has a limit."""
        return bool((self.watts < np.inf).any() or (self.lumens < np.inf).any())

    def begin(self, dt: Seconds) -> None:
        """Begin a frame that is ``dt`` after the last one."""
        self._roof = np.minimum(self.factor + RISE * max(dt, 0.0), 1.0)
        self.factor = self._roof

    def apply(self, light: NDArray[np.uint16]) -> None:
        """Darken the light of all channels, flat, in place; as often in a frame as light is told."""
        if not len(self.model.slots):
            return
        self.demand = load = self.model.load(light)
        if not self.limited:
            self.factor = np.ones_like(self.factor)
            return
        needed = np.minimum(self._fitting(load), self._roof)
        self.factor = np.minimum(self.factor, needed)
        dimmed = needed < 1.0
        if dimmed.any():
            rows = dimmed[self.model.station]
            slots = self.model.slots[rows]
            light[slots] = light[slots] * needed[self.model.station[rows]]  # truncated: rather below

    def taken(self) -> Load:
        """Return what the lamps take at the factor of this frame."""
        one, load = self.factor, self.demand
        return Load(load.standby, load.led * one, load.filament * one**FILAMENT, load.lumens * one)

    def _fitting(self, load: Load) -> Floats:
        """Return the largest factor, 0..1, with which each station is within its limits."""
        room = np.maximum(self.watts - load.standby, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            light = np.where(load.lumens > self.lumens, self.lumens / load.lumens, 1.0)
            power = np.where(load.led + load.filament > room, room / (load.led + load.filament), 1.0)
        for i in np.flatnonzero((power < 1.0) & (load.filament > 0.0)):
            power[i] = _filament_factor(float(load.led[i]), float(load.filament[i]), float(room[i]))
        return np.minimum(light, power)


def _filament_factor(led: float, filament: float, room: float) -> float:
    """Return the largest factor x with ``led x + filament x^0.47 <= room``, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_ROUNDS):
        middle = 0.5 * (low + high)
        if led * middle + filament * middle**FILAMENT <= room:
            low = middle
        else:
            high = middle
    return low
