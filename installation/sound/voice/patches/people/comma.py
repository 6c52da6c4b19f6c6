"""The choice: two chords, a comma apart."""

from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import wave

__all__ = ["Comma"]

_CHORD: Final = ((1, 0, 1.0), (3, 4, 1.0), (0, 0, 2.0), (4, 2, 2.0), (2, 4, 2.0))
"""Station, degree and octave."""
_COMMA: Final = 21.506
"""Cents of a syntonic comma, 81/80."""
_GAIN: Final = 0.016


class Comma(Patch):
    """Each tone stands twice at its place, apart by a comma at ``gap`` 1, in unison at 0: so it beats.

    The lowest beats 1.4 times a second over a whole comma, the highest 4 times, and all slower and slower as
    the gap closes. The chord opens and closes in breaths of its own.
    """

    name = "comma"

    def build(self) -> Node:
        """Make both chords."""
        parts: dict[int, list[Node]] = {}
        tone = wave((1.0, 0.36, 0.17, 0.07, 0.03), 0.29)
        self._tones = []
        self._apart, apart = control(1.0125, 0.5)
        self._second, second = control(1.0, 0.5)
        for index, (station, degree, octave) in enumerate(_CHORD):
            level, loud = control(0.0, 0.4)
            pitch, follow = control(100.0, 0.5)
            bent = follow * self.studio.bend[index % 2]
            air = sf.SVFilter(noise(self.chance), "band_pass", bent, 0.96) * 0.35
            pair = sf.Wavetable(tone, bent) + sf.Wavetable(tone, bent * apart) * second
            parts[station] = [(pair + air) * loud]
            self._tones.append((level, pitch, degree, octave, Walk(self.chance, 6.0)))
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Close or open the gap."""
        self._apart.set_value(2.0 ** (_COMMA * now["gap"] / 1200.0))
        self._second.set_value(1.0 - now["withdraw"])
        for level, pitch, degree, octave, walk in self._tones:
            level.set_value(_GAIN * (0.08 + 0.92 * walk.step(now.dt) ** 1.5) * 2.0 ** (-0.5 * (octave - 1.0)))
            pitch.set_value(self.studio.tuning.pitch(degree, octave + now.register))
