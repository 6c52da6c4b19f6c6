"""The short way for messages that come again and again: faders, sensors, hands."""

import math
import struct
from collections.abc import Callable
from typing import Any, TypeAlias

from installation.osc.codec import Message
from installation.values import Address, Scalar

__all__ = ["FastPath"]

_PLAIN = {"i": "i", "f": "f", "h": "q", "d": "d", "T": "", "F": ""}
_Entry: TypeAlias = tuple[
    Address, int, Callable[[bytes, int], tuple[Any, ...]], tuple[bool | None, ...] | None
]


class FastPath:
    """Decodes messages whose address and type tags are known and whose arguments are plain numbers.

    The bytes of address and type tags together are looked up in a table; what follows has a fixed layout.
    A packet that it does not know goes through ``decode``, and ``learn`` makes it known.

    Args:
        capacity: Prefixes kept; the oldest goes first.
    """

    def __init__(self, capacity: int = 16_384) -> None:
        self._capacity = capacity
        self._entries: dict[bytes, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def read(self, data: bytes) -> tuple[Address, tuple[Scalar, ...]] | None:
        """Address and values of a known message; None when it must go through ``decode``."""
        start = (data.find(b"\0", data.find(b",")) + 4) & -4
        entry = self._entries.get(data[:start])
        if entry is None:
            return None
        address, length, unpack, constants = entry
        if len(data) != length:
            return None
        values = unpack(data, start)
        if not math.isfinite(sum(values)):
            return None  # decode says what is wrong with it
        if constants is not None:
            numbers = iter(values)
            values = tuple(next(numbers) if constant is None else constant for constant in constants)
        return address, values

    def learn(self, data: bytes, message: Message) -> None:
        """Remember the form of ``message``, which ``decode`` made of the whole packet ``data``."""
        types = message.types
        if not types or not data.startswith(b"/") or any(tag not in _PLAIN for tag in types):
            return
        layout = struct.Struct(">" + "".join(_PLAIN[tag] for tag in types))
        constants = tuple({"T": True, "F": False}.get(tag) for tag in types)
        start = len(data) - layout.size
        while len(self._entries) >= self._capacity:
            del self._entries[next(iter(self._entries))]
        self._entries[data[:start]] = (
            message.address,
            len(data),
            layout.unpack_from,
            constants if any(tag in "TF" for tag in types) else None,
        )
