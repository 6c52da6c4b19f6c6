"""A show without pictures: what the voice is driven with when its score is played by a clock alone."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from installation.ipc.feeds.sound import Drive, Ring
from installation.show.load import load_show
from installation.show.model.cues import CueSpec
from installation.values import Address, Seconds

__all__ = ["FPS", "PlayedScore"]

FPS: Final = 60.0

# Flashes per second in a burst, its seconds, seconds between bursts: about what pictures give.
_FLASHES: Final[Mapping[str, tuple[float, float, float]]] = {
    "sea-sparkle": (14.0, 1.5, 5.0), "mosaic": (1.2, 4.0, 5.0), "strata": (2.0, 2.0, 4.0),
    "critics": (0.5, 2.0, 9.0), "rally": (3.0, 3.0, 4.0), "choice": (0.3, 1.0, 12.0),
    "divide": (0.8, 2.0, 6.0), "repair": (0.5, 2.0, 8.0), "symbiosis": (20.0, 4.6, 7.4),
    "mycelium": (0.4, 2.0, 12.0), "reef": (0.8, 2.0, 9.0), "night": (0.2, 1.0, 50.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fade:
    begins: Seconds
    length: Seconds
    start: float
    end: float

    def at(self, time: Seconds) -> float:
        if self.length <= 0.0 or time >= self.begins + self.length:
            return self.end
        return self.start + (self.end - self.start) * max(time - self.begins, 0.0) / self.length


class PlayedScore:
    """Frames of the shipped show by the clock: scenes, states, what cues set, and flashes by chance.

    Pictures, people and the chain of signals are left out; the values of parameters are those that the cues
    name, with straight fades, and the authored ones of the scenes.

    Args:
        heal: Which branch the room has chosen.
        seed: Of the flashes.
        odd: Whether the cycle is an odd one.
    """

    def __init__(self, *, heal: bool = True, seed: int = 1, odd: bool = False) -> None:
        show = load_show()
        self._cues = [cue for cue in show.cues if _in_branch(cue, heal, odd)]
        self._authored = {
            f"/scene/{name}/{key}": float(value)
            for name, scene in show.scenes.items()
            for key, value in scene.inputs.items()
            if isinstance(value, int | float)
        }
        self._named = {address for cue in self._cues for address in cue.set} | set(self._authored)
        self._heal = heal
        self._chance = random.Random(seed)
        self._next = 0.0

    @property
    def length(self) -> Seconds:
        """Seconds of a cycle."""
        return 1800.0

    def frames(self, start: Seconds, seconds: Seconds) -> Iterator[Drive]:
        """Frames of a stretch of the score at FPS, as they stand when it is played from the beginning."""
        fades: dict[Address, _Fade] = {
            name: _Fade(0, 0, value, value) for name, value in self._authored.items()
        }
        cues = list(self._cues)
        scene, before, state, cue = "", "", "", self._cues[0]
        self._next = 0.0
        for index in range(round((start + seconds) * FPS)):
            time = index / FPS
            while cues and (cues[0].at or 0.0) <= time:
                cue = cues.pop(0)
                before, scene = scene, cue.scene or scene
                state = cue.state or state
                self._begin(cue, time, fades)
            if time < start:
                continue
            share = min((time - (cue.at or 0.0)) / max(cue.fade, 1e-6), 1.0)
            yield Drive(
                frame=index,
                time=time,
                at=time,
                before=scene if share >= 1.0 else before,
                after=scene,
                progress=share,
                act=cue.act or 0,
                cue=cue.id,
                state=state,
                values=self._values(fades, time),
                rings=tuple(self._rings(scene, time)),
                dark=cue.set.get("/blackout") is True,
                silent="silent" in cue.intended,
            )

    def places(self) -> dict[str, Seconds]:
        """Where each scene begins for the first time."""
        found: dict[str, Seconds] = {}
        for cue in self._cues:
            if cue.scene and cue.set.get("/blackout") is not True:
                found.setdefault(cue.scene, cue.at or 0.0)
        return found

    def _begin(self, cue: CueSpec, time: Seconds, fades: dict[Address, _Fade]) -> None:
        for address in self._named:
            value = cue.set.get(address, self._authored.get(address, 0.0))
            if isinstance(value, int | float):
                now = fades[address].at(time) if address in fades else 0.0
                fades[address] = _Fade(time, cue.fade, now, float(value))

    def _values(self, fades: Mapping[Address, _Fade], time: Seconds) -> dict[Address, float]:
        values = {address: fade.at(time) for address, fade in fades.items()}
        opened = min(max((time - 795.0) / 70.0, 0.0), 1.0)
        values["/choice/progress"] = opened if self._heal else 0.35 * opened
        values["/bodies/count"] = 3.0 + 2.0 * (time // 97.0 % 3.0 - 1.0)
        values["/nature/tide"], values["/nature/season"] = 0.6, 0.3
        values["/strata/gini"] = min(max(0.35 + (time - 102.0) / 325.0, 0.35), 0.75)
        values |= _astray(time)
        return values

    def _rings(self, scene: str, time: Seconds) -> Iterator[Ring]:
        if scene not in _FLASHES:
            return
        rate, burst, pause = _FLASHES[scene]
        place = time % (burst + pause)
        if place > burst or (scene == "symbiosis" and place % 1.25 > 0.2):
            return
        if time >= self._next:
            self._next = time + self._chance.expovariate(rate)
            yield Ring(
                x=self._chance.random(),
                y=self._chance.random(),
                strength=self._chance.random() ** 2,
                time=time,
            )


def _astray(time: Seconds) -> dict[Address, float]:
    """What drifting and malfunction do to the voice: 8:00, 8:50, the false calm at 9:20, its return."""
    if 480.0 <= time < 530.0:
        share = (time - 480.0) / 50.0
        return {"/voice/detune": 35.0 * share, "/voice/feedback": 0.25 * share, "/voice/ahead": 0.25 * share}
    if 530.0 <= time < 600.0 and not 560.0 <= time < 572.0:
        worst = 1.0 if time >= 572.0 else 0.7
        return {"/voice/detune": 90.0 * worst, "/voice/feedback": worst, "/voice/ahead": 0.4}
    return {"/voice/detune": 0.0, "/voice/feedback": 0.0, "/voice/ahead": 0.0}


def _in_branch(cue: CueSpec, heal: bool, odd: bool) -> bool:
    if "/choice/heal" in cue.condition:
        return (">=" in cue.condition) is heal
    if "/score/odd" in cue.condition:
        return (">=" in cue.condition) is odd
    return cue.at is not None
