"""One place that OSC is sent to: its limiter, its queue, its socket. It waits for nothing.

What cannot leave at once stands in a bounded queue, and leaves it after a second at the latest: a GO that
comes late does harm. A peer that takes TCP slowly, a name that nobody knows and a host that is away hold up
nobody but themselves.
"""

import errno
import os
import socket
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec

from hardware.osc.framing import Framing, framed
from hardware.osc.limiter import Limiter
from hardware.osc.resolver import Lookup, Resolver
from installation.contract import HOST, Counters, Message, Refusals, Seconds, TargetStatus, osc

__all__ = ["LATEST", "LONGEST", "Target", "TargetSettings", "TcpTarget", "UdpTarget", "packed"]

LATEST: Final[Seconds] = 1.0
"""A message that could not be sent for so long is dropped."""
LONGEST: Final = 1024
"""Packets that wait for one target at most; the oldest is dropped."""

_SOON: Final[Seconds] = 0.01  # how soon to look again while something is under way
_CALM: Final[Seconds] = 0.25
_REFUSED_FOR: Final[Seconds] = 3.0
_LARGEST_DATAGRAM: Final = 1432  # 1500 of Ethernet less 40 of IPv6, 8 of UDP and a VLAN or tunnel's 20
_LARGEST_ELEMENTS: Final = 64
_SEND_BUFFER: Final = 65_536  # what is in the kernel cannot be taken back when it is late
_USER_TIMEOUT: Final = 10_000  # tcp(7): milliseconds without an acknowledgement
_RECONNECT: Final[tuple[Seconds, ...]] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_DISCARD: Final = 65_536


class TargetSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One target of the OSC output.

    Attributes:
        name: Name under which shows send to it.
        host: Its name or address.
        port: Its port.
        transport: ``udp``, or ``tcp`` where nothing may be lost.
        framing: How packets stand in a TCP stream: ``slip`` (OSC 1.1), or ``length`` before each (OSC 1.0).
        bundle: Whether messages of one frame go in one bundle, so that they take effect together.
        rate: Values a second of each address of a stream; the newest counts. Events are never held back.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    host: Annotated[str, msgspec.Meta(min_length=1, max_length=253)] = HOST
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)]
    transport: Literal["udp", "tcp"] = "udp"
    framing: Framing = "slip"
    bundle: bool = False
    rate: Annotated[float, msgspec.Meta(ge=0.1, le=1000)] = 60.0


@dataclass(slots=True)
class _Packet:
    data: bytes
    count: int
    """Messages in it."""
    since: Seconds
    address: str = ""
    """Of the message, where it is a single one."""
    stream: bool = False


def packed(messages: Iterable[Message], bundle: bool, largest: int, now: Seconds) -> list[_Packet]:
    """Return messages as packets, in order.

    Args:
        messages: In order. Raises OscError for values that OSC cannot carry.
        bundle: Whether those of one frame share a packet.
        largest: Bytes of a bundle; a single message may be longer.
        now: Monotonic seconds.
    """
    packets: list[_Packet] = []
    open_group, parts = 0, list[bytes]()

    def close() -> None:
        """End the bundle that is open; one message needs none."""
        if parts:
            data = parts[0] if len(parts) == 1 else osc.bundle(*parts)
            packets.append(_Packet(data, len(parts), now))
            parts.clear()

    for message in messages:
        data = osc.encode(message.address, *message.values)
        if not bundle or not message.group:
            close()
            packets.append(_Packet(data, 1, now, message.address, message.stream))
            continue
        size = 16 + sum(4 + len(part) for part in (*parts, data))
        if message.group != open_group or size > largest or len(parts) >= _LARGEST_ELEMENTS:
            close()
        open_group = message.group
        parts.append(data)
    close()
    return packets


