"""How much power the lamps take and how much light they give, for each station, from their light.

A lamp takes its standby power always, and for each channel a part of its power at full:

- an LED in proportion to its light: its driver dims by the mean current;
- a filament lamp as the light to the power of 0.47: its light goes with the 3.4th power of the voltage and
  its power with the 1.6th (IES Lighting Handbook; 1.6 / 3.4 = 0.47), so that at a tenth of its light it still
  takes a third of its power.

Watts come from, in this order: what was measured (``watts`` of a fixture or pixel item in the venue), the
profile, or ``LUMENS_PER_WATT``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.light.fixture import Block
from installation.light.mixing import mix
from installation.light.profiles.profile import Profile
from installation.show.venue_model import Venue

__all__ = ["FILAMENT", "FULL", "LUMENS_PER_WATT", "ROOM", "Load", "PowerModel", "power_of"]

Floats = NDArray[np.float64]

LUMENS_PER_WATT: Final = 30.0
"""Where nothing states a lamp's power: low for LED stage lamps, so that the power is rather overestimated."""
FILAMENT: Final = 0.47
"""Exponent of a filament lamp's power over its light."""
FULL: Final = 65535.0
_NO_SLOTS: Final = np.empty(0, np.int64)
_CORNERS: Final = np.array([[r, g, b] for r in (0, 1) for g in (0, 1) for b in (0, 1)], np.float32)
"""The colours at which some emitters are full and the others dark."""
ROOM: Final = ""
"""The station of all lamps that belong to no hub."""


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What each station takes and gives; arrays are ``(stations,)``.

    Attributes:
        standby: Watts that no dimming saves.
        led: Watts that are proportional to light.
        filament: Watts of filaments as they are driven.
        lumens: Light.
    """

    standby: Floats
    led: Floats
    filament: Floats
    lumens: Floats

    @property
    def watts(self) -> Floats:
        """All of the power."""
        return self.standby + self.led + self.filament


class PowerModel:
    """The lamps of a venue by station.

    Args:
        stations: Names, each once.
        blocks: All lamps of the venue.
        owner: Index of the station of each block, by its name.
        measured: Watts at full white that were measured, for one lamp, by name of the block.
        venue: Whose lamps they are.

    Attributes:
        hub: The hub of a site that this machine is; empty if it is none.
        budget: Of the venue.
        safe: Level of the safe look, 0..1.
        delay: Seconds by which the wire is late on purpose.
        stations: Names of those that have lamps or are hubs of the venue.
        guessed: Names of blocks whose power nothing states.
        filaments: Channels of filament lamps, as indices of the flat light.
        standby: ``(stations,)`` watts that no dimming saves.
        cap: ``(stations,)`` watts at the colour at which the lamps take most; hazards at full.
        lumens_cap: ``(stations,)`` lumens at the colour at which they give most.
    """

    def __init__(
        self,
        stations: Sequence[str],
        blocks: Sequence[Block],
        owner: Mapping[str, int],
        measured: Mapping[str, float],
        venue: Venue,
    ) -> None:
        self.hub = venue.site.hub if venue.site.there else ""
        self.budget, self.safe, self.delay = venue.budget, venue.light.safe, venue.light.delay
        self.stations = tuple(stations)
        self.guessed: tuple[str, ...] = tuple(
            one.name for one in blocks if one.name not in measured and one.profile.watts is None
        )
        parts = [_channels(block, measured.get(block.name)) for block in blocks]
        slots = [block.slots[:, None] + offsets for block, (offsets, *_) in zip(blocks, parts, strict=True)]
        whose = [np.full(one.size, owner[block.name]) for one, block in zip(slots, blocks, strict=True)]
        order = np.argsort(np.concatenate([_NO_SLOTS, *whose]), kind="stable")
        self.slots: NDArray[np.int64] = np.concatenate([_NO_SLOTS, *(one.ravel() for one in slots)])[order]
        self.station: NDArray[np.int64] = np.concatenate([_NO_SLOTS, *whose])[order]
        lamps = [len(block.slots) for block in blocks]
        columns: list[Floats] = [
            np.concatenate([np.zeros(0), *(np.tile(one[k], n) for one, n in zip(parts, lamps, strict=True))])
            for k in (1, 2, 3)
        ]
        self._led, self._filament, self._lumens = (
            one[order] / scale for one, scale in zip(columns, (FULL, 1.0, FULL), strict=True)
        )
        self._bounds = np.searchsorted(self.station, np.arange(len(self.stations) + 1))
        self._hot = np.flatnonzero(self._filament > 0.0)
        self.filaments: NDArray[np.int64] = self.slots[self._hot]
        self.standby = np.zeros(len(self.stations))
        self.cap, self.lumens_cap = np.zeros(len(self.stations)), np.zeros(len(self.stations))
        for block, (_, led, filament, lumens) in zip(blocks, parts, strict=True):
            at, lamps_here = owner[block.name], len(block.slots)
            lit = mix(block.profile, _CORNERS.copy()).astype(np.float64)
            watts = (lit * led + lit**FILAMENT * filament).sum(axis=1).max()
            self.standby[at] += block.profile.standby * lamps_here
            self.cap[at] += (block.profile.standby + float(watts)) * lamps_here
            self.lumens_cap[at] += float((lit * lumens).sum(axis=1).max()) * lamps_here

    def load(self, light: NDArray[np.uint16]) -> Load:
        """Return what the lamps take at ``light``: linear light of every channel, flat, 0..65535."""
        level = light[self.slots].astype(np.float64)
        filament: Floats = np.zeros(len(self.stations))
        if len(self._hot):
            hot = self._filament[self._hot] * (level[self._hot] / FULL) ** FILAMENT
            filament = np.bincount(self.station[self._hot], hot, len(self.stations)).astype(np.float64)
        return Load(self.standby, self._sum(self._led * level), filament, self._sum(self._lumens * level))

    def _sum(self, values: Floats) -> Floats:
        if not len(values):
            return np.zeros(len(self.stations))
        sums = np.concatenate(([0.0], np.cumsum(values)))[self._bounds]
        found: Floats = np.diff(sums)
        return found


def power_of(venue: Venue, blocks: Sequence[Block]) -> PowerModel:
    """Return the model of a venue: a station for each hub.

    A lamp that several hubs name belongs to the first. Lamps of no hub are the station ``ROOM``; on a machine
    that is a hub they are its own.
    """
    members = {group.name: group.members for group in venue.groups}
    owner: dict[str, str] = {}
    mine = venue.site.hub if venue.site.there else ""
    for hub in venue.hubs:
        for name in hub.fixtures:
            for one in members.get(name, (name,)):
                owner.setdefault(one, hub.name)
    whose = {block.name: owner.get(block.name, mine or ROOM) for block in blocks}
    names = [hub.name for hub in venue.hubs] + ([mine] if mine else [])
    if ROOM in whose.values() and ROOM not in names:
        names.append(ROOM)
    names = list(dict.fromkeys(names))
    measured = {one.name: one.watts for one in venue.fixtures if one.watts > 0.0}
    measured |= {one.name: one.watts for one in venue.pixels if one.watts > 0.0}
    places = {name: names.index(hub) for name, hub in whose.items()}
    return PowerModel(names, blocks, places, measured, venue)


def _channels(block: Block, measured: float | None) -> tuple[NDArray[np.int64], Floats, Floats, Floats]:
    """Return the offsets of emitting channels, and watts of LED, watts of filament and lumens of each."""
    profile = block.profile
    emitting = [(i, channel) for i, channel in enumerate(profile.channels) if channel.emits]
    offsets = np.array([i for i, _ in emitting], np.int64)
    watts = _watts(profile)
    if measured is not None:
        white = mix(profile, np.ones((1, 3), np.float32))[0].astype(np.float64)
        full = float((watts * (white**FILAMENT if profile.load == "filament" else white)).sum())
        watts *= max(measured - profile.standby, 0.0) / full if full > 0.0 else 0.0
    lumens = np.array([profile.lumens * channel.weight for _, channel in emitting])
    none = np.zeros_like(watts)
    return (offsets, none, watts, lumens) if profile.load == "filament" else (offsets, watts, none, lumens)


def _watts(profile: Profile) -> Floats:
    """Return the watts of each emitter at full, without standby."""
    stated = [channel.watts for channel in profile.channels if channel.emits]
    whole = profile.watts if profile.watts is not None else profile.lumens / LUMENS_PER_WATT
    rest = max(whole - profile.standby - sum(one for one in stated if one is not None), 0.0)
    silent = sum(one is None for one in stated)
    return np.array([rest / silent if one is None else one for one in stated], np.float64)
