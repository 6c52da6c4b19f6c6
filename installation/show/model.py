"""What the files of a show say, as frozen values. Nothing here opens a file or checks a reference.

A field with ``key(...)`` is a key of the file: reading, tables and schema derive from it (``schema.py``).
Every item carries ``where`` it was written, and ``places`` with the position of each of its keys, so that
later checks can point at the exact spot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from installation.show.interface import InterfaceSpec, StateSpec
from installation.show.schema import HOUR, key
from installation.values import Address, FileValue, Finding, Places, Seconds, Where

__all__ = [
    "CueSpec",
    "EffectSpec",
    "FeedbackSpec",
    "ModulatorSpec",
    "PresetSpec",
    "RouteSpec",
    "SceneSpec",
    "Show",
    "SignalSpec",
]


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """A look: ``[scene.ID]``. Its inputs become the parameters ``/scene/ID/INPUT``."""

    id: str
    shader: Annotated[
        Path,
        key("an ISF file, looked for beside `show.toml` first, then in `shaders/`", kind="text"),
    ]
    """Absolute path."""
    inputs: Annotated[
        Mapping[str, FileValue],
        key("`[scene.ID.inputs]`: values that replace the shader's defaults", kind="a table", default="none"),
    ]
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
    kind: Annotated[str, key("what makes it, see below; the other keys are its settings")]
    settings: Mapping[str, FileValue]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """``[[route]]``: where a signal lands on a parameter, and what bends it on the way."""

    source: Annotated[
        Address, key("the signal, or several as a point: `/mouse/{x,y}`", name="from", kind="point")
    ]
    target: Annotated[
        Address,
        key(
            "the parameter, `/scene/*/glow` for those of all scenes, or a command",
            name="to",
            kind="addresses",
        ),
    ]
    mode: Annotated[
        Literal["replace", "add", "multiply", "min", "max"],
        key("how it combines with what is there", otherwise="replace"),
    ]
    shape: Annotated[
        tuple[ModulatorSpec, ...],
        key("list of modulators, in order", kind="a list of tables", default="none"),
    ]
    where: Where
    component: Annotated[
        int | None,
        key(
            "which part of a point or colour: a name or 0..3; without it all parts",
            kind="a number or a word",
        ),
    ] = None
    fallback: Annotated[
        float | None,
        key(
            'a number that replaces a silent signal, or `"release"`: the route then says nothing; '
            "without it the last value stays",
            kind="a number or a word",
        ),
    ] = None
    """NaN stands for ``"release"``."""
    stale: Annotated[Seconds, key("seconds of silence after which `fallback` counts", low=0.0, high=HOUR)] = (
        2.0
    )
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
    shader: Annotated[
        Path,
        key("an ISF filter, looked for beside `show.toml` first, then in `shaders/`", kind="text"),
    ]
    """Absolute path; the file has an ``inputImage``."""
    inputs: Annotated[
        Mapping[str, FileValue],
        key(
            "`[effect.NAME.inputs]`: values that replace the shader's defaults",
            kind="a table",
            default="none",
        ),
    ]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedbackSpec:
    """``[[feedback]]``: a route whose source is something that the program itself put out before.

    Its gain, delay and coupling are parameters, ``/feedback/NAME/gain`` and so on, with these values as
    authored, so that cues, controllers and the interface's state move them.
    """

    name: Annotated[
        str,
        key("its name: its gain, delay and coupling are the parameters `/feedback/NAME/...`", kind="name"),
    ]
    source: Annotated[
        Address,
        key("a parameter or a signal that the program makes of its own output", name="from", kind="address"),
    ]
    target: Annotated[
        Address,
        key("the parameter that hears it, a frame later at the soonest", name="to", kind="address"),
    ]
    where: Where
    mode: Annotated[Literal["add", "multiply", "replace"], key("how it combines with what is there")] = "add"
    component: Annotated[
        int | None,
        key("which part of a point or colour hears it; without it all parts", kind="a number or a word"),
    ] = None
    source_component: Annotated[
        int | None,
        key(
            "which part of the parameter in `from` it hears; a point or a colour needs it",
            name="from_component",
            kind="a number or a word",
        ),
    ] = None
    depth: Annotated[
        float,
        key(
            "how far it may move the parameter whatever its gain: share of half the range, each way",
            low=0.0,
            high=1.0,
        ),
    ] = 1.0
    gain: Annotated[
        float, key("factor on the source, which counts from -1 to 1 over its range", low=0.0, high=8.0)
    ] = 0.0
    delay: Annotated[Seconds, key("seconds beyond the one frame that every edge has", low=0.0, high=10.0)] = (
        0.0
    )
    delay_frames: Annotated[int | None, key("instead of `delay`: whole frames", low=0, high=600)] = None
    coupling: Annotated[
        float, key("share of the other edges' mean in what this one hears", low=0.0, high=1.0)
    ] = 0.0
    """0..1: a coupled-map lattice."""
    saturation: Annotated[Literal["tanh", "fold", "clip"], key("what holds it in bounds")] = "tanh"
    shape: Annotated[
        tuple[ModulatorSpec, ...],
        key("list of modulators, in order: the edge's filter", kind="a list of tables"),
    ] = ()
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CueSpec:
    """``[[cue]]``: an absolute state and how to get there. QLab's vocabulary."""

    id: Annotated[str, key("its name in commands and files; numbers in quotes are usual")]
    name: Annotated[str, key("a line for people", default="the id")]
    where: Where
    scene: Annotated[str | None, key("the scene to change to; without it the scene stays")] = None
    fade: Annotated[Seconds, key("seconds of the fade and of the scene change", low=0.0, high=HOUR)] = 2.0
    transition: Annotated[str, key("how the scene changes: a name in `shaders/transitions`")] = "dissolve"
    pre_wait: Annotated[Seconds, key("seconds from GO to the begin of the fade", low=0.0, high=HOUR)] = 0.0
    post_wait: Annotated[
        Seconds, key("seconds until the next cue with `auto-continue`", low=0.0, high=HOUR)
    ] = 0.0
    hold: Annotated[
        Seconds, key("seconds that it lasts after its fade, with `auto-follow`", low=0.0, high=24 * HOUR)
    ] = 0.0
    follow: Annotated[
        Literal["none", "auto-continue", "auto-follow"],
        key(
            "`auto-continue`: the next cue starts `post_wait` after this one began; "
            "`auto-follow`: after `fade` + `hold`"
        ),
    ] = "none"
    intended: Annotated[
        frozenset[Literal["black", "still", "silent"]],
        key("states that are meant and must not be taken for a fault"),
    ] = frozenset()
    set: Annotated[
        Mapping[Address, FileValue], key('bases by address, e.g. `{ "/scene/sea/glow" = 0.5 }`')
    ] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    state: Annotated[str | None, key("the state of the interface to enter")] = None

    @property
    def words(self) -> str:
        """Its id, and its name where that says more."""
        return self.id if self.name in ("", self.id) else f"{self.id} {self.name}"


