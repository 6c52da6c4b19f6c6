"""Small life: nine kinds, each with a tempo of its own; and packets that run along seams."""

from typing import Final

from installation.sound.voice.events import across
from installation.sound.voice.graph import FRONT, Node
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.sounds.life import KINDS

__all__ = ["Insects"]

_GOLDEN: Final = 0.6180339887498949
"""Its multiples, taken modulo 1, never fall together: so no two tempos have a common beat."""
_GAIN: Final = 0.055
_HOP: Final = 0.22
"""Seconds from place to place of a packet."""


class Insects(Patch):
    """Each kind sits at its own place; it sings for some seconds, rests for longer, and begins again.

    With ``gini`` three kinds become louder and sing longer, and the others fall silent one by one.
    """

    name = "insects"
    sounds = ("chirps", "ticks")

    def build(self) -> Node:
        """Seat the kinds."""
        count = KINDS
        self._tempo = [0.6 + 1.1 * ((index * _GOLDEN) % 1.0) for index in range(count)]
        self._place = [(index * _GOLDEN * 8.0 + self.chance.random()) % 8.0 for index in range(count)]
        self._rank = self.chance.sample(range(count), count)
        self._until = [self.chance.uniform(-12.0, 6.0) for _ in range(count)]
        """Above 0: seconds for which it sings; below: for which it rests."""
        self._next = [0.0] * count
        self._packet = 1.0
        self._hops: list[tuple[float, float, float]] = []
        return None

    def step(self, now: Moment) -> None:
        """Let each kind sing or rest, and packets run."""
        density, gini = now["density"], now["gini"]
        for kind in range(KINDS):
            self._sing(kind, now, density, gini)
        self._packet -= now.dt * (0.3 + 1.4 * density)
        if self._packet <= 0.0:
            self._packet = self.chance.wait(1.0, 0.7)
            self._send(now)
        for _, place, gain in [one for one in self._hops if one[0] <= now.time]:
            sound = self.chance.one(self.studio.library["ticks"])
            self.sound(sound, now, gain, place, rate=self.chance.uniform(0.9, 1.1))
        self._hops = [one for one in self._hops if one[0] > now.time]

    def _sing(self, kind: int, now: Moment, density: float, gini: float) -> None:
        rank = self._rank[kind] / (KINDS - 1)
        share = max(0.0, 1.0 - 1.6 * gini * rank)
        if self._until[kind] > 0.0:
            self._until[kind] = max(0.0, self._until[kind] - now.dt)
            if self._until[kind] == 0.0:
                self._until[kind] = -self.chance.wait(11.0 - 7.0 * density, 0.7)
        else:
            self._until[kind] += now.dt * (0.3 + share)
            if self._until[kind] >= 0.0:
                self._until[kind] = self.chance.uniform(2.0, 6.5) * (0.4 + 0.8 * share)
            return
        self._next[kind] -= now.dt
        if self._next[kind] > 0.0 or share <= 0.0:
            return
        self._next[kind] = self.chance.near(self._tempo[kind], 0.05)
        sounds = self.studio.library["chirps"]
        sound = sounds[kind * (len(sounds) // KINDS) + self.chance.randrange(len(sounds) // KINDS)]
        gain = _GAIN * share * (1.0 + 0.8 * gini * (rank < 0.3)) * self.chance.uniform(0.5, 1.0)
        self.sound(sound, now, gain, self._place[kind])

    def _send(self, now: Moment) -> None:
        """A packet runs along a seam, from place to place, hesitating."""
        x, way = self.chance.random(), self.chance.choice((-1.0, 1.0))
        time, gain = now.time, self.chance.uniform(0.03, 0.09)
        for _ in range(self.chance.randint(3, 6)):
            self._hops.append((time, across(x), gain))
            x += way * self.chance.uniform(0.5, 1.0) / (FRONT - 1)
            time += self.chance.near(_HOP, 0.4)
            gain *= 0.85
            if not 0.0 <= x <= 1.0:
                break
