"""Backfire: the air moves, once, and twice less."""

from typing import Final

from installation.sound.voice.graph import Node
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Pressure"]

_FRONTS: Final = ((0.0, 1.0), (1.3, 0.6), (2.6, 0.35))
"""Seconds after the first, and amplitude."""
_ORIGIN: Final = 1.2
"""Station near which it begins: off the centre."""
_SPEED: Final = 0.28
"""Seconds from station to station: the picture's front crosses 1.78 H at 0.8 H/s."""
_GAIN: Final = 0.16


class Pressure(Patch):
    """Three fronts between 35 and 70 Hz that pass over the room from where the picture's began."""

    name = "pressure"
    sounds = ("fronts",)

    def build(self) -> Node:
        """Nothing stands."""
        self._was = 0.0
        self._due: list[tuple[float, int, float]] = []
        return None

    def step(self, now: Moment) -> None:
        """Send fronts, and what is due of them."""
        shock = now["shock"]
        if self._was < 0.5 <= shock:
            for after, size in _FRONTS:
                for station in range(8):
                    away = abs(station - _ORIGIN) if station < 5 else 4.0
                    self._due.append((now.time + after + _SPEED * away, station, size * 0.92**away))
        self._was = shock
        for _, station, size in [one for one in self._due if one[0] <= now.time]:
            sound = self.chance.one(self.studio.library["fronts"])
            self.studio.events.play(sound, _GAIN * size * now.level, float(station), 1.0, self.name)
        self._due = [one for one in self._due if one[0] > now.time]
