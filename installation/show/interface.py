"""What ``states.toml`` says, as frozen values: the interface between the people in the room and the light."""

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
"""States of one interface; ``/neuro/state`` is the number of the one that stands, from 0, in file order."""


@dataclass(frozen=True, slots=True)
class TriggerSpec:
    """``[[state.NAME.trigger]]``: a signal that, held beyond a level, brings this state about."""

    signal: Address
    level: float
    release: float
    """The signal must have been on this side once before the trigger can act (again): hysteresis."""
    where: Where
    above: bool = True
    """Whether the state begins above the level, or below it."""
    dwell: Seconds = 0.0
    """How long the signal must stay beyond the level without a break."""
    after: frozenset[str] = frozenset()
    """States from which it acts; empty means all that lead here."""
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TriggerKeys:
    """``[[state.NAME.trigger]]`` as the file states it."""

    signal: Annotated[Address, key("what is listened to", kind="address")]
    where: Where
    above: Annotated[float | None, key("the level that it must be above")] = None
    below: Annotated[float | None, key("instead of `above`: the level that it must be below")] = None
    release: Annotated[
        float | None,
        key(
            "the signal must have come back to here before the trigger acts, and each time again",
            default="the level",
        ),
    ] = None
    dwell: Annotated[
        Seconds,
        key("seconds that the signal must stay beyond the level without a break", low=0.0, high=HOUR),
    ] = 0.0
    after: Annotated[
        frozenset[str],
        key("the states after which it acts; without it all that this one may follow"),
    ] = frozenset()
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhaseSpec:
    """``[[state.NAME.phase]]``: what changes while a state lasts."""

    at: Annotated[Seconds, key("seconds since the state began", low=0.0, high=24 * HOUR)]
    where: Where
    fade: Annotated[Seconds, key("seconds until what this phase says stands", low=0.0, high=HOUR)] = 2.0
    like: Annotated[
        str | None,
        key("a state whose values stand during this phase, instead of this state's own"),
    ] = None
    set: Annotated[Mapping[Address, FileValue], key("values on top of those, by address")] = field(
        default_factory=dict
    )
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShockSpec:
    """``[state.NAME.shock]``: the shockwaves that a state sends out when it begins."""

    energy: Annotated[tuple[float, ...], key("of each front, one after the other", low=0.0, high=1.0)] = (
        1.0,
        0.6,
        0.35,
    )
    apart: Annotated[Seconds, key("seconds between two fronts", low=1.0, high=60.0)] = 1.3
    speed: Annotated[float, key("picture heights a second", low=0.05, high=5.0)] = 0.8


@dataclass(frozen=True, slots=True)
class StateSpec:
    """``[state.NAME]`` in ``states.toml``: one state of the interface, an absolute look as a cue is."""

    name: str
    where: Where
    onset: Annotated[Seconds, key("seconds that `set` takes to arrive", low=0.0, high=HOUR)] = 4.0
    decay: Annotated[
        Seconds,
        key(
            "seconds that it takes to go back when a state follows that does not name it", low=0.0, high=HOUR
        ),
    ] = 4.0
    longest: Annotated[
        Seconds | None, key("seconds after which `then` begins by itself", low=0.1, high=24 * HOUR)
    ] = None
    then: Annotated[str | None, key("the state that follows after `longest`")] = None
    set: Annotated[
        Mapping[Address, FileValue],
        key("where parameters are to stand, by address; what only other states name stands as authored"),
    ] = field(default_factory=dict)
    times: Annotated[
        Mapping[Address, Seconds],
        key("for some of `set`, other seconds than `onset`, by address", kind="a table"),
    ] = field(default_factory=dict)
    refuses: Annotated[
        Mapping[str, str],
        key(
            "`[state.NAME.refuses]`: states that do not follow from this one when they are asked for, "
            'each with the reason that is told, e.g. `drifting = "nothing is torn"`',
            kind="a table",
        ),
    ] = field(default_factory=dict)
    triggers: tuple[TriggerSpec, ...] = ()
    phases: tuple[PhaseSpec, ...] = ()
    """By time."""
    shock: Annotated[
        ShockSpec | None,
        key("`[state.NAME.shock]`: shockwaves that go out when the state begins", kind="a table"),
    ] = None
    places: Places = field(default_factory=dict)

    @property
    def looks(self) -> "tuple[StateSpec | PhaseSpec, ...]":
        """Everything of it that sets values: the state itself, and its phases by time."""
        return (self, *self.phases)


@dataclass(frozen=True, slots=True)
class PeopleKeys:
    """``[people]`` as the file states it."""

    source: Annotated[
        Address,
        key("below it stand the readings of each person: `FROM/1/x` and so on", name="from", kind="address"),
    ] = "/person"
    brake: Annotated[
        float,
        key("share of every loop gain that is taken away while everybody stands still", low=0.0, high=1.0),
    ] = 0.2
    brake_time: Annotated[
        Seconds, key("seconds until that is felt, and until it is gone", low=0.0, high=HOUR)
    ] = 4.0


@dataclass(frozen=True, slots=True)
class DriverKeys:
    """``[drivers]`` as the file states it: signals that stand in for what people are together."""

    arousal: Annotated[
        Address | None, key("a signal, 0..1, that stands in for how excited people are", kind="address")
    ] = None
    coherence: Annotated[
        Address | None, key("one that stands in for how much together they breathe", kind="address")
    ] = None
    stillness: Annotated[
        Address | None, key("one that stands in for how many stand still", kind="address")
    ] = None


@dataclass(frozen=True, slots=True)
class InterfaceSpec:
    """``states.toml``: what answers the people in the room, and in which states it may be."""

    states: tuple[StateSpec, ...]
    first: Annotated[str, key("the state that the interface begins in", default="the first state")]
    calm: Annotated[str, key("the state that panic leads to, from anywhere", default="`first`")]
    people: Address
    """Below it stand the readings of each person, ``<people>/N/x`` and so on."""
    drivers: Mapping[str, Address]
    """Signals that stand in for ``arousal``, ``coherence`` or ``stillness``."""
    where: Where
    brake: float = 0.2
    """Share of every loop gain that is taken away while everybody stands still."""
    brake_time: Seconds = 4.0
    """How long the brake takes to be felt, and to let go."""
    places: Places = field(default_factory=dict)
