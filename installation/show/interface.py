"""What ``states.toml`` says, as frozen values: the interface between the people in the room and the light."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from installation.values import Address, FileValue, Places, Seconds, Where

__all__ = ["InterfaceSpec", "PhaseSpec", "ShockSpec", "StateSpec", "TriggerSpec"]


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
class PhaseSpec:
    """``[[state.NAME.phase]]``: what changes while a state lasts."""

    at: Seconds
    """After the state began."""
    where: Where
    fade: Seconds = 2.0
    like: str | None = None
    """Another state, whose values stand during this phase; None keeps the state's own."""
    set: Mapping[Address, FileValue] = field(default_factory=dict)
    """On top of those."""
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShockSpec:
    """``[state.NAME.shock]``: the shockwaves that a state sends out when it begins."""

    energy: tuple[float, ...] = (1.0, 0.6, 0.35)
    """Of each front, 0..1."""
    apart: Seconds = 1.3
    speed: float = 0.8
    """Picture heights a second."""


@dataclass(frozen=True, slots=True)
class StateSpec:
    """``[state.NAME]`` in ``states.toml``: one state of the interface, an absolute look as a cue is."""

    name: str
    where: Where
    onset: Seconds = 4.0
    """How long what it sets takes to arrive."""
    decay: Seconds = 4.0
    """How long what it set takes to go back when a state follows that does not name it."""
    longest: Seconds | None = None
    """Time budget after which ``then`` begins by itself."""
    then: str | None = None
    set: Mapping[Address, FileValue] = field(default_factory=dict)
    times: Mapping[Address, Seconds] = field(default_factory=dict)
    """For some of ``set``, another time than ``onset``."""
    triggers: tuple[TriggerSpec, ...] = ()
    phases: tuple[PhaseSpec, ...] = ()
    """By time."""
    shock: ShockSpec | None = None
    places: Places = field(default_factory=dict)

    @property
    def looks(self) -> "tuple[StateSpec | PhaseSpec, ...]":
        """Everything of it that sets values: the state itself, and its phases by time."""
        return (self, *self.phases)


@dataclass(frozen=True, slots=True)
class InterfaceSpec:
    """``states.toml``: what answers the people in the room, and in which states it may be."""

    states: tuple[StateSpec, ...]
    first: str
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
