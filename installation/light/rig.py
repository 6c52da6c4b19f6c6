"""All lamps of a venue as index arrays: from colours of the picture to light, from light to bytes.

Stage and keeper build the same rig from the same venue. The stage resolves: colours -> merge -> hazard mask
-> master -> blackout -> linear light of each channel. The keeper encodes, after its guard: light -> curve of
the lamp -> bytes. No loop runs over lamps.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS
from installation.errors import AddressError, ShowError
from installation.light.controls import Controls, Mix
from installation.light.curve import FULL, drive_table, level_table
from installation.light.fixture import Block
from installation.light.group import Group, Runs, appearance, groups
from installation.light.master import gain
from installation.light.merge import Merge
from installation.light.mixing import mix
from installation.light.patch import lay_patch
from installation.light.power import ShareLimit, power_of
from installation.light.profiles.profile import Curve, Profile
from installation.light.state import LightState
from installation.parameter import Tree
from installation.show.venue_model import Venue
from installation.values import Seconds

__all__ = ["LEVEL_PRIORITY", "PICTURE_PRIORITY", "Emitters", "Rig"]

PICTURE_PRIORITY = 100
LEVEL_PRIORITY = 110
"""A level set by hand overrides the picture."""

_NONE, _ALL = np.float32(0), np.float32(1)


@dataclass(frozen=True, slots=True, eq=False)
class Emitters:
    """The input of the lamps' guard. Rows are lamps, in the order of ``Rig.samples``.

    Attributes:
        slots: ``(lamps, n)`` flat indices into a frame's light. Rows with fewer emitters repeat their first
            one with weight 0.
        weights: ``(lamps, n)`` luminance of each emitter at full, relative to the lamp's own white.
        colors: ``(lamps, n, 3)`` linear red, green and blue of each emitter.
        room: ``(lamps,)`` share of the room's light; sums to 1.
        hazard: ``(lamps,)`` lamps that go dark on every failure.
    """

    slots: NDArray[np.int64]
    weights: NDArray[np.float32]
    colors: NDArray[np.float32]
    room: NDArray[np.float32]
    hazard: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Encoding:
    """Slots that share a curve and a range, also as ``runs``. ``fine`` is empty or of the same length."""

    curve: Curve
    low: int
    high: int
    slots: NDArray[np.int64]
    fine: NDArray[np.int64]
    runs: Runs | None = None


class Rig:
    """The lamps of one venue.

    Args:
        venue: The room.
        profiles: All profiles that its fixtures may name.

    Raises:
        ShowError: The patch has errors; all findings at once.

    Attributes:
        universes: Rows of a frame; the venue's universe 1 is row 0.
        samples: ``(lamps, 4)`` u0, v0, u1, v1 in the picture, v up, in universe order.
        names: Name of each fixture and pixel item, with the rows of its lamps.
        groups: Name of each group of the venue, with the names of its members.
        patch: Checksum; equal for two rigs in which every lamp has the same channels and position.
        emitting, hazard: ``(universes, 512)`` channels whose level is light, and those of hazard fixtures.
        warnings: Findings that do not prevent the use of the patch.
        seen: Whether people see the picture: a hub of a site without a display draws it for lamps only.
        hubs, hub, power: The venue's hubs, the name of this machine's or empty, and what its lamps take.
    """

    def __init__(self, venue: Venue, profiles: Mapping[str, Profile]) -> None:
        patch = lay_patch(venue, profiles)
        if any(finding.severity == "error" for finding in patch.findings):
            raise ShowError(patch.findings)
        self.hubs, self.hub = venue.hubs, venue.site.hub
        self.seen = bool(venue.displays or not self.hub)
        self.warnings, self.universes, blocks = patch.findings, patch.universes, patch.blocks
        self.power = power_of(venue, blocks)
        first = np.concatenate([np.empty(0, np.int64), *(block.slots for block in blocks)])
        order = np.argsort(first, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        rectangles = np.concatenate([np.empty((0, 4), np.float32), *(block.rectangles for block in blocks)])
        self.samples: NDArray[np.float32] = np.ascontiguousarray(rectangles[order])
        self.names: dict[str, NDArray[np.int64]] = {}
        ends = np.cumsum([len(block.slots) for block in blocks])[:-1]
        for block, rows in zip(blocks, np.split(place, ends), strict=bool(blocks)):
            self.names[block.name] = rows
        self.groups = {group.name: group.members for group in venue.groups}
        self._groups = groups(blocks, self.names, self.universes * CHANNELS)
        self._encodings = _encodings(self._groups)
        self._base = _held(self._groups, self.universes)
        self.hazard = _hazard(blocks, self.universes)
        self.emitting = _emitting(self._groups, self.universes)
        self.patch = _patch_number(blocks, self.groups)
        self._emitters = _emitters(self._groups, len(order))
        self._merge = Merge(len(order))
        self._safe = ~self._emitters.hazard
        self._hazards = np.flatnonzero(self._emitters.hazard)
        self._picture = np.empty((len(order), 3), np.float32)  # reused in each frame
        self._black = np.zeros_like(self._picture)  # comparing arrays is faster than with a scalar

    def __len__(self) -> int:
        return len(self.samples)

    def emitters(self) -> Emitters:
        """Return the input of the lamps' guard."""
        return self._emitters

    def controls(self, tree: Tree) -> Controls:
        """Return the controls of fixtures, pixel items and groups; ``tree`` must contain their parameters."""
        return Controls(self._movable(), self.groups, len(self), tree)

    @property
    def turned(self) -> tuple[str, ...]:
        """Names of the fixtures, pixel items and groups with level, gain and limit: all but hazards."""
        return (*self._movable(), *self.groups)

    def _movable(self) -> dict[str, NDArray[np.int64]]:
        return {name: rows for name, rows in self.names.items() if self._safe[rows].all()}

    def resolve(
        self,
        index: int,
        now: Seconds,
        colours: NDArray[np.float32] | None,
        *,
        master: float = 1.0,
        blackout: bool = False,
        levels: Mapping[str, Sequence[float]] | None = None,
        armed: bool = False,
        mean: float = float("nan"),
        red: float = float("nan"),
        lift: NDArray[np.float32] | None = None,
        mix: Mix | None = None,
        white: float = 1.0,
        exposure: float = 1.0,
        limit: ShareLimit | None = None,
    ) -> LightState:
        """Return the light of every channel for one frame.

        Args:
            index: Number of the show frame.
            now: Monotonic seconds.
            colours: ``(lamps, 3)`` linear light of the guarded picture at each lamp; None without a picture.
            master: Grand master, 0..1, a factor on linear light.
            blackout: Sets all light to zero in this very frame.
            levels: Linear light that fixtures or pixel items are set to, by name: one value or three. They
                override the picture.
            armed: Let hazard fixtures follow their level; a picture never drives them.
            mean: Mean of the guarded picture, 0..1, for the guard of the lamps.
            red: Its red share, 0..1.
            lift: ``(lamps, 3)`` linear light to add to that of the picture, for effects that run through the
                room on their own. Master, blackout and the hazard mask apply to it too.
            mix: Level, gain and limit of each lamp.
            white: Value of full white in ``colours``: the master, if it has been applied to them already.
            exposure: Factor on the light that lamps have besides the picture's.
            limit: Keeps the lamps within the shares of their stations.

        Raises:
            AddressError: ``levels`` names an item that is not in the patch, or does not give 1 or 3 values.
        """
        light = np.zeros(self.universes * CHANNELS, np.uint16)
        factor = gain(master, blackout)
        if factor > 0.0 and len(self):
            lifted = colours if lift is None else _lifted(colours, lift * np.float32(exposure))
            merged = self._merged(lifted, levels or {}, mix, (white, exposure))
            if not armed and levels:
                merged[self._hazards] = 0.0
            if factor < 1.0:
                merged *= np.float32(factor)
            self._spread(merged, light)
        if limit is not None:
            limit.apply(light)
        return LightState(index, now, light.reshape(self.universes, CHANNELS), mean, red, self.patch)

    def steady(self, level: float) -> NDArray[np.uint16]:
        """Return ``(universes, 512)`` light of static white at a level, 0..1; hazard fixtures stay dark."""
        light = np.zeros(self.universes * CHANNELS, np.uint16)
        colours = np.full((len(self), 3), gain(level, blackout=False), np.float32)
        colours[self._hazards] = 0.0
        self._spread(colours, light)
        return light.reshape(self.universes, CHANNELS)

    def encode(
        self, light: NDArray[np.uint16] | NDArray[np.float32], hazards: bool = True
    ) -> NDArray[np.uint8]:
        """Return the bytes for the wire: each channel's curve, then 8 or 16 bit; held channels are open.

        Args:
            light: ``(universes, 512)`` linear light after the guard: uint16 0..65535, or float 0..1.
            hazards: False sends zeros to every channel of hazard fixtures, as on every failure path.
        """
        flat = _whole(light).reshape(-1)
        out = self._base.copy()
        for encoding in self._encodings:
            if encoding.runs is not None:
                table = level_table(encoding.curve, encoding.low, encoding.high)
                encoding.runs.within(out)[:] = table.take(encoding.runs.within(flat))
                continue
            value = flat[encoding.slots]
            if len(encoding.fine):
                drive = drive_table(encoding.curve)[value]
                out[encoding.slots] = drive >> 8
                out[encoding.fine] = drive & 0xFF
            else:
                out[encoding.slots] = level_table(encoding.curve, encoding.low, encoding.high)[value]
        if not hazards:
            out[self.hazard.reshape(-1)] = 0
        return out.reshape(self.universes, CHANNELS)

    def carried(self, light: NDArray[np.uint16], before: "Rig") -> NDArray[np.uint16]:
        """Transfer the light of another rig's patch; only channels that emit in both keep their value."""
        out = np.zeros((self.universes, CHANNELS), np.uint16)
        both = min(self.universes, before.universes)
        alike = self.emitting[:both] & before.emitting[:both] & ~self.hazard[:both]
        out[:both][alike] = light[:both][alike]
        return out

    def appearance(self, levels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the linear light, ``(lamps, 3)``, that the lamps show at these levels.

        For drawing what is on the wire; only the coarse byte of 16-bit channels is read.
        """
        shown = np.zeros((len(self), 3), np.float32)
        for group in self._groups:
            shown[group.rows] = appearance(group, levels.reshape(-1))
        return np.minimum(shown, np.float32(1), out=shown)

    def _merged(
        self,
        colours: NDArray[np.float32] | None,
        levels: Mapping[str, Sequence[float]],
        mix: Mix | None,
        full: tuple[float, float],
    ) -> NDArray[np.float32]:
        """Return the colour of every lamp, finite, 0..1, in a buffer that is reused in the next frame."""
        picture = self._picture
        if colours is None:
            picture.fill(0.0)
        else:
            np.fmax(colours, self._black, out=picture, dtype=np.float32)  # NaN becomes 0
            np.clip(picture, _NONE, _ALL, out=picture)
        if mix is not None:
            mix.apply(picture, *full)
        if len(self._hazards):
            picture[self._hazards] = 0.0
        if not levels:
            return picture
        self._merge.put("picture", picture, PICTURE_PRIORITY, self._safe)
        values = np.zeros_like(picture)
        covers = np.zeros(len(self), np.bool_)
        for name, level in levels.items():
            rows = self.names.get(name)
            if rows is None or len(level) not in {1, 3}:
                message = f"{name} with {len(level)} values is no lamp of this venue with 1 or 3 values"
                raise AddressError(message)
            values[rows] = np.clip(np.nan_to_num(np.array(level, np.float32)), 0.0, 1.0)
            covers[rows] = True
        self._merge.put("levels", values, LEVEL_PRIORITY, covers)
        return self._merge.result()

    def _spread(self, colours: NDArray[np.float32], light: NDArray[np.uint16]) -> None:
        """Write the light of each emitter to its slot; ``colours`` is overwritten."""
        for group in self._groups:
            part = mix(group.profile, colours[group.rows])
            np.multiply(part, np.float32(FULL), out=part)
            np.add(part, np.float32(0.5), out=part)  # truncated below: rounds values that are not negative
            if group.runs is None:
                light[group.slots] = part
            else:
                within = group.runs.within(light)
                within[:] = part.reshape(within.shape)


def _lifted(colours: NDArray[np.float32] | None, lift: NDArray[np.float32]) -> NDArray[np.float32]:
    """Add ``lift`` to the colours; NaN adds nothing."""
    added = np.nan_to_num(lift)
    return added if colours is None else np.fmax(colours, np.float32(0)) + added


def _whole(light: NDArray[np.uint16] | NDArray[np.float32]) -> NDArray[np.uint16]:
    """Convert light to 16-bit integers; NaN becomes 0."""
    if light.dtype == np.uint16:
        return light.view(np.uint16)
    clean: NDArray[np.float32] = np.fmax(light, np.float32(0), dtype=np.float32)
    np.fmin(clean, np.float32(1), out=clean)
    return _round(clean)


def _round(part: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Round light, 0..1, to 16-bit integers; it must not be negative."""
    whole: NDArray[np.uint16] = (part * np.float32(FULL) + np.float32(0.5)).astype(np.uint16)
    return whole


def _encodings(groups: Sequence[Group]) -> tuple[_Encoding, ...]:
    """Group slots by table, so that each table is applied once per frame."""
    together: dict[tuple[Curve, int, int, bool], list[NDArray[np.int64]]] = {}
    encodings = []
    for group in groups:
        channels = group.profile.channels
        offsets = [i for i, channel in enumerate(channels) if channel.emits]
        ranges = {(channels[i].low, channels[i].high) for i in offsets}
        if group.runs is not None and len(ranges) == 1 and not any(channel.fine for channel in channels):
            low, high = ranges.pop()
            encodings.append(
                _Encoding(group.profile.curve, low, high, group.slots, group.slots[:0], group.runs)
            )
            continue
        for column, i in enumerate(offsets):
            channel = channels[i]
            fine = i + 1 < len(channels) and channels[i + 1].fine
            key = (group.profile.curve, channel.low, channel.high, fine)
            together.setdefault(key, []).append(group.slots[:, column])
    for (curve, low, high, fine), parts in together.items():
        slots = np.sort(np.concatenate(parts))
        encodings.append(_Encoding(curve, low, high, slots, slots + 1 if fine else slots[:0]))
    return tuple(encodings)


def _held(groups: Sequence[Group], universes: int) -> NDArray[np.uint8]:
    """Return the bytes of a dark frame: held channels open, all others 0."""
    base = np.zeros(universes * CHANNELS, np.uint8)
    for group in groups:
        channels = group.profile.channels
        for i, channel in enumerate(channels):
            if channel.held:
                base[group.start + i] = channel.open
                if i + 1 < len(channels) and channels[i + 1].fine:
                    base[group.start + i + 1] = 255 if channel.open == 255 else 0
    return base


def _hazard(blocks: Sequence[Block], universes: int) -> NDArray[np.bool_]:
    mask = np.zeros(universes * CHANNELS, np.bool_)
    for block in blocks:
        if block.profile.hazard:
            mask[block.occupied.ravel()] = True
    return mask.reshape(universes, CHANNELS)


def _emitting(groups: Sequence[Group], universes: int) -> NDArray[np.bool_]:
    mask = np.zeros(universes * CHANNELS, np.bool_)
    for group in groups:
        mask[group.slots.ravel()] = True
    return mask.reshape(universes, CHANNELS)


def _patch_number(blocks: Sequence[Block], together: Mapping[str, Sequence[str]]) -> int:
    """Return a checksum of the meaning of every channel; never 0."""
    number = zlib.crc32(repr(sorted(together.items())).encode())
    for block in blocks:
        number = zlib.crc32(f"{block.name} {block.profile}".encode(), number)
        number = zlib.crc32(block.slots.tobytes() + block.rectangles.tobytes(), number)
    return number or 1


def _emitters(groups: Sequence[Group], lamps: int) -> Emitters:
    most = max((group.slots.shape[1] for group in groups), default=1)
    slots = np.zeros((lamps, most), np.int64)
    weights = np.zeros((lamps, most), np.float32)
    colors = np.zeros((lamps, most, 3), np.float32)
    room = np.zeros(lamps, np.float32)
    hazard = np.zeros(lamps, np.bool_)
    for group in groups:
        emitting = [channel for channel in group.profile.channels if channel.emits]
        count = len(emitting)
        slots[group.rows, :count] = group.slots
        slots[group.rows, count:] = group.slots[:, :1]
        weights[group.rows, :count] = [channel.weight for channel in emitting]
        colors[group.rows, :count] = [channel.color for channel in emitting]
        room[group.rows] = group.profile.lumens
        hazard[group.rows] = group.profile.hazard
    total = float(room.sum())
    return Emitters(slots, weights, colors, room / total if total > 0 else room, hazard)
