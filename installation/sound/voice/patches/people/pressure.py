"""Backfire: the air moves, once."""

from typing import Final

from installation.sound.voice.graph import Node
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Pressure"]

_ORIGIN: Final = 1.2
"""Station near which it begins: off the centre."""
_SPEED: Final = 0.19
"""Seconds from station to station: with the length of a front (``FRONT_SECONDS``) it has passed everybody,
those behind as well, within 2 s."""
_NEAREST: Final = 0.2
"""Stations from there to the nearest one: its front begins at once."""
_GAIN: Final = 0.16


class Pressure(Patch):
    """A front between 35 and 70 Hz that passes over the room from where the picture's began, in 2 s.

    The picture has two more, which are weaker: those are seen and not heard.
    """

    name = "pressure"
    sounds = ("fronts",)

    def build(self) -> Node:
        """Nothing stands."""
        self._was = 0.0
        self._due: list[tuple[float, int, float]] = []
        return None

    def step(self, now: Moment) -> None:
        """Send the front, and let it arrive where it is due."""
        shock = now["shock"]
        if self._was < 0.5 <= shock:
            for station in range(8):
                away = abs(station - _ORIGIN) if station < 5 else 4.0
                self._due.append((now.time + _SPEED * (away - _NEAREST), station, 0.92**away))
        self._was = shock
        for _, station, size in [one for one in self._due if one[0] <= now.time]:
            sound = self.chance.one(self.studio.library["fronts"])
            self.studio.events.play(sound, _GAIN * size * now.level, float(station), 1.0, self.name)
        self._due = [one for one in self._due if one[0] > now.time]
