"""Addresses of hosts, looked up in a thread: a name server that is away takes many seconds to say so."""

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final, TypeAlias

from installation.contract import Seconds

__all__ = ["AGAIN", "Lookup", "Resolver", "is_numeric"]

Lookup: TypeAlias = Callable[..., list[Any]]
"""Like ``socket.getaddrinfo``."""

AGAIN: Final[Seconds] = 60.0
"""A name is looked up again after this time: a console that was moved may have another address."""
_LATER: Final[tuple[Seconds, ...]] = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)


def is_numeric(host: str) -> bool:
    """Whether a host is an address already, which needs no name server."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class Resolver:
    """Looks up one host, now and again. Everything but ``_run`` is called in the adapter's thread.

    Args:
        host: A name or an address.
        port: Port that the address is for.
        kind: ``socket.SOCK_DGRAM`` or ``socket.SOCK_STREAM``.
        lookup: Finds addresses.

    Attributes:
        found: Family and socket address; None until the first answer.
        trouble: Why there is none; empty otherwise.
        failures: How often it could not be found since it was found last.
    """

    def __init__(self, host: str, port: int, kind: int, lookup: Lookup = socket.getaddrinfo) -> None:
        self.found: tuple[int, Any] | None = None
        self.trouble = ""
        self._asked = (host, port, kind)
        self._lookup = lookup
        self._numeric = is_numeric(host)
        self._thread: threading.Thread | None = None
        self._answer: tuple[int, Any] | str | None = None
        self._next: Seconds = 0.0
        self.failures = 0

    @property
    def busy(self) -> bool:
        """Whether a lookup is under way."""
        return self._thread is not None

    @property
    def resolved(self) -> str:
        """The address of a name, as `` at 10.0.0.5``; empty for what is an address already, or unknown."""
        return "" if self._numeric or self.found is None else f" at {self.found[1][0]}"

    def tend(self, now: Seconds) -> bool:
        """Take an answer that has come, or ask when it is time to; True when the address has changed."""
        if self._thread is not None:
            if self._thread.is_alive():
                return False
            self._thread = None
            return self._take(now)
        if now < self._next:
            return False
        if self._numeric:
            self._run()
            return self._take(now)
        self._thread = threading.Thread(target=self._run, name=f"resolve {self._asked[0]}", daemon=True)
        self._thread.start()
        return False

    def _run(self) -> None:
        host, port, kind = self._asked
        try:
            rows = self._lookup(host, port, type=kind)
            # Most consoles speak IPv4 only, and "localhost" is often ::1 first.
            family, _, _, _, address = next((row for row in rows if row[0] == socket.AF_INET), rows[0])
            self._answer = (family, address)
        except (OSError, UnicodeError, IndexError) as error:  # a label over 63 characters is a UnicodeError
            self._answer = str(getattr(error, "strerror", "") or error)

    def _take(self, now: Seconds) -> bool:
        answer, before = self._answer, self.found
        if isinstance(answer, tuple):
            self.found, self.trouble, self.failures = answer, "", 0
            self._next = float("inf") if self._numeric else now + AGAIN
            return answer != before
        # A name that was known and is not found now keeps its address: name servers fail more often than
        # consoles move.
        self.trouble = f"{self._asked[0]}: {answer}"
        self._next = now + _LATER[min(self.failures, len(_LATER) - 1)]
        self.failures += 1
        return False
