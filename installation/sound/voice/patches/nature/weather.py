"""The weather outside, through walls."""

from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Weather"]

_FAR: Final = ("creaks", "bells", "thumps", "chirps", "polyps", "wakes", "bars")
_GUSTS: Final = ((7, 5), (6, 1))


class Weather(Patch):
    """Gusts that pass over the roof, and every 40 to 90 s something far off, different each time."""

    name = "weather"
    sounds = _FAR

    def build(self) -> Node:
        """Make the gusts."""
        parts: dict[int, list[Node]] = {}
        self._gusts = []
        for here, there in _GUSTS:
            level, loud = control(0.0, 0.6)
            cutoff, opened = control(200.0, 0.6)
            whistle, thin = control(0.0, 0.8)
            hiss = noise(self.chance)
            wind = sf.SVFilter(hiss, "low_pass", opened, 0.2) * loud
            gap = sf.SVFilter(hiss, "band_pass", opened * 1.9, 0.93) * thin
            parts.setdefault(here, []).append(wind + gap)
            parts.setdefault(there, []).append(wind * 0.7)
            self._gusts.append((Walk(self.chance, 6.0), Walk(self.chance, 21.0), level, cutoff, whistle))
        self._far = self.chance.uniform(8.0, 30.0)
        self._last = ""
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Blow; now and then something far off."""
        wind = now["wind"]
        for gust, long, level, cutoff, whistle in self._gusts:
            x = gust.step(now.dt) * (0.35 + 0.65 * long.step(now.dt))
            level.set_value((0.016 + 0.24 * x * x) * (0.4 + 1.2 * wind))
            cutoff.set_value(110.0 + 420.0 * x * (0.5 + wind))
            whistle.set_value(0.006 * max(0.0, x - 0.4) * wind)
        self._far -= now.dt * (0.5 + now["density"])
        if self._far <= 0.0:
            self._far = self.chance.uniform(40.0, 90.0)
            kind = self.chance.choice([one for one in _FAR if one != self._last])
            self._last = kind
            sound = self.chance.one(self.studio.library[kind])
            gain = 0.03 * self.chance.uniform(0.5, 1.0)
            self.sound(sound, now, gain, self.chance.uniform(4.5, 7.5), rate=self.chance.uniform(0.45, 0.8))
