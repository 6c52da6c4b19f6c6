"""One place that OSC is sent to: its limiter and its queue. It waits for nothing.

What cannot leave at once stands in a bounded queue. An event leaves it after a second at the latest, since a
GO that comes late does harm; of a stream the newest value stays, and is what the target hears first. A peer
that takes TCP slowly, a name that nobody knows and a host that is away hold up nobody but themselves.
"""

import socket
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec

from hardware.osc.framing import Framing
from hardware.osc.limiter import Limiter
from hardware.osc.resolver import Lookup, Resolver
from installation.contract import HOST, Counters, Message, Refusals, Seconds, TargetStatus, osc

__all__ = ["LATEST", "LONGEST", "SOON", "Packet", "Target", "TargetSettings", "packed"]

LATEST: Final[Seconds] = 1.0
"""A message that could not be sent for so long is dropped."""
LONGEST: Final = 1024
"""Packets that wait for one target at most; the oldest is dropped."""

SOON: Final[Seconds] = 0.01
"""How soon to look again while something is under way."""
_CALM: Final[Seconds] = 0.25
_REFUSED_FOR: Final[Seconds] = 3.0
_LARGEST_DATAGRAM: Final = 1432  # 1500 of Ethernet less 40 of IPv6, 8 of UDP and a VLAN or tunnel's 20
_LARGEST_ELEMENTS: Final = 64


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
class Packet:
    """One packet that waits."""

    data: bytes
    count: int
    """Messages in it."""
    since: Seconds
    address: str = ""
    """Of the message, where it is a single one."""
    stream: bool = False


def packed(messages: Iterable[Message], bundle: bool, largest: int, now: Seconds) -> list[Packet]:
    """Return messages as packets, in order.

    Args:
        messages: In order. Raises OscError for values that OSC cannot carry.
        bundle: Whether those of one frame share a packet.
        largest: Bytes of a bundle; a single message may be longer.
        now: Monotonic seconds.
    """
    packets: list[Packet] = []
    open_group, parts = 0, list[bytes]()

    def close() -> None:
        """End the bundle that is open; one message needs none."""
        if parts:
            data = parts[0] if len(parts) == 1 else osc.bundle(*parts)
            packets.append(Packet(data, len(parts), now))
            parts.clear()

    for message in messages:
        data = osc.encode(message.address, *message.values)
        if not bundle or not message.group:
            close()
            packets.append(Packet(data, 1, now, message.address, message.stream))
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
        self._queue: deque[Packet] = deque()
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
        busy = (bool(self._queue) and self._ready) or self._resolver.busy
        return min(SOON if busy else _CALM, max(0.0, self._limiter.wait(now)))

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
            address=f"{said.transport} {said.host}:{said.port}{self._resolver.resolved}{framing}",
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
    def _give(self, packet: Packet, now: Seconds) -> bool:
        """Give a packet to the socket; False if it has to wait."""

    def _resolve(self, now: Seconds) -> bool:
        """Go on with looking up the name; True when the address has changed."""
        failures = self._resolver.failures
        changed = self._resolver.tend(now)
        if self._resolver.failures > failures:
            self._refusals.note("a name that cannot be found", self._resolver.trouble, "correct its host")
        return changed

    def _enqueue(self, messages: list[Message], now: Seconds) -> None:
        if not messages:
            return
        largest = _LARGEST_DATAGRAM if self.kind == socket.SOCK_DGRAM else osc.LIMITS.packet
        waiting = {one.address: one for one in self._queue if one.stream}
        bundle = self.settings.bundle and self._ready  # what has to wait is better merged than bundled
        for packet in packed(messages, bundle, largest, now):
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
            if now - packet.since > LATEST and not packet.stream:
                self._queue.popleft()
                self._drop(packet)
            elif self._ready and self._give(packet, now):
                self._queue.popleft()
            else:
                return

    def _count(self, packet: Packet) -> None:
        self._sent += packet.count
        self._counters.sent += packet.count

    def _drop(self, packet: Packet) -> None:
        self._dropped += packet.count
        self._counters.dropped += packet.count
        what = f"{self.settings.name} {packet.address}".rstrip()
        self._refusals.note(
            "could not be sent in time", what, "`photophore status` tells how the target is", packet.count
        )

    def _refuse(self, now: Seconds) -> None:
        self._refused += 1
        self._refused_at = now
        where = f"{self.settings.name} at {self.settings.host}:{self.settings.port}"
        self._refusals.note("nobody listens there", where, "start the program there, or correct the port")

    def _disconnect(self, trouble: str) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._trouble = trouble
