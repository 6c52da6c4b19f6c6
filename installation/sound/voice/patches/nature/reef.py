"""A reef: polyps that open in fronts, and the crackle of what lives between."""

from installation.sound.voice.chance import Walk
from installation.sound.voice.events import across
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Reef"]

_OCTAVE = 2.0


class Reef(Patch):
    """Breath of the head on the left, crackle all around, and bells of polyps as a front passes over it."""

    name = "reef"
    sounds = ("polyps", "snaps")

    def build(self) -> Node:
        """Make the breath."""
        self._breath = Walk(self.chance, 5.0)
        self._level, cutoff = control(0.0, 0.4), control(260.0, 0.4)
        self._cutoff = cutoff[0]
        air = sf.SVFilter(noise(self.chance), "band_pass", cutoff[1], 0.5) * self._level[1]
        self._crackle, self._front = 0.5, 1.0
        self._opens: list[tuple[float, float, int, float]] = []
        return spread({1: [air], 2: [air * 0.5]})

    def step(self, now: Moment) -> None:
        """Breathe, crackle, open."""
        x = self._breath.step(now.dt)
        self._level[0].set_value(0.035 * x * x)
        self._cutoff.set_value(180.0 + 260.0 * x)
        self._crackle -= now.dt
        if self._crackle <= 0.0:
            self._crackle = self.chance.wait(0.55, 0.5)
            sound = self.chance.one(self.studio.library["snaps"])
            gain = self.chance.uniform(0.03, 0.16)
            self.sound(sound, now, gain, self.chance.uniform(0.0, 8.0), rate=self.chance.uniform(0.8, 1.2))
        self._front -= now.dt * (0.4 + 1.2 * now["density"])
        if self._front <= 0.0:
            self._front = self.chance.wait(7.0, 0.5) + 3.0
            self._pass(now)
        for _, place, degree, gain in [one for one in self._opens if one[0] <= now.time]:
            sound = self.chance.one(self.studio.library["polyps"])
            pitch = self.studio.tuning.pitch(degree, _OCTAVE + now.register)
            self.sound(sound, now, gain, place, pitch)
        self._opens = [one for one in self._opens if one[0] > now.time]

    def _pass(self, now: Moment) -> None:
        """A front opens some polyps one after the other, faster in its middle."""
        count = self.chance.randint(4, 10)
        time, x = now.time, self.chance.uniform(0.0, 0.4)
        degree = self.chance.randint(0, 7)
        for index in range(count):
            self._opens.append((time, across(x), degree, self.chance.uniform(0.03, 0.11)))
            middle = abs(index / count - 0.5) * 2.0
            time += self.chance.near(0.22 + 0.5 * middle, 0.35)
            x += self.chance.uniform(0.0, 0.08)
            degree = max(-2, degree + self.chance.choice((-2, -1, 1, 1, 2, 3)))
