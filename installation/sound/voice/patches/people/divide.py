"""Two waters: the same song twice, in two places and two tunings, and out of step."""

from typing import Final

from installation.sound.voice.chance import Chance, Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.tuning import Tuning

__all__ = ["Divide"]

_TEMPO: Final = (1.0, 1.06)
_MEET: Final = 75.0
"""Seconds after which both sing the same at the same time, once."""
_OTHER: Final = (1.0, 7 / 6, 5 / 4, 4 / 3, 3 / 2, 5 / 3, 7 / 4)
"""The right side's own scale."""
_SHIFT: Final = 1.0594630943592953 ** (1.0 / 2.0)
"""Its root: half a semitone higher, so that nothing is common to both."""
_DRONES: Final = ((0, 0, 1.0), (0, 4, 2.0), (1, 0, 1.0), (1, 3, 2.0))


class _Side:
    """One of both: its song comes from a source that is equal on both sides."""

    def __init__(self, seed: int, late: float, tempo: float) -> None:
        self.song = Chance(seed, "divide/song")
        self.time = -late * tempo
        self.tempo = tempo
        self.next = 0.0
        self.degree = 4
        self.left = 0

    def due(self, dt: float) -> list[tuple[int, float]]:
        """Degrees and strengths of the notes of the next ``dt`` seconds of the room's time."""
        self.time += dt * self.tempo
        notes = []
        while self.next <= self.time:
            song = self.song
            if self.left <= 0:  # a phrase is over: rest
                self.left = song.randint(3, 8)
                self.next += song.uniform(1.8, 4.5)
                self.degree = song.choice((0, 2, 4, 7))
                continue
            self.left -= 1
            self.degree = min(max(self.degree + song.choice((-2, -1, -1, 1, 1, 2, 3)), -1), 11)
            notes.append((self.degree, song.uniform(0.4, 1.0)))
            self.next += song.choice((0.28, 0.42, 0.42, 0.63, 0.95)) * song.uniform(0.92, 1.08)
        return notes


class Divide(Patch):
    """Soft bars left and right. The right begins later and is faster, and meets the left once, after 75 s.

    With ``gap`` both move apart, from near the middle to the outer edges. With ``hair`` one line of tones
    goes over from the right to the left, and from its tuning to the other.
    """

    name = "divide"
    sounds = ("bars", "polyps")

    def build(self) -> Node:
        """Make both sides and what they stand on."""
        late = _MEET * (1.0 - 1.0 / _TEMPO[1])
        seed = self.chance.getrandbits(62)
        self._sides = [_Side(seed, 0.0, _TEMPO[0]), _Side(seed, late, _TEMPO[1])]
        self._drones = []
        parts: dict[int, list[Node]] = {}
        for side, degree, octave in _DRONES:
            level, loud = control(0.0, 0.5)
            pitch, follow = control(100.0, 1.0)
            bent = follow * self.studio.bend[side]
            tube = sf.SVFilter(noise(self.chance), "band_pass", bent, 0.965) * loud
            parts.setdefault(4 * side, []).append(tube)
            self._drones.append((level, pitch, side, degree, octave, Walk(self.chance, 7.0)))
        self._hair, self._line = 0.0, 0
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Sing on both sides."""
        wide = min(max(now["gap"] / 0.5, 0.0), 1.0)
        for side, one in enumerate(self._sides):
            for degree, force in one.due(now.dt):
                place = 2.0 + (2 * side - 1) * (0.7 + 1.3 * wide)
                sound = self.chance.one(self.studio.library["bars"])
                self.sound(sound, now, 0.06 * force, place, self._pitch(side, degree, 2.0 + now.register))
        for level, pitch, side, degree, octave, walk in self._drones:
            level.set_value(0.012 * walk.step(now.dt) ** 1.5)
            pitch.set_value(self._pitch(side, degree, octave + now.register))
        if now["hair"] > 0.02 and self._line < 9:
            self._hair -= now.dt
            if self._hair <= 0.0:
                self._cross(now)

    def _cross(self, now: Moment) -> None:
        """One more tone of the line that goes over."""
        share = self._line / 8.0
        self._line += 1
        self._hair = self.chance.near(1.5, 0.25)
        there, here = self._pitch(1, 9, 2.0), self._pitch(0, 9, 2.0)
        sound = self.chance.one(self.studio.library["polyps"])
        self.sound(sound, now, 0.09, 4.0 * (1.0 - share), there * (here / there) ** share * 2.0**now.register)

    def _pitch(self, side: int, degree: int, octave: float) -> float:
        tuning: Tuning = self.studio.tuning
        if side == 0:
            return tuning.pitch(degree, octave)
        octaves, index = divmod(degree, len(_OTHER))
        return float(tuning.root * _SHIFT * _OTHER[index] * 2.0 ** (octaves + octave))
