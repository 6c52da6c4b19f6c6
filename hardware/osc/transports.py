"""The two ways to a target: UDP, and TCP with a framing."""

import errno
import os
import socket
from collections.abc import Iterable
from typing import Final

from hardware.osc.framing import framed
from hardware.osc.resolver import Lookup
from hardware.osc.target import SOON, Packet, Target, TargetSettings
from installation.contract import Counters, Message, Refusals, Seconds

__all__ = ["TcpTarget", "UdpTarget"]

_SEND_BUFFER: Final = 65_536  # what is in the kernel cannot be taken back when it is late
_USER_TIMEOUT: Final = 10_000  # tcp(7): milliseconds without an acknowledgement
_RECONNECT: Final[tuple[Seconds, ...]] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_DISCARD: Final = 65_536


class UdpTarget(Target):
    """A target over UDP. That nobody listens there is noticed where the host says so (ICMP)."""

    kind = socket.SOCK_DGRAM

    @property
    def _ready(self) -> bool:
        return self._socket is not None

    def _look(self, now: Seconds) -> None:
        if self._resolve(now):
            self._disconnect("")
        if self._socket is None and self._resolver.found is not None:
            family, address = self._resolver.found
            made = socket.socket(family, socket.SOCK_DGRAM)
            made.setblocking(False)
            try:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                made.connect(address)
            except OSError as error:  # no route: the network may come up later
                made.close()
                self._trouble = error.strerror or str(error)
                return
            self._socket, self._trouble = made, ""

    def _give(self, packet: Packet, now: Seconds) -> bool:
        link = self._socket
        if link is None:
            return False
        try:
            try:
                link.send(packet.data)
            except ConnectionRefusedError:  # of an earlier datagram; this one did not leave: udp(7)
                self._refuse(now)
                link.send(packet.data)
        except BlockingIOError:
            return False
        except ConnectionRefusedError:
            self._refuse(now)
            self._drop(packet)
        except OSError as error:
            self._drop(packet)
            if error.errno == errno.EMSGSIZE:
                self._refusals.note(
                    "a message longer than a datagram", self.settings.name, "send it over tcp"
                )
            else:
                self._disconnect(error.strerror or str(error))
        else:
            self._trouble = ""
            self._count(packet)
        return True


class TcpTarget(Target):
    """A target over TCP. What it sends back is read and thrown away, so that it never waits for us."""

    kind = socket.SOCK_STREAM

    def __init__(
        self,
        settings: TargetSettings,
        counters: Counters,
        refusals: Refusals,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        super().__init__(settings, counters, refusals, lookup)
        self._connected = False
        self._left = b""
        """The rest of a packet of which a part has left: it must follow, however late it is."""
        self._partial: Packet | None = None
        self._failures = 0
        self._next: Seconds = 0.0
        self._until: Seconds = 0.0
        self._last: dict[str, Message] = {}
        """The newest value of each stream, for a peer that has connected again and knows nothing."""

    def put(self, messages: Iterable[Message], now: Seconds) -> None:
        """Send these, or hold them until they can be."""
        given = list(messages)
        self._last |= {one.address: one for one in given if one.stream}
        super().put(given, now)

    @property
    def _ready(self) -> bool:
        return self._connected

    def tend(self, now: Seconds) -> Seconds:
        """Do what is due; return the seconds until there may be more to do."""
        wait = super().tend(now)
        return min(wait, SOON) if self._left or (self._socket and not self._connected) else wait

    def _look(self, now: Seconds) -> None:
        self._resolve(now)
        if self._socket is None:
            if self._resolver.found is not None and now >= self._next:
                self._connect(*self._resolver.found, now)
        elif not self._connected:
            self._await(self._socket, now)
        if self._connected and self._socket is not None:
            self._discard(self._socket, now)

    def _connect(self, family: int, address: tuple[str, int], now: Seconds) -> None:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT)
        self._socket, self._until = made, now + _USER_TIMEOUT / 1000.0
        failed = made.connect_ex(address)
        if failed not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK):
            self._lose(failed, now)

    def _await(self, link: socket.socket, now: Seconds) -> None:
        """See whether a connection is made: connect(2), getpeername(2)."""
        failed = link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            self._lose(failed, now)
            return
        try:
            link.getpeername()
        except OSError:
            if now > self._until:
                self._lose(errno.ETIMEDOUT, now)
            return
        self._connected, self._failures, self._trouble = True, 0, ""
        self._enqueue(list(self._last.values()), now)

    def _discard(self, link: socket.socket, now: Seconds) -> None:
        try:
            while data := link.recv(_DISCARD):
                if len(data) < _DISCARD:
                    return
            self._lose(errno.EPIPE, now)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error.errno or errno.EPIPE, now)

    def _give(self, packet: Packet, now: Seconds) -> bool:
        """Give a packet to the socket; False while nothing of it could leave."""
        if self._left:
            return False
        whole = framed(packet.data, self.settings.framing)
        self._left, self._partial = whole, packet
        self._write(now)
        if len(self._left) == len(whole):
            self._left, self._partial = b"", None
            return False
        return True

    def _pump(self, now: Seconds) -> None:
        if self._left and self._connected:
            self._write(now)
        super()._pump(now)

    def _write(self, now: Seconds) -> bool:
        """Write what is left of a packet; True when nothing is."""
        link = self._socket
        if link is None:
            return False
        try:
            self._left = self._left[link.send(self._left) :]
        except BlockingIOError:
            self._trouble = "slow: it does not take what it is sent"
            return False
        except OSError as error:
            self._lose(error.errno or errno.EPIPE, now)
            return False
        if not self._left and self._partial is not None:
            self._count(self._partial)
            self._partial, self._trouble = None, ""
        return not self._left

    def _lose(self, failed: int, now: Seconds) -> None:
        if failed == errno.ECONNREFUSED:
            self._refuse(now)
        if self._partial is not None:
            self._drop(self._partial)
        self._left, self._partial, self._connected = b"", None, False
        self._next = now + _RECONNECT[min(self._failures, len(_RECONNECT) - 1)]
        self._failures += 1
        self._disconnect("closed by the other side" if failed == errno.EPIPE else _words(failed))

    def close(self, now: Seconds) -> None:
        """Send what was held back, as far as that goes at once, and close the connection."""
        super().close(now)
        if self._partial is not None:
            self._drop(self._partial)
        self._left, self._partial, self._connected = b"", None, False
        self._next = 0.0


def _words(failed: int) -> str:
    return os.strerror(failed)
