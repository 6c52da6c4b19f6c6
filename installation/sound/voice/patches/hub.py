"""The small voice of a hub: a bell for each flash of its firefly, and a drone that swells with them."""

import math
from typing import Final

from installation.ipc.feeds.sound import Ring
from installation.sound.voice.events import across
from installation.sound.voice.graph import Control, Node, control, noise, sf, spread
from installation.sound.voice.patches.patch import Moment, Patch
from installation.sound.voice.waves import reed
from installation.values import Seconds

__all__ = ["Hub"]

_SPAN: Final = 2
"""Octaves over which the hubs of a venue are spread, so that each has a pitch of its own."""
_BELL: Final = 3.0
"""Octaves above the root where the lowest of them rings: 440 Hz for a root of 55 Hz."""
_DRONE: Final = 1.0
"""Octaves above it where that one hums: a small speaker plays 110 Hz, if little."""
_RATE: Final = 6
"""Most bells in a second, all hubs of this machine together."""
_LOUD: Final = 0.16
_GAIN: Final = 0.08
_SWELL: Final[Seconds] = 3.0
"""Time in which the drone sinks after a flash."""
_STATIONS: Final = (1, 3)
"""Where the two tubes of the drone stand; one speaker, as small hubs have, plays both."""


class Hub(Patch):
    """Bells and a drone on the one scale, at a pitch of the hub's own.

    A hub alone on its machine hums and rings in its pitch. Of several hubs on one machine each rings at its
    place in the picture, and the drone takes the pitch of the one that flashed last.
    """

    name = "hub"
    sounds = ("bells",)

    def build(self) -> Node:
        """Make the two tubes of the drone: the pitch and its fifth."""
        self._glow = 0.0
        self._place: float | None = None
        self._rung: list[Seconds] = []
        self._tubes: list[tuple[Control, Control]] = []
        wave, breath = reed(), noise(self.chance)
        parts: dict[int, list[Node]] = {}
        for index, station in enumerate(_STATIONS):
            level, loud = control(0.0, 0.5)
            pitch, follow = control(100.0, 2.0)
            bent = follow * self.studio.bend[index]
            tube = sf.SVFilter(breath, "band_pass", bent, 0.97)
            parts[station] = [(tube + sf.Wavetable(wave, bent) * 0.4) * loud]
            self._tubes.append((pitch, level))
        return spread(parts)

    def step(self, now: Moment) -> None:
        """Ring what has flashed, and let the drone follow."""
        self._glow *= math.exp(-now.dt / _SWELL)
        for ring in now.rings:
            self._place = ring.y
            self._glow += 0.5 * ring.strength * (1.0 - self._glow)
            self._ring(ring, now)
        place = now["place"] if self._place is None else self._place
        size = _GAIN * max(self._glow, min(max(now["rest"], 0.0), 1.0))
        tuning = self.studio.tuning
        for (pitch, level), above, share in zip(self._tubes, (0, tuning.size // 2), (1.0, 0.6), strict=True):
            octave = _DRONE + now.register
            if place > 0.5:  # a deep and a high drone, not as many as there are hubs
                octave += 1.0
            pitch.set_value(tuning.pitch(self._degree(place) % tuning.size + above, octave))
            level.set_value(size * share * 2.0 ** (-0.3 * octave))

    def _degree(self, place: float) -> int:
        return round(min(max(place, 0.0), 1.0) * _SPAN * self.studio.tuning.size)

    def _ring(self, ring: Ring, now: Moment) -> None:
        self._rung = [one for one in self._rung if one > now.time - 1.0]
        force = min(max(ring.strength, 0.0), 1.0)
        if len(self._rung) >= _RATE or force <= 0.0:
            return
        self._rung.append(now.time)
        sounds = self.studio.library["bells"]
        bright = min(max(0.7 * now["tone"] + 0.3 * force, 0.0), 1.0) * (len(sounds) - 1)
        sound = sounds[min(max(round(bright + self.chance.uniform(-1.0, 1.0)), 0), len(sounds) - 1)]
        pitch = self.studio.tuning.pitch(self._degree(ring.y), _BELL + now.register)
        self.sound(sound, now, _LOUD * force**0.7, across(ring.x), pitch)
