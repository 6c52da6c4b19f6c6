"""The lights go on: room tone, a fan, one held chord; then nobody."""

from dataclasses import dataclass
from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Control, Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import wave

__all__ = ["Fan"]

# Station, degree of the held chord, octave: a chord of fifths and one second, in rows from outside in.
_VOICES: Final = (
    (0, 0, 1.0), (4, 4, 1.0), (0, 0, 2.0), (4, 4, 2.0), (1, 1, 3.0), (3, 0, 3.0), (1, 4, 3.0), (3, 1, 3.0),
    (2, 0, 2.0), (2, 4, 1.0),
)  # fmt: skip
_GAIN: Final = 0.017
_WIDTH: Final = 2.0
"""How many times as long as one voice takes to be caught the edge takes from left to right."""


@dataclass(slots=True)
class _Singer:
    level: Control
    pitch: Control
    walk: Walk
    degree: int
    """Of the tone that it sings while it is free."""
    left: float = 0.0
    """Seconds for which it stays there."""


class Fan(Patch):
    """Ten voices that move as they like, until an edge has passed them; then each holds one tone.

    ``edge`` goes over them from left to right, and room tone becomes a fan. ``rows`` stops them one by one,
    from outside in: each has begun to say something, and is cut within 15 ms. Fan and room go with them.
    """

    name = "fan"

    def build(self) -> Node:
        """Make the voices and the fan."""
        parts: dict[int, list[Node]] = {}
        tone = wave((1.0, 0.5, 0.36, 0.24, 0.2, 0.12, 0.1, 0.06), 0.37)
        self._singers: list[_Singer] = []
        for index, (station, _, _) in enumerate(_VOICES):
            level, loud = control(0.0, 0.005)
            pitch, follow = control(200.0, 0.25)
            note = sf.Wavetable(tone, follow * self.studio.bend[index % 2])
            parts.setdefault(station, []).append(note * loud)
            self._singers.append(_Singer(level, pitch, Walk(self.chance, 2.4), self.chance.randint(0, 9)))
        self._fan = []
        for station in (1, 3, 6):
            level, loud = control(0.0, 0.5)
            hiss = noise(self.chance)
            blades = sf.SVFilter(hiss, "band_pass", 236.0, 0.93) * 0.18
            air = sf.SVFilter(hiss, "low_pass", 1500.0, 0.0) + blades
            parts.setdefault(station, []).append(air * loud)
            self._fan.append((level, Walk(self.chance, 3.0)))
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Move those that are free, hold the others, stop the rows."""
        edge, rows = now["edge"], now["rows"]
        count = len(_VOICES)
        for index, (one, (station, degree, octave)) in enumerate(zip(self._singers, _VOICES, strict=True)):
            x = one.walk.step(now.dt)
            held = min(max(3.0 * (edge * (_WIDTH + 1.0) - _WIDTH * station / 4.0), 0.0), 1.0)
            if held < 0.5:
                self._sing(one, now)
            else:
                one.pitch.set_value(self.studio.tuning.pitch(degree, octave + now.register))
            size = (1.0 - held) * max(0.0, x - 0.3) * 1.2 + held * 0.6
            due = (index + 0.7) / count  # share of the rows at which this voice is stopped
            soon = min(max(1.0 - (due - rows) * count, 0.0), 1.0) if rows > 0.0 else 0.0
            size *= 1.0 + 0.9 * soon * soon
            one.level.set_value(0.0 if rows >= due else _GAIN * size * 2.0 ** (0.2 * (1.0 - octave)))
        for level, walk in self._fan:
            blow = 0.004 + 0.034 * edge**1.5 * (0.94 + 0.06 * walk.step(now.dt))
            level.set_value(blow * (1.0 - min(rows * 1.05, 1.0)) ** 1.5)

    def _sing(self, one: _Singer, now: Moment) -> None:
        """Go to another tone of the scale, now and then."""
        one.left -= now.dt
        if one.left <= 0.0:
            one.left = self.chance.wait(1.6, 0.5) + 0.5
            one.degree = min(max(one.degree + self.chance.choice((-3, -2, -1, 1, 2, 3)), 0), 11)
        one.pitch.set_value(self.studio.tuning.pitch(one.degree, 1.5 + now.register))
