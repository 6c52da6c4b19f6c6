"""They are many."""

from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Crowd"]

_MOST: Final = 13
"""Most pieces of a crowd that sound at a time."""
_PIECE: Final = 5.0
"""Seconds of one."""
_WALLS: Final = ((0, 520.0), (2, 620.0), (4, 470.0), (6, 560.0))


class Crowd(Patch):
    """Pieces of murmur that begin anywhere in the room and overlap; feet; a wall of breath behind them.

    ``density`` is how many there are: from one piece at a time, far off, to thirteen around, and the wall.
    Where they are most, shoves pass through them from one side to the other, and leave a breath of less.
    """

    name = "crowd"
    sounds = ("crowds", "steps")

    def build(self) -> Node:
        """Make the wall of breath."""
        parts: dict[int, list[Node]] = {}
        self._walls = []
        for station, vowel in _WALLS:
            level, loud = control(0.0, 0.15)
            mouth, opened = control(vowel, 0.5)
            hiss = noise(self.chance)
            first = sf.SVFilter(hiss, "band_pass", opened, 0.82)
            second = sf.SVFilter(hiss, "band_pass", opened * 2.3, 0.8) * 0.35
            parts[station] = [(first + second) * loud]
            self._walls.append((level, mouth, vowel, Walk(self.chance, 1.7), Walk(self.chance, 4.0)))
        self._piece = self._foot = 0.0
        self._shove = 5.0
        self._feet: list[tuple[float, float]] = []
        self._locked = False
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Murmur and walk, as many as there are; nobody where motion is locked."""
        locked, density = now["lock"] > 0.5, now["density"]
        if locked and not self._locked:
            self.studio.events.hush(self.name, 0.35)
        self._locked = locked
        for level, mouth, vowel, swell, turn in self._walls:
            x = 0.1 + 0.9 * swell.step(now.dt) ** 2
            level.set_value(0.0 if locked else 0.05 * density**2.2 * x)
            mouth.set_value(vowel * (0.8 + 0.5 * turn.step(now.dt)))
        if locked:
            return
        self._piece -= now.dt
        if self._piece <= 0.0:
            self._piece = self.chance.near(_PIECE / (1.0 + (_MOST - 1) * density), 0.5)
            sound = self.chance.one(self.studio.library["crowds"])
            gain = (0.02 + 0.16 * density**1.3) * self.chance.uniform(0.4, 1.0)
            place = self.chance.uniform(-1.0, 5.0) if density > 0.4 else self.chance.choice((-0.6, 4.6))
            self.sound(sound, now, gain, place % 8.0, rate=self.chance.uniform(0.82, 1.2))
        self._foot -= now.dt * (0.4 + 5.0 * density)
        if self._foot <= 0.0:
            self._foot = self.chance.wait(1.0, 0.6)
            sound = self.chance.one(self.studio.library["steps"])
            gain = (0.03 + 0.075 * density) * self.chance.uniform(0.2, 1.0)
            self.sound(sound, now, gain, self.chance.uniform(0.0, 8.0), rate=self.chance.uniform(0.8, 1.2))
        self._shove -= now.dt
        if self._shove <= 0.0:
            self._shove = self.chance.wait(4.0, 0.6) + 2.0
            if density > 0.5:
                self._push(now, density)
        for _, place in [one for one in self._feet if one[0] <= now.time]:
            sound = self.chance.one(self.studio.library["steps"])
            gain = 0.30 * density * self.chance.uniform(0.3, 1.0)
            self.sound(sound, now, gain, place % 8.0, rate=self.chance.uniform(0.55, 0.9))
        self._feet = [one for one in self._feet if one[0] > now.time]

    def _push(self, now: Moment, density: float) -> None:
        """A shove: voices rise together at one side, and feet stumble away from there."""
        place, way = self.chance.uniform(0.0, 8.0), self.chance.choice((-1.0, 1.0))
        for _ in range(2):
            sound = self.chance.one(self.studio.library["crowds"])
            self.sound(sound, now, 0.30 * density, place, rate=self.chance.uniform(1.25, 1.6))
        time = now.time
        for _ in range(self.chance.randint(5, 11)):
            time += self.chance.wait(0.11, 0.6)
            place += way * self.chance.uniform(0.0, 0.5)
            self._feet.append((time, place))
        self._piece += self.chance.uniform(0.5, 1.3)
