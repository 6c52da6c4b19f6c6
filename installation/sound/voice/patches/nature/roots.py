"""Under ground: a network that makes up its mind."""

from installation.sound.voice.chance import Walk
from installation.sound.voice.events import across
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Roots"]


class Roots(Patch):
    """Low creaks, pulses that are swallowed along a trunk, and earth that hardly moves."""

    name = "roots"
    sounds = ("creaks", "thumps", "ticks")

    def build(self) -> Node:
        """Make the ground."""
        self._walk = Walk(self.chance, 11.0)
        self._level, rumble = control(0.0, 0.5)
        ground = sf.SVFilter(noise(self.chance), "low_pass", 95.0, 0.3) * rumble
        self._creak, self._pulse, self._hair = 2.0, 1.0, 0.5
        self._beats: list[tuple[float, float, float]] = []
        return spread({1: [ground], 3: [ground], 6: [ground]})

    def step(self, now: Moment) -> None:
        """Creak, pulse, probe."""
        density = now["density"]
        self._level.set_value(0.05 + 0.22 * self._walk.step(now.dt) ** 2)
        self._creak -= now.dt * (0.4 + 1.2 * density)
        if self._creak <= 0.0:
            self._creak = self.chance.wait(5.5, 0.6) + 1.0
            sound = self.chance.one(self.studio.library["creaks"])
            gain = self.chance.uniform(0.03, 0.095)
            self.sound(sound, now, gain, self.chance.uniform(0.0, 8.0), rate=self.chance.uniform(0.55, 0.95))
        self._pulse -= now.dt * (0.4 + 1.2 * density)
        if self._pulse <= 0.0:
            self._pulse = self.chance.wait(6.0, 0.5) + 2.0
            self._swallow(now)
        for _, place, gain in [one for one in self._beats if one[0] <= now.time]:
            sound = self.chance.one(self.studio.library["thumps"])
            self.sound(sound, now, gain, place, rate=self.chance.uniform(0.85, 1.3))
        self._beats = [one for one in self._beats if one[0] > now.time]
        self._hair -= now.dt
        if self._hair <= 0.0:
            self._hair = self.chance.wait(0.5)
            sound = self.chance.one(self.studio.library["ticks"])
            gain = 0.004 + 0.02 * self.chance.random() ** 3
            self.sound(sound, now, gain, self.chance.uniform(0.0, 5.0), rate=self.chance.uniform(1.4, 3.0))

    def _swallow(self, now: Moment) -> None:
        """A pulse moves along a trunk: beats at uneven distances, first faster, then slower."""
        start, end = self.chance.random(), self.chance.random()
        count = self.chance.randint(4, 8)
        time = now.time
        for index in range(count):
            share = index / (count - 1)
            self._beats.append((time, across(start + (end - start) * share), self.chance.uniform(0.08, 0.19)))
            time += self.chance.near(0.3 + 0.55 * (2.0 * share - 1.0) ** 2, 0.3)
