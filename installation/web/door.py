"""Limits on connections: their number, per client and in all, and their idle time.

aiohttp waits for a request indefinitely. Here a request has to be complete a few seconds after it began, an
idle connection is closed, the connections of one client are limited, and if all are in use the one idle
longest is closed. A few more connections are reserved for ``/health`` alone.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, cast

from installation.values import Seconds

__all__ = ["Door", "DoorLimits"]

_SWEEP: Final[Seconds] = 0.25


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """Limits of ``Door``.

    Attributes:
        total: Simultaneous connections.
        client: Simultaneous connections from one address.
        reserved: Connections beyond either number; they may request ``/health`` only.
        request: Seconds from the first byte of a request, or the connection, to its last header.
        idle: Seconds without a request, or without progress of an answer.
        unread: Bytes that may arrive from one request to the next.
        stream: Bytes that may arrive from one message of a WebSocket to the next.
    """

    total: int = 256
    client: int = 64
    reserved: int = 16
    request: Seconds = 5.0
    idle: Seconds = 15.0
    unread: int = 65_536
    stream: int = 1 << 20


class _Guest(asyncio.Protocol):
    """One connection: everything is passed on to the server's own protocol."""

    def __init__(self, door: "Door", inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self._left = 0
        self._buffered = 0
        self.transport: asyncio.Transport | None = None
        self.client = ""
        self.reserved = False
        self.serving = False
        self.asking = True
        self.deadline: Seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See ``asyncio.BaseProtocol``; the deadline of the first request starts."""
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.client = str(peer[0]) if isinstance(peer, tuple) else ""
        self._left = self._door.limits.unread
        self.deadline = self._door.now() + self._door.limits.request
        self._inner.connection_made(transport)
        self._door.admit(self)

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``; a client above the limit of unread bytes is dropped."""
        self._left -= len(data)
        if self._left < 0:
            self.drop()
            return
        if not self.serving and not self.asking:
            self.asking, self.deadline = True, self._door.now() + self._door.limits.request
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """See ``asyncio.Protocol``."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """See ``asyncio.BaseProtocol``."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """See ``asyncio.BaseProtocol``."""
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """See ``asyncio.BaseProtocol``; the connection no longer counts against the limits."""
        self._door.forget(self)
        self._inner.connection_lost(exc)

    def begin(self) -> None:
        """Note that a request is complete up to its headers."""
        self.serving, self.asking, self._left = True, False, self._door.limits.unread

    def go_on(self) -> None:
        """Note that another message of a WebSocket was taken. Until then aiohttp bounds what is unread."""
        self._left = self._door.limits.stream

    def end(self) -> None:
        """Note that the request is answered."""
        self.serving, self.deadline = False, self._door.now() + self._door.limits.idle

    def overdue(self, now: Seconds) -> bool:
        """Return whether its deadline has passed; progress in reading an answer extends it."""
        if self.serving or self.transport is None:
            return False
        buffered = self.transport.get_write_buffer_size()
        if buffered and buffered < self._buffered:
            self.deadline = now + self._door.limits.idle
        self._buffered = buffered
        return now >= self.deadline

    def drop(self) -> None:
        """Close at once, discarding unsent data."""
        if self.transport is not None:
            self.transport.abort()


class Door:
    """Protocol factory (``loop.create_server(door, ...)``) that enforces the limits on connections.

    Args:
        limits: The limits.
        now: Source of monotonic seconds.

    Attributes:
        serve: Creates the server's own protocol; set before the first connection.
        closed: Number of connections closed because they were idle.
    """

    def __init__(
        self,
        limits: DoorLimits | None = None,
        now: Callable[[], Seconds] = monotonic,
    ) -> None:
        self.serve: Callable[[], asyncio.Protocol] | None = None
        self.limits = limits or DoorLimits()
        self.now = now
        self.closed = 0
        self._guests: dict[asyncio.BaseTransport | None, _Guest] = {}

    def __call__(self) -> asyncio.Protocol:
        """Return the protocol of a new connection."""
        if self.serve is None:
            raise RuntimeError("a connection before there is a server")
        return _Guest(self, self.serve())

    def __len__(self) -> int:
        return len(self._guests)

    def admit(self, guest: _Guest) -> None:
        """Admit a new connection; if there are too many, an idle one is closed."""
        mine = [one for one in self._guests.values() if one.client == guest.client and not one.reserved]
        ours = [one for one in self._guests.values() if not one.reserved]
        full = mine if len(mine) >= self.limits.client else ours if len(ours) >= self.limits.total else None
        if full is not None and not self._make_room(full):
            lane = [one for one in self._guests.values() if one.reserved]
            guest.reserved = True
            if len(lane) >= self.limits.reserved and not self._make_room(lane):
                self._close(guest)
                return
        self._guests[guest.transport] = guest

    def forget(self, guest: _Guest) -> None:
        """Remove a closed connection."""
        self._guests.pop(guest.transport, None)

    def guest(self, transport: asyncio.BaseTransport | None) -> _Guest | None:
        """Return the connection of a request; None once it is closed."""
        return self._guests.get(transport)

    async def sweep(self) -> None:
        """Close overdue connections, until cancelled."""
        while True:
            now = self.now()
            for guest in [one for one in self._guests.values() if one.overdue(now)]:
                self._close(guest)
            await asyncio.sleep(_SWEEP)

    def _make_room(self, among: list[_Guest]) -> bool:
        waiting = next((one for one in among if not one.serving), None)
        if waiting is not None:
            self._close(waiting)
        return waiting is not None

    def _close(self, guest: _Guest) -> None:
        self.closed += 1
        self._guests.pop(guest.transport, None)
        guest.drop()
