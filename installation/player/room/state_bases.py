"""The bases that states of the interface name, as fades of the cue list."""

import contextlib
from collections.abc import Mapping
from typing import Final

from installation.cue.check import arguments
from installation.cue.cuelist import CueList
from installation.errors import AddressError
from installation.neuro.machine import Machine
from installation.parameter import Tree
from installation.parameter.preset import Snapshot
from installation.show.model import CueSpec
from installation.values import Address, Seconds

__all__ = ["StateBases"]

_ALIKE: Final[Mapping[Address, Seconds]] = {}


class StateBases:
    """Moves bases when another state or another of its phases begins; what people touch stays theirs.

    Args:
        tree: The tree.
        cues: Its list, whose values stand where no state names a parameter.
    """

    def __init__(self, tree: Tree, cues: CueList) -> None:
        self._tree = tree
        self._cues = cues
        self._stands = (-1, -1)

    def move(self, machine: Machine) -> bool:
        """Fade to what the current state says, if it or its phase is new; return whether the state is."""
        before, self._stands = self._stands, _standing(machine)
        if before != self._stands:
            look = machine.look()
            self.fade(machine, look.onset, look.decay, look.times)
        return before[0] != self._stands[0]

    def stand(self, machine: Machine) -> None:
        """Take the current state and its phase as known, so that ``move`` fades to others only."""
        self._stands = _standing(machine)

    def fade(
        self, machine: Machine, onset: Seconds, decay: Seconds, times: Mapping[Address, Seconds] = _ALIKE
    ) -> None:
        """Fade everything that any state names.

        Args:
            machine: The states.
            onset: Seconds to what the current one sets.
            decay: Seconds to what cues say, or the show, of all others.
            times: Of addresses that have their own.
        """
        own, rest = map(self._cues.manual.untouched, self._ends(machine))
        for seconds in {onset, *times.values()}:
            self._cues.fade_to({a: end for a, end in own.items() if times.get(a, onset) == seconds}, seconds)
        self._cues.fade_to(rest, decay)

    def outrank(self, machine: Machine, cue: CueSpec) -> None:
        """Have the values of the current state override those of a cue that has just begun."""
        spoken = self._cues.authored()
        ends = self.own(machine)
        self._cues.fade_to({a: end for a, end in ends.items() if a in spoken}, cue.fade)

    def leave(self, ends: Snapshot, seconds: Seconds) -> None:
        """Fade what a state had set to what cues say, or the show, when there are no states any more."""
        spoken, known = self._cues.authored(), self._tree.parameters()
        self._cues.fade_to({a: spoken.get(a, known[a].default) for a in ends if a in known}, seconds)

    def own(self, machine: Machine) -> Snapshot:
        """Return what the current state sets now."""
        ends: Snapshot = {}
        for address, value in machine.look().set.items():
            with contextlib.suppress(AddressError):  # reported by the check
                ends[address] = tuple(self._tree.natural(address, arguments(value)))
        return ends

    def _ends(self, machine: Machine) -> tuple[Snapshot, Snapshot]:
        """Return targets of everything that any state names: set by the current state, and all others."""
        known = self._tree.parameters()
        own = self.own(machine)
        spoken = self._cues.authored()
        named = [a for state in machine.states for item in state.looks for a in item.set]
        return own, {a: spoken.get(a, known[a].default) for a in named if a in known and a not in own}


def _standing(machine: Machine) -> tuple[int, int]:
    """Return how many states were entered so far, and which phase of the current one stands."""
    phase = machine.phase
    return machine.entered, -1 if phase is None else machine.spec.phases.index(phase)
