"""A UDP socket for streams of datagrams, where network trouble is counted and not raised.

A lamp network comes and goes: a node restarts, a cable is pulled, a route is not there yet. For a
stream that repeats itself 44 times a second that is an expected value, not a fault, so the numbers
of :data:`EXPECTED` only raise counters. Every other error means that the socket is of no use any
more; it raises ``AdapterError`` and the supervisor opens a new one.

Several datagrams of equal size to one address can leave in one system call: UDP generic
segmentation offload, Linux ``udp(7)``, option ``UDP_SEGMENT``. It is tried once and dropped for good
where the kernel or the interface refuses it.

Does not: resolve names (addresses are numbers, so that nothing ever waits for a name server),
receive, or repeat a datagram that the network lost.
"""

import errno
import socket
import sys
from collections.abc import Sequence

from installation.contract import AdapterError, Counters, Refusals

__all__ = ["EXPECTED", "SEGMENTS", "DatagramSocket"]

EXPECTED = frozenset(
    {
        errno.ECONNREFUSED,  # nobody listens there yet (an ICMP answer to an earlier datagram)
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.EHOSTDOWN,
        errno.ENOBUFS,  # queue of the interface is full
        errno.EAGAIN,  # our own send buffer is full
    }
)
"""Errors of ``send`` that pass by themselves."""

SEGMENTS = 64
"""Datagrams in one call: ``UDP_MAX_SEGMENTS`` of Linux up to 6.0 (later kernels allow 128)."""

_UDP_SEGMENT = 103
"""``UDP_SEGMENT`` of ``linux/udp.h``; Python has no name for it."""

_REFUSED_SEGMENTS = frozenset({errno.EINVAL, errno.EIO, errno.EOPNOTSUPP, errno.EMSGSIZE, errno.ENOPROTOOPT})
"""What kernels and interfaces answer when they cannot segment."""

_SEND_BUFFER = 1 << 20
"""Bytes of send buffer to ask for: a frame of 512 universes with the kernel's own overhead."""


