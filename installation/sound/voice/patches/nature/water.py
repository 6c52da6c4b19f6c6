"""Black water: a slow swell, drops, and bubbles where something burns."""

from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.events import across
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Water"]

_PLACES: Final = (0, 3, 6)
_GAIN: Final = 0.11


class Water(Patch):
    """Three swells around the listeners, each in its own time; wakes answer flashes, drops fall by chance.

    A swell is noise whose filter opens as it rises (90 to 520 Hz), with some foam at its crest.
    """

    name = "water"
    sounds = ("drops", "wakes")

    def build(self) -> Node:
        """Make the swells."""
        self._swells = [Walk(self.chance, 7.0) for _ in _PLACES]
        self._drift = Walk(self.chance, 45.0)
        self._nodes = []
        parts: dict[int, list[Node]] = {}
        for station in _PLACES:
            level, loud = control(0.0, 0.3)
            cutoff, opened = control(120.0, 0.3)
            crest, foam = control(0.0, 0.3)
            hiss = noise(self.chance)
            low = sf.SVFilter(hiss, "low_pass", opened, 0.15) * loud
            high = sf.SVFilter(hiss, "band_pass", opened * 6.0, 0.2) * foam
            parts[station] = [low + high]
            parts.setdefault((station + 1) % 8, []).append((low + high) * 0.6)
            self._nodes.append((level, cutoff, crest))
        self._drop, self._wake = 0.0, 0.0
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Let the swells rise and fall; wakes and drops."""
        tone, density = now["tone"], now["density"]
        far = 0.6 + 0.8 * self._drift.step(now.dt)
        for walk, (level, cutoff, crest) in zip(self._swells, self._nodes, strict=True):
            x = walk.step(now.dt)
            level.set_value(_GAIN * (0.1 + 0.9 * x * x) * far)
            cutoff.set_value((90.0 + 300.0 * x) * (0.6 + 0.8 * tone))
            crest.set_value(0.028 * _GAIN * x**3 * (0.4 + 1.2 * tone))
        self._drop -= now.dt * (0.15 + 1.7 * density)
        if self._drop <= 0.0:
            self._drop = self.chance.wait(1.1)
            sound = self.chance.one(self.studio.library["drops"])
            gain = 0.008 + 0.05 * self.chance.random() ** 3
            self.sound(sound, now, gain, self.chance.uniform(0.0, 8.0), rate=self.chance.uniform(0.7, 1.2))
        self._wake = max(0.0, self._wake - now.dt)
        if now.rings and self._wake <= 0.0:
            ring = max(now.rings, key=lambda one: one.strength)
            self._wake = self.chance.uniform(0.35, 0.9)
            sound = self.chance.one(self.studio.library["wakes"])
            gain = 0.018 + 0.05 * min(ring.strength, 1.0)
            self.sound(sound, now, gain, across(ring.x), rate=self.chance.uniform(0.8, 1.25))
