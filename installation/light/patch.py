"""The patch: the channels of every lamp of a venue, and the errors in it."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from installation.contract import CHANNELS
from installation.errors import ShowError, nearest
from installation.light.controls import address_name
from installation.light.fixture import Block, fixture_block, pixel_block
from installation.light.profiles.library import Library
from installation.light.profiles.profile import Profile
from installation.show.venue_model import FixtureSpec, GroupSpec, PixelSpec, Venue
from installation.values import Finding, Where

__all__ = ["MAX_UNIVERSES", "Patch", "lay_patch", "number_of"]

MAX_UNIVERSES = 1024
"""Most universes of one venue: 1 MiB of light per frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """All blocks of a venue.

    Attributes:
        blocks: In the order of the file, fixtures first; items with errors are left out.
        universes: Rows of a frame: the highest universe in use, at least 1.
        findings: All errors and warnings, with their positions in the file.
    """

    blocks: tuple[Block, ...]
    universes: int
    findings: tuple[Finding, ...]


def lay_patch(venue: Venue, profiles: Mapping[str, Profile]) -> Patch:
    """Patch a venue's fixtures and pixels, and find overlaps, overflows and unknown profiles."""
    blocks: list[Block] = []
    findings: list[Finding] = []
    owners = np.full(MAX_UNIVERSES * CHANNELS, -1, np.int32)
    names: set[str] = set()
    items: list[FixtureSpec | PixelSpec] = [*venue.fixtures, *venue.pixels]
    for spec in items:
        made = _lay(spec, profiles)
        if isinstance(made, list):
            findings += made
            continue
        if made.name in names:
            findings.append(
                Finding(_place(spec, "name"), f"{made.name} occurs twice", "give it another name")
            )
        names.add(made.name)
        slots = made.occupied.ravel()
        if slots[-1] >= len(owners):
            findings.append(
                Finding(
                    _place(spec, "universe"),
                    f"{made.name} ends in universe {slots[-1] // CHANNELS + 1}",
                    f"the last one is {MAX_UNIVERSES}",
                )
            )
            continue
        taken = np.flatnonzero(owners[slots] >= 0)
        if len(taken):
            slot = int(slots[taken[0]])
            other = blocks[owners[slot]].name
            where = f"universe {slot // CHANNELS + 1} channel {slot % CHANNELS + 1}"
            findings.append(
                Finding(
                    _place(spec, "channel"), f"{made.name} overlaps {other} at {where}", "move one of them"
                )
            )
        owners[slots] = len(blocks)
        blocks.append(made)
    findings += _groups(venue, items)
    if isinstance(profiles, Library):
        findings += profiles.clashes(venue.fixtures)
    last = max((int(block.occupied.max()) for block in blocks), default=0)
    return Patch(tuple(blocks), last // CHANNELS + 1, tuple(findings))


def number_of(venue: Venue, patch: int) -> int:
    """Return a checksum of all that the keeper can change while a show runs: patch, adapters, light settings.

    Args:
        venue: The room.
        patch: ``Rig.patch`` of its lamps.
    """
    adapters = [(one.name, one.kind, one.settings) for one in venue.adapters]
    return zlib.crc32(repr((patch, adapters, venue.light)).encode())


def _groups(venue: Venue, items: Sequence[FixtureSpec | PixelSpec]) -> list[Finding]:
    """Return findings for missing members of groups, and for names that share an address."""
    findings = []
    known = {spec.name for spec in items}
    for group in venue.groups:
        for member in group.members:
            if member not in known:
                hint = nearest(member, known, "name fixtures and pixel items of this file")
                message = f"members: no fixture or pixel item is named {member!r}"
                findings.append(Finding(_place(group, "members"), message, hint))
    first: dict[str, str] = {}
    named: list[FixtureSpec | PixelSpec | GroupSpec] = [*items, *venue.groups]
    for one in named:
        name = address_name(one.name)
        other = first.setdefault(name, one.name)
        if other != one.name or (one in venue.groups and other in known):
            message = f"{one.name} and {other} would share the address /light/{name}"
            findings.append(Finding(_place(one, "name"), message, "give one of them another name"))
    return findings


def _lay(spec: FixtureSpec | PixelSpec, profiles: Mapping[str, Profile]) -> Block | list[Finding]:
    """Return the block of one item, or the reasons why it has none."""
    if isinstance(spec, FixtureSpec) and spec.profile not in profiles:
        hint = nearest(spec.profile, profiles, f"known are {', '.join(sorted(profiles))}")
        return [Finding(_place(spec, "profile"), f"there is no profile {spec.profile!r}", hint)]
    if spec.universe < 1:
        return [Finding(_place(spec, "universe"), f"universe is {spec.universe}", "universes count from 1")]
    if not 1 <= spec.channel <= CHANNELS:
        return [Finding(_place(spec, "channel"), f"channel is {spec.channel}", "channels are 1 to 512")]
    if isinstance(spec, PixelSpec):
        return _listed(_lay_pixels(spec))
    try:
        profile = profiles[f"{spec.profile}/{spec.mode}" if spec.mode else spec.profile]
    except KeyError:
        message = f"profile {spec.profile!r} has no modes"
        return [Finding(_place(spec, "mode"), message, "leave `mode` out")]
    except ShowError as error:
        first, *rest = error.findings
        message = (
            f"{spec.name}: {first.message}"
            if spec.mode or not rest
            else f"{spec.name}: {spec.profile!r} has errors"
        )
        here = Finding(_place(spec, "mode" if spec.mode else "profile"), message, first.hint)
        return [here, *error.findings]
    return _listed(_lay_fixture(spec, profile))


def _listed(made: Block | Finding) -> Block | list[Finding]:
    return [made] if isinstance(made, Finding) else made


def _lay_fixture(spec: FixtureSpec, profile: Profile) -> Block | Finding:
    width = len(profile.channels)
    if spec.channel + width - 1 > CHANNELS:
        message = f"{spec.name} needs {width} channels and starts at {spec.channel}"
        return Finding(_place(spec, "channel"), message, f"its last possible start is {CHANNELS + 1 - width}")
    return fixture_block(spec, profile)


def _lay_pixels(spec: PixelSpec) -> Block | Finding:
    if spec.columns < 1 or spec.rows < 1:
        return Finding(_place(spec, "columns"), f"{spec.name} has no pixels", "columns and rows count from 1")
    if spec.columns * spec.rows > MAX_UNIVERSES * CHANNELS:
        return Finding(_place(spec, "columns"), f"{spec.name} has too many pixels", "split it over venues")
    width = {"w": 1, "rgbw": 4}.get(spec.format, 3)
    if spec.channel + width - 1 > CHANNELS:
        message = f"{spec.name} starts at channel {spec.channel}, where no pixel of {width} channels fits"
        return Finding(_place(spec, "channel"), message, "start at channel 1 of the next universe")
    return pixel_block(spec)


def _place(spec: FixtureSpec | PixelSpec | GroupSpec, key: str) -> Where:
    return spec.places.get(key, spec.where)
