"""Lamps grouped by profile: the slots of their channels, and their appearance at given levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from installation.light.curve import light_table
from installation.light.fixture import Block
from installation.light.profiles.profile import Profile

__all__ = ["Group", "Runs", "appearance", "groups"]

_Channel = TypeVar("_Channel", np.uint8, np.uint16)

_IDENTITY = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
"""Colours of red, green and blue emitters, whose levels are the colour itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Lamps of one profile: rows of the rig, first slots, and ``(k, emitters)`` slots.

    ``runs`` is equivalent to ``slots`` where these are equal runs at equal distances, as in a wall of full
    universes; writing through it takes a tenth of the time.
    """

    profile: Profile
    rows: NDArray[np.int64] | slice
    start: NDArray[np.int64]
    slots: NDArray[np.int64]
    runs: "Runs | None"


@dataclass(frozen=True, slots=True)
class Runs:
    """Columns ``begin`` to ``end`` of ``count`` rows of ``distance`` slots, the first row at ``start``."""

    start: int
    distance: int
    count: int
    begin: int
    end: int

    def within(self, light: NDArray[_Channel]) -> NDArray[_Channel]:
        """Return a view of their slots in a flat frame, one run per row."""
        rows = light[self.start : self.start + self.distance * self.count]
        return rows.reshape(self.count, self.distance)[:, self.begin : self.end]


def appearance(group: Group, levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the linear light of a group's lamps, ``(k, 3)``, at the levels of a flat frame."""
    emitters = [channel for channel in group.profile.channels if channel.emits]
    if not emitters:
        return np.zeros((len(group.slots), 3), np.float32)
    sent = levels[group.slots] if group.runs is None else group.runs.within(levels)
    sent = sent.reshape(-1, len(emitters))
    tables = [light_table(group.profile.curve, channel.low, channel.high) for channel in emitters]
    if all(table is tables[0] for table in tables):
        lit = tables[0].take(sent)
    else:
        lit = np.stack([table.take(column) for table, column in zip(tables, sent.T, strict=True)], axis=1)
    if [channel.color for channel in emitters] == _IDENTITY and all(c.weight > 0 for c in emitters):
        return lit
    shown = np.zeros((len(lit), 3), np.float32)
    for channel, light in zip(emitters, lit.T, strict=True):
        if channel.weight > 0:
            shown += light[:, np.newaxis] * np.array(channel.color, np.float32)
    return shown


def groups(blocks: Sequence[Block], names: Mapping[str, NDArray[np.int64]], size: int) -> tuple[Group, ...]:
    """Group blocks by profile, so that each profile is mixed in one operation."""
    together: dict[Profile, list[Block]] = {}
    for block in blocks:
        together.setdefault(block.profile, []).append(block)
    made = []
    for profile, same in together.items():
        slots = np.concatenate([block.slots for block in same])
        offsets = [i for i, channel in enumerate(profile.channels) if channel.emits]
        rows = np.concatenate([names[block.name] for block in same])
        first = int(rows[0])
        run = slice(first, first + len(rows))  # in most venues a view suffices, without a copy
        chosen = run if np.array_equal(rows, np.arange(run.start, run.stop)) else rows
        emitting = slots[:, None] + np.array(offsets, np.int64)
        made.append(Group(profile, chosen, slots, emitting, _runs(emitting.ravel(), size)))
    return tuple(made)


def _runs(slots: NDArray[np.int64], size: int) -> Runs | None:
    """Return these slots, in order, as runs of a flat frame of ``size`` slots; None if they are irregular."""
    breaks = np.flatnonzero(np.diff(slots) != 1)
    length = int(breaks[0]) + 1 if len(breaks) else len(slots)
    count, rest = divmod(len(slots), max(1, length))
    if rest or not count:
        return None
    first, distance = int(slots[0]), int(slots[length] - slots[0]) if count > 1 else length
    wanted = first + distance * np.arange(count)[:, None] + np.arange(length)
    start = min(first, size - distance * count)  # the last row must not exceed the frame
    if start < 0 or first - start + length > distance or not np.array_equal(wanted.ravel(), slots):
        return None
    return Runs(start, distance, count, first - start, first - start + length)
