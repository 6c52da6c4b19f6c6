"""Shows remotes the bases of parameters, so that their faders stand where the show's values are.

Bases and not effective values: a fader sets the base, and must not run away under a hand because a route
moves the value. A base is never private.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import osc
from installation.contract import Message
from installation.devices.adapters import InputSupervisor
from installation.devices.outgoing import SurfaceSupervisor
from installation.parameter import Kind, Parameter, Tree
from installation.player.inbox import Entry
from installation.values import Address, Reading, Scalar, Seconds

__all__ = ["ECHO", "INTERVAL", "Mirror"]

INTERVAL: Final[Seconds] = 1 / 30
"""Values go out at most every so often."""
ECHO: Final[Seconds] = 0.15
"""A remote that moves a parameter is not told of it before it has let go for so long: its fader would jump
back to where it was."""

_AT_ONCE: Final = 200
"""Values of one remote in one go; a scene change moves hundreds, and UDP loses what comes as one burst."""
_EARLY: Final[Seconds] = 0.001
_WHOLE: Final = (Kind.INT, Kind.BOOL, Kind.CHOICE)


@dataclass(slots=True)
class _Remote:
    """One remote: what it was shown, and what it moves."""

    shown: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    moved: dict[Address, Seconds] = field(default_factory=dict)


class Mirror:
    """Shows every surface that mirrors parameters what has changed.

    Args:
        tree: The parameters.
        inputs: The stage's inputs; the list may change.
    """

    def __init__(self, tree: Tree, inputs: Sequence[InputSupervisor]) -> None:
        self._tree = tree
        self._inputs = inputs
        self._remotes: dict[str, _Remote] = {}
        self._due: Seconds = 0.0
        self._version = -1
        self._rows: list[tuple[Address, Parameter, int]] = []
        self._row_of: NDArray[np.intp] = np.zeros(0, np.intp)

    def frame(self, entries: Iterable[Entry], now: Seconds) -> None:
        """Note who moved what in this frame, and show what has changed, when it is time to.

        Args:
            entries: The frame's input.
            now: Monotonic seconds.
        """
        surfaces = {
            one.adapter.name: one
            for one in self._inputs
            if isinstance(one, SurfaceSupervisor) and one.adapter.mirrors
        }
        if not surfaces:
            return
        if self._version != self._tree.version:
            self._index()
        for entry in entries:
            if isinstance(entry, Reading) and entry.source in surfaces:
                self._note(self._remotes.setdefault(entry.source, _Remote()), entry.address, now)
        if now < self._due - _EARLY:
            return
        self._due = max(self._due + INTERVAL, now + 0.5 * INTERVAL)  # frames do not divide it evenly
        for name, surface in surfaces.items():
            surface.show(self._news(self._remotes.setdefault(name, _Remote()), now))

    def _index(self) -> None:
        """Find the parameters that are shown, and which slot belongs to which."""
        tree = self._tree
        self._version = tree.version
        shown = [one for one in tree.parameters().values() if one.kind is not Kind.EVENT]
        self._rows = [(one.address, one, tree.slot(one.address)) for one in shown if one.access == "operator"]
        self._row_of = np.full(len(tree.base), -1, np.intp)
        for row, (_, one, slot) in enumerate(self._rows):
            self._row_of[slot : slot + one.kind.components] = row
        for remote in self._remotes.values():  # slots have moved: compare everything again
            remote.shown = np.zeros(0)

    def _note(self, remote: _Remote, address: Address, now: Seconds) -> None:
        known = self._tree.parameters()
        if address in known:
            remote.moved[address] = now
        elif osc.is_pattern(address):
            remote.moved |= {one: now for one in known if osc.match(address, one)}

    def _news(self, remote: _Remote, now: Seconds) -> list[Message]:
        """Return what a remote has not been shown yet."""
        base = self._tree.base
        if len(remote.shown) != len(base):
            remote.shown = np.full(len(base), np.nan)
        remote.moved = {one: at for one, at in remote.moved.items() if now - at < ECHO}
        differing = self._row_of[remote.shown != base]
        messages: list[Message] = []
        for row in dict.fromkeys(differing[differing >= 0].tolist()):
            address, parameter, slot = self._rows[row]
            if address in remote.moved:
                continue
            if len(messages) == _AT_ONCE:
                break
            end = slot + parameter.kind.components
            remote.shown[slot:end] = base[slot:end]
            messages.append(Message(address, _values(parameter, base[slot:end])))
        return messages


def _values(parameter: Parameter, numbers: NDArray[np.float64]) -> tuple[Scalar, ...]:
    if parameter.kind in _WHOLE:  # Open Stage Control compares a button's value with 1, not with true
        return tuple(int(number) for number in numbers.tolist())
    return tuple(numbers.tolist())
