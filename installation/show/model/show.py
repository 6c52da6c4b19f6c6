"""A show and what ``show.toml``, presets and stories say, as frozen values. See ``show.model``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from installation.show.controls.model import ControlSpec
from installation.show.interface import InterfaceSpec, StateSpec
from installation.show.macros.model import MacroSpec, Offset
from installation.show.model.cues import CueSpec, ScheduleSpec, ScoreSpec
from installation.show.model.media import MediaSpec
from installation.show.model.sounds import SoundSpec
from installation.show.outgoing.model import CueSend, SendSpec
from installation.show.schema import HOUR, key
from installation.show.soundscape.model import Soundscape
from installation.show.steps import ModulatorSpec
from installation.values import Address, FileValue, Finding, Places, Seconds, Where

__all__ = [
    "EffectSpec",
    "FeedbackSpec",
    "ModulatorSpec",
    "PresetSpec",
    "RouteSpec",
    "SceneSpec",
    "Show",
    "SignalSpec",
    "StorySpec",
]


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """A look: ``[scene.ID]``. Its inputs become the parameters ``/scene/ID/INPUT``."""

    id: str
    shader: Annotated[
        Path,
        key("an ISF file, searched next to `show.toml`, then in `shaders/`", kind="text"),
    ]
    """Absolute path."""
    inputs: Annotated[
        Mapping[str, FileValue],
        key("`[scene.ID.inputs]`: values that replace the shader's defaults", kind="a table", default="none"),
    ]
    where: Where
    places: Places = field(default_factory=dict)
    media: Mapping[str, MediaSpec] = field(default_factory=dict)
    """Inputs that are tables: pictures, videos, cameras, streams. A text for an image is in ``inputs``."""


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """A signal that the show generates: ``[signal.NAME]`` with ``lfo``, ``noise``, ... as ``kind``.

    Its address is ``/signal/NAME``.
    """

    name: str
    kind: Annotated[str, key("kind of generator, see below; the other keys are its settings")]
    settings: Mapping[str, FileValue]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """``[[route]]``: connects a signal to a parameter, through modulators."""

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
        key("how it combines with the current value", otherwise="replace"),
    ]
    shape: Annotated[
        tuple[ModulatorSpec, ...],
        key("list of modulators, in order", kind="a list of tables", default="none"),
    ]
    where: Where
    component: Annotated[
        int | None,
        key(
            "component of a point or colour: a name or 0..3; default: all components",
            kind="a number or a word",
        ),
    ] = None
    fallback: Annotated[
        float | None,
        key(
            'a number that replaces a stale signal, or `"release"`: the route is then inactive; '
            "default: the last value is kept",
            kind="a number or a word",
        ),
    ] = None
    """NaN represents ``"release"``."""
    stale: Annotated[
        Seconds, key("seconds without new values after which `fallback` applies", low=0.0, high=HOUR)
    ] = 2.0
    places: Places = field(default_factory=dict)
    offset: Offset | None = None
    """Of a macro's routes only: ``mode`` does not count then."""

    @property
    def sources(self) -> tuple[Address, ...]:
        """The signals in ``source``: ``/mouse/{x,y}`` is a point of two, ``/mouse/x`` and ``/mouse/y``."""
        before, brace, rest = self.source.partition("{")
        names, _, after = rest.partition("}")
        return tuple(before + name + after for name in names.split(",")) if brace else (self.source,)


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """``[effect.NAME]``: a filter over the finished picture, for every scene; in file order.

    Its inputs become the parameters ``/effect/NAME/INPUT``. An effect works on display-linear light, after
    post and transition, and before text and guard.
    """

    name: str
    shader: Annotated[
        Path,
        key("an ISF filter, searched next to `show.toml`, then in `shaders/`", kind="text"),
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
    media: Mapping[str, MediaSpec] = field(default_factory=dict)
    """As in ``SceneSpec``."""


@dataclass(frozen=True, slots=True)
class FeedbackSpec:
    """``[[feedback]]``: a route whose source is earlier output of the program itself.

    Gain, delay and coupling are parameters, ``/feedback/NAME/gain`` and so on, with the values in the file as
    defaults, so cues, controllers and the interface's states can set them.
    """

    name: Annotated[
        str,
        key("name; gain, delay and coupling are the parameters `/feedback/NAME/...`", kind="name"),
    ]
    source: Annotated[
        Address,
        key("a parameter, or a signal derived from the program's output", name="from", kind="address"),
    ]
    target: Annotated[
        Address,
        key("the target parameter; the delay is at least one frame", name="to", kind="address"),
    ]
    where: Where
    mode: Annotated[Literal["add", "multiply", "replace"], key("how it combines with the current value")] = (
        "add"
    )
    component: Annotated[
        int | None,
        key("target component of a point or colour; default: all components", kind="a number or a word"),
    ] = None
    source_component: Annotated[
        int | None,
        key(
            "source component of the parameter in `from`; required for points and colours",
            name="from_component",
            kind="a number or a word",
        ),
    ] = None
    depth: Annotated[
        float,
        key(
            "maximum effect on the parameter whatever the gain: fraction of half the range, each way",
            low=0.0,
            high=1.0,
        ),
    ] = 1.0
    gain: Annotated[float, key("factor on the source, whose range is mapped to -1..1", low=0.0, high=8.0)] = (
        0.0
    )
    delay: Annotated[
        Seconds, key("seconds in addition to the one frame of every edge", low=0.0, high=10.0)
    ] = 0.0
    delay_frames: Annotated[int | None, key("instead of `delay`: whole frames", low=0, high=600)] = None
    coupling: Annotated[
        float, key("share of the other edges' mean in this edge's input", low=0.0, high=1.0)
    ] = 0.0
    """0..1: a coupled-map lattice."""
    saturation: Annotated[Literal["tanh", "fold", "clip"], key("the limiting function")] = "tanh"
    shape: Annotated[
        tuple[ModulatorSpec, ...],
        key("list of modulators, in order: the edge's filter", kind="a list of tables"),
    ] = ()
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PresetSpec:
    """``presets/NAME.toml``: a snapshot of parameter bases."""

    name: str
    set: Annotated[Mapping[Address, FileValue], key("bases by address")]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StorySpec:
    """``[[story]]`` in ``stories.toml``: a sentence for scenes that write."""

    text: Annotated[str, key("one sentence of at most 84 characters; wide ones count twice")]
    where: Where
    language: Annotated[
        str, key("BCP 47 tag of its language, e.g. `en`, `pt-BR`, `zh-Hans`", default="none")
    ] = ""
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Show:
    """A folder with ``show.toml``, and perhaps cues, controls, states, stories and ``presets/*.toml``."""

    name: str
    title: Annotated[str, key("a title", default="the folder's name")]
    folder: Path
    scenes: Mapping[str, SceneSpec]
    signals: tuple[SignalSpec, ...]
    routes: tuple[RouteSpec, ...]
    cues: tuple[CueSpec, ...]
    presets: Mapping[str, PresetSpec]
    start: Annotated[str, key("the scene before the first cue", default="the first scene")]
    seed: Annotated[int, key("random seed of the show", low=0, high=2**31 - 1)] = 0
    panic: Annotated[
        Seconds,
        key("seconds in which a panic fades to black; a hard one takes a tenth of it", low=0.1, high=30.0),
    ] = 2.0
    files: tuple[Path, ...] = ()
    """All files read, for watching."""
    effects: Mapping[str, EffectSpec] = field(default_factory=dict)
    """In file order."""
    feedback: tuple[FeedbackSpec, ...] = ()
    interface: InterfaceSpec | None = None
    """None without a ``states.toml``."""
    score: ScoreSpec | None = None
    """None for a show that only people move."""
    schedule: tuple[ScheduleSpec, ...] = ()
    warnings: tuple[Finding, ...] = ()
    """Errors in presets; those presets are omitted, and the show plays."""
    stories: tuple[StorySpec, ...] = ()
    """Empty without a ``stories.toml``."""
    macros: tuple[MacroSpec, ...] = ()
    """The show's own; the default set is added by ``show.macros.macros_of``."""
    controls: tuple[ControlSpec, ...] = ()
    """Those of ``controls.toml`` first, then those that lie on top of a show that ships."""
    sends: tuple[SendSpec, ...] = ()
    sounds: tuple[SoundSpec, ...] = ()
    """Sound files, in file order."""
    soundscape: Soundscape | None = None
    """None without a ``soundscape.toml``: the default one is heard."""

    @property
    def every_send(self) -> tuple[CueSend | SendSpec, ...]:
        """All that it sends, by itself and from cues."""
        return (*self.sends, *(one for cue in self.cues for one in cue.send))

    @property
    def states(self) -> tuple[StateSpec, ...]:
        """The states of the interface; empty without a ``states.toml``."""
        return self.interface.states if self.interface else ()
