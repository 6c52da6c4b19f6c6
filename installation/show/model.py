"""What files on disk say, as frozen values. Nothing here opens a file or checks a reference.

Every item carries ``where`` it was written, and ``places`` with the position of each of its keys, so
that later checks can point at the exact spot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from installation.show.interface import InterfaceSpec, StateSpec
from installation.values import Address, FileValue, Places, Seconds, Where

__all__ = [
    "AdapterSpec",
    "Canvas",
    "CueSpec",
    "Display",
    "EffectSpec",
    "FeedbackSpec",
    "FixtureSpec",
    "GroupSpec",
    "GuardSettings",
    "LightSettings",
    "ModulatorSpec",
    "PixelSpec",
    "PresetSpec",
    "RouteSpec",
    "SceneSpec",
    "Show",
    "SignalSpec",
    "Venue",
]


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """A look: ``[scene.ID]``. Its inputs become the parameters ``/scene/ID/INPUT``."""

    id: str
    shader: Path
    """Absolute path of the ISF file."""
    inputs: Mapping[str, FileValue]
    """Authored bases that replace the shader's own defaults."""
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModulatorSpec:
    """One step of a route's ``shape``, e.g. ``{ smooth = 0.3 }`` or ``{ remap = [0, 127, 0, 1] }``."""

    kind: str
    settings: Mapping[str, FileValue]
    """Named settings; a lone value in the file arrives under the modulator's first setting."""
    where: Where


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """A signal that the show makes itself: ``[signal.NAME]`` with ``lfo``, ``noise``, ... as ``kind``.

    Its address is ``/signal/NAME``.
    """

    name: str
    kind: str
    settings: Mapping[str, FileValue]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """``[[route]]``: where a signal lands on a parameter, and what bends it on the way."""

    source: Address
    """A signal, or several as one point: ``/mouse/{x,y}``."""
    target: Address
    """A parameter, with ``*`` those of several scenes, or a command."""
    mode: Literal["replace", "add", "multiply", "min", "max"]
    shape: tuple[ModulatorSpec, ...]
    where: Where
    component: int | None = None
    """Which component of a point or colour; None means all of them."""
    fallback: float | None = None
    """Value to use when the signal is stale for longer than ``stale``; None holds the last value."""
    stale: Seconds = 2.0
    places: Places = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Address, ...]:
        """The signals in ``source``: ``/mouse/{x,y}`` is a point of two, ``/mouse/x`` and ``/mouse/y``."""
        before, brace, rest = self.source.partition("{")
        names, _, after = rest.partition("}")
        return tuple(before + name + after for name in names.split(",")) if brace else (self.source,)


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """``[effect.NAME]``: a filter over the finished picture, whatever scene stands; in file order.

    Its inputs become the parameters ``/effect/NAME/INPUT``. An effect works on display-linear light, after
    post and transition, and before text and guard.
    """

    name: str
    shader: Path
    """Absolute path of the ISF file; it has an ``inputImage``."""
    inputs: Mapping[str, FileValue]
    """Authored bases that replace the shader's own defaults."""
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedbackSpec:
    """``[[feedback]]``: a route whose source is something that the program itself put out before.

    Its gain, delay and coupling are parameters, ``/feedback/NAME/gain`` and so on, with these values as
    authored, so that cues, controllers and the interface's state move them.
    """

    name: str
    source: Address
    """A parameter's address, or a signal that the program makes of its own output: ``/picture/...``,
    ``/lamps/...``, ``/sound/...``."""
    target: Address
    where: Where
    mode: Literal["add", "multiply", "replace"] = "add"
    component: int | None = None
    source_component: int | None = None
    """Which component of a point or colour is heard."""
    depth: float = 1.0
    """How far the edge may move its target whatever its gain: share of half the range, each way; 0..1."""
    gain: float = 0.0
    """Factor on the source, which counts from -1 to 1 over its range; 0..8."""
    delay: Seconds = 0.0
    """0..10, beyond the one frame that every edge has."""
    delay_frames: int | None = None
    """Instead of ``delay``: whole frames."""
    coupling: float = 0.0
    """Share of the other edges' mean in this one's input, 0..1: a coupled-map lattice."""
    saturation: Literal["tanh", "fold", "clip"] = "tanh"
    shape: tuple[ModulatorSpec, ...] = ()
    """The edge's filter: the same steps as a route's."""
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CueSpec:
    """``[[cue]]``: an absolute state and how to get there. QLab's vocabulary."""

    id: str
    name: str
    where: Where
    scene: str | None = None
    fade: Seconds = 2.0
    transition: str = "dissolve"
    pre_wait: Seconds = 0.0
    post_wait: Seconds = 0.0
    hold: Seconds = 0.0
    """How long the cue lasts after its fade; used by ``auto-follow``."""
    follow: Literal["none", "auto-continue", "auto-follow"] = "none"
    """auto-continue: the next cue starts after post_wait; auto-follow: after fade + hold."""
    intended: frozenset[str] = frozenset()
    """Of ``black``, ``still``, ``silent``: states that detectors must not take for faults."""
    set: Mapping[Address, FileValue] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    state: str | None = None
    """The interface's state that begins with this cue; None leaves it."""

    @property
    def words(self) -> str:
        """Its id, and its name where that says more."""
        return self.id if self.name in ("", self.id) else f"{self.id} {self.name}"


