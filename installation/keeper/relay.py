"""Passes on the output of child processes, rate limited: drivers print megabytes about one shader."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import IO, Final

from installation.logs import HOUR_BYTES
from installation.values import Seconds

__all__ = ["AT_ONCE", "LAST", "Relay"]

AT_ONCE: Final = 256 * 1024
"""Bytes that are passed on without limit; after that ``HOUR_BYTES`` per hour."""

LAST: Final = 32 * 1024
"""Last bytes of a child that are always passed on, since they tell why it died."""

_ERROR: Final = b"error: "
"""Beginning of a line that ``logs`` writes for an error."""
_TROUBLE: Final = 500
"""Most bytes of such a line that are told."""
_LONGEST_LINE: Final = 64 * 1024

log = logging.getLogger(__name__)


class Relay:
    """Passes the output of consecutive child processes on to stderr, within a limit over all of them.

    Complete lines pass while the limit allows; others are counted, reported and left out, except the last
    ones before a child's end, so that the traceback of a crash is complete. What is left out is still read,
    so that no child blocks.

    Args:
        name: Name of the child in messages.
        write: Writes bytes; returns how many it took, or raises OSError.
        now: Source of monotonic seconds.

    Attributes:
        trouble: The last line that the child logged as an error; empty for none.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[bytes], int] = lambda data: os.write(2, data),
        now: Callable[[], Seconds] = time.monotonic,
    ) -> None:
        self._name = name
        self._write = write
        self._now = now
        self._left = float(AT_ONCE)
        self._at = now()
        self._lost, self._lines, self._last = 0, 0, b""
        self._reader: threading.Thread | None = None
        self.trouble = ""

    def follow(self, output: IO[bytes]) -> None:
        """Read a child's output in a thread until its end, then close it."""
        self.trouble = ""
        self._reader = threading.Thread(target=self._read, args=(output,), name=f"{self._name}'s output")
        self._reader.daemon = True
        self._reader.start()

    def join(self, timeout: Seconds) -> None:
        """Wait until the output of an ended child has been passed on."""
        if self._reader is not None:
            self._reader.join(timeout)

    def _read(self, output: IO[bytes]) -> None:
        rest = b""
        with output, contextlib.suppress(OSError):
            while data := os.read(output.fileno(), 1 << 16):
                rest += data
                whole = rest.rfind(b"\n") + 1 or (len(rest) if len(rest) >= _LONGEST_LINE else 0)
                self._pass_on(rest[:whole])
                rest = rest[whole:]
        self._pass_on(rest)
        if self._lost:
            last = self._last[-LAST:]
            cut = last.find(b"\n") + 1 if len(last) < len(self._last) else 0
            self._tell("its last words follow")
            self._put(last[cut:])

    def _pass_on(self, data: bytes) -> None:
        errors = [line for line in data.split(b"\n") if line.startswith(_ERROR)]
        if errors:
            self.trouble = errors[-1][len(_ERROR) : _TROUBLE].decode("utf-8", "replace").strip()
        now = self._now()
        self._left = min(AT_ONCE, self._left + (now - self._at) * HOUR_BYTES / 3600.0)
        self._at = now
        if self._lost and self._left > AT_ONCE / 16:
            self._tell("it goes on here")
        cut = len(data) if len(data) <= self._left else data.rfind(b"\n", 0, int(self._left)) + 1
        cut = 0 if self._lost else cut
        self._put(data[:cut])
        self._left -= cut
        if cut < len(data):
            if not self._lost:
                self._left = 0.0
                log.warning("%s prints too much; from here on most of it is left out", self._name)
            self._lost += len(data) - cut
            self._lines += data.count(b"\n", cut)
            self._last = (self._last + data[cut:])[-LAST - 1 :]

    def _tell(self, then: str) -> None:
        words = "%d lines (%d bytes) that %s printed were left out; %s"
        log.warning(words, self._lines, self._lost, self._name, then)
        self._lost, self._lines, self._last = 0, 0, b""

    def _put(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a lost terminal must not stop anything
            while data:
                data = data[self._write(data) :]
