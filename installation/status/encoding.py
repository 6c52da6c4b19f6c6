"""The status as JSON and back, its meanings for the documentation, and some of it in words."""

import types
import typing
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from installation.status.model import (
    GuardStatus,
    InterfaceStatus,
    InterventionStatus,
    InvitationStatus,
    SoundStatus,
    Status,
)

__all__ = ["from_json", "gathered", "inviting", "meanings", "sounding", "taken", "to_json", "working"]

Part = TypeVar("Part", bound=msgspec.Struct)


_VISIBLE = 0.005
"""Share of the light from which on a guard is said to take some: half a percent, as it is rounded."""
_LIMITED = 0.5
"""Decibels taken by the limits from which on the line of the sound says so."""


def to_json(part: msgspec.Struct) -> dict[str, Any]:
    """Plain values for JSON; a part that does not exist is an empty object."""
    parts = _parts(type(part))
    return {
        name: {} if value is None and name in parts else _plain(value)
        for name, value in msgspec.structs.asdict(part).items()
    }


def from_json(raw: Mapping[str, Any], kind: type[Part]) -> Part:
    """The typed value of what ``to_json`` made. Raises msgspec.ValidationError where the types do not fit."""
    return msgspec.convert(_without_empty(raw), kind)


def working(guard: GuardStatus) -> str:
    """What a guard does now, in a few words: the same on the HUD, the page and the terminal."""
    if not guard.active:
        return _recolouring(guard.cause, guard.moved, guard.contrast) or "idle"
    cut, deepest = 100.0 * guard.cut, 100.0 * guard.deepest
    more = f", cuts {cut:.1f} % of what is lit by up to {deepest:.0f} %" if cut else ""
    return f"active, takes {guard.reduction * 100:.1f} % of the light{more}"


def taken(last: InterventionStatus) -> str:
    """What a guard did at most in one intervention, in a few words for log and terminal."""
    other = _recolouring(last.cause, last.moved, last.contrast)
    if other and last.reduction < _VISIBLE:
        return other
    cut, deepest = 100.0 * last.cut, 100.0 * last.deepest
    more = f", {cut:.1f} % of the lit points by up to {deepest:.0f} %" if cut else ""
    return f"darker by up to {100.0 * last.reduction:.0f} %{more}{f', {other}' if other else ''}"


def _recolouring(cause: str, moved: float, contrast: float) -> str:
    """Return what a guard does that takes no light; empty for other causes."""
    if cause == "red":
        return f"paler, {100.0 * moved:.0f} % of the light moved out of red"
    return f"contrast of stripes at {100.0 * contrast:.0f} %" if cause == "pattern" else ""


def sounding(sound: SoundStatus) -> str:
    """How the sound goes, in a few words: the same on the HUD, the page and the terminal."""
    ears = "listening" if sound.input_state == "up" else f"not listening ({sound.input_state})"
    ears += "".join(f"; sound {name} is silent: {reason}" for name, reason in sound.lost.items())
    if sound.state != "up":
        return f"{sound.state}{f': {sound.reason}' if sound.reason else ''}, {ears}"
    loud = f"silent ({sound.muted})" if sound.muted else f"{sound.momentary:.0f} LUFS"
    if sound.dba is not None and sound.dbc is not None:
        loud += f", {sound.dba:.0f} dB(A), {sound.dbc:.0f} dB(C)"
    if abs(sound.reduction_db) >= _LIMITED:
        loud += f", limited by {abs(sound.reduction_db):.0f} dB"
    gaps = f", {sound.underruns} gaps" if sound.underruns else ""
    level = f"{sound.level_db:+.0f}" if round(sound.level_db) else "0"
    return f"{level} dB, {loud}, load {100 * sound.load:.0f} %{gaps}, {ears}"


_OF: Final = {"people": "of people", "simulated": "simulated", "mixed": "changing over"}


def gathered(interface: InterfaceStatus) -> str:
    """Who is in the room, and of whom the values are that leave it, in a few words, the same everywhere."""
    if not interface.people:
        return "nobody"
    if interface.people == interface.stand_ins:
        words = f"{_people(interface.people)}, all simulated"
    else:
        parts = [_people(interface.people)]
        if interface.sensed < interface.people:
            parts[0] += f" ({interface.sensed} with sensors)"
        if interface.stand_ins or interface.simulated:
            parts.append(f"{interface.stand_ins + interface.simulated} simulated")
        words = ", ".join(parts)
    names: dict[str, list[str]] = {}
    for name, whose in interface.told_of.items():
        names.setdefault(whose, []).append(name)
    if len(names) < 2:
        return words + (f"; values told outside are {_OF[interface.told]}" if interface.told in _OF else "")
    parts = [f"{' and '.join(names[whose])} {_OF[whose]}" for whose in _OF if whose in names]
    return f"{words}; told outside: {', '.join(parts)}"


def inviting(invitation: InvitationStatus) -> str:
    """To what the light invites, and what has come of it, in a few words."""
    pace = f"{invitation.breaths:.1f} breaths a minute" if invitation.breaths else "their own breath, slowing"
    words = [pace]
    if invitation.step is not None:
        words.append(f"in step {invitation.step:.2f}")
    if invitation.now is not None:
        before = f"{invitation.before:.2f} before, " if invitation.before is not None else ""
        words.append(f"synchrony of breaths {before}{invitation.now:.2f} now")
    return ", ".join(words)


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"


def meanings(kind: type[msgspec.Struct] = Status, prefix: str = "") -> list[tuple[str, str]]:
    """Every field as dotted name and meaning, parts followed by their own; ``[]`` marks one of a list."""
    found = []
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        annotation = hints[field.name]
        meta = next(one for one in typing.get_args(annotation) if isinstance(one, msgspec.Meta))
        inner = _inner(typing.get_args(annotation)[0])
        several = "[]" if inner and typing.get_origin(typing.get_args(annotation)[0]) is tuple else ""
        found.append((f"{prefix}{field.name}{several}", meta.description or ""))
        if inner is not None:
            found += meanings(inner, f"{prefix}{field.name}{several}.")
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return to_json(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_empty(one) for key, one in value.items() if one != {}}
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    return value


_known: dict[type[msgspec.Struct], frozenset[str]] = {}


def _parts(kind: type[msgspec.Struct]) -> frozenset[str]:
    """Names of the fields that hold a part which may not exist."""
    if kind not in _known:
        hints = typing.get_type_hints(kind)
        _known[kind] = frozenset(
            name
            for name, hint in hints.items()
            if isinstance(hint, types.UnionType) and _inner(hint) is not None
        )
    return _known[kind]


def _inner(hint: Any) -> type[msgspec.Struct] | None:
    """The struct inside ``X | None`` or ``tuple[X, ...]``, None where there is none."""
    for one in (hint, *typing.get_args(hint)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one
    return None
