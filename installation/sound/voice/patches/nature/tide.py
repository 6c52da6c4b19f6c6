"""Drones: blown tubes on the degrees of the scale, which the tide lifts."""

from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import reed

__all__ = ["Tide"]

# Station, degree, octave over the root, and the share of the tide from which it stands out of the water.
_TUBES: Final = (
    (2, 0, 0.0, 0.0), (1, 4, 0.0, 0.1), (3, 0, 1.0, 0.2),
    (0, 2, 1.0, 0.35), (4, 4, 1.0, 0.5), (6, 1, 2.0, 0.65),
)  # fmt: skip
_GAIN: Final = 0.05


class Tide(Patch):
    """Six tubes around the listeners: breath through a narrow filter, and a reed that barely speaks.

    None is steady: each swells in its own time (4 to 30 s) between silence and full, so that two or three are
    heard at once and the chord is never the same. The reed speaks only where the breath is strongest.
    """

    name = "tide"

    def build(self) -> Node:
        """Make the tubes."""
        self._swells = [Walk(self.chance, 7.0) for _ in _TUBES]
        self._pitches, self._levels, self._breaths = [], [], []
        parts: dict[int, list[Node]] = {}
        wave = reed()
        breaths = [noise(self.chance), noise(self.chance)]  # narrow bands of one noise have nothing in common
        for index, (station, *_) in enumerate(_TUBES):
            pitch, follow = control(100.0, 6.0)
            level, swell = control(0.0, 0.4)
            breath, wide = control(0.0, 0.4)
            bent = follow * self.studio.bend[index % 2]
            tube = sf.SVFilter(breaths[index % 2], "band_pass", bent, 0.97) * wide
            speaks = sf.Wavetable(wave, bent * (1.0 + 0.0017 * (index - 2.5))) * swell
            parts.setdefault(station, []).append(tube + speaks)
            self._pitches.append(pitch)
            self._levels.append(level)
            self._breaths.append(breath)
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Lift and lower the tubes."""
        for index, (_, degree, octave, stands) in enumerate(_TUBES):
            swell = self._swells[index].step(now.dt)
            under = min(max((now["tide"] - stands) * 4.0 + 0.6, 0.15), 1.0)
            size = _GAIN * under * (max(swell - 0.4, 0.0) / 0.6) ** 1.4 * 2.0 ** (-0.4 * octave)
            self._levels[index].set_value(size * (0.1 + 0.5 * now["tone"]) * max(swell - 0.6, 0.0) * 2.5)
            self._breaths[index].set_value(size * 0.6)
            pitch = self.studio.tuning.pitch(degree, octave + now.register)
            self._pitches[index].set_value(pitch)
