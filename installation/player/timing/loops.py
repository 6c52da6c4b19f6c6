"""Gesture loops bound to the tree and to controls.

A touch is a base that changed by ``set``, whoever asked: a fader, OSC, the command line; and a reading of a
control that the show listens to, unless it reaches what is never recorded. What a loop plays goes through the
next frame's inbox, as the hand's did, so that recordings hold it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from installation.commands import addressed
from installation.cue.cuelist import CueList
from installation.cue.override import BLACKOUT, MASTER
from installation.errors import CommandError
from installation.logs import Refusals
from installation.parameter.tree import Tree
from installation.player.inbox import Entry
from installation.show.model import RouteSpec, SignalSpec
from installation.signal import Signals
from installation.tempo.loops import MOST_TOUCHES, SLOTS, Loop, Touch
from installation.values import Address, Beat, Command, Frame, Reading, Seconds

__all__ = ["SOURCE", "Loops", "kept_off", "never"]

SOURCE: Final = "loop"
"""Source of the commands and readings that loops give."""

_NEVER: Final = (MASTER, BLACKOUT)
_NEVER_BELOW: Final = "/tempo/"
_CONTROLS: Final = ("/midi/", "/osc/")


def never(target: Address) -> bool:
    """Whether a loop must not reach this address: a command, the master, the blackout or the tempo."""
    return target in _NEVER or target.startswith(_NEVER_BELOW) or addressed(target) is not None


def kept_off(routes: Iterable[RouteSpec], signals: Iterable[SignalSpec]) -> frozenset[Address]:
    """Return the signals from which routes reach what a loop must not, also through generated signals.

    Args:
        routes: Of the show, their patterns replaced by addresses.
        signals: That the show generates.
    """
    found = {source for route in routes if never(route.target) for source in route.sources}
    inputs = {
        f"/signal/{one.name}": {text for text in one.settings.values() if isinstance(text, str) and text}
        for one in signals
    }
    waiting = list(found)
    while waiting:
        fresh = inputs.pop(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


class Loops:
    """Eight loops.

    Args:
        tree: Whose touches are recorded.
        signals: Controls that the show listens to.
        cues: Fades take parameters over, a panic stops all loops.
        refusals: Told when a loop is full.

    Attributes:
        barred: Whether the reading of a control reaches what a loop must not: ``never``.
    """

    def __init__(self, tree: Tree, signals: Signals, cues: CueList, refusals: Refusals) -> None:
        self.slots = tuple(Loop() for _ in range(SLOTS))
        self.barred: Callable[[Address], bool] = lambda _address: False
        self._tree = tree
        self._signals = signals
        self._cues = cues
        self._refusals = refusals
        self._before = tree.touched
        self._own: dict[int, int] = {}
        self._heard: list[tuple[Address, tuple[float, ...]]] = []
        self._controls: set[Address] = set()
        self._begun = cues.begun
        self._written: dict[Address, tuple[float, ...]] = {}
        """What loops wrote last, as the tree holds it."""
        self._due: list[Touch] = []
        self._addresses: list[Address] = []
        self._version = -1

    @property
    def _active(self) -> bool:
        return any(loop.state not in ("empty", "stopped") for loop in self.slots)

    def record(self, slot: int, bars: int | None, beat: Beat, time: Seconds, known: bool) -> None:
        """Begin, end or overdub loop ``slot`` (from 1)."""
        self.slots[slot - 1].record(beat, time, known=known, bars=bars)

    def play(self, slot: int, on: bool | None, beat: Beat, time: Seconds) -> None:
        """Play or stop a loop. Raises CommandError if it holds nothing yet."""
        loop = self.slots[slot - 1]
        if loop.state in ("empty", "armed", "recording"):
            message = f"loop {slot} is {loop.state}: there is nothing to play yet"
            raise CommandError(message)
        loop.play(beat, time, on=on)

    def clear(self, slot: int) -> None:
        """Empty a loop."""
        self.slots[slot - 1].clear()

    def begin(self, entries: Sequence[Entry], network: Iterable[str]) -> None:
        """Before the input of a frame takes effect."""
        if not self._active:
            return
        self._before = self._tree.touched.copy()
        self._own.clear()
        self._heard.clear()
        for entry in entries:
            if isinstance(entry, Reading) and not entry.private and entry.source != SOURCE and entry.values:
                address = "/osc" + entry.address if entry.source in network else entry.address
                heard = address.startswith(_CONTROLS) and self._signals.declared(address)
                if heard and not self.barred(address):
                    values = tuple(float(v) for v in entry.values if isinstance(v, int | float))
                    if len(values) == len(entry.values):
                        self._heard.append((address, values))
                        self._controls.add(address)

    def obeyed(self, command: Command) -> None:
        """Be told of a command before it is carried out: a loop's own touches are not a hand's."""
        if command.source == SOURCE and command.verb == "set" and self._active:
            address = str(command.arguments[0])
            if address in self._tree.parameters():
                slot = self._tree.slot(address)
                self._own[slot] = self._own.get(slot, 0) + 1

    def advance(self, frame: Frame) -> None:
        """After the input of a frame: record what was touched, and find what is to be played."""
        self._due = []
        if not self._active:
            self._begun = self._cues.begun
            return
        if self._cues.calmed:
            for loop in self.slots:
                loop.stop()
            return
        touched = [*self._touched(), *self._heard]
        moved = self._moved({address for address, _ in touched})
        fading = frozenset(self._cues.going_to())
        for loop in self.slots:
            loop.take(moved)
            self._due += loop.advance(frame.beat, frame.time, fading)
            for address, values in touched:
                loop.touch(address, values)
            if loop.full:
                loop.full = False
                self._refusals.note(f"a loop holds {MOST_TOUCHES} touches", "", "record a shorter one")
        hands = {address for address, _ in touched}
        self._due = [one for one in self._due if one.address not in hands]

    def moving(self) -> frozenset[Address]:
        """Return what loops that play have touches of: its base is no choice of a hand."""
        playing = [one.addresses for one in self.slots if one.state not in ("empty", "stopped", "armed")]
        return frozenset[Address]().union(*playing)

    def entries(self, now: Seconds) -> list[Entry]:
        """What loops play, for the next frame's inbox; ``now`` is monotonic seconds."""
        known = self._tree.parameters()
        if self._due and self._cues.begun != self._begun:  # a cue began after they were found
            authored = self._cues.authored()
            self._due = [one for one in self._due if one.address not in authored]
        return [
            Command("set", (one.address, *one.values), now, SOURCE)
            if one.address in known
            else Reading(one.address, one.values, now, SOURCE)
            for one in self._due
            if one.address in known or (one.address in self._controls and not self.barred(one.address))
        ]

    def status(self) -> dict[str, str]:
        """The loops that hold something, in words by slot."""
        return {
            str(number): f"{loop.state} {loop.length:.3g} {'s' if loop.free else 'beats'}, "
            f"{len(loop.touches)} touches"
            for number, loop in enumerate(self.slots, 1)
            if loop.state != "empty"
        }

    def _touched(self) -> list[tuple[Address, tuple[float, ...]]]:
        """Parameters that were touched in this frame by somebody else than a loop, with their bases."""
        tree = self._tree
        if len(self._before) != len(tree.touched):
            return []
        counts = tree.touched - self._before
        if not counts.any():
            return []
        for slot, own in self._own.items():
            address = self._address(slot)
            size = tree.parameters()[address].kind.components
            counts[slot : slot + size] -= own
            self._written[address] = tree.get_base(address)
        found = {self._address(int(slot)) for slot in np.flatnonzero(counts > 0)}
        return [
            (address, tree.get_base(address))
            for address in tree.parameters()
            if address in found and address not in _NEVER and not address.startswith(_NEVER_BELOW)
        ]

    def _moved(self, touched: set[Address]) -> set[Address]:
        """Parameters that a cue, a preset or a fade has moved since a loop wrote them."""
        tree, moved = self._tree, set(touched)
        known = tree.parameters()
        if self._cues.begun != self._begun:
            self._begun = self._cues.begun
            moved |= set(self._cues.authored())
        for address, values in self._written.items():
            if address in known and tree.get_base(address) != values:
                moved.add(address)
        for address in moved:
            self._written.pop(address, None)
        return moved

    def _address(self, slot: int) -> Address:
        if self._tree.version != self._version:
            self._version = self._tree.version
            self._addresses = [
                address
                for address, one in self._tree.parameters().items()
                for _ in range(one.kind.components)
            ]
        return self._addresses[slot]
