"""One client: what it listens to, and what it is still to be told.

Of a value that changes faster than a client reads, only the newest is kept: what waits for a client is one
truth value for each node, so a slow one costs intermediate values and never memory.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from installation.panel.query import frames
from installation.panel.query.changes import Change
from installation.panel.query.sheet import Mask, Sheet
from installation.values import Address, Scalar, Seconds

__all__ = ["Client"]

_ROOM: Final = 131_072
"""Bytes that may wait in the connection; with more, nothing is added. One full state may exceed it."""
_STALLED: Final[Seconds] = 15.0
"""A client that has not read a byte for so long is disconnected."""
_ECHO: Final[Seconds] = 0.25
"""After a client wrote a value, that value is not sent to it for so long; then only if it became another."""
_TELLING: Final[Seconds] = 1.0
"""Refusals are told at most once in this time."""
_ECHOES: Final = 1024
"""Most values of one client that are kept back at a time."""


class Client:
    """One WebSocket connection.

    Args:
        transport: The connection.
        sheet: The present tree.
        name: Address of the client, for messages.
    """

    def __init__(self, transport: asyncio.Transport, sheet: Sheet, name: str) -> None:
        self.name = name
        self._transport = transport
        self._sheet = sheet
        self._wanted: dict[Address, None] = {}
        self._listens: Mask = sheet.none()
        self._pending: Mask = sheet.none()
        self._echoes: dict[int, tuple[Seconds, bytes]] = {}
        self._waits = False
        self._key = b""
        self._behind = False
        self._refused = 0
        self._told_at: Seconds = float("-inf")
        self._reason = ""
        self._stalled: tuple[int, Seconds] | None = None

    def listen(self, address: Address) -> bool:
        """Send a node's value now and whenever it changes; False if there is no such node."""
        place = self._sheet.index.get(address)
        if place is None:
            return False
        self._wanted[address] = None
        self._listens[place] = self._pending[place] = self._waits = True
        self._key = b""
        return True

    @property
    def waits(self) -> bool:
        """Whether something is to be sent to it that does not depend on new values."""
        return self._waits or self._behind or self._refused > 0

    def ignore(self, address: Address) -> None:
        """Send a node's value no more. Harmless if the client does not listen to it."""
        self._wanted.pop(address, None)
        place = self._sheet.index.get(address)
        if place is not None:
            self._listens[place] = self._pending[place] = False
            self._key = b""

    def adopt(self, sheet: Sheet, moved: Mapping[Address, Address]) -> None:
        """Go on with another tree; ``moved`` has the new address of each old one.

        What the client listens to and the tree no longer has is remembered: it may come back.
        """
        waiting = [self._sheet.nodes[one].address for one in self._pending.nonzero()[0]]
        echoes = [(self._sheet.nodes[one].address, echo) for one, echo in self._echoes.items()]
        self._wanted = {moved.get(one, one): None for one in self._wanted}
        places = sheet.index
        self._sheet, self._listens, self._pending = sheet, sheet.none(), sheet.none()
        self._listens[[places[one] for one in self._wanted if one in places]] = True
        moved_there = (moved.get(one, one) for one in waiting)
        self._pending[[places[one] for one in moved_there if one in places]] = True
        self._echoes = {places[one]: echo for one, echo in echoes if one in places}
        self._waits = True
        self._key = b""

    def wrote(self, address: Address, values: Sequence[Scalar], now: Seconds) -> None:
        """Note that the client itself has set this node."""
        place = self._sheet.index.get(address)
        if place is not None and self._listens[place]:
            self._echoes.pop(place, None)
            self._echoes[place] = (now + _ECHO, self._sheet.wording(place, values))
            while len(self._echoes) > _ECHOES:
                del self._echoes[next(iter(self._echoes))]

    def tell(self, changed: Mask, now: Seconds, shared: dict[bytes, bytes]) -> None:
        """Send what has changed, or still waits.

        Args:
            changed: What has changed since the last call.
            now: Monotonic seconds.
            shared: Frames made in this call for clients that listen to the same.
        """
        if self._refused:
            self._tell_refusals(now)
        if not (self._waits or self._echoes or self._behind):
            self._tell_alike(changed, now, shared)
            return
        due = ((changed & self._listens) | self._pending) & self._sheet.finite
        held = self._echoed(due, now) if self._echoes else []
        if self._has_room(now):
            if self._behind:
                self._behind = False
                self._send("PATH_CHANGED", "/")
            if due.any():
                self._transport.write(self._sheet.frames(due))
            due = self._sheet.none()
        self._pending = due
        self._pending[held] = True
        self._waits = bool(self._pending.any())

    def _tell_alike(self, changed: Mask, now: Seconds, shared: dict[bytes, bytes]) -> None:
        """Send what has changed to a client for which nothing else waits: the usual case."""
        key = self._key
        if not key:
            key = self._key = self._listens.tobytes()
        found = shared.get(key)
        if found is None:
            due = changed & self._listens & self._sheet.finite
            found = shared[key] = self._sheet.frames(due) if due.any() else b""
        if not found:
            return
        if self._has_room(now):
            self._transport.write(found)
        else:
            self._pending = changed & self._listens & self._sheet.finite
            self._waits = True

    def tell_changes(self, told: Iterable[Change], now: Seconds) -> None:
        """Send changes of the tree; one that is too far behind is told later to read all of it again."""
        if self._behind or not self._has_room(now):
            self._behind = True
            return
        for command, data in told:
            self._send(command, data)

    def refuse(self, reason: str, now: Seconds) -> None:
        """Tell the client why something that it sent was refused; at most once per second."""
        self._refused += 1
        self._reason = reason
        self._tell_refusals(now)

    def _tell_refusals(self, now: Seconds) -> None:
        if self._refused and now - self._told_at >= _TELLING and self._has_room(now):
            self._told_at = now
            self._send("REFUSED", {"REASON": self._reason, "COUNT": self._refused})
            self._refused = 0

    def _send(self, command: str, data: Any) -> None:
        message = json.dumps({"COMMAND": command, "DATA": data}, separators=(",", ":"))
        self._transport.write(frames.text(message.encode()))

    def _echoed(self, due: Mask, now: Seconds) -> list[int]:
        """Take out of ``due`` what the client itself has just written; return what to look at again."""
        held = []
        for place, (until, words) in list(self._echoes.items()):
            if now < until:
                if due[place]:
                    held.append(place)
                due[place] = False
                continue
            del self._echoes[place]
            if words == self._sheet.standing(place):
                due[place] = False
        return held

    def _has_room(self, now: Seconds) -> bool:
        """Return whether more may be written; a client that never reads is disconnected."""
        if self._transport.is_closing():
            return False
        waiting = self._transport.get_write_buffer_size()
        if waiting <= _ROOM:
            self._stalled = None
            return True
        if self._stalled is None or waiting < self._stalled[0]:
            self._stalled = (waiting, now)
        elif now - self._stalled[1] >= _STALLED:
            self._transport.abort()
        return False
