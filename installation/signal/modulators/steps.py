"""Compiled shapes: for each step and kind of modulator, one group of numpy calls over many lanes.

Lanes should be sorted by the kinds of their steps, so that most groups are one slice, processed in place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.show.model import ModulatorSpec
from installation.signal.modulators.table import MODULATORS, Modulator
from installation.signal.spec import Row, parse, unknown
from installation.values import Beat, Finding, Seconds

__all__ = ["Shape", "Steps", "parse_shape"]

Floats = NDArray[np.float64]
Shape = list[tuple[str, Row]]
"""Steps of one lane as (kind, settings)."""


@dataclass(frozen=True, slots=True)
class _Group:
    """One modulator and its lanes: a slice if they are consecutive, otherwise their indices."""

    modulator: Modulator
    lanes: NDArray[np.intp]
    where: slice | NDArray[np.intp]


def parse_shape(shape: Sequence[ModulatorSpec]) -> tuple[Shape, list[Finding]]:
    """Return the steps of one route as (kind, settings), and the findings about them."""
    steps, findings = [], []
    for step in shape:
        kind = step.kind.replace("_", "-")
        modulator = MODULATORS.get(kind)
        if modulator is None:
            findings.append(unknown("modulator", step.kind, MODULATORS, step.where))
            continue
        row, wrong = parse(modulator.spec, step.settings, step.where)
        steps.append((kind, row))
        findings += wrong
    return steps, findings


class Steps:
    """The shapes of many lanes.

    Args:
        shapes: One parsed shape per lane.

    Attributes:
        groups: By position in the shape and kind.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.groups: dict[tuple[int, str], _Group] = {}
        for step in range(max(map(len, shapes), default=0)):
            kinds = [shape[step][0] if step < len(shape) else "" for shape in shapes]
            for kind in sorted(set(kinds) - {""}):
                lanes = [lane for lane, own in enumerate(kinds) if own == kind]
                modulator = MODULATORS[kind]([shapes[lane][step][1] for lane in lanes])
                array = np.array(lanes, np.intp)
                neighbours = lanes[-1] - lanes[0] + 1 == len(lanes)
                where = slice(lanes[0], lanes[-1] + 1) if neighbours else array
                self.groups[step, kind] = _Group(modulator, array, where)
        self._plan = [
            (one.modulator.process, one.where, not isinstance(one.where, slice))
            for one in self.groups.values()
        ]
        self._riders = [one.modulator for one in self.groups.values() if one.modulator.rides]

    def ride(self, beat: Beat) -> None:
        """Follow the tempo, from the next ``process`` on."""
        for modulator in self._riders:
            modulator.ride(beat)

    def process(self, x: Floats, dt: Seconds) -> None:
        """Transform the lanes ``x`` in place."""
        for bend, where, apart in self._plan:
            part = x[where]
            bend(part, dt)
            if apart:
                x[where] = part

    def unsettle(self, unsettled: bool) -> None:
        """Set whether any state may be NaN in the next frame."""
        for group in self.groups.values():
            group.modulator.unsettled = unsettled

    def adopt(self, old: "Steps", theirs_of: dict[int, int]) -> None:
        """Take over the state of lane ``theirs_of[lane]`` of ``old`` where the kinds of steps agree."""
        for name, group in self.groups.items():
            before = old.groups.get(name)
            if before is None:
                continue
            place = {lane: position for position, lane in enumerate(before.lanes.tolist())}
            same = [
                (i, place[theirs_of[n]])
                for i, n in enumerate(group.lanes.tolist())
                if theirs_of.get(n) in place
            ]
            mine, theirs = np.array(same, np.intp).reshape(-1, 2).T
            group.modulator.adopt(before.modulator, mine, theirs)

    def states(self) -> Iterable[tuple[NDArray[np.intp], Floats]]:
        """Yield every state array with the lanes of its last axis; writable views."""
        for group in self.groups.values():
            for state in group.modulator.arrays():
                yield group.lanes, state
