"""Insects that fall into step, and the dark that they make together."""

import math
from typing import Final

from installation.sound.voice.chance import Walk
from installation.sound.voice.graph import Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import reed

__all__ = ["Fireflies"]

_MANY: Final = 14
_CYCLE: Final = 12.0
"""Seconds from burst to burst, of Photinus carolinus."""
_BEAT: Final = 1.25
_BEATS: Final = 4
_MANY_LIGHTS: Final = 2.0
_TOGETHER: Final = 0.5
"""Seconds within which so many flashes are the beginning of a burst."""
_GLOW: Final = ((1, 0, 1.0), (2, 4, 1.0), (3, 2, 2.0))


class Fireflies(Patch):
    """Each has a cycle of four pulses and a long rest; out of step at first, in step as ``order`` grows.

    They hear each other and the lights: a burst of flashes pulls all towards the beginning of their cycle, as
    far as they are in step. In the dark that is left when all rest, a soft chord stands, and goes before the
    next burst.
    """

    name = "fireflies"
    sounds = ("fireflies",)

    def build(self) -> Node:
        """Seat them, and make the glow."""
        self._phase = [self.chance.uniform(0.0, _CYCLE) for _ in range(_MANY)]
        self._own = [self.chance.uniform(-0.5, 0.5) for _ in range(_MANY)]
        self._place = [index * 8.0 / _MANY for index in range(_MANY)]
        self._pitch = [self.chance.choice((0, 2, 4, 4, 7, 9)) for _ in range(_MANY)]
        self._beat = 0.0
        self._lit, self._seen = -60.0, 0.0
        self._glow, self._pitches = [], []
        parts: dict[int, list[Node]] = {}
        wave, breath = reed(), noise(self.chance)
        for index, (station, _, _) in enumerate(_GLOW):
            level, loud = control(0.0, 0.8)
            pitch, follow = control(100.0, 2.0)
            bent = follow * self.studio.bend[index % 2]
            tube = sf.SVFilter(breath, "band_pass", bent, 0.96)
            parts[station] = [(tube + sf.Wavetable(wave, bent) * 0.5) * loud]
            self._glow.append((Walk(self.chance, 5.0), level))
            self._pitches.append(pitch)
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Go on by one step: phases, pulses, glow."""
        order, leave = now["order"], now["leave"]
        self._beat = (self._beat + now.dt) % _CYCLE
        self._seen = max(0.0, self._seen - _MANY_LIGHTS * now.dt / _TOGETHER) + len(now.rings)
        if self._seen >= _MANY_LIGHTS and now.time - self._lit > 0.6 * _CYCLE:
            self._lit = now.time  # the lights begin a burst: it is the beginning of the cycle
            self._beat = 0.0
        pull = max(0.0, order - 0.15) ** 1.5
        left = max(1, round(_MANY * (1.0 - leave))) if leave < 0.99 else 0
        for index in range(_MANY):
            before = self._phase[index]
            own = self._own[index] * (1.0 - order)
            apart = (self._beat + own - before + _CYCLE / 2) % _CYCLE - _CYCLE / 2
            phase = before + now.dt * (1.0 + 0.08 * self._own[index]) + apart * pull * now.dt
            self._phase[index] = phase % _CYCLE
            if index < left:
                self._pulse(index, before, phase, now)
        self._shine(order, now)

    def _pulse(self, index: int, before: float, phase: float, now: Moment) -> None:
        """Pulse where a beat lies between two phases."""
        beat = math.floor(phase / _BEAT)
        if beat >= _BEATS or beat == math.floor(before / _BEAT) or phase < before:
            return
        sound = self.chance.one(self.studio.library["fireflies"])
        pitch = self.studio.tuning.pitch(self._pitch[index], 4.0 + now.register)
        gain = self.chance.uniform(0.02, 0.05)
        self.sound(sound, now, gain, self._place[index], pitch)

    def _shine(self, order: float, now: Moment) -> None:
        since = self._beat - _BEATS * _BEAT
        dark = math.sin(math.pi * since / (_CYCLE - _BEATS * _BEAT)) if since > 0.0 else 0.0
        tuning = self.studio.tuning
        for (walk, level), pitch, (_, degree, octave) in zip(self._glow, self._pitches, _GLOW, strict=True):
            level.set_value(0.03 * max(0.0, order - 0.25) * dark**2 * (0.5 + 0.5 * walk.step(now.dt)))
            pitch.set_value(tuning.pitch(degree, octave + now.register))
