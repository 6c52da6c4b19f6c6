"""Tells a remote what has changed, so that its faders stand where the show's values are.

UDP loses datagrams, and a tablet that wakes up knows nothing. So every value is told again from time to time:
after ``REPEAT`` seconds a remote is right whatever was lost.
"""

import socket
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Final

from installation.contract import AdapterError, Counters, Message, Reading, Seconds, osc

__all__ = ["REPEAT", "Feedback", "endpoint"]

REPEAT: Final[Seconds] = 10.0
"""Each value is told at least once in this time."""
_AT_ONCE: Final = 64
"""Values that are repeated in one call at most: a thousand of them must not come as one burst."""


def endpoint(text: str) -> tuple[str, int]:
    """Read ``192.168.1.30:9000`` or ``[fe80::1]:9000``. Raises ValueError that says what to write."""
    host, colon, port = text.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
        number = int(port) if port.isascii() and port.isdecimal() else 0
    except ValueError:
        number = 0
    if not colon or not 1 <= number <= 65_535:
        message = f"feedback {text!r} is no address and port; write e.g. 192.168.1.30:9000"
        raise ValueError(message)
    return str(address), number


class Feedback:
    """Values for one remote, over UDP.

    Args:
        to: Address and port, as ``endpoint`` reads them.
        counters: Counts what was sent.
    """

    def __init__(self, to: str, counters: Counters) -> None:
        self._to = endpoint(to)
        self._counters = counters
        self._socket: socket.socket | None = None
        self._told: OrderedDict[str, tuple[Seconds, bytes]] = OrderedDict()
        """When each address was told last and with which bytes; that which was told longest ago first."""
        self._absent = False

    @property
    def detail(self) -> str:
        """Whom it tells."""
        absent = ", where nobody listens" if self._absent else ""
        return f"feedback to {self._to[0]}:{self._to[1]}{absent}"

    def open(self) -> None:
        """Make the socket. Raises AdapterError where there is no way to the remote."""
        if self._socket is not None:
            return
        made = socket.socket(socket.AF_INET6 if ":" in self._to[0] else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            made.setblocking(False)
            made.connect(self._to)
        except OSError as error:
            made.close()
            message = f"feedback to {self._to[0]}:{self._to[1]}: {error.strerror or error}"
            raise AdapterError(message, "look at the network settings") from error
        self._socket = made
        self._told.clear()

    def close(self) -> None:
        """Close the socket. Harmless when closed."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def show(self, messages: Sequence[Message], now: Seconds) -> None:
        """Tell these values now."""
        for message in messages:
            self._tell(message.address, osc.encode(message.address, *message.values), now)

    def hear(self, readings: Iterable[Reading], now: Seconds) -> None:
        """Do not repeat what is being moved from outside: the stage tells what became of it."""
        for address in {one.address for one in readings}:
            if address in self._told:
                self._told[address] = (now, self._told[address][1])
                self._told.move_to_end(address)

    def tend(self, now: Seconds) -> None:
        """Tell again what was told long ago."""
        for _ in range(_AT_ONCE):
            if not self._told:
                return
            address, (at, data) = next(iter(self._told.items()))
            if now - at < REPEAT:
                return
            self._tell(address, data, now)

    def _tell(self, address: str, data: bytes, now: Seconds) -> None:
        if self._socket is None:
            raise AdapterError("is not open", "call open first")
        self._told[address] = (now, data)
        self._told.move_to_end(address)
        try:
            try:
                self._socket.send(data)
                self._absent = False
            except ConnectionRefusedError:  # ICMP said so of an earlier datagram, and took this one: udp(7)
                self._absent = True
                self._socket.send(data)
        except OSError:  # a full buffer, or the network is down: it is told again
            self._counters.dropped += 1
            return
        self._counters.sent += 1
