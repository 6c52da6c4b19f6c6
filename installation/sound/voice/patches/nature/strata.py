"""A society in section: all of its sound is at the top."""

from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import wave
from installation.values import Seconds

__all__ = ["Strata"]

_CEILING: Final = ((0, 5200.0), (1, 6900.0), (3, 4600.0), (4, 7800.0))
_GLASS: Final = ((0, 0, 5.0), (2, 4, 5.0), (4, 2, 5.0), (1, 6, 4.0))
_FLOOR: Final = ((1, 0), (2, 2), (3, 4))


class Strata(Patch):
    """A ceiling of rustling light above 4 kHz; crumbs that fall and are eaten; at times one low mark.

    The mark is that of a crumb that reaches the floor; it has less power than the ceiling above it.

    With ``dusk`` the floor rises: three low tones climb by three octaves towards the ceiling.
    """

    name = "strata"
    sounds = ("crumbs", "thumps")

    def build(self) -> Node:
        """Make ceiling and floor."""
        parts: dict[int, list[Node]] = {}
        self._rustle = []
        for station, height in _CEILING:
            level, loud = control(0.0, 0.1)
            restless = noise(self.chance, self.chance.uniform(5.0, 11.0), 0.05, 1.0)
            air = sf.SVFilter(noise(self.chance), "band_pass", height, 0.72) * restless * loud
            parts.setdefault(station, []).append(air)
            self._rustle.append((Walk(self.chance, 2.2), level))
        self._glass = []
        glass = wave((1.0, 0.05, 0.02), 0.2)
        for index, (station, degree, octave) in enumerate(_GLASS):
            level, loud = control(0.0, 0.15)
            pitch, follow = control(1000.0, 1.0)
            tone = sf.Wavetable(glass, follow * self.studio.bend[index % 2])
            shake = noise(self.chance, self.chance.uniform(7.0, 15.0), 0.2, 1.0)
            parts.setdefault(station, []).append(tone * shake * loud)
            self._glass.append((Walk(self.chance, 3.5), level, pitch, degree, octave))
        self._floor = []
        for index, (station, degree) in enumerate(_FLOOR):
            level, loud = control(0.0, 0.5)
            pitch, follow = control(80.0, 0.8)
            bent = follow * self.studio.bend[index % 2]
            tube = sf.SVFilter(noise(self.chance), "band_pass", bent, 0.95)
            parts.setdefault(station, []).append(tube * loud)
            self._floor.append((level, pitch, degree))
        self._crumb, self._mark = 1.0, self._next_mark()
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Rustle, fall, rise."""
        tuning, dusk = self.studio.tuning, now["dusk"]
        for walk, level in self._rustle:
            level.set_value(0.028 * walk.step(now.dt) ** 1.5 * (1.0 - 0.4 * dusk))
        for walk, level, pitch, degree, octave in self._glass:
            level.set_value(0.011 * max(0.0, walk.step(now.dt) - 0.35))
            pitch.set_value(tuning.pitch(degree, octave + now.register))
        for index, (level, pitch, degree) in enumerate(self._floor):
            late = min(max(1.4 * dusk - 0.2 * index, 0.0), 1.0)
            level.set_value(0.075 * late)
            pitch.set_value(tuning.pitch(degree, 3.0 * late))
        self._crumb -= now.dt * (0.3 + 1.4 * now["density"])
        if self._crumb <= 0.0:
            self._crumb = self.chance.wait(1.3, 0.8)
            sound = self.chance.one(self.studio.library["crumbs"])
            place = self.chance.uniform(0.0, 4.0)
            self.sound(
                sound, now, self.chance.uniform(0.006, 0.026), place, rate=self.chance.uniform(0.8, 1.25)
            )
        self._mark -= now.dt
        if self._mark <= 0.0:
            self._mark = self._next_mark()
            sound = self.chance.one(self.studio.library["thumps"])
            self.sound(sound, now, self.chance.uniform(0.006, 0.012), self.chance.uniform(1.0, 3.0), rate=0.7)

    def _next_mark(self) -> Seconds:
        return self.chance.wait(17.0, 0.5) + 6.0
