"""Which patch is how loud, and where its inputs stand: the table, followed in time."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from installation.ipc.feeds.sound import Drive
from installation.show.soundscape import PATCHES, SHARED, FollowSpec, PartSpec, Soundscape
from installation.show.soundscape.patches import AHEAD, DETUNE, FEEDBACK, level_address, trim_address
from installation.values import Address, Seconds

__all__ = ["Mixing"]

_NOTHING: Final = PartSpec("")
_STATE_FADE: Final = 4.0


class Mixing:
    """Levels and inputs of all patches, led by scene, state, signals and parameters.

    Args:
        soundscape: The table.
    """

    def __init__(self, soundscape: Soundscape) -> None:
        self.levels = dict.fromkeys(PATCHES, 0.0)
        self.inputs: dict[str, dict[str, float]] = {
            name: {one: spec.default for one, spec in patch.inputs.items()} for name, patch in PATCHES.items()
        }
        self.register = 0.0
        self.detune = self.feedback = self.ahead = 0.0
        self._factors = dict.fromkeys(PATCHES, 1.0)
        self._followed: dict[str, float] = {}
        self._scene = ""
        self.soundscape = soundscape

    def step(self, drive: Drive, dt: Seconds) -> None:
        """Go on towards what the newest state of the show says."""
        table = self.soundscape
        scene = table.scenes.get(drive.after, _NOTHING)
        state = table.states.get(drive.state, _NOTHING)
        follows = self._follow(scene, state, drive.values, dt)
        for name in PATCHES:
            wanted = scene.patches.get(name, 0.0) * follows.get(f"{name}/level", 1.0)
            self.levels[name] = _towards(self.levels[name], wanted, dt / max(scene.fade, 0.02))
            factor = state.patches.get(name, 1.0) * _value(drive.values, level_address(name), 1.0)
            fade = state.fade if drive.state in table.states else _STATE_FADE
            self._factors[name] = _towards(self._factors[name], factor, dt / max(fade, 0.05))
        self._inputs(scene, state, follows, drive.values)
        self.register += (scene.register - self.register) * (1.0 - math.exp(-dt / max(scene.fade / 3, 0.1)))
        self.detune = self._shared(DETUNE, drive.values)
        self.feedback = self._shared(FEEDBACK, drive.values)
        self.ahead = self._shared(AHEAD, drive.values)

    def level(self, patch: str) -> float:
        """Level of a patch now: scene's, state's, parameter's and signals' together."""
        return self.levels[patch] * self._factors[patch]

    def _follow(
        self, scene: PartSpec, state: PartSpec, values: Mapping[Address, float], dt: Seconds
    ) -> dict[str, float]:
        """Values of all that follows a signal that has a value, by target; later ones of a target win."""
        if scene.name != self._scene:
            self._scene = scene.name
            self._followed.clear()
        found: dict[str, float] = {}
        for one in _in_order(self.soundscape.follow, scene.follow, state.follow):
            signal = values.get(one.source)
            if signal is None or not math.isfinite(signal):
                continue
            wanted = one.value(signal)
            before = self._followed.get(one.to, wanted)
            share = 1.0 if one.smooth <= 0.0 else 1.0 - math.exp(-dt / one.smooth)
            found[one.to] = before + (wanted - before) * share
        self._followed |= found
        return found

    def _inputs(
        self, scene: PartSpec, state: PartSpec, follows: Mapping[str, float], values: Mapping[Address, float]
    ) -> None:
        for name, patch in PATCHES.items():
            for key, spec in patch.inputs.items():
                target = f"{name}/{key}"
                value = scene.inputs.get(target, spec.default)
                value = follows.get(target, state.inputs.get(target, value))
                if key in patch.trims:
                    value *= _value(values, trim_address(name, key), 1.0)
                self.inputs[name][key] = min(max(value, spec.low), spec.high)

    def _shared(self, address: Address, values: Mapping[Address, float]) -> float:
        spec = SHARED[address]
        return min(max(_value(values, address, spec.default), spec.low), spec.high)


def _in_order(*groups: Iterable[FollowSpec]) -> Iterable[FollowSpec]:
    for group in groups:
        yield from group


def _towards(value: float, wanted: float, most: float) -> float:
    return value + min(max(wanted - value, -most), most)


def _value(values: Mapping[Address, float], address: Address, default: float) -> float:
    value = values.get(address, default)
    return value if math.isfinite(value) else default
