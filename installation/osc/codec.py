"""Bytes to messages and back.

Layout of the bytes: "Open Sound Control Specification 1.0" (opensoundcontrol.org, 2002); the tags ``T F N I``
as version 1.1 (NIME 2009) requires them. Not accepted: ``c`` and ``S`` (optional in 1.0), lengths that reach
past the packet, bytes after the last argument. Every float must be finite: a packet that carries NaN or
infinity is refused whole, so that no room behind has to ask.
"""

import math
import struct
import time as wall
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pythonosc.osc_message import OscMessage, ParseError

from installation.errors import OscError
from installation.osc.limits import LIMITS, Limits
from installation.osc.pattern import check_address, compiled, is_pattern
from installation.values import Address, Scalar, Seconds

__all__ = ["Argument", "Message", "bundle", "decode", "encode"]

Argument: TypeAlias = Scalar | bytes | tuple[Any, ...] | None
"""One decoded argument.

``i h r`` int, ``f d`` float, ``s`` str, ``b`` bytes, ``T F I`` bool, ``N`` None, ``t`` float (Unix seconds,
0 for "immediately"), ``m`` a tuple of four bytes as int, ``[...]`` a tuple.
"""

_SIZES = {
    "i": 4,
    "f": 4,
    "r": 4,
    "m": 4,
    "h": 8,
    "d": 8,
    "t": 8,
    "T": 0,
    "F": 0,
    "N": 0,
    "I": 0,
    "[": 0,
    "]": 0,
}
_PACKERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "r": ">I"}
_BUNDLE = b"#bundle\0"
_IMMEDIATELY = 1
_NTP_EPOCH = 2_208_988_800  # seconds from 1900-01-01 to 1970-01-01: 70 years with 17 leap days
_UNIX_EPOCH = datetime(1970, 1, 1)
_ERA = 1 << 64


@dataclass(frozen=True, slots=True)
class Message:
    """One message, out of its bundle.

    Attributes:
        address: Address, or address pattern.
        arguments: Decoded arguments.
        types: Type tags without the comma.
        time: Seconds until it is due; 0 is now.
    """

    address: Address
    arguments: tuple[Argument, ...] = ()
    types: str = ""
    time: Seconds = 0.0

    @property
    def scalars(self) -> tuple[Scalar, ...]:
        """The arguments that can drive something: arrays flattened, nil and blobs left out."""
        return tuple(_flat(self.arguments))


def decode(data: bytes, limits: Limits = LIMITS, now: Seconds | None = None) -> list[Message]:
    """Decode a packet: a message, or a bundle whose messages come out in order.

    Args:
        data: Any bytes at all.
        limits: Bounds of what is accepted.
        now: Unix time in seconds that time tags count from; the system's by default.

    Raises:
        OscError: Something in the packet is not acceptable; nothing of it is delivered.
    """
    if len(data) > limits.packet:
        message = f"packet of {len(data)} bytes, at most {limits.packet} are accepted"
        raise OscError(message)
    return _Packet(limits, wall.time() if now is None else now).read(bytes(data))


