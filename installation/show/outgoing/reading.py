"""Reads ``[[send]]`` of a show and ``send`` of a cue."""

import math
from typing import Any

from installation.show.fields import REQUIRED, Fields, describe, freeze, is_address
from installation.show.outgoing.midi_words import parse_midi, parse_msc
from installation.show.outgoing.model import MIDI_OUT, NOTHING, CueSend, SendSpec, Sent
from installation.show.schema import read
from installation.show.steps import read_shape
from installation.values import Scalar

__all__ = ["read_cue_sends", "read_sends"]

MOST_VALUES = 64
"""Arguments of one message."""
_WAYS = ("address", "midi", "msc")


def read_cue_sends(fields: Fields) -> tuple[CueSend, ...]:
    """Read the messages of a cue, in order."""
    return tuple(
        read(CueSend, inner, **_message(inner, stream=False))
        for inner in (fields.inner(table, "a send") for table in fields.tables("send"))
    )


def read_sends(fields: Fields) -> tuple[SendSpec, ...]:
    """Read the streams and triggers of a show, in file order."""
    return tuple(_send(fields.inner(table, "a send")) for table in fields.tables("send"))


def _send(fields: Fields) -> SendSpec:
    found = fields.table.members.get("on")
    stream = found is None or found.node.value != "rise"
    parts = _message(fields, stream=stream)
    return read(SendSpec, fields, shape=read_shape(fields), fallback=_fallback(fields), **parts)


def _fallback(fields: Fields) -> float | None:
    """Read a number, or NaN for ``"release"``."""
    found = fields.member("fallback", None)
    if found is not None and isinstance(found.node.value, str):
        fields.text("fallback", "release", ("release",))
        return math.nan
    value: float | None = fields.number("fallback", None)
    return value


def _message(fields: Fields, *, stream: bool) -> dict[str, Any]:
    """Read what is sent and where to, in one of three ways."""
    values = _values(fields)
    said = [way for way in _WAYS if way in fields.table.members]
    where = fields.places.get(said[1], fields.where) if len(said) > 1 else fields.where
    if len(said) != 1:
        message = f"{fields.what} has {' and '.join(f'`{way}`' for way in said) or 'no `address`'}"
        fields.report(where, message, "say one of: address (OSC), midi, msc")
        return {"to": _target(fields, MIDI_OUT), "values": values, "sent": NOTHING}
    way = said[0]
    to = _target(fields, REQUIRED if way == "address" else MIDI_OUT)
    if way != "address" and values:
        fields.report(fields.places["values"], f"values: {way} has its own", "remove values")
    return {"to": to, "values": values, "sent": _sent(fields, way, values, stream=stream)}


def _target(fields: Fields, default: Any) -> str:
    """Read the name of a target."""
    name: str = fields.text("to", default)
    if name and (not is_address(f"/{name}") or "/" in name):
        hint = "a target's name has letters, digits and - only"
        fields.report(fields.places["to"], f'to: "{name[:60]}" is not a name', hint)
    return name


def _sent(fields: Fields, way: str, values: tuple[Scalar, ...], *, stream: bool) -> Sent:
    if way == "address":
        address = fields.address("address")
        whole = stream and fields.text("type", "float", ("float", "int")) == "int"
        return Sent(address or NOTHING.address, values, whole=whole)
    text = fields.text(way)
    if not text and not isinstance(fields.table.members[way].node.value, str):
        return NOTHING  # reported
    if way == "msc" and stream:
        hint = 'add on = "rise", or put it into a cue'
        fields.report(
            fields.places["msc"], "msc: a command is given once, not whenever a signal changes", hint
        )
        return NOTHING
    try:
        return parse_midi(text, stream=stream) if way == "midi" else parse_msc(text)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        fields.report(fields.places[way], f"{way}: {message}", hint)
        return NOTHING


def _values(fields: Fields) -> tuple[Scalar, ...]:
    """Read a list of numbers, texts and truth values."""
    found = fields.member("values", None)
    if found is None:
        return ()
    value = freeze(found.node)
    plain = isinstance(value, tuple) and not any(isinstance(item, tuple) for item in value)
    if not plain or not isinstance(value, tuple) or len(value) > MOST_VALUES:
        message = f"values: expected a list of at most {MOST_VALUES} numbers, texts, true or false"
        fields.report(found.node.where, f"{message}, got {describe(found.node)}", "e.g. values = [1, 0.5]")
        return ()
    return tuple(item for item in value if not isinstance(item, tuple))
