"""OSC over TCP in: a few connections, each with a bounded buffer."""

import errno
import selectors
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from hardware.osc.framing import Deframer, Framing, deframer
from hardware.osc.gate import Gate
from hardware.osc.holder import holder
from installation.contract import AdapterError, OscError, Refusals, Seconds

__all__ = ["CLIENTS", "SILENT", "TcpServer"]

CLIENTS: Final = 8
"""Connections at one time."""
SILENT: Final[Seconds] = 60.0
"""A connection that has said nothing for so long makes room for a new one when all are taken."""

_READ: Final = 16_384  # bytes of one connection in one call: nobody keeps the others waiting
# tcp(7): a peer that lost its power is noticed after 10 + 3 * 5 s.
_KEEP_ALIVE: Final = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


@dataclass(slots=True)
class _Client:
    host: str
    deframer: Deframer
    heard: Seconds


class TcpServer:
    """Accepts connections and finds the packets in them. It never answers.

    Args:
        host: Numeric address to listen on.
        port: TCP port; 0 takes any free one.
        framing: How packets stand in the stream.
        gate: Who may connect.
        refusals: Told of what is not taken.
    """

    def __init__(self, host: str, port: int, framing: Framing, gate: Gate, refusals: Refusals) -> None:
        self.port = port
        self._where = (host, port)
        self._framing = framing
        self._gate = gate
        self._refusals = refusals
        self._listener: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._clients: dict[socket.socket, _Client] = {}

    @property
    def detail(self) -> str:
        """Where it listens, and how many are connected."""
        count = len(self._clients)
        return f"tcp {self._where[0]}:{self.port} {self._framing}, {count} connected"

    def open(self, selector: selectors.BaseSelector) -> None:
        """Listen, and have ``selector`` wait for connections and bytes.

        Raises AdapterError that names the program which holds the port.
        """
        host, port = self._where
        family = socket.AF_INET if ip_address(host).version == 4 else socket.AF_INET6
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setblocking(False)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else TIME_WAIT keeps us from it
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind((host, port))
            made.listen(CLIENTS)
        except OSError as error:
            made.close()
            if error.errno == errno.EADDRINUSE:
                message = f"tcp {host}:{port} is in use by {holder(port, kind='tcp')}"
                raise AdapterError(message, "end that program, or choose another tcp_port") from error
            message = f"tcp {host}:{port}: {error.strerror or error}"
            raise AdapterError(message, "look at host and tcp_port of this adapter") from error
        self._listener, self._selector = made, selector
        self.port = int(made.getsockname()[1])
        selector.register(made, selectors.EVENT_READ)

    def close(self) -> None:
        """Close all connections and free the port; the selector is already closed, or is told."""
        for client in tuple(self._clients):
            self._drop(client)
        if self._listener is not None:
            self._listener.close()
        self._listener = self._selector = None
        self.port = self._where[1]

    def owns(self, ready: object) -> bool:
        """Whether something that the selector names is the listener or one of the connections."""
        return ready is self._listener or ready in self._clients

    def take(self, ready: socket.socket, now: Seconds) -> tuple[list[bytes], str]:
        """Accept, or read from one connection.

        Args:
            ready: What the selector named.
            now: Monotonic seconds.

        Returns:
            Complete packets in order, and the host that sent them.
        """
        if ready is self._listener:
            self._accept(ready, now)
            return [], ""
        client = self._clients[ready]
        try:
            data = ready.recv(_READ)
        except BlockingIOError:
            return [], client.host
        except OSError:  # reset by the peer
            data = b""
        if not data:
            self._drop(ready)
            return [], client.host
        client.heard = now
        skipped = client.deframer.skipped
        try:
            packets = client.deframer.feed(data)
        except OscError as error:
            self._refusals.note(error.reason, f"from {client.host}", error.remedy)
            self._drop(ready)
            return [], client.host
        if client.deframer.skipped > skipped:
            what = "a packet longer than a packet may be"
            self._refusals.note(what, f"from {client.host}", "choose the same framing on both sides")
        self._gate.charge(client.host, len(data) / _READ)
        return packets, client.host

    def _accept(self, listener: socket.socket, now: Seconds) -> None:
        for _ in range(CLIENTS):
            try:
                link, source = listener.accept()
            except BlockingIOError:
                return
            except OSError:  # the peer has gone again, or no descriptors are left: accept(2)
                return
            host = str(source[0])
            if not self._gate.allowed(host):
                why, remedy = self._gate.reason(host)
                self._refusals.note(why, f"from {host}", remedy)
                link.close()
                continue
            if len(self._clients) >= CLIENTS and not self._make_room(now):
                message = f"more than {CLIENTS} connections"
                self._refusals.note(message, f"from {host}", "close one of them")
                link.close()
                continue
            link.setblocking(False)
            _keep_alive(link)
            self._clients[link] = _Client(host, deframer(self._framing), now)
            if self._selector is not None:
                self._selector.register(link, selectors.EVENT_READ)

    def _make_room(self, now: Seconds) -> bool:
        """Close the connection that has been silent longest, if that is long; False if none has."""
        link, client = min(self._clients.items(), key=lambda item: item[1].heard)
        if now - client.heard < SILENT:
            return False
        self._drop(link)
        return True

    def _drop(self, link: socket.socket) -> None:
        self._clients.pop(link, None)
        if self._selector is not None and self._selector.get_map() is not None:
            self._selector.unregister(link)
        link.close()


def _keep_alive(link: socket.socket) -> None:
    """Have the kernel notice peers that went without a word; systems differ in what they let us say."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE:
        option = getattr(socket, name, None)
        if option is not None:
            link.setsockopt(socket.IPPROTO_TCP, option, value)
