"""The interface's state machine: the current state, its elapsed time and the transitions out of it.

States and allowed transitions come from ``states.toml``. A state is absolute, as a cue is: whichever
transition led to it, every parameter that any state names takes this state's value, or its authored value if
this state does not name it. No history has to be stored, and a restart reproduces the same look.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from installation.show.interface import PhaseSpec, StateSpec, TriggerSpec
from installation.values import Address, FileValue, Seconds

__all__ = ["Look", "Machine", "refusal"]


def refusal(before: StateSpec, after: str) -> str:
    """Return why the transition to state ``after`` is not allowed; empty if it is."""
    if before.name == after:
        return f"the interface is already in state {after}"
    reason = before.refuses.get(after, "")
    return f"{after} cannot follow {before.name}: {reason}" if reason else ""


@dataclass(frozen=True, slots=True)
class Look:
    """The values that a state, or one of its phases, sets.

    Attributes:
        set: Values by address, as written in the file.
        onset: Fade time of these values in seconds.
        decay: Fade time in seconds of all other parameters that any state names, back to their authored
        values.
        times: Fade times by address that replace ``onset`` for some of ``set``.
    """

    set: Mapping[Address, FileValue]
    onset: Seconds
    decay: Seconds
    times: Mapping[Address, Seconds] = field(default_factory=dict)


class _Trigger:
    """Watches one signal against one level, with hysteresis and dwell."""

    def __init__(self, spec: TriggerSpec, state: str) -> None:
        self.spec = spec
        self.state = state
        self.armed = False
        self.beyond: Seconds = 0.0

    def due(self, value: float, dt: Seconds, may: bool) -> bool:
        """Return whether the state should begin now.

        Args:
            value: The signal's value; NaN while it has none.
            dt: Seconds since the previous frame.
            may: Whether the state is allowed to begin; dwell accumulates only while it is.
        """
        spec = self.spec
        sign = 1.0 if spec.above else -1.0
        if not isfinite(value):
            self.beyond = 0.0
            return False
        if sign * (value - spec.release) <= 0.0:
            self.armed = True
        if sign * (value - spec.level) <= 0.0 or not self.armed or not may:
            self.beyond = 0.0
            return False
        self.beyond += dt
        if self.beyond < spec.dwell:
            return False
        self.armed, self.beyond = False, 0.0
        return True


class Machine:
    """The interface's state machine. It knows no parameters and no clock but ``dt``.

    Args:
        states: The states of ``states.toml``.
        first: Name of the initial state.

    Attributes:
        state: Name of the current state.
        elapsed: Seconds since it began.
        entered: Number of states entered since the start.
    """

    def __init__(self, states: Sequence[StateSpec], first: str) -> None:
        self.state = first
        self.elapsed: Seconds = 0.0
        self.entered = 0
        self._before: StateSpec | None = None
        self._take(states)

    @property
    def spec(self) -> StateSpec:
        """The specification of the current state."""
        return self._states[self.state]

    @property
    def phase(self) -> PhaseSpec | None:
        """The current phase, None before the first."""
        begun = [phase for phase in self.spec.phases if phase.at <= self.elapsed]
        return begun[-1] if begun else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all states."""
        return tuple(self._states)

    @property
    def states(self) -> tuple[StateSpec, ...]:
        """The specifications of all states."""
        return tuple(self._states.values())

    def listened(self) -> tuple[Address, ...]:
        """Return the signals that triggers listen to, without duplicates."""
        return tuple(dict.fromkeys(trigger.spec.signal for trigger in self._triggers))

    def replace(self, states: Sequence[StateSpec], first: str) -> None:
        """Replace the states after an edit; the current state is kept if it still exists."""
        kept = {(one.state, one.spec.signal, one.spec.above): one for one in self._triggers}
        self._take(states)
        for trigger in self._triggers:
            old = kept.get((trigger.state, trigger.spec.signal, trigger.spec.above))
            if old is not None:
                trigger.armed, trigger.beyond = old.armed, old.beyond
        if self.state not in self._states:
            self.enter(first)

    def ask(self, state: str) -> str:
        """Enter a state if the transition is allowed; return the reason if not, otherwise an empty string.

        Raises:
            KeyError: There is no such state.
        """
        reason = refusal(self.spec, self._states[state].name)
        if not reason:
            self.enter(state)
        return reason

    def enter(self, state: str) -> None:
        """Enter a state unconditionally: for cues, which are absolute, for panic and for restarts."""
        self._before = self._states.get(self.state)
        self.state, self.elapsed = self._states[state].name, 0.0
        self.entered += 1

    def stand(self, state: str, elapsed: Seconds) -> None:
        """Resume a state after a restart, ``elapsed`` seconds into it; an unknown name is ignored."""
        if state in self._states:
            self.state, self.elapsed = state, max(elapsed, 0.0)

    def advance(self, dt: Seconds, read: Callable[[Address], float], *, triggers: bool = True) -> None:
        """Advance time: first the budget, then the triggers in file order; at most one state begins.

        Args:
            dt: Seconds since the previous frame.
            read: Returns the latest value of a signal, NaN if it has none.
            triggers: False during a panic, when no state may begin automatically.
        """
        self.elapsed += dt
        spec = self.spec
        if spec.longest is not None and spec.then is not None and self.elapsed >= spec.longest:
            self.enter(spec.then)
            return
        chosen = None
        for trigger in self._triggers:
            after = trigger.spec.after
            may = triggers and not refusal(self.spec, trigger.state) and (not after or self.state in after)
            if trigger.due(read(trigger.spec.signal), dt, may and chosen is None):
                chosen = trigger
        if chosen is not None:
            self.enter(chosen.state)

    def look(self) -> Look:
        """Return the values to set now; they change only when ``entered`` or ``phase`` changes."""
        spec, phase = self.spec, self.phase
        if phase is None:
            decay = self._before.decay if self._before else spec.decay
            return Look(spec.set, spec.onset, decay, spec.times)
        own = self._states[phase.like].set if phase.like else spec.set
        return Look({**own, **phase.set}, phase.fade, phase.fade)

    def _take(self, states: Sequence[StateSpec]) -> None:
        self._states = {state.name: state for state in states}
        self._triggers = [_Trigger(one, state.name) for state in states for one in state.triggers]
        self._before = None
