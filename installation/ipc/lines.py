"""JSON lines over a socket, without blocking and without trusting the other end to read."""

import json
import socket
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["LineSocket", "LineTooLongError", "Message"]

Message = dict[str, Any]

_MAX_IN: Final = 4 << 20
_MAX_OUT: Final = 16 << 20


class LineTooLongError(OSError):
    """Raised when the other end sends a line above 4 MiB, or does not read what it asked for (16 MiB)."""


class LineSocket:
    """One connected socket that carries one JSON object per line.

    Every method raises OSError when the connection is lost; the owner then closes it.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._in = bytearray()
        self._out = bytearray()
        self.closed = False

    def fileno(self) -> int:
        """Descriptor, for selectors."""
        return self._socket.fileno()

    def send(self, message: Mapping[str, Any]) -> None:
        """Queue one message and write as much as goes at once."""
        self._out += json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if len(self._out) > _MAX_OUT:
            raise LineTooLongError("the other end does not read")
        self.flush()

    def flush(self) -> None:
        """Write what the socket takes."""
        while self._out:
            try:
                written = self._socket.send(self._out)
            except BlockingIOError:
                return
            del self._out[:written]

    def receive(self) -> list[Message]:
        """All whole messages that have arrived; ``closed`` turns true at the end of the stream.

        A line that is no JSON object comes back as an empty message, so that the owner may answer.
        """
        before = len(self._in)
        while True:
            try:
                data = self._socket.recv(65536)
            except BlockingIOError:
                break
            if not data:
                self.closed = True
                break
            self._in += data
            if len(self._in) > _MAX_IN:
                raise LineTooLongError("a line of more than 4 MiB")
        if len(self._in) == before:  # mostly
            return []
        *lines, rest = self._in.split(b"\n")
        self._in = bytearray(rest)
        return [_parse(line) for line in lines if line.strip()]

    def close(self) -> None:
        """Close the socket."""
        self.closed = True
        self._socket.close()


def _parse(line: bytes | bytearray) -> Message:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
