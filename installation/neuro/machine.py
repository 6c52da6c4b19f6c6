"""Which state the interface is in, how long, and how it may come to the next.

The states, and which do not follow from which, are what ``states.toml`` says. A state is absolute, as a cue
is: whichever way one comes to it, every parameter that any state names stands at this state's value, or as
authored if this one does not name it. So nothing has to be remembered of the way, and a restart lands on the
same look.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from installation.show.interface import PhaseSpec, StateSpec, TriggerSpec
from installation.values import Address, FileValue, Seconds

__all__ = ["Look", "Machine", "refusal"]


def refusal(before: StateSpec, after: str) -> str:
    """Why the state ``after`` does not follow from ``before``; empty if it does."""
    if before.name == after:
        return f"the interface is {after} already"
    reason = before.refuses.get(after, "")
    return f"{after} does not follow from {before.name}: {reason}" if reason else ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a state, or a phase of it, wants to stand.

    Attributes:
        set: Values by address, as files state them.
        onset: How long these take to arrive.
        decay: How long everything else that any state names takes to be as authored.
        times: For some of ``set``, another time than ``onset``.
    """

    set: Mapping[Address, FileValue]
    onset: Seconds
    decay: Seconds
    times: Mapping[Address, Seconds] = field(default_factory=dict)


class _Trigger:
    """One signal, one level, with hysteresis and dwell."""

    def __init__(self, spec: TriggerSpec, state: str) -> None:
        self.spec = spec
        self.state = state
        self.armed = False
        self.beyond: Seconds = 0.0

    def due(self, value: float, dt: Seconds, may: bool) -> bool:
        """Whether the state is to begin now.

        Args:
            value: Of the signal; NaN while it says nothing.
            dt: Since the frame before.
            may: Whether the state may begin at all; dwell counts only while it may.
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
    """The interface's state. Knows no parameters and no clock but ``dt``.

    Args:
        states: What ``states.toml`` says; ``first`` is one of them.
        first: Where it begins.

    Attributes:
        state: Name of the state that stands.
        elapsed: Seconds since it began.
        entered: How many states have begun since the start.
    """

    def __init__(self, states: Sequence[StateSpec], first: str) -> None:
        self.state = first
        self.elapsed: Seconds = 0.0
        self.entered = 0
        self._before: StateSpec | None = None
        self._take(states)

    @property
    def spec(self) -> StateSpec:
        """What the file says of the state that stands."""
        return self._states[self.state]

    @property
    def phase(self) -> PhaseSpec | None:
        """The phase that stands, None before the first."""
        begun = [phase for phase in self.spec.phases if phase.at <= self.elapsed]
        return begun[-1] if begun else None

    @property
    def names(self) -> tuple[str, ...]:
        """The states that there are."""
        return tuple(self._states)

    @property
    def states(self) -> tuple[StateSpec, ...]:
        """What the file says of all of them."""
        return tuple(self._states.values())

    def listened(self) -> tuple[Address, ...]:
        """The signals that triggers listen to, each once."""
        return tuple(dict.fromkeys(trigger.spec.signal for trigger in self._triggers))

    def replace(self, states: Sequence[StateSpec], first: str) -> None:
        """Take edited states; the one that stands goes on standing if it is still there."""
        kept = {(one.state, one.spec.signal, one.spec.above): one for one in self._triggers}
        self._take(states)
        for trigger in self._triggers:
            old = kept.get((trigger.state, trigger.spec.signal, trigger.spec.above))
            if old is not None:
                trigger.armed, trigger.beyond = old.armed, old.beyond
        if self.state not in self._states:
            self.enter(first)

    def ask(self, state: str) -> str:
        """Enter a state if it follows from this one; returns why not, or an empty text.

        Raises KeyError for a state that there is not.
        """
        reason = refusal(self.spec, self._states[state].name)
        if not reason:
            self.enter(state)
        return reason

    def enter(self, state: str) -> None:
        """Enter a state from wherever: for cues, which are absolute, for panic and for restarts."""
        self._before = self._states.get(self.state)
        self.state, self.elapsed = self._states[state].name, 0.0
        self.entered += 1

    def stand(self, state: str, elapsed: Seconds) -> None:
        """Stand in a state as after a restart, ``elapsed`` seconds into it; an unknown one is passed over."""
        if state in self._states:
            self.state, self.elapsed = state, max(elapsed, 0.0)

    def advance(self, dt: Seconds, read: Callable[[Address], float], *, triggers: bool = True) -> None:
        """Let time pass: the budget first, then the triggers in file order; at most one state begins.

        Args:
            dt: Since the frame before.
            read: Newest value of a signal, NaN if it has none.
            triggers: False while a panic holds: nothing may begin by itself then.
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
        """What is to stand now. It is a new one whenever ``entered`` or ``phase`` has changed."""
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