class DatagramSocket:
    """Sends datagrams of one size to one address, without blocking.

    Args:
        host: Numeric IPv4 address of the receiver; empty for many addresses (``send_to``), e.g. multicast.
        port: Its UDP port.
        bind: Numeric IPv4 address to send from; empty lets the system choose. Multicast leaves there.
        broadcast: Allow ``host`` to be a broadcast address.
        counters: Where sent, dropped and erroneous datagrams are counted.
        refusals: Told what the network did not take, and why.
        segment: Size in bytes of all datagrams of ``send_block``; 0 never tries segmentation.
        hops: How many routers multicast may pass, plus one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        bind: str,
        counters: Counters,
        refusals: Refusals,
        *,
        broadcast: bool = False,
        segment: int = 0,
        hops: int = 1,
    ) -> None:
        self.host = host
        self.port = port
        self._bind = bind
        self._broadcast = broadcast
        self._segment = segment
        self._hops = hops
        self._counters = counters
        self._refusals = refusals
        self._socket: socket.socket | None = None
        self.segmented = False
        """Whether ``send_block`` hands many datagrams to the kernel at once."""
        self.trouble = ""
        """An expected error of the last call, in the system's words; empty while all is well."""

    def open(self) -> None:
        """Make the socket. Harmless when open. Raises AdapterError."""
        if self._socket is not None:
            return
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            made.setblocking(False)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            if self._broadcast:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if self._bind:
                made.bind((self._bind, 0))
            if self.host:
                made.connect((self.host, self.port))
            else:
                _prepare_multicast(made, self._bind, self._hops)
        except OSError as error:
            made.close()
            raise AdapterError(*self._explain(error)) from error
        self.segmented = bool(self.host) and self._segment > 0 and _can_segment(made, self._segment)
        self._socket = made

    def close(self) -> None:
        """Close the socket. Harmless when closed."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send_each(self, datagrams: Sequence[memoryview]) -> None:
        """Send each datagram with a call of its own. Raises AdapterError when the socket is of no use."""
        send = self._ready().send
        self.trouble = ""
        rest = iter(datagrams)
        datagram = memoryview(b"")
        lost = 0
        while True:
            try:
                for datagram in rest:
                    send(datagram)
                break
            except OSError as error:
                if not (self._survive(error) and self._again(datagram)):
                    lost += 1
        self._counters.sent += len(datagrams) - lost
        self._lose(lost)

    def send_block(self, block: memoryview, datagrams: Sequence[memoryview]) -> None:
        """Send equal datagrams that lie one after another in memory, in as few calls as possible.

        Args:
            block: All of them as one run of bytes.
            datagrams: The same bytes, one view each, for where segmentation does not work.

        Raises:
            AdapterError: The socket is of no use.
        """
        if not self.segmented:
            self.send_each(datagrams)
            return
        link = self._ready()
        self.trouble = ""
        for first in range(0, len(datagrams), SEGMENTS):
            count = min(SEGMENTS, len(datagrams) - first)
            production = block[first * self._segment : (first + count) * self._segment]
            try:
                link.send(production)
            except OSError as error:
                if error.errno in _REFUSED_SEGMENTS:
                    self.segmented = False
                    link.setsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT, 0)
                    self.send_each(datagrams[first:])
                    return
                if not (self._survive(error) and self._again(production)):
                    self._lose(count)
                    continue
            self._counters.sent += count

    def send_to(self, datagrams: Sequence[memoryview], hosts: Sequence[str]) -> None:
        """Send each datagram to its own address. Raises AdapterError when the socket is of no use."""
        sendto = self._ready().sendto
        port = self.port
        self.trouble = ""
        rest = iter(zip(datagrams, hosts, strict=True))
        lost = 0
        while True:
            try:
                for datagram, host in rest:
                    sendto(datagram, (host, port))
                break
            except OSError as error:
                self._survive(error)
                lost += 1
        self._counters.sent += len(datagrams) - lost
        self._lose(lost)

    def _lose(self, count: int) -> None:
        """Count datagrams that did not leave, and say why."""
        if count:
            self._counters.dropped += count
            why = f"the network did not take a packet: {self.trouble}"
            where = f"{self.host or 'multicast'}:{self.port}"
            self._refusals.note(why, where, "look at the cable, the address and the route", count)

    def _again(self, data: memoryview) -> bool:
        """Send what a refusal swallowed: it reported an earlier datagram. True if it went."""
        try:
            self._ready().send(data)
        except OSError as error:
            self._survive(error)
            return False
        return True

    def _survive(self, error: OSError) -> bool:
        """Count an expected error; True if the same datagram should be tried again at once."""
        if error.errno not in EXPECTED:
            raise AdapterError(*self._explain(error)) from error
        self._counters.errors += 1
        self.trouble = error.strerror or str(error)
        return error.errno == errno.ECONNREFUSED

    def _ready(self) -> socket.socket:
        if self._socket is None:
            raise AdapterError("is not open", "call open first")
        return self._socket

    def _explain(self, error: OSError) -> tuple[str, str]:
        what = f"udp {self.host or 'multicast'}:{self.port}: {error.strerror or error}"
        if error.errno == errno.EADDRNOTAVAIL:
            return what, f"no interface of this machine has the address {self._bind!r}; correct bind"
        if error.errno in {errno.EACCES, errno.EPERM}:
            return what, "to send to a broadcast address say broadcast = true; else look at the firewall"
        return what, "look at the cable, the address and the route"


def _can_segment(link: socket.socket, size: int) -> bool:
    """Ask the kernel to cut what is sent into datagrams of ``size`` bytes; False where it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        link.setsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT, size)
    except OSError:
        return False
    return True


def _prepare_multicast(link: socket.socket, bind: str, hops: int) -> None:
    """State the interface that multicast leaves by, and how far it may go."""
    link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, hops)
    if bind:
        link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(bind))
