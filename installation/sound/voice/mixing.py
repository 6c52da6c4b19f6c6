"""Which patch is how loud, and where its inputs stand: the table, followed in time."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from installation.ipc.feeds.sound import Drive
from installation.show.soundscape import PATCHES, SHARED, FollowSpec, PartSpec, Soundscape
from installation.show.soundscape.patches import AHEAD, DETUNE, FEEDBACK, level_address, trim_address
from installation.values import Address, Seconds

__all__ = ["Mixing"]

_NOTHING: Final = PartSpec("")
_STATE_FADE: Final = 4.0
_RETURN: Final[Seconds] = 1.5
"""In which a patch is heard again whose scene stood already when this voice began: in a restarted process."""
_RETURNING: Final[Seconds] = 10.0
"""For so long after that beginning: its sounds may have to be made first."""


@dataclass(frozen=True, slots=True)
class _Input:
    """One input of a patch, as scene and state leave it where nothing moves it."""

    key: str
    target: str
    value: float
    low: float
    high: float
    trim: Address
    """Empty where it has none."""


class Mixing:
    """Levels and inputs of all patches, led by scene, state, signals and parameters.

    Only patches that are heard, or are to be, are looked at.

    Args:
        soundscape: The table.
        ready: Whether a patch can begin; until then its level stays 0.
    """

    def __init__(self, soundscape: Soundscape, ready: Callable[[str], bool] = lambda _name: True) -> None:
        self._ready = ready
        self.inputs: dict[str, dict[str, float]] = {
            name: {one: spec.default for one, spec in patch.inputs.items()} for name, patch in PATCHES.items()
        }
        self.register = 0.0
        self.detune = self.feedback = self.ahead = 0.0
        self._levels = dict.fromkeys(PATCHES, 0.0)
        self._factors = dict.fromkeys(PATCHES, 1.0)
        self._followed: dict[str, float] = {}
        self._plan: tuple[Soundscape, str, str] | None = None
        self._scene = self._state = _NOTHING
        self._returning: Seconds = 0.0
        self._inputs: dict[str, tuple[_Input, ...]] = {}
        self._follows: tuple[FollowSpec, ...] = ()
        self.soundscape = soundscape

    def step(self, drive: Drive, dt: Seconds) -> None:
        """Go on towards what the newest state of the show says."""
        plan = (self.soundscape, drive.after, drive.state)
        if self._plan is None or plan[1:] != self._plan[1:] or plan[0] is not self._plan[0]:
            self._enter(drive)
            self._lay_out(*plan)
        scene, state, values = self._scene, self._state, drive.values
        follows = self._follow(values, dt)
        self._returning -= dt
        fade = min(scene.fade, _RETURN) if self._returning > 0.0 else scene.fade
        most = dt / max(fade, 0.02)
        most_factor = dt / max(state.fade if state.name else _STATE_FADE, 0.05)
        for name in self._inputs:
            level = self._levels[name]
            wanted = scene.patches.get(name, 0.0) * follows.get(f"{name}/level", 1.0)
            if level == 0.0 and (wanted == 0.0 or not self._ready(name)):
                continue
            self._levels[name] = level + min(max(wanted - level, -most), most)
            factor = state.patches.get(name, 1.0) * _value(values, level_address(name), 1.0)
            before = self._factors[name] if level > 0.0 else factor
            self._factors[name] = before + min(max(factor - before, -most_factor), most_factor)
            self._set(name, follows, values)
        self.register += (scene.register - self.register) * (1.0 - math.exp(-dt / max(fade / 3, 0.1)))
        self.detune = self._shared(DETUNE, values)
        self.feedback = self._shared(FEEDBACK, values)
        self.ahead = self._shared(AHEAD, values)

    def level(self, patch: str) -> float:
        """Level of a patch now: scene's, state's, parameter's and signals' together."""
        return self._levels[patch] * self._factors[patch]

    @property
    def heard(self) -> tuple[str, ...]:
        """Patches whose level is above 0."""
        return tuple(name for name, level in self._levels.items() if level > 0.0)

    def _enter(self, drive: Drive) -> None:
        """Note how the scene of a frame is entered: the first one may have stood before this voice began."""
        before = self._plan[1] if self._plan is not None else ""
        if drive.after != before:
            fade = self.soundscape.scenes.get(drive.after, _NOTHING).fade
            stood = not before and drive.before == drive.after and drive.time > fade
            self._returning = _RETURNING if stood else 0.0

    def _lay_out(self, table: Soundscape, scene: str, state: str) -> None:
        """Prepare what holds until scene, state or table change."""
        if self._plan is not None and self._plan[1] != scene:
            self._followed.clear()
        self._plan = (table, scene, state)
        self._scene = table.scenes.get(scene, _NOTHING)
        self._state = table.states.get(state, _NOTHING)
        stays = self._scene.patches
        # What leaves keeps its inputs while it fades: it does not fall back to what it was at first.
        self._inputs = {
            name: tuple(self._input(name, key) for key in PATCHES[name].inputs) if name in stays else ()
            for name in PATCHES
            if name in stays or self._levels[name] > 0.0
        }
        every = (*table.follow, *self._scene.follow, *self._state.follow)
        self._follows = tuple(one for one in every if one.patch in self._inputs)

    def _input(self, name: str, key: str) -> _Input:
        patch = PATCHES[name]
        spec, target = patch.inputs[key], f"{name}/{key}"
        value = self._state.inputs.get(target, self._scene.inputs.get(target, spec.default))
        trim = trim_address(name, key) if key in patch.trims else ""
        return _Input(key, target, value, spec.low, spec.high, trim)

    def _follow(self, values: Mapping[Address, float], dt: Seconds) -> dict[str, float]:
        """Values of all that follows a signal that has a value, by target; later ones of a target win."""
        found: dict[str, float] = {}
        for one in self._follows:
            signal = values.get(one.source)
            if signal is None or not math.isfinite(signal):
                continue
            wanted = one.value(signal)
            before = self._followed.get(one.to, wanted)
            share = 1.0 if one.smooth <= 0.0 else 1.0 - math.exp(-dt / one.smooth)
            found[one.to] = before + (wanted - before) * share
        self._followed |= found
        return found

    def _set(self, name: str, follows: Mapping[str, float], values: Mapping[Address, float]) -> None:
        inputs = self.inputs[name]
        for one in self._inputs[name]:
            value = follows.get(one.target, one.value)
            if one.trim:
                value *= _value(values, one.trim, 1.0)
            inputs[one.key] = min(max(value, one.low), one.high)

    def _shared(self, address: Address, values: Mapping[Address, float]) -> float:
        spec = SHARED[address]
        return min(max(_value(values, address, spec.default), spec.low), spec.high)


def _value(values: Mapping[Address, float], address: Address, default: float) -> float:
    value = values.get(address, default)
    return value if math.isfinite(value) else default