@dataclass(frozen=True, slots=True)
class PresetSpec:
    """``presets/NAME.toml``: a snapshot of parameter bases."""

    name: str
    set: Mapping[Address, FileValue]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Show:
    """A folder with ``show.toml``, ``cues.toml`` and ``presets/*.toml``."""

    name: str
    title: str
    folder: Path
    scenes: Mapping[str, SceneSpec]
    signals: tuple[SignalSpec, ...]
    routes: tuple[RouteSpec, ...]
    cues: tuple[CueSpec, ...]
    presets: Mapping[str, PresetSpec]
    start: str
    """Id of the scene that stands before the first cue."""
    seed: int = 0
    files: tuple[Path, ...] = ()
    """Every file that was read, for watching."""
    effects: Mapping[str, EffectSpec] = field(default_factory=dict)
    """In file order."""
    feedback: tuple[FeedbackSpec, ...] = ()
    interface: InterfaceSpec | None = None
    """None without a ``states.toml``."""

    @property
    def states(self) -> tuple[StateSpec, ...]:
        """The states of the interface; none without a ``states.toml``."""
        return self.interface.states if self.interface else ()


@dataclass(frozen=True, slots=True)
class Canvas:
    """The picture and its size in pixels. Always there, also without a display."""

    width: int
    height: int
    metres_per_height: float = 2.0
    """How many metres of wall the picture's height covers."""


@dataclass(frozen=True, slots=True)
class Display:
    """A projector or a screen: one window."""

    name: str
    screen: int
    fullscreen: bool
    where: Where


@dataclass(frozen=True, slots=True)
class AdapterSpec:
    """``[adapter.NAME]``: a device in or out. Settings are checked against the adapter's own class."""

    name: str
    kind: str
    settings: Mapping[str, object]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FixtureSpec:
    """``[[fixture]]``: one lamp of a profile at a DMX address, sampling the picture where it stands."""

    name: str
    profile: str
    universe: int
    channel: int
    """First channel, 1..512."""
    position: tuple[float, float]
    """Centre of what it samples, in the picture: x to the right, y up, 0..1."""
    size: tuple[float, float]
    """Width and height of what it samples, in the picture."""
    where: Where
    places: Places = field(default_factory=dict)
    mode: str = ""
    """Which of the profile's modes; empty where it has one."""


@dataclass(frozen=True, slots=True)
class PixelSpec:
    """``[[pixels]]``: a strip or a matrix that samples the picture."""

    name: str
    universe: int
    channel: int
    columns: int
    rows: int
    area: tuple[float, float, float, float]
    """x0, y0, x1, y1 in the picture, 0..1, y up; row 0 is at the top (y1)."""
    where: Where
    format: Literal["rgb", "grb", "rgbw", "w"] = "rgb"
    layout: Literal["rows", "snake"] = "rows"
    curve: Literal["linear", "square", "s"] = "linear"
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """``[[group]]``: fixtures and pixel items that are turned together, by name."""

    name: str
    members: tuple[str, ...]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """Which flash law the venue uses. Neither setting can switch it off."""

    profile: Literal["standard", "strict"] = "standard"
    viewing_distance: float = 3.0
    """Metres from the nearest viewer to the picture; makes the size of a 10-degree window."""


@dataclass(frozen=True, slots=True)
class LightSettings:
    """How lamps are kept: ``[light]``."""

    rate: float = 44.0
    """Frames a second on the wire."""
    hold_s: Seconds = 10.0
    """How long the last look is held when the stage is gone."""
    fade_s: Seconds = 4.0
    """How long the fade to the safe look takes after that."""
    safe: float = 0.0
    """Level of the venue's safe look, 0..1 of linear light, on every fixture that is not a hazard."""
    on_stop: Literal["blackout", "hold"] = "blackout"


@dataclass(frozen=True, slots=True)
class Venue:
    """A room: ``venues/NAME.toml``. A show opens in any venue without edits."""

    name: str
    title: str
    canvas: Canvas
    displays: tuple[Display, ...]
    adapters: tuple[AdapterSpec, ...]
    fixtures: tuple[FixtureSpec, ...]
    pixels: tuple[PixelSpec, ...]
    guard: GuardSettings
    light: LightSettings
    ambient_lux: float = 0.5
    files: tuple[Path, ...] = ()
    groups: tuple[GroupSpec, ...] = ()
