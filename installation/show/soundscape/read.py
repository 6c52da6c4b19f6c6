"""Reads ``soundscape.toml`` of a show, or the default one in ``presets/``; packs it for other processes."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from installation import paths
from installation.errors import ShowError, nearest
from installation.show.document import Document, Table, read
from installation.show.fields import Fields, describe
from installation.show.formats import check_format
from installation.show.schema import read as read_table
from installation.show.soundscape.model import FollowSpec, PartSpec, SilenceSpec, Soundscape, TuningSpec
from installation.show.soundscape.patches import PATCHES
from installation.show.soundscape.restore import restored
from installation.values import Address, Finding, Where

__all__ = ["FILE", "default_soundscape", "pack", "read_soundscape", "unpack"]

FILE: Final = "soundscape.toml"
"""Its name in the folder of a show."""
MOST_FOLLOWS: Final = 200
LOUDEST: Final = 2.0

Sources: TypeAlias = list[tuple[Address, Where]]
"""What is followed, and where that is written; grows while a file is read."""


@cache
def default_soundscape() -> Soundscape:
    """The soundscape of shows that have none of their own. Raises ShowError."""
    findings: list[Finding] = []
    found = read_soundscape(read(paths.presets() / FILE), findings)
    if findings:
        raise ShowError(findings)
    return found


def read_soundscape(
    document: Document,
    findings: list[Finding],
    known: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Soundscape:
    """Read the file; errors are appended to ``findings``, with defaults in place of what is wrong.

    Args:
        document: The file.
        findings: Takes the errors.
        known: What ``scene`` and ``state`` there are; a part of another name is an error. Without one of
            them its names are not checked.
    """
    fields = Fields(document.root, findings, "a soundscape")
    check_format(fields)
    sources: Sources = []
    tuning = _tuning(fields, sources)
    silence = read_table(SilenceSpec, fields.part("silence"))
    follow = _follows(fields, sources)
    scenes, states = (_parts(fields, what, known.get(what), sources) for what in ("scene", "state"))
    fields.finish()
    return Soundscape(tuning, silence, follow, scenes, states, tuple(sources))


def pack(soundscape: Soundscape) -> bytes:
    """The soundscape as JSON, for ``Setup.soundscape``: what is heard, not where it was written."""
    return msgspec.json.encode(replace(soundscape, sources=()))


def unpack(data: bytes) -> Soundscape:
    """What ``pack`` has packed; the default soundscape for no bytes.

    Raises:
        ValueError: It is none.
    """
    return restored(data, Soundscape) if data else default_soundscape()


def _tuning(outer: Fields, sources: Sources) -> TuningSpec:
    fields = outer.part("tuning")
    spec = read_table(TuningSpec, fields)
    if "season" in fields.places:
        sources.append((spec.season, fields.places["season"]))
    scale = spec.scale
    if scale and (scale[0] != 1.0 or scale[-1] >= 2.0 or list(scale) != sorted(set(scale)) or len(scale) < 3):
        hint = "at least three ratios, rising, the first 1.0, the last below 2.0, e.g. [1.0, 1.25, 1.5]"
        fields.report(fields.places["scale"], "scale: this is not a scale", hint)
        spec = replace(spec, scale=TuningSpec().scale)
    return spec


def _parts(fields: Fields, what: str, known: Collection[str] | None, sources: Sources) -> dict[str, PartSpec]:
    """Return the tables of ``[scene.NAME]`` or ``[state.NAME]``."""
    found = {}
    for name, table in fields.named_tables(what):
        if known is not None and name not in known:
            hint = nearest(name, known) or f"there are: {', '.join(sorted(known)[:12]) or 'none'}"
            fields.report(table.where, f'the show has no {what} "{name[:40]}"', hint)
        found[name] = _part(name, table, fields, what, sources)
    return found


def _part(name: str, table: Table, outer: Fields, what: str, sources: Sources) -> PartSpec:
    fields = outer.inner(table, f"{what} {name}")
    patches = _numbers(fields, "patches")
    for patch, level in patches.items():
        where = fields.deep_places[f"patches.{patch}"]
        if patch not in PATCHES:
            fields.report(where, f'patches: "{patch[:40]}" is no patch', nearest(patch, PATCHES))
        elif not 0.0 <= level <= LOUDEST:
            fields.report(where, f"{patch}: expected a number 0..{LOUDEST:g}, got {level:g}")
    inputs = _numbers(fields, "inputs")
    for target, value in inputs.items():
        _check_target(target, value, fields, f"inputs.{target}")
    known = {patch: level for patch, level in patches.items() if patch in PATCHES}
    good = {target: value for target, value in inputs.items() if _input(target) is not None}
    return read_table(
        PartSpec, fields, name=name, patches=known, inputs=good, follow=_follows(fields, sources)
    )


def _numbers(fields: Fields, key: str) -> Mapping[str, float]:
    table = fields.table_of(key)
    found: dict[str, float] = {}
    for name, member in (table.members if table else {}).items():
        value = member.node.value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
            found[name] = float(value)
        else:
            message = f"{key}.{name[:40]}: expected a number, got {describe(member.node)}"
            fields.report(member.node.where, message)
    return found


def _follows(outer: Fields, sources: Sources) -> tuple[FollowSpec, ...]:
    found = []
    tables = outer.tables("follow")
    if len(tables) > MOST_FOLLOWS:
        outer.report(
            tables[MOST_FOLLOWS].where, f"more than {MOST_FOLLOWS} follows in a place", "remove some"
        )
    for table in tables[:MOST_FOLLOWS]:
        fields = outer.inner(table, "a follow")
        spec = read_table(FollowSpec, fields)
        if spec.source:
            sources.append((spec.source, fields.places["from"]))
        if spec.span[0] == spec.span[1]:
            fields.report(fields.places.get("in", fields.where), "in: it begins where it ends")
        elif spec.to and _check_target(spec.to, spec.out[0], fields, "to") and spec.source:
            _check_target(spec.to, spec.out[1], fields, "out")
            found.append(spec)
    return tuple(found)


def _input(target: str) -> str | None:
    patch, _, name = target.partition("/")
    spec = PATCHES.get(patch)
    return name if spec is not None and (name == "level" or name in spec.inputs) else None


def _check_target(target: str, value: float, fields: Fields, place: str) -> bool:
    """Report a target that is none, or a value outside its range."""
    patch, _, name = target.partition("/")
    where = fields.deep_places.get(place, fields.where)
    if patch not in PATCHES:
        fields.report(where, f'"{target[:60]}": there is no patch "{patch[:40]}"', nearest(patch, PATCHES))
        return False
    known = PATCHES[patch].inputs
    if name != "level" and name not in known:
        hint = nearest(name, ("level", *known)) or f"it has: level, {', '.join(known)}"
        fields.report(where, f'"{target[:60]}": {patch} has no input "{name[:40]}"', hint)
        return False
    low, high = (0.0, LOUDEST) if name == "level" else (known[name].low, known[name].high)
    if not low <= value <= high:
        fields.report(where, f"{target}: expected {low:g}..{high:g}, got {value:g}")
    return True
