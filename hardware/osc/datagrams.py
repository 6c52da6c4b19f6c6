"""OSC by datagrams: they become readings, with the kernel's time of arrival."""

import errno
import heapq
import selectors
import socket
import struct
import sys
import time
from collections.abc import Collection, Sequence
from ipaddress import ip_address, ip_network
from typing import Annotated

import msgspec

from hardware.osc.gate import Gate, Network
from hardware.osc.holder import holder
from installation.contract import (
    HOST,
    OSC_PORT,
    AdapterError,
    InputAdapter,
    OscError,
    Reading,
    Seconds,
    Settings,
    osc,
)  # fmt: skip

__all__ = ["BATCH", "HORIZON", "JITTER", "NAP", "PATTERN", "PENDING", "DatagramInput", "DatagramSettings"]

HORIZON: Seconds = 2.0
"""Bundles that are due later than this are dropped: nobody may book the show's future."""

PENDING = 1024
"""Messages that may wait for their time."""

BATCH = 1024
"""Datagrams taken in one call of ``receive``."""

PATTERN = 0.02
"""Share of a second's tokens that a new address pattern costs: all parameters are tried against it."""

NAP: Seconds = 0.001
"""Pause before draining when datagrams come thicker than one in this time.

Waking up costs more than reading: at 20,000 messages a second one wake-up serves twenty of them. The
readings lose nothing, since their time of arrival is the kernel's.
"""

JITTER: Seconds = 0.01
"""The kernel's clock is compared with ours at each wake-up, never quite alike: a datagram that seems to be
older than the one before it by less than this is not, and must not overtake it."""

_ACCEPTED = "hardware/osc/README.md lists what a packet may hold"
_LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_RECEIVE_BUFFER = 4 << 20
_SO_RCVBUFFORCE = 33  # asm-generic/socket.h: as SO_RCVBUF, past the system's limit, for who may
_SO_TIMESTAMPNS = 35  # asm-generic/socket.h: time of arrival as struct timespec, CLOCK_REALTIME
_TIMESPEC = struct.Struct("@ll")
_OLDEST: Seconds = 10.0  # a stamp further off means that the system's clock was set meanwhile


class DatagramSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about datagrams in.

    Attributes:
        host: Numeric address to listen on; ``0.0.0.0`` is every interface.
        port: UDP port; 0 takes any free one (for tests).
        allow: Networks that may send, e.g. ``["192.168.1.0/24"]``; needed unless ``host`` is a loopback
            address.
        rate: Messages a second accepted from one sender.
    """

    host: str = HOST
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = OSC_PORT
    allow: tuple[str, ...] = ()
    rate: Annotated[float, msgspec.Meta(ge=1, le=1e6)] = 40_000.0

    def __post_init__(self) -> None:
        """Refuse addresses that do not exist, and doors that are open to everybody. Raises ValueError."""
        try:
            address = ip_address(self.host)
        except ValueError:
            message = f"host {self.host!r} is not a numeric address; say e.g. {HOST} or 0.0.0.0"
            raise ValueError(message) from None
        self.networks()
        if not address.is_loopback and not self.allow:
            message = f"host {self.host} is open to the network; say who may send: allow = ['192.168.1.0/24']"
            raise ValueError(message)

    def networks(self) -> tuple[Network, ...]:
        """The allow-list, parsed. Raises ValueError."""
        try:
            return tuple(ip_network(network, strict=False) for network in self.allow) or _LOOPBACK
        except ValueError as error:
            message = f"allow: {error}; say networks such as 192.168.1.0/24"
            raise ValueError(message) from None


class DatagramInput(InputAdapter):
    """Listens for OSC on UDP.

    A reading carries the address as it came, patterns included, and the arguments that are numbers, texts or
    truth values. Time tags up to ``HORIZON`` ahead are honoured. Does not answer, ever: replies to forged
    senders are how one packet becomes many.
    """

    home = "stage"
    Settings = DatagramSettings
    settings: DatagramSettings

    def __init__(self, name: str, settings: DatagramSettings) -> None:
        super().__init__(name, settings)
        self._port = settings.port
        self._socket: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._bell: tuple[socket.socket, socket.socket] | None = None
        self._gate = Gate(settings.networks(), settings.rate)
        self._fast = osc.FastPath()
        self._pending: list[tuple[Seconds, int, Reading]] = []
        self._sequence = 0
        self._drained: Seconds = 0.0
        self._offset: Seconds = 0.0
        self._latest: Seconds = 0.0
        self._trouble = ""

    @property
    def port(self) -> int:
        """The UDP port it listens on; what the settings say while it is closed."""
        return self._port

    @property
    def detail(self) -> str:
        """Where it listens."""
        return f"udp {self.settings.host}:{self.port}"

    def open(self) -> None:
        """Bind the port. Raises AdapterError that names the program which holds it already."""
        if self._socket is not None:
            return
        family = socket.AF_INET if ip_address(self.settings.host).version == 4 else socket.AF_INET6
        made = socket.socket(family, socket.SOCK_DGRAM)
        try:
            made.setblocking(False)
            _prepare(made)
            made.bind((self.settings.host, self.settings.port))
        except OSError as error:
            made.close()
            raise AdapterError(*self._explain(error)) from error
        self._bell = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(made, selectors.EVENT_READ)
        self._selector.register(self._bell[0], selectors.EVENT_READ)
        self._port = int(made.getsockname()[1])
        self._socket = made

    def close(self) -> None:
        """Free the port and forget what was waiting for its time."""
        if self._selector is not None:
            self._selector.close()
        for end in self._bell or ():
            end.close()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._selector = self._bell = None
        self._port = self.settings.port
        self._pending.clear()

    def wake(self) -> None:
        """Make a waiting ``receive`` return at once."""
        bell = self._bell
        if bell is not None:
            try:
                bell[1].send(b"\0")
            except OSError:  # it is being closed, so nobody waits
                return

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """Everything that has arrived or become due, waiting at most ``timeout`` seconds for the first."""
        if self._socket is None or self._selector is None or self._bell is None:
            raise AdapterError("is not open", "call open first")
        now = time.monotonic()
        due = self._pending[0][0] - now if self._pending else timeout
        ready = {key.fileobj for key, _ in self._selector.select(max(0.0, min(timeout, due)))}
        if self._bell[0] in ready:
            self._bell[0].recv(4096)
        readings: list[Reading] = []
        if self._socket in ready:
            if time.monotonic() - self._drained < NAP:
                time.sleep(NAP)
            self._drain(self._socket, readings)
        self._take_more(ready, readings)
        now = time.monotonic()
        while self._pending and self._pending[0][0] <= now:
            readings.append(heapq.heappop(self._pending)[2])
        return readings

    def _take_more(self, ready: Collection[object], readings: list[Reading]) -> None:
        """Take what else is ready of what was registered with the selector."""

    def _drain(self, link: socket.socket, readings: list[Reading]) -> None:
        """Take what waits in the socket, at most a batch of it."""
        now = time.monotonic()
        self._offset = now - time.time()
        self._gate.refill(now)
        admit, read, name, counters = self._gate.admit, self._fast.read, self.name, self.counters
        stopped: dict[str, int] = {}
        for _ in range(BATCH):
            try:
                data, extra, _, source = link.recvmsg(65_536, 64)
            except BlockingIOError:
                break
            except OSError as error:
                raise AdapterError(*self._explain(error)) from error
            if not admit(source[0]):
                stopped[source[0]] = stopped.get(source[0], 0) + 1
                continue
            counters.received += 1
            stamp = self._stamp(extra, now) if extra else now
            if 0.0 < self._latest - stamp < JITTER:
                stamp = self._latest
            self._latest = stamp
            known = read(data)
            if known is not None:
                readings.append(Reading(known[0], known[1], stamp, name))
            else:
                self._decode(data, stamp, source[0], readings)
        for host, count in stopped.items():
            counters.dropped += count
            why, remedy = self._gate.reason(host)
            self.refusals.note(why, f"from {host}", remedy, count)
        self._drained = time.monotonic()

    def _stamp(self, extra: list[tuple[int, int, bytes]], now: Seconds) -> Seconds:
        """The kernel's time of arrival on the monotonic clock."""
        _, kind, raw = extra[0]
        if kind != _SO_TIMESTAMPNS or len(raw) != _TIMESPEC.size:
            return now
        seconds, nanoseconds = _TIMESPEC.unpack(raw)
        stamp: Seconds = seconds + nanoseconds * 1e-9 + self._offset
        # Datagrams that came while we drained are a little younger than ``now``.
        return stamp if -1.0 < now - stamp < _OLDEST else now

    def _decode(self, data: bytes, stamp: Seconds, host: str, readings: list[Reading]) -> None:
        """The long way: whatever the fast path does not know."""
        try:
            messages = osc.decode(data, now=stamp - self._offset)
        except OscError as error:
            self.counters.errors += 1
            example = f"{error.example or 'a packet'} from {host}"
            self.refusals.note(error.reason, example, error.remedy or _ACCEPTED)
            return
        if len(messages) == 1:
            self._fast.learn(data, messages[0])
        patterns = sum(osc.is_pattern(message.address) for message in messages)
        self._gate.charge(host, len(messages) - 1 + patterns * PATTERN * self.settings.rate)
        for message in messages:
            reading = Reading(message.address, message.scalars, stamp + message.time, self.name)
            if "b" in message.types:
                self.refusals.note("a blob drives nothing", f"{message.address} from {host}", "send numbers")
            if not message.time:
                readings.append(reading)
            elif message.time <= HORIZON and len(self._pending) < PENDING:
                self._sequence += 1
                heapq.heappush(self._pending, (reading.time, self._sequence, reading))
            else:
                self.counters.dropped += 1
                self._refuse_time(message, host)

    def _refuse_time(self, message: osc.Message, host: str) -> None:
        """Note why a message that is due later was not kept."""
        what = f"{message.address} from {host}, due in {message.time:.1f} s"
        if message.time > HORIZON:
            why = f"time tag ahead of this machine's clock: at most {HORIZON:g} s are waited for"
            self.refusals.note(why, what, "set the sender's clock, or send without a time tag")
        else:
            why = f"more than {PENDING} messages wait for their time"
            self.refusals.note(why, what, "send them closer to when they are due")

    def _explain(self, error: OSError) -> tuple[str, str]:
        what = f"udp {self.settings.host}:{self.settings.port}"
        match error.errno:
            case errno.EADDRINUSE:
                who = holder(self.settings.port)
                return f"{what} is in use by {who}", "end that program, or choose another port"
            case errno.EADDRNOTAVAIL:
                return f"{what}: no interface has this address", "correct host, or say 0.0.0.0"
            case errno.EACCES:
                return f"{what}: not allowed", "choose a port above 1023"
        return f"{what}: {error.strerror or error}", "look at the network settings"


def _prepare(link: socket.socket) -> None:
    """Ask for a large buffer and for times of arrival; both are gifts that a system may refuse."""
    if link.family == socket.AF_INET6:
        link.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    if sys.platform.startswith("linux"):
        for option, value in ((_SO_RCVBUFFORCE, _RECEIVE_BUFFER), (_SO_TIMESTAMPNS, 1)):
            try:
                link.setsockopt(socket.SOL_SOCKET, option, value)
            except OSError:
                continue
