"""Feedback that calms down: swinging tones come to rest one after another."""

import math
from typing import Final

from installation.sound.voice.graph import Control, Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import wave

__all__ = ["Repair"]

# Station, degree, octave, seconds after which it is at rest, and its period at first.
_SWINGS: Final = (
    (1, 6, 3.0, 14.0, 0.71), (4, 4, 3.0, 27.0, 0.83), (0, 9, 2.0, 41.0, 1.02), (3, 2, 3.0, 55.0, 1.19),
    (2, 4, 2.0, 70.0, 1.47), (6, 0, 2.0, 86.0, 1.83),
)  # fmt: skip
_GAIN: Final = 0.05
_STAYS: Final = 9.0
"""Seconds for which a tone stands at rest before it has gone."""


class Repair(Patch):
    """Six microphones swing over their loudspeakers, and howl as they pass.

    Each passes more slowly and less wide, until it hangs over its loudspeaker and the howl has become one
    steady tone of the scale, which fades. So noise becomes rhythm, rhythm a chord, and the chord silence.
    """

    name = "repair"

    def build(self) -> Node:
        """Hang them up."""
        parts: dict[int, list[Node]] = {}
        howl = wave((1.0, 0.3, 0.24, 0.1, 0.06), 0.4)
        self._swings: list[tuple[Control, Control]] = []
        self._angles: list[float] = []
        for index, (station, *_) in enumerate(_SWINGS):
            level, loud = control(0.0, 0.02)
            pitch, follow = control(400.0, 0.02)
            bent = follow * self.studio.bend[index % 2]
            air = sf.SVFilter(noise(self.chance), "band_pass", bent, 0.985) * 0.5
            parts.setdefault(station, []).append((sf.Wavetable(howl, bent) + air) * loud)
            self._swings.append((level, pitch))
            self._angles.append(self.chance.uniform(0.0, 6.0))
        self._time = 0.0
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Swing."""
        self._time += now.dt * (0.4 + 1.2 * now["haste"])
        if now["healed"] > 0.5:
            self._time += 4.0 * now.dt
        for index, (_, degree, octave, rest, period) in enumerate(_SWINGS):
            level, tone = self._swings[index]
            share = min(self._time / rest, 1.0)
            self._angles[index] += now.dt * 2.0 * math.pi / (period * (1.0 + 1.6 * share))
            wide = (1.0 - share) ** 1.2
            away = wide * math.sin(self._angles[index])
            near = 1.0 / (1.0 + (away / 0.13) ** 2)
            speed = wide * math.cos(self._angles[index])
            gone = min(max((self._time - rest) / _STAYS, 0.0), 1.0)
            begins = min(max(self._time / (0.16 * rest), 0.0), 1.0)
            size = _GAIN * near ** (1.0 + wide) * (0.55 + 0.45 * wide) * (1.0 - gone) ** 2 * begins
            level.set_value(size * 2.0 ** (-0.35 * (octave - 2.0)))
            pitch = self.studio.tuning.pitch(degree, octave + now.register)
            tone.set_value(pitch * (1.0 + 0.03 * speed * near + 0.05 * wide * (1.0 - near)))
