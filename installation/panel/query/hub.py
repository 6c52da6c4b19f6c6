"""All WebSocket clients of OSCQuery: their requests, and what is sent to them.

Source: https://github.com/Vidvox/OSCQueryProposal, "Optional Bi-Directional Communication". A text message is
a JSON object of ``COMMAND`` and ``DATA``; a binary one is an OSC packet. Beyond the proposal: a node's value
is also sent at once when a client begins to listen, and ``REFUSED`` tells why something was not taken.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np
from aiohttp import WSMsgType, web
from numpy.typing import NDArray

from installation.commands import Role
from installation.ipc.bus import Bus
from installation.logs import Refusals
from installation.panel.mirror import View
from installation.panel.query.changes import changes
from installation.panel.query.client import Client
from installation.panel.query.sheet import Sheet
from installation.panel.query.writes import Order, Writer, Writes
from installation.values import Seconds

__all__ = ["MOST", "Hub"]

MOST: Final = 32
"""Most simultaneous clients."""

_PERIOD: Final[Seconds] = 1 / 30
_SLACK: Final[Seconds] = _PERIOD / 2
"""How much sooner than on schedule a state may be sent: the stage's schedule is not ours."""
_SOON: Final[Seconds] = 0.004
_LONGEST: Final = 65_536
"""Bytes of one message from a client."""
_HEARTBEAT: Final[Seconds] = 20.0
_CLOSING: Final[Seconds] = 2.0
_NOTSENT_LOWAT: Final = 25  # tcp(7), TCP_NOTSENT_LOWAT; the socket module has no name for it
_UNSENT: Final = 131_072
"""Bytes that the system keeps unsent for one client, so that they are not old when they are sent."""

log = logging.getLogger(__name__)


class _Asked(msgspec.Struct, frozen=True):
    command: str = msgspec.field(name="COMMAND")
    data: str = msgspec.field(name="DATA", default="")


_ASKED: Final = msgspec.json.Decoder(_Asked)


class Hub:
    """The clients of one panel.

    Args:
        bus: The panel's bus.
        view: Returns the present tree and its values.
        refusals: Notified of everything that is refused.
        now: Source of monotonic seconds.
        order: Gives a command to the keeper; None where there is no keeper.
    """

    def __init__(
        self,
        bus: Bus,
        view: Callable[[], View],
        refusals: Refusals,
        now: Callable[[], Seconds],
        order: Order | None = None,
    ) -> None:
        self._view = view
        self._refusals = refusals
        self._now = now
        self._writes = Writes(bus, refusals, order, now)
        self._clients: dict[Client, web.WebSocketResponse] = {}
        self._tree: View | None = None
        self._sheet = Sheet((), 0)
        self._due: Seconds = float("-inf")
        self._values: NDArray[np.float32] | None = None
        self._fresh_at: Seconds = float("-inf")
        self._next: Seconds = float("-inf")

    def __len__(self) -> int:
        return len(self._clients)

    async def carry(self) -> None:
        """Give commands of clients to the keeper until cancelled."""
        await self._writes.carry()

    async def serve(
        self, request: web.Request, role: Callable[[], Role | None], progress: Callable[[], None]
    ) -> web.StreamResponse:
        """Serve one client until it leaves.

        Args:
            request: Its upgrade request, already allowed.
            role: Returns the role with which it may write now; None if it may only read.
            progress: Called at the beginning and after each message.
        """
        connection = web.WebSocketResponse(
            compress=False, heartbeat=_HEARTBEAT, max_msg_size=_LONGEST, timeout=_CLOSING
        )
        await connection.prepare(request)
        transport = request.transport
        if transport is None:
            return connection
        _keep_fresh(transport)
        self._look(self._view())
        client = Client(transport, self._sheet, request.remote or "")
        writer = Writer(
            client.name,
            role,
            lambda reason: client.refuse(reason, self._now()),
            lambda address, values: client.wrote(address, values, self._now()),
        )
        self._clients[client] = connection
        progress()
        try:
            async for message in connection:
                progress()
                if message.type is WSMsgType.TEXT:
                    self._asked(client, message.data)
                elif message.type is WSMsgType.BINARY:
                    self._writes.take(writer, message.data, self._view().directory.nodes)
        finally:
            del self._clients[client]
        return connection

    def tick(self, now: Seconds) -> None:
        """Send clients what has changed, values at most 30 times per second; cheap without clients."""
        if not self._clients:
            self._tree = None
            return
        view = self._view()
        self._look(view)
        fresh = view.values is not self._values and len(view.values) == self._sheet.slots > 0
        waiting = any(client.waits for client in self._clients)
        if now < self._due - _SLACK or not (fresh or waiting):
            return
        self._due = max(self._due, now - _PERIOD) + _PERIOD
        changed = self._sheet.none()
        if fresh:
            self._values, self._fresh_at = view.values, now
            changed = self._sheet.update(view.values)
        shared: dict[bytes, bytes] = {}
        for client in self._clients:
            client.tell(changed, now, shared)

    def pause(self, now: Seconds) -> Seconds:
        """Return the seconds until the next ``tick`` is worth it.

        While values stream, it keeps to a schedule of their rate, which shifts by a little whenever they have
        not come yet: two schedules of one rate would else lose a state now and then.
        """
        if not self._clients or now - self._fresh_at > 2 * _PERIOD:
            return _PERIOD
        if self._fresh_at == now:
            self._next = max(self._next, now - _PERIOD) + _PERIOD
        else:
            self._next = now + _SOON
        return self._next - now

    async def close(self) -> None:
        """Disconnect all clients."""
        for connection in list(self._clients.values()):
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(_CLOSING):
                    await connection.close(code=1001)  # RFC 6455, 7.4.1: going away

    def _look(self, view: View) -> None:
        """Take over another description of the tree, and tell clients what has changed."""
        before, self._tree = self._tree, view
        if before is not None and before.description is view.description:
            return
        sheet = Sheet(tuple(view.directory.nodes.values()), view.description.slots)
        sheet.follow(self._sheet)
        self._sheet, self._values = sheet, None
        if before is None:
            return
        told, moved = changes(before.directory.nodes, view.directory.nodes)
        for client in self._clients:
            client.adopt(sheet, moved)
            if told:
                client.tell_changes(told, self._now())

    def _asked(self, client: Client, text: str) -> None:
        try:
            asked = _ASKED.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            reason = "a text message is no JSON object of COMMAND and DATA"
            self._refusals.note(reason, str(error))
            client.refuse(f"{reason}: {error}", self._now())
            return
        address = "/" + asked.data.strip("/")
        if asked.command == "IGNORE":
            client.ignore(address)
        elif asked.command != "LISTEN":
            reason = "an unknown COMMAND; LISTEN and IGNORE are known"
            self._refusals.note(reason, asked.command[:40])
            client.refuse(f"{reason}: {asked.command[:40]}", self._now())
        elif not client.listen(address):
            reason = "LISTEN to something that has no value"
            self._refusals.note(
                reason, address[:256], "listen to a parameter or a signal, not to a container"
            )
            client.refuse(f"{reason}: {address[:256]}", self._now())


def _keep_fresh(transport: asyncio.Transport) -> None:
    """Let the system keep little unsent: what a slow client gets late should be new when it is sent."""
    connection = transport.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):
        connection.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, _UNSENT)
