"""Notices another program on this machine that sends the same universes to the same receivers.

Each holds one local socket for each universe, with a name that says which; the kernel lets only one have a
name, and takes it back when the program ends, however it ends. Linux only (abstract Unix sockets, unix(7));
elsewhere nobody is ever noticed. Nothing is sent or received over these sockets.
"""

import contextlib
import errno
import socket
import sys
from collections.abc import Iterable

__all__ = ["OtherSenders"]

_MOST = 64
"""So many universes are watched over; each takes a descriptor."""


class OtherSenders:
    """Claims names.

    Args:
        receiver: Who is sent to, as text.
        universes: Numbers on the wire.
    """

    def __init__(self, receiver: str, universes: Iterable[int]) -> None:
        self._names = {number: f"\0photophore/sacn/{receiver}/{number}" for number in universes}
        self._held: dict[int, socket.socket] = {}

    def look(self) -> list[int]:
        """Claim what nobody has yet; returns the universes that another program sends as well."""
        taken: list[int] = []
        if sys.platform != "linux":
            return taken
        for number in list(self._names)[:_MOST]:
            if number in self._held:
                continue
            made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                made.bind(self._names[number])
            except OSError as error:
                made.close()
                if error.errno == errno.EADDRINUSE:
                    taken.append(number)
            else:
                self._held[number] = made
        return taken

    def close(self) -> None:
        """Give the names back."""
        for made in self._held.values():
            with contextlib.suppress(OSError):
                made.close()
        self._held = {}