class Target(ABC):
    """A target, over either transport.

    Args:
        settings: What the venue says of it.
        counters: Counted for all targets together.
        refusals: Told of what cannot be sent.
        lookup: Finds addresses of names.
    """

    kind: int

    def __init__(
        self,
        settings: TargetSettings,
        counters: Counters,
        refusals: Refusals,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self.settings = settings
        self._counters = counters
        self._refusals = refusals
        self._resolver = Resolver(settings.host, settings.port, self.kind, lookup)
        self._limiter = Limiter(settings.rate)
        self._queue: deque[_Packet] = deque()
        self._socket: socket.socket | None = None
        self._trouble = ""
        self._sent = self._dropped = self._refused = 0
        self._refused_at: Seconds = -_REFUSED_FOR

    def put(self, messages: Iterable[Message], now: Seconds) -> None:
        """Send these, or hold them until they can be."""
        self._enqueue([one for one in messages if self._limiter.admit(one, now)], now)
        self._pump(now)

    def tend(self, now: Seconds) -> Seconds:
        """Do what is due; return the seconds until there may be more to do."""
        self._look(now)
        self._enqueue(self._limiter.due(now), now)
        self._pump(now)
        busy = bool(self._queue) or self._resolver.busy
        return min(_SOON if busy else _CALM, max(0.0, self._limiter.wait(now)))

    def close(self, now: Seconds) -> None:
        """Send what was held back, as far as that goes at once, and close the socket."""
        self._enqueue(self._limiter.rest(), now)
        self._pump(now)
        for packet in self._queue:
            self._drop(packet)
        self._queue.clear()
        self._disconnect("")

    def health(self, now: Seconds) -> TargetStatus:
        """Return its entry of ``status``."""
        said = self.settings
        framing = f" ({said.framing})" if said.transport == "tcp" else ""
        return TargetStatus(
            name=said.name,
            address=f"{said.transport} {said.host}:{said.port}{framing}",
            state=self._state(now),
            sent=self._sent,
            merged=self._limiter.merged,
            dropped=self._dropped,
            refused=self._refused,
        )

    def _state(self, now: Seconds) -> str:
        if self._resolver.found is None:
            return self._resolver.trouble or "resolving"
        if now - self._refused_at < _REFUSED_FOR:
            return "refused: nobody listens there"
        return self._trouble or ("up" if self._ready else "connecting")

    @property
    @abstractmethod
    def _ready(self) -> bool:
        """Whether a packet can be given to the socket."""

    @abstractmethod
    def _look(self, now: Seconds) -> None:
        """See how name and connection are, and go on with them."""

    @abstractmethod
    def _give(self, packet: _Packet, now: Seconds) -> bool:
        """Give a packet to the socket; False if it has to wait."""

    def _enqueue(self, messages: list[Message], now: Seconds) -> None:
        if not messages:
            return
        largest = _LARGEST_DATAGRAM if self.kind == socket.SOCK_DGRAM else osc.LIMITS.packet
        waiting = {one.address: one for one in self._queue if one.stream}
        for packet in packed(messages, self.settings.bundle, largest, now):
            before = waiting.get(packet.address)
            if before is not None and packet.stream:
                before.data, before.since = packet.data, now
                self._limiter.merged += 1
                continue
            if before is not None:
                del waiting[packet.address]  # a later value must not overtake this event
            if len(self._queue) >= LONGEST:
                oldest = next((one for one in self._queue if one.stream), self._queue[0])
                self._queue.remove(oldest)
                self._drop(oldest)
            self._queue.append(packet)

    def _pump(self, now: Seconds) -> None:
        while self._queue:
            packet = self._queue[0]
            if now - packet.since > LATEST:
                self._queue.popleft()
                self._drop(packet)
            elif self._ready and self._give(packet, now):
                self._queue.popleft()
            else:
                return

    def _count(self, packet: _Packet) -> None:
        self._sent += packet.count
        self._counters.sent += packet.count

    def _drop(self, packet: _Packet) -> None:
        self._dropped += packet.count
        self._counters.dropped += packet.count

    def _refuse(self, now: Seconds) -> None:
        self._refused += 1
        self._refused_at = now

    def _disconnect(self, trouble: str) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._trouble = trouble


class UdpTarget(Target):
    """A target over UDP. That nobody listens there is noticed where the host says so (ICMP)."""

    kind = socket.SOCK_DGRAM

    @property
    def _ready(self) -> bool:
        return self._socket is not None

    def _look(self, now: Seconds) -> None:
        if self._resolver.tend(now):
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

    def _give(self, packet: _Packet, now: Seconds) -> bool:
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
        self._partial: _Packet | None = None
        self._failures = 0
        self._next: Seconds = 0.0
        self._until: Seconds = 0.0

    @property
    def _ready(self) -> bool:
        return self._connected

    def tend(self, now: Seconds) -> Seconds:
        """Do what is due; return the seconds until there may be more to do."""
        wait = super().tend(now)
        return min(wait, _SOON) if self._left or (self._socket and not self._connected) else wait

    def _look(self, now: Seconds) -> None:
        self._resolver.tend(now)
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

    def _give(self, packet: _Packet, now: Seconds) -> bool:
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
