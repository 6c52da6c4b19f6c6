"""Cues, and the score that plays them, as frozen values. See ``show.model``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from installation.show.outgoing.model import CueSend
from installation.show.schema import HOUR, key
from installation.values import Address, FileValue, Places, Seconds, Where

__all__ = ["CueSpec", "Curve", "Day", "ScheduleSpec", "ScoreSpec", "TimesSpec"]

Curve = Literal["ease", "linear", "in", "out"]
"""How a value moves: with slow ends, evenly, with a slow beginning, with a slow end."""


@dataclass(frozen=True, slots=True)
class TimesSpec:
    """A value of a cue with times of its own: ``"/master" = { to = 0.5, fade = 8.0 }`` in ``set``."""

    to: Annotated[FileValue, key("the value", kind="a value")]
    where: Where
    fade: Annotated[Seconds | None, key("seconds of its fade", low=0.0, high=HOUR, default="the cue's")] = (
        None
    )
    wait: Annotated[Seconds, key("seconds from the beginning of the cue to its own", low=0.0, high=HOUR)] = (
        0.0
    )
    curve: Annotated[Curve | None, key("how it moves", default="the cue's")] = None


@dataclass(frozen=True, slots=True)
class CueSpec:
    """``[[cue]]``: an absolute state and how to get there, in QLab's vocabulary."""

    id: Annotated[str, key("its name in commands and files; numbers in quotes are usual")]
    name: Annotated[str, key("a title", default="the id")]
    where: Where
    scene: Annotated[str | None, key("the scene to change to; default: no change")] = None
    fade: Annotated[Seconds, key("seconds of the fade and of the scene change", low=0.0, high=HOUR)] = 2.0
    curve: Annotated[
        Curve,
        key("how values move: with slow ends, evenly, with a slow beginning (`in`) or end (`out`)"),
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
            "`auto-follow`: `hold` seconds after its last fade has ended"
        ),
    ] = "none"
    intended: Annotated[
        frozenset[Literal["black", "still", "silent"]],
        key("intentional conditions that must not be reported as faults"),
    ] = frozenset()
    set: Annotated[
        Mapping[Address, FileValue],
        key(
            'bases by address, e.g. `{ "/scene/sea/glow" = 0.5 }`; with times of its own: '
            "`{ to = 0.5, fade = 8.0 }`"
        ),
    ] = field(default_factory=dict)
    times: Mapping[Address, TimesSpec] = field(default_factory=dict)
    """The times of values that have their own."""
    places: Places = field(default_factory=dict)
    state: Annotated[str | None, key("the state of the interface to enter")] = None
    act: Annotated[int | None, key("number of the act that it belongs to, for `--act`", low=0, high=99)] = (
        None
    )
    at: Annotated[
        Seconds | None,
        key("place in the score as `M:SS`: the cue plays by itself when the score gets there", kind="a time"),
    ] = None
    quantise: Annotated[
        Literal["default", "off", "beat", "bar", "2 bars", "4 bars", "8 bars"],
        key("what a GO to this cue waits for; `default` is what `/tempo/quantise` says"),
    ] = "default"
    condition: Annotated[
        str,
        key(
            "plays only if this holds when its turn comes: `/choice/heal >= 0.5`; several joined by `and`",
            name="if", default="always",
        ),
    ] = ""  # fmt: skip
    color: Annotated[
        tuple[float, float, float] | None,
        key("its colour on pads of controllers, `#RRGGBB`", kind="color", default="by its act"),
    ] = None
    send: Annotated[
        tuple[CueSend, ...],
        key(
            'messages, sent once and in order when it begins: `{ to = "console", address = "/go" }`',
            kind="a list of tables",
        ),
    ] = ()

    @property
    def length(self) -> Seconds:
        """Seconds from its beginning until its last fade has ended."""
        own = (
            one.wait + (self.fade if one.fade is None else one.fade) for address, one in self.times.items()
        )
        return max(self.fade, *own, 0.0)

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
        Literal["by-hand", "wall-clock", "time-code"],
        key(
            "how `run` starts it: with the first GO, or in step with the wall clock: a score of 30:00 "
            "begins at every full and half hour; or it follows MIDI time code, in every mode"
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


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """``[[schedule]]`` in ``cues.toml``: a command at a time of the day, in ``run``."""

    at: Annotated[
        str,
        key(
            'the time by the clock, `"19:30"`, or by the sun of the venue\'s place: `"sunset"`, '
            '`"sunset - 0:20"`; dawn, sunrise, noon, sunset, dusk'
        ),
    ]
    do: Annotated[
        str,
        key('the command: `"cue 12"`, `"score 0:00"`, `"score stop"`; panic and blackout are for people'),
    ]
    where: Where
    days: Annotated[frozenset[Day], key("only on these days of the week", default="every day")] = frozenset()
    otherwise: Annotated[
        str, key("the time by the clock on days without that event of the sun", default="not at all")
    ] = ""
    places: Places = field(default_factory=dict)
