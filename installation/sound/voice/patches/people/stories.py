"""Many people talk, each alone."""

from typing import Final

from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Stories"]

_TELLERS: Final = 9


class Stories(Patch):
    """Nine tellers, each at a place and with a throat of its own, who say a sentence, wait, and say another.

    Near ones are dry and few, far ones soft; pens write as fast as hands do. A room full of paper is behind.
    """

    name = "stories"
    sounds = ("pens", "talkers")

    def build(self) -> Node:
        """Seat the tellers."""
        self._place = [
            (index * 8.0 / _TELLERS + self.chance.uniform(-0.3, 0.3)) % 8.0 for index in range(_TELLERS)
        ]
        self._throat = [self.chance.uniform(0.8, 1.25) for _ in range(_TELLERS)]
        self._near = [self.chance.random() ** 2 for _ in range(_TELLERS)]
        self._next = [self.chance.uniform(0.0, 7.0) for _ in range(_TELLERS)]
        self._pen = 1.0
        level, loud = control(0.004)
        paper = sf.SVFilter(noise(self.chance), "band_pass", 900.0, 0.1) * loud
        del level
        return spread({2: [paper], 6: [paper]})

    def step(self, now: Moment) -> None:
        """Say, wait, write."""
        density = now["density"]
        for index in range(_TELLERS):
            self._next[index] -= now.dt * (0.35 + 1.3 * density)
            if self._next[index] > 0.0:
                continue
            sound = self.chance.one(self.studio.library["talkers"])
            rate = self._throat[index] * self.chance.uniform(0.96, 1.04)
            self._next[index] = sound.seconds(rate) + self.chance.wait(3.5, 0.6)
            gain = (0.012 + 0.060 * self._near[index]) * self.chance.uniform(0.6, 1.0)
            self.sound(sound, now, gain, self._place[index], rate=rate)
            if self.chance.random() < 0.15:  # somebody else comes to sit there
                self._throat[index] = self.chance.uniform(0.8, 1.25)
                self._near[index] = self.chance.random() ** 2
        self._pen -= now.dt * (0.35 + 1.3 * density)
        if self._pen <= 0.0:
            self._pen = self.chance.wait(2.2, 0.7)
            sound = self.chance.one(self.studio.library["pens"])
            gain = self.chance.uniform(0.012, 0.05)
            self.sound(sound, now, gain, self.chance.uniform(0.0, 4.0), rate=self.chance.uniform(0.85, 1.15))