@dataclass(frozen=True, slots=True)
class PresetSpec:
    """``presets/NAME.toml``: a snapshot of parameter bases."""

    name: str
    set: Annotated[Mapping[Address, FileValue], key("bases by address")]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Show:
    """A folder with ``show.toml``, ``cues.toml`` and ``presets/*.toml``."""

    name: str
    title: Annotated[str, key("a line for people", default="the folder's name")]
    folder: Path
    scenes: Mapping[str, SceneSpec]
    signals: tuple[SignalSpec, ...]
    routes: tuple[RouteSpec, ...]
    cues: tuple[CueSpec, ...]
    presets: Mapping[str, PresetSpec]
    start: Annotated[str, key("the scene that stands before the first cue", default="the first scene")]
    seed: Annotated[int, key("seed of everything random in the show", low=0, high=2**31 - 1)] = 0
    files: tuple[Path, ...] = ()
    """Every file that was read, for watching."""
    effects: Mapping[str, EffectSpec] = field(default_factory=dict)
    """In file order."""
    feedback: tuple[FeedbackSpec, ...] = ()
    interface: InterfaceSpec | None = None
    """None without a ``states.toml``."""
    warnings: tuple[Finding, ...] = ()
    """What is wrong in presets: those are left out, and the show plays."""

    @property
    def states(self) -> tuple[StateSpec, ...]:
        """The states of the interface; none without a ``states.toml``."""
        return self.interface.states if self.interface else ()