class _Packet:
    """One packet while it is read: what is left of its budget, and the messages so far."""

    def __init__(self, limits: Limits, now: Seconds) -> None:
        self._limits = limits
        self._now = int((now + _NTP_EPOCH) * (1 << 32)) % _ERA
        self._elements = limits.elements
        self._arguments = limits.arguments
        self._text = limits.text
        self._messages: list[Message] = []

    def read(self, data: bytes) -> list[Message]:
        """Decode the messages of a packet, those of nested bundles included, in order.

        Raises:
            OscError: The packet is malformed or exceeds a limit.
        """
        self._element(data, 0, 0.0)
        return self._messages

    def _element(self, data: bytes, depth: int, due: Seconds) -> None:
        if data.startswith(b"/"):
            self._messages.append(self._message(data, due))
        elif data.startswith(_BUNDLE):
            self._bundle(data, depth + 1, due)
        else:
            raise OscError("neither a message (starts with '/') nor a bundle (starts with '#bundle')")

    def _bundle(self, data: bytes, depth: int, due: Seconds) -> None:
        if depth > self._limits.depth:
            message = f"bundles nested more than {self._limits.depth} deep"
            raise OscError(message)
        if len(data) < 16:
            raise OscError("bundle without a time tag")
        # An enclosed bundle may not come before the one around it (OSC 1.0, "Temporal Semantics").
        due = max(due, self._until(int.from_bytes(data[8:16], "big")))
        at = 16
        while at < len(data):
            size = int.from_bytes(data[at : at + 4], "big")
            at += 4
            if size == 0 or size % 4 or size > len(data) - at:
                raise OscError("bundle element with an impossible length")
            self._elements -= 1
            if self._elements < 0:
                message = f"more than {self._limits.elements} elements in one packet"
                raise OscError(message)
            self._element(data[at : at + size], depth, due)
            at += size

    def _until(self, tag: int) -> Seconds:
        """Seconds from now to an NTP time tag; 0 when it is past.

        The difference is taken modulo one NTP era and read as signed, so it stays right when the
        32-bit seconds wrap on 2036-02-07.
        """
        if tag <= _IMMEDIATELY:
            return 0.0
        ahead = (tag - self._now) % _ERA
        return 0.0 if ahead >= _ERA // 2 else ahead / (1 << 32)

    def _message(self, data: bytes, due: Seconds) -> Message:
        address, at = self._string(data, 0, self._limits.address)
        check_address(address, self._limits)
        if is_pattern(address):
            compiled(address)  # a pattern that does not close is refused here, once, and not by each reader
        if at == len(data):  # clients of before 1.0 leave the type tags out when there are no arguments
            return Message(address, (), "", due)
        start = at
        tags, at = self._string(data, at, self._arguments + 1)
        if not tags.startswith(","):
            raise OscError("type tags do not start with a comma")
        self._arguments -= len(tags) - 1
        types = tags[1:]
        if self._walk(data, at, types) != len(data):
            raise OscError("the arguments do not end where the message ends")
        if "I" in types:  # an impulse; python-osc does not know it, and it carries no bytes
            data = data[:start] + tags.replace("I", "T").encode() + data[start + len(tags) :]
        try:
            values = OscMessage(data).params
        except ParseError as error:
            raise OscError("not an OSC message") from error
        return Message(address, _arguments(values, types), types, due)

    def _string(self, data: bytes, at: int, longest: int) -> tuple[str, int]:
        """The OSC-string at ``at``, and where it ends with its padding."""
        end = data.find(b"\0", at, at + longest + 1)
        after = (end + 4) & -4
        if end < 0 or after > len(data):
            raise OscError("string without an end, or longer than accepted")
        self._text -= after - at
        if self._text < 0:
            message = f"more than {self._limits.text} bytes of text in one packet"
            raise OscError(message)
        try:
            return data[at:end].decode("utf-8"), after
        except UnicodeDecodeError as error:
            raise OscError("text that is not UTF-8") from error

    def _walk(self, data: bytes, at: int, types: str) -> int:
        """Step over all arguments; returns where they say that they end, which may be past the data."""
        open_arrays = 0
        for tag in types:
            size = _SIZES.get(tag)
            if size is not None:
                open_arrays += (tag == "[") - (tag == "]")
                at += size
            elif tag == "s":
                _, at = self._string(data, at, self._limits.text)
            elif tag == "b":
                size = int.from_bytes(data[at : at + 4], "big")
                at += 4 + (size + 3 & -4)
            else:
                message = f"type tag {tag!r} is not accepted"
                raise OscError(message)
            if not 0 <= open_arrays <= self._limits.depth:
                message = f"arrays nested more than {self._limits.depth} deep, or closed before they open"
                raise OscError(message)
        if open_arrays:
            raise OscError("arrays do not close")
        return at


def _arguments(values: Sequence[Any], types: str) -> tuple[Argument, ...]:
    """What python-osc read, as our types; refuses floats that are not finite."""
    if "[" in types:
        return _nested(values)
    return tuple(_argument(value) for value in values)


