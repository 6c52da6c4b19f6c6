"""Bytes of a controller as a text: ``"B0 {n} {level:1..13}"``.

Two hexadecimal digits are one byte, as vendors print them. A field in braces is one byte too, filled in when
a light is shown:

===================  ====================================================================================
``{n}``              the light's own number
``{level}``          the level, 0 to 127; ``{level:LOW..HIGH}`` another range
``{color}``          the entry of the palette that is most like the colour
``{red}`` and so on  0 to 127; ``{red:hi}`` and ``{red:lo}``: bit 7 and bits 6 to 0 of 0 to 255
===================  ====================================================================================

SysEx carries 7 bits a byte (MIDI 1.0 Detailed Specification, "System Exclusive"), hence the last form.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = ["FIELDS", "LONGEST", "Fill", "Template", "template"]

LONGEST: Final = 1024
"""Most bytes of a message in a file."""

FIELDS: Final = ("n", "level", "color", "red", "green", "blue")

_TOKEN = re.compile(r"\s*(?:([0-9A-Fa-f]{2})|\{(\w+)(?::(hi|lo|(\d{1,3})\.\.(\d{1,3})))?\})(?=\s|$)")
_COLORS: Final = ("red", "green", "blue")
_DATA: Final = 127


@dataclass(frozen=True, slots=True)
class Fill:
    """What fields are filled with.

    Attributes:
        number: The light's own number, 0 to 127.
        level: 0 to 1.
        palette: Number of the colour, 0 to 127.
        red, green, blue: 0 to 1 each.
    """

    number: int = 0
    level: float = 0.0
    palette: int = 0
    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0


Byte: TypeAlias = "int | Callable[[Fill], int]"


@dataclass(frozen=True, slots=True)
class Template:
    """Whole MIDI messages, one after the other.

    Attributes:
        text: As written.
        parts: A number or a function for each byte.
        fields: Names of the fields in it.
    """

    text: str
    parts: tuple[Byte, ...]
    fields: frozenset[str]

    def fill(self, values: Fill) -> bytes:
        """Return the bytes for these values."""
        return bytes(part if isinstance(part, int) else part(values) for part in self.parts)


def template(text: str) -> Template:
    """Read one.

    Raises:
        ValueError: It is no row of bytes and fields, or no MIDI message; the text says why.
    """
    parts: list[Byte] = []
    fields: set[str] = set()
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if found is None:
            raise ValueError(
                f"{stripped[position:].split()[0]!r} is neither two hexadecimal digits nor a field"
            )
        if found[1] is not None:
            parts.append(int(found[1], 16))
        else:
            parts.append(_field(found[2], found[3] or "", found[4], found[5]))
            fields.add(found[2])
        position = found.end()
    _check(parts)
    return Template(text, tuple(parts), frozenset(fields))


def _field(name: str, form: str, low: str | None, high: str | None) -> Callable[[Fill], int]:
    if name not in FIELDS:
        raise ValueError(f"there is no field {{{name}}}; fields are {', '.join(FIELDS)}")
    if name == "n" and not form:
        return lambda fill: fill.number
    if name == "color" and not form:
        return lambda fill: fill.palette
    if name == "level" and form not in ("hi", "lo"):
        first, last = (0, _DATA) if low is None or high is None else (int(low), int(high))
        if not 0 <= first < last <= _DATA:
            raise ValueError(f"{{level:{form}}}: a byte of data is 0 to {_DATA}, the lower one first")
        return lambda fill: first + round(min(1.0, max(0.0, fill.level)) * (last - first))
    if name in _COLORS and low is None:
        return _color(name, form)
    raise ValueError(f"{{{name}:{form}}} is no form of {{{name}}}")


def _color(name: str, form: str) -> Callable[[Fill], int]:
    part: Callable[[Fill], float] = _PARTS[name]
    if form == "hi":
        return lambda fill: round(part(fill) * 255) >> 7
    if form == "lo":
        return lambda fill: round(part(fill) * 255) & _DATA
    return lambda fill: round(part(fill) * _DATA)


_PARTS: Final[Mapping[str, Callable[[Fill], float]]] = {
    "red": lambda fill: min(1.0, max(0.0, fill.red)),
    "green": lambda fill: min(1.0, max(0.0, fill.green)),
    "blue": lambda fill: min(1.0, max(0.0, fill.blue)),
}

_LENGTHS: Final = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
"""Bytes of a channel message by its status (MIDI 1.0 Detailed Specification, table 1)."""


def _check(parts: list[Byte]) -> None:
    """Raise ValueError unless these are whole channel messages or SysEx."""
    if not parts:
        raise ValueError("it has no bytes")
    if len(parts) > LONGEST:
        raise ValueError(f"it has {len(parts)} bytes, more than {LONGEST}")
    at = 0
    while at < len(parts):
        status = parts[at]
        if not isinstance(status, int) or status < 0x80:
            raise ValueError("a message begins with a status byte, 80 to F0")
        end = at + 1
        while end < len(parts) and not _is_status(parts[end]):
            end += 1
        if status == 0xF0:
            if end == len(parts) or parts[end] != 0xF7:
                raise ValueError("a SysEx message ends with F7 and has no byte above 7F")
            at = end + 1
            continue
        wanted = _LENGTHS.get(status & 0xF0)
        if wanted is None or end - at != wanted:
            words = "no message for a controller" if wanted is None else f"{wanted} bytes long"
            raise ValueError(f"a message that begins with {status:02X} is {words}")
        at = end


def _is_status(part: Byte) -> bool:
    return isinstance(part, int) and part >= 0x80
