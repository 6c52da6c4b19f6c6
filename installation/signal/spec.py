"""The table in which sources and modulators are declared; parsing and checking are derived from it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from installation.errors import nearest
from installation.tempo import division
from installation.values import FileValue, Finding, Where

__all__ = ["SYNC", "Row", "Setting", "Spec", "length_of", "parse", "unknown"]

SYNC = "sync"
"""Key of a length in notes or bars, in place of a rate or a time."""

Row = dict[str, float | str]
"""Checked settings of one source or modulator: numbers, or text for a setting that names an address."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One number, word or address in a file.

    Attributes:
        name: Key in the file.
        default: Used if it is not given; None makes it required, NaN means "derived from another setting".
        minimum, maximum: Allowed range, in ``unit``.
        unit: ``s``, ``Hz``, ``1/s`` or empty.
        choices: Allowed words instead of numbers; parsing returns their index.
        address: True for the address of a signal, kept as text.
    """

    name: str
    default: float | None = None
    minimum: float = -1e9
    maximum: float = 1e9
    unit: str = ""
    choices: tuple[str, ...] = ()
    address: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """One kind of source or modulator.

    Attributes:
        kind: Its name in files.
        description: What it does, in a line.
        settings: In order.
        sync: The setting, a time or a rate, whose place ``sync = "1/4"`` takes; empty if it has none. Each
            setting in seconds may be such a length too.
    """

    kind: str
    description: str
    settings: tuple[Setting, ...] = ()
    sync: str = ""

    @property
    def lengths(self) -> tuple[Setting, ...]:
        """The settings that can be lengths in notes or bars."""
        return tuple(one for one in self.settings if one.unit == "s" or one.name == self.sync)


def length_of(name: str) -> str:
    """Name in a row of a setting's length in beats (bars if negative); NaN where it is not one."""
    return f"{name} {SYNC}"


def unknown(what: str, word: str, known: Iterable[str], where: Where) -> Finding:
    """Return the finding for an unknown kind."""
    known = sorted(known)
    return Finding(where, f"unknown {what} {word!r}", nearest(word, known))


def parse(
    spec: Spec, given: Mapping[str, FileValue], where: Where, places: Mapping[str, Where] | None = None
) -> tuple[Row, list[Finding]]:
    """Check settings from a file against their table.

    A single value arrives under the first setting's name, or under ``value`` or an empty name; a list there
    sets the
    settings in order. Missing or invalid settings get their defaults.
    """
    findings: list[Finding] = []
    row: Row = {s.name: "" if s.address else 0.0 if s.default is None else s.default for s in spec.settings}
    row |= {length_of(one.name): math.nan for one in spec.lengths}
    by_name = {setting.name: setting for setting in spec.settings}
    at = places or {}
    written = _spread(spec, given, findings, where)
    for name, value in written.items():
        synced = name == SYNC and spec.sync
        setting = by_name.get(spec.sync if synced else name)
        if setting is None:
            known = [*by_name, SYNC] if spec.sync else list(by_name)
            hint = nearest(name, known, f"{spec.kind} takes {', '.join(known) or 'no settings'}")
            findings.append(Finding(at.get(name, where), f"{spec.kind} has no setting {name!r}", hint))
            continue
        if synced and setting.name in written:
            message = f"{spec.kind} has both {setting.name} and {SYNC}"
            findings.append(Finding(at.get(name, where), message, "remove one of them"))
            continue
        as_length = synced or (setting in spec.lengths and setting.unit == "s" and isinstance(value, str))
        checked = _length(value) if as_length else _value(setting, value)
        if checked is None:
            hint = division.HINT if as_length else f"write {_wanted(setting)}"
            message = f"{spec.kind}: {name} cannot be {_show(value)}"
            findings.append(Finding(at.get(name, where), message, hint))
        else:
            row[length_of(setting.name) if as_length else name] = checked
    for setting in spec.settings:
        stated = setting.name in written or (setting.name == spec.sync and SYNC in written)
        if setting.default is None and not stated:
            message = f"{spec.kind} needs {setting.name}"
            findings.append(Finding(where, message, f"write {setting.name} = {_wanted(setting)}"))
    return row, findings


def _length(value: FileValue) -> float | None:
    return division.read_length(value) if isinstance(value, str) else None


def _spread(
    spec: Spec, given: Mapping[str, FileValue], findings: list[Finding], where: Where
) -> dict[str, FileValue]:
    """Assign values to the names of their settings."""
    written: dict[str, FileValue] = {}
    first = spec.settings[0].name if spec.settings else ""
    names = [setting.name for setting in spec.settings]
    for name, value in given.items():
        own = first if name in ("", "value") and name not in names else name
        if own == first and isinstance(value, tuple):
            if len(value) > len(names):
                message = f"{spec.kind} takes at most {len(names)} values, not {len(value)}"
                findings.append(Finding(where, message, f"in this order: {', '.join(names)}"))
            written |= dict(zip(names, value, strict=False))
        elif own or value not in (True, ()):  # steps without settings are written as `invert = true`
            written[own] = value
    return written


def _value(setting: Setting, value: FileValue) -> float | str | None:
    """Return the checked value, or None if it is invalid for the setting."""
    if setting.address:
        return value if isinstance(value, str) and value.startswith("/") else None
    if setting.choices:
        return float(setting.choices.index(value)) if value in setting.choices else None
    if isinstance(value, (str, tuple)):
        return None
    number = float(value)
    return number if math.isfinite(number) and setting.minimum <= number <= setting.maximum else None


def _show(value: FileValue) -> str:
    return repr(list(value)) if isinstance(value, tuple) else repr(value)


def _wanted(setting: Setting) -> str:
    if setting.address:
        return "the address of a signal"
    if setting.choices:
        return f"one of {', '.join(setting.choices)}"
    unit = f" {setting.unit}" if setting.unit else ""
    if setting.minimum <= -1e9 and setting.maximum >= 1e9:
        return f"a number{unit}"
    return f"a number from {setting.minimum:g} to {setting.maximum:g}{unit}"
