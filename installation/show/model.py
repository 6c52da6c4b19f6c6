"""The contents of a show's files as frozen values. Nothing here opens a file or checks a reference.

A field with ``key(...)`` is a key of the file; reading, tables and schema derive from it (``schema.py``).
Every item has its position in ``where``, and the positions of its keys in ``places``, so that later checks
can point to the exact place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from installation.show.controls.model import ControlSpec
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
    "ScoreSpec",
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


@dataclass(frozen=True, slots=True)
class ModulatorSpec:
    """One step of a route's ``shape``, e.g. ``{ smooth = 0.3 }`` or ``{ remap = [0, 127, 0, 1] }``."""

    kind: str
    settings: Mapping[str, FileValue]
    """Settings by name; a single value in the file becomes the modulator's first setting."""
    where: Where


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
class CueSpec:
    """``[[cue]]``: an absolute state and how to get there, in QLab's vocabulary."""

    id: Annotated[str, key("its name in commands and files; numbers in quotes are usual")]
    name: Annotated[str, key("a title", default="the id")]
    where: Where
    scene: Annotated[str | None, key("the scene to change to; default: no change")] = None
    fade: Annotated[Seconds, key("seconds of the fade and of the scene change", low=0.0, high=HOUR)] = 2.0
    curve: Annotated[
        Literal["ease", "linear"],
        key("how values move: with slow ends, or evenly"),
    ] = "ease"
    fresh: Annotated[
        bool, key("the scene that it changes to begins anew instead of going on where it stopped")
    ] = False
    transition: Annotated[str, key("how the scene changes: a name in `shaders/transitions`")] = "dissolve"
    pre_wait: Annotated[Seconds, key("seconds from GO to the start of the fade", low=0.0, high=HOUR)] = 0.0
    post_wait: Annotated[
        Seconds, key("seconds until the next cue with `auto-continue`", low=0.0, high=HOUR)
    ] = 0.0
    hold: Annotated[Seconds, key("seconds after its fade, with `auto-follow`", low=0.0, high=24 * HOUR)] = 0.0
    follow: Annotated[
        Literal["none", "auto-continue", "auto-follow"],
        key(
            "`auto-continue`: the next cue starts `post_wait` after this one began; "
            "`auto-follow`: after `fade` + `hold`"
        ),
    ] = "none"
    intended: Annotated[
        frozenset[Literal["black", "still", "silent"]],
        key("intentional conditions that must not be reported as faults"),
    ] = frozenset()
    set: Annotated[
        Mapping[Address, FileValue], key('bases by address, e.g. `{ "/scene/sea/glow" = 0.5 }`')
    ] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    state: Annotated[str | None, key("the state of the interface to enter")] = None
    act: Annotated[int | None, key("number of the act that it belongs to, for `--act`", low=0, high=99)] = (
        None
    )
    at: Annotated[
        Seconds | None,
        key("place in the score as `M:SS`: the cue plays by itself when the score gets there", kind="a time"),
    ] = None
    condition: Annotated[
        str,
        key(
            "plays only if this holds when its turn comes: `/choice/heal >= 0.5`; several joined by `and`",
            name="if", default="always",
        ),
    ] = ""  # fmt: skip

    @property
    def words(self) -> str:
        """The id, followed by the name if that differs."""
        return self.id if self.name in ("", self.id) else f"{self.id} {self.name}"


@dataclass(frozen=True, slots=True)
class ScoreSpec:
    """``[score]`` in ``cues.toml``: cues with ``at`` play by themselves, again and again."""

    length: Annotated[Seconds, key("length of a cycle as `M:SS`; then it begins again", kind="a time")]
    where: Where
    start: Annotated[
        Literal["by-hand", "wall-clock"],
        key(
            "how `run` starts it: with the first GO, or in step with the wall clock: a score of 30:00 "
            "begins at every full and half hour"
        ),
    ] = "by-hand"
    empty: Annotated[
        str,
        key("id of the cue that stands while the room is empty; the score goes on unseen", default="none"),
    ] = ""
    empty_after: Annotated[
        Seconds,
        key("seconds without people until `empty` plays, if there ever was somebody", low=1.0, high=HOUR),
    ] = 120.0
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
    files: tuple[Path, ...] = ()
    """All files read, for watching."""
    effects: Mapping[str, EffectSpec] = field(default_factory=dict)
    """In file order."""
    feedback: tuple[FeedbackSpec, ...] = ()
    interface: InterfaceSpec | None = None
    """None without a ``states.toml``."""
    score: ScoreSpec | None = None
    """None for a show that only people move."""
    warnings: tuple[Finding, ...] = ()
    """Errors in presets; those presets are omitted, and the show plays."""
    stories: tuple[StorySpec, ...] = ()
    """Empty without a ``stories.toml``."""
    controls: tuple[ControlSpec, ...] = ()
    """Those of ``controls.toml`` first, then those that lie on top of a show that ships."""

    @property
    def states(self) -> tuple[StateSpec, ...]:
        """The states of the interface; empty without a ``states.toml``."""
        return self.interface.states if self.interface else ()
