"""Arguments of commands, checked: people, files and networks may have written them in any shape."""

import math
from difflib import get_close_matches
from typing import TypeAlias

from installation.commands.spec import Argument, Kind
from installation.commands.table import COMMANDS
from installation.errors import CommandError
from installation.values import Command, Scalar

__all__ = ["Given", "arguments", "nearest_verb", "switched"]

Given: TypeAlias = float | int | bool | str | tuple[Scalar, ...] | None
"""One checked argument: None where an optional one was left out, a tuple where it takes all the rest."""

_ON, _OFF = ("on", "true", "1"), ("off", "false", "0")


def arguments(command: Command) -> list[Given]:
    """The checked arguments of a command, one for each that the table names.

    Raises CommandError for an unknown verb, and for arguments that are missing, too many, or of a wrong kind.
    """
    spec = COMMANDS.get(command.verb)
    if spec is None:
        message = f"the show does not know the verb {command.verb!r}{nearest_verb(command.verb)}"
        raise CommandError(message)
    given = list(command.arguments)
    checked: list[Given] = []
    for one in spec.arguments:
        if not given and not one.optional:
            message = f"{spec.name} needs {one.name}: {_wanted(one)}"
            raise CommandError(message)
        if one.rest:
            checked.append(tuple(given))
            given = []
        elif not given or (one.optional and given[0] == ""):
            checked.append(None)
            given = given[1:]
        else:
            checked.append(_read(spec.name, one, given.pop(0)))
    if given:
        most = (
            f"{len(spec.arguments)} argument{'s' * (len(spec.arguments) > 1)}" if spec.arguments else "none"
        )
        message = f"{spec.name} takes {most}, not {', '.join(map(str, command.arguments))}"
        raise CommandError(message)
    return checked


def switched(given: Given, now: bool) -> bool:
    """What a switch is to become: as the argument says, or the other way round where it says nothing."""
    return given if isinstance(given, bool) else not now


def nearest_verb(verb: str) -> str:
    """A hint to append to a message about an unknown verb; empty where none is near."""
    near = get_close_matches(verb, COMMANDS, 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _read(verb: str, one: Argument, given: Scalar) -> Given:
    value = _value(one, given)
    if value is None:
        message = f"{verb}: {one.name} is {_wanted(one)}, not {given}"
        raise CommandError(message)
    return value


def _value(one: Argument, given: Scalar) -> Given:
    """The argument as its kind; None where it is not of that kind."""
    text = given if isinstance(given, str) else ""
    if text.lower() in one.words:
        return text.lower()
    match one.kind:
        case Kind.TEXT | Kind.FILE:
            return str(given) or None
        case Kind.NAME:
            return text if text and all(c.isalnum() or c in "-_" for c in text) else None
        case Kind.SWITCH:
            return _switch(given)
        case Kind.NUMBER | Kind.WHOLE:
            number = _number(given)
            if number is None or not one.low <= number <= one.high:
                return None
            if one.kind is Kind.NUMBER:
                return number
            return int(number) if number == int(number) else None
    return given


def _number(given: Scalar) -> float | None:
    if isinstance(given, bool):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _switch(given: Scalar) -> bool | None:
    if isinstance(given, str):
        return True if given.lower() in _ON else False if given.lower() in _OFF else None
    return given >= 0.5 if math.isfinite(given) else None


def _wanted(one: Argument) -> str:
    low = f" from {one.low:g}" if math.isfinite(one.low) else ""
    high = f" to {one.high:g}" if math.isfinite(one.high) else ""
    kinds = {Kind.SWITCH: ("on", "off"), Kind.NAME: ("letters, digits, - and _",)}
    allowed = (*kinds.get(one.kind, (f"a {one.kind.value}{low}{high}",)), *one.words)
    return " or ".join(filter(None, (", ".join(allowed[:-1]), allowed[-1])))
