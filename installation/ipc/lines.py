"""JSON lines over a socket, non-blocking, with limits on what the other end sends and leaves unread."""

import json
import socket
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["LineSocket", "LineTooLongError", "Message"]

Message = dict[str, Any]

_MAX_IN: Final = 4 << 20
_MAX_OUT: Final = 16 << 20
_MOST: Final = 4096
"""Most lines that one ``receive`` returns; the rest waits for the next."""


class LineTooLongError(OSError):
    """Raised when the other end sends a line above the limit, or leaves too much unread."""


class LineSocket:
    """One connected socket that carries one JSON object per line.

    Every method raises OSError when the connection is lost; the owner then closes it.

    Args:
        connection: The socket.
        longest: Most bytes of an incoming line.
        unread: Most bytes that wait for the other end to read them.
        most: Most lines that one ``receive`` returns.
    """

    def __init__(
        self, connection: socket.socket, *, longest: int = _MAX_IN, unread: int = _MAX_OUT, most: int = _MOST
    ) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._longest = longest
        self._unread = unread
        self._most = most
        self._in = bytearray()
        self._lines: list[bytes] = []
        self._out = bytearray()
        self.closed = False

    def fileno(self) -> int:
        """Return the descriptor, for selectors."""
        return self._socket.fileno()

    @property
    def waiting(self) -> bool:
        """True while ``receive`` has more lines to return, of which selectors do not know."""
        return bool(self._lines)

    def send(self, message: Mapping[str, Any]) -> None:
        """Queue one message and write as much as possible without blocking.

        Raises LineTooLongError, and queues nothing, if too much is unread already.
        """
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if len(self._out) + len(line) > self._unread:
            raise LineTooLongError("the other end does not read")
        self._out += line
        self.flush()

    def flush(self) -> None:
        """Write as much as possible without blocking."""
        while self._out:
            try:
                written = self._socket.send(self._out)
            except BlockingIOError:
                return
            del self._out[:written]

    def receive(self) -> list[Message]:
        """Return the next complete messages; ``closed`` becomes True at the end of the stream.

        A line that is not a JSON object is returned as an empty message, so that the owner can answer.
        """
        if not self._lines:
            self._read()
        now, self._lines = self._lines[: self._most], self._lines[self._most :]
        return [_parse(line) for line in now]

    def _read(self) -> None:
        before = len(self._in)
        while len(self._in) <= self._longest:
            try:
                data = self._socket.recv(65536)
            except BlockingIOError:
                break
            if not data:
                self.closed = True
                break
            self._in += data
        if len(self._in) == before:  # the usual case
            return
        *lines, rest = self._in.split(b"\n")
        self._in = bytearray(rest)
        self._lines = [bytes(line) for line in lines if line.strip()]
        if len(rest) > self._longest or any(len(line) > self._longest for line in self._lines):
            self._lines, self._in = [], bytearray()
            message = f"a line of more than {self._longest} bytes"
            raise LineTooLongError(message)

    def close(self) -> None:
        """Close the socket."""
        self.closed = True
        self._socket.close()


def _parse(line: bytes) -> Message:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