def _nested(values: Sequence[Any]) -> tuple[Argument, ...]:
    return tuple(_nested(value) if isinstance(value, list) else _argument(value) for value in values)


def _argument(value: Any) -> Argument:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise OscError("a float that is not finite")
    elif isinstance(value, tuple) and len(value) == 2:  # a time tag: date in whole seconds, 32-bit fraction
        seconds = (value[0] - _UNIX_EPOCH).total_seconds()
        return 0.0 if seconds == -_NTP_EPOCH else seconds + value[1] / (1 << 32)
    argument: Argument = value
    return argument


def _flat(arguments: Iterable[Argument]) -> Iterable[Scalar]:
    for argument in arguments:
        if isinstance(argument, tuple):
            yield from _flat(argument)
        elif argument is not None and not isinstance(argument, bytes):
            yield argument


def encode(address: Address, *arguments: Argument, types: str | None = None) -> bytes:
    """Encode one message.

    Args:
        address: Where it goes.
        arguments: Values as ``Argument`` says; tuples and lists become arrays unless ``types`` says ``m``.
        types: Type tags, one for each argument, brackets around the elements of an array. Guessed when None:
            float ``f``, int ``i`` or ``h`` by size, str ``s``, bytes ``b``, bool ``T``/``F``, None ``N``.

    Raises:
        OscError: A value does not fit its type, or there are more or fewer values than types.
    """
    tags = _guess(arguments) if types is None else types
    values = list(_leaves(arguments, tags))
    wanted = [tag for tag in tags if tag not in "[]"]
    try:
        body = b"".join(_pack(tag, value) for tag, value in zip(wanted, values, strict=True))
        return _pack("s", address) + _pack("s", "," + tags) + body
    except (struct.error, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        message = f"{address}: the arguments do not fit the types {tags!r}"
        raise OscError(message) from error


def bundle(*elements: bytes, at: Seconds | None = None) -> bytes:
    """Put encoded messages or bundles into a bundle that is due at Unix time ``at``; None is immediately."""
    tag = _IMMEDIATELY if at is None else int((at + _NTP_EPOCH) * (1 << 32)) % _ERA
    return _BUNDLE + tag.to_bytes(8, "big") + b"".join(len(e).to_bytes(4, "big") + e for e in elements)


def _guess(arguments: Sequence[Argument]) -> str:
    return "".join(map(_guess_one, arguments))


def _guess_one(value: Argument) -> str:
    match value:
        case None:
            return "N"
        case bool():
            return "T" if value else "F"
        case int():
            return "i" if -(1 << 31) <= value < 1 << 31 else "h"
        case float():
            return "f"
        case str():
            return "s"
        case bytes():
            return "b"
        case tuple() | list():
            return f"[{_guess(value)}]"
    message = f"{type(value).__name__} is not an OSC argument"
    raise OscError(message)


def _leaves(arguments: Iterable[Argument], tags: str) -> Iterable[Argument]:
    """The values in the order of their tags; arrays are opened, MIDI messages are not."""
    for value in arguments:
        if isinstance(value, tuple | list) and "m" not in tags:
            yield from _leaves(value, tags)
        else:
            yield value


def _pack(tag: str, value: Any) -> bytes:
    match tag:
        case "T" | "F" | "N" | "I":
            return b""
        case "s":
            raw: bytes = value.encode("utf-8")
            if b"\0" in raw:
                raise ValueError("OSC strings end at their first zero byte")
            return raw + b"\0" * (4 - len(raw) % 4)
        case "b":
            return len(value).to_bytes(4, "big") + bytes(value) + b"\0" * (-len(value) % 4)
        case "m":
            return struct.pack(">4B", *value)
        case "t":
            ticks = round((value + _NTP_EPOCH) * (1 << 32)) % _ERA if value else _IMMEDIATELY
            return ticks.to_bytes(8, "big")
    return struct.pack(_PACKERS[tag], value)
