"""The contents of ``states.toml`` as frozen values: the interface and its states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from installation.show.schema import HOUR, key
from installation.values import Address, FileValue, Places, Seconds, Where

__all__ = [
    "MOST_STATES",
    "DriverKeys",
    "InterfaceSpec",
    "PeopleKeys",
    "PhaseSpec",
    "ShockSpec",
    "StateSpec",
    "TriggerKeys",
    "TriggerSpec",
]

MOST_STATES: Final = 32
"""Maximum number of states; ``/neuro/state`` is the index of the current one, from 0, in file order."""


@dataclass(frozen=True, slots=True)
class TriggerSpec:
    """``[[state.NAME.trigger]]``: starts this state when a signal stays beyond a level."""

    signal: Address
    level: float
    release: float
    """Hysteresis: the signal must have been on this side once before the trigger can fire (again)."""
    where: Where
    above: bool = True
    """Whether the trigger fires above the level, or below it."""
    dwell: Seconds = 0.0
    """How long the signal must stay beyond the level without interruption."""
    after: frozenset[str] = frozenset()
    """States from which it fires; empty means all that allow the transition."""
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TriggerKeys:
    """``[[state.NAME.trigger]]`` as written in the file."""

    signal: Annotated[Address, key("the signal to watch", kind="address")]
    where: Where
    above: Annotated[float | None, key("level above which the trigger fires")] = None
    below: Annotated[float | None, key("instead of `above`: level below which the trigger fires")] = None
    release: Annotated[
        float | None,
        key(
            "level to which the signal must return before the trigger fires, and fires again",
            default="the level",
        ),
    ] = None
    dwell: Annotated[
        Seconds,
        key("seconds for which the signal must stay beyond the level", low=0.0, high=HOUR),
    ] = 0.0
    after: Annotated[
        frozenset[str],
        key("states in which it fires; default: all that this state may follow"),
    ] = frozenset()
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhaseSpec:
    """``[[state.NAME.phase]]``: a change of values while a state lasts."""

    at: Annotated[Seconds, key("seconds since the state began", low=0.0, high=24 * HOUR)]
    where: Where
    fade: Annotated[Seconds, key("fade time of this phase in seconds", low=0.0, high=HOUR)] = 2.0
    like: Annotated[
        str | None,
        key("a state whose values replace this state's own during this phase"),
    ] = None
    set: Annotated[Mapping[Address, FileValue], key("additional values, by address")] = field(
        default_factory=dict
    )
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShockSpec:
    """``[state.NAME.shock]``: the shockwaves that a state emits when it begins."""

    energy: Annotated[tuple[float, ...], key("energy of each front, in order", low=0.0, high=1.0)] = (
        1.0,
        0.6,
        0.35,
    )
    apart: Annotated[Seconds, key("seconds between two fronts", low=1.0, high=60.0)] = 1.3
    speed: Annotated[float, key("picture heights per second", low=0.05, high=5.0)] = 0.8


@dataclass(frozen=True, slots=True)
class StateSpec:
    """``[state.NAME]`` in ``states.toml``: one state of the interface, an absolute look as a cue is."""

    name: str
    where: Where
    onset: Annotated[Seconds, key("fade time of `set` in seconds", low=0.0, high=HOUR)] = 4.0
    decay: Annotated[
        Seconds,
        key(
            "fade time in seconds of parameters that this state does not name, back to their authored values",
            low=0.0,
            high=HOUR,
        ),
    ] = 4.0
    longest: Annotated[
        Seconds | None, key("seconds after which `then` begins automatically", low=0.1, high=24 * HOUR)
    ] = None
    then: Annotated[str | None, key("the state after `longest`")] = None
    set: Annotated[
        Mapping[Address, FileValue],
        key("parameter values by address; parameters named only by other states keep their authored values"),
    ] = field(default_factory=dict)
    times: Annotated[
        Mapping[Address, Seconds],
        key("fade times in seconds that replace `onset` for some of `set`, by address", kind="a table"),
    ] = field(default_factory=dict)
    refuses: Annotated[
        Mapping[str, str],
        key(
            "`[state.NAME.refuses]`: states that must not follow this one when requested, "
            'each with the reason to report, e.g. `drifting = "nothing is torn"`',
            kind="a table",
        ),
    ] = field(default_factory=dict)
    triggers: tuple[TriggerSpec, ...] = ()
    phases: tuple[PhaseSpec, ...] = ()
    """Sorted by time."""
    shock: Annotated[
        ShockSpec | None,
        key("`[state.NAME.shock]`: shockwaves that are emitted when the state begins", kind="a table"),
    ] = None
    places: Places = field(default_factory=dict)

    @property
    def looks(self) -> "tuple[StateSpec | PhaseSpec, ...]":
        """All parts that set values: the state itself, and its phases by time."""
        return (self, *self.phases)


@dataclass(frozen=True, slots=True)
class PeopleKeys:
    """``[people]`` as written in the file."""

    source: Annotated[
        Address,
        key("address prefix of people's readings: `FROM/1/x` and so on", name="from", kind="address"),
    ] = "/person"
    brake: Annotated[
        float,
        key("share of every loop gain that is removed while everybody stands still", low=0.0, high=1.0),
    ] = 0.2
    brake_time: Annotated[
        Seconds, key("time constant in seconds of applying and releasing the brake", low=0.0, high=HOUR)
    ] = 4.0
    drive: Annotated[
        float,
        key(
            "share by which every loop gain rises where people disagree, and falls where they agree",
            low=0.0,
            high=1.0,
        ),
    ] = 0.0


@dataclass(frozen=True, slots=True)
class DriverKeys:
    """``[drivers]`` as written in the file: signals that replace the shared measures of the people."""

    arousal: Annotated[Address | None, key("a signal, 0..1, that replaces arousal", kind="address")] = None
    coherence: Annotated[Address | None, key("a signal, 0..1, that replaces coherence", kind="address")] = (
        None
    )
    stillness: Annotated[Address | None, key("a signal, 0..1, that replaces stillness", kind="address")] = (
        None
    )


@dataclass(frozen=True, slots=True)
class InterfaceSpec:
    """``states.toml``: the interface and its states."""

    states: tuple[StateSpec, ...]
    first: Annotated[str, key("the initial state", default="the first state")]
    calm: Annotated[str, key("the state after a panic", default="`first`")]
    people: Address
    """Address prefix of people's readings, ``<people>/N/x`` and so on."""
    drivers: Mapping[str, Address]
    """Signals that replace ``arousal``, ``coherence`` or ``stillness``."""
    where: Where
    brake: float = 0.2
    """Share of every loop gain that is removed while everybody stands still."""
    brake_time: Seconds = 4.0
    """Time constant of the brake."""
    drive: float = 0.0
    """Share by which disagreement of the people raises all loop gains, and agreement lowers them."""
    places: Places = field(default_factory=dict)
