"""A small HTTP server for one picture that changes: bounded in receivers, in memory and in time.

``multipart/x-mixed-replace`` is a stream of parts of which each replaces the one before (RFC 2046 multipart
syntax; the subtype is Netscape's of 1995 and is what browsers, VLC, OBS and ffmpeg understand).
"""

import hmac
import io
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from installation.contract import Seconds

__all__ = ["PATH", "Receiver", "StreamServer"]

PATH: Final = "/stream.mjpg"
"""Path of the stream."""

_STILL: Final = "/still.jpg"
_BOUNDARY: Final = "photophore"
_PATIENCE: Final[Seconds] = 5.0
"""Seconds in which a request must be complete, and in which a receiver must take a picture."""
_SPARE: Final = 8
"""Connections beside the receivers: those that ask for something else, or have not asked yet."""
_BUFFER: Final = 256 << 10
"""Bytes that the system may hold for one receiver: a slow one lags by so much at most."""

_PAGE: Final = f"""<!doctype html><meta charset="utf-8"><title>Photophore</title>
<style>body{{margin:0;background:#000}}img{{width:100vw;height:100vh;object-fit:contain}}</style>
<img alt="the picture" src="{PATH[1:]}?token=TOKEN">
"""


class StreamServer:
    """Listens, and sends each receiver the newest picture whenever it is ready for one.

    Args:
        host: Address to listen on.
        port: TCP port; 0 takes a free one.
        most: Most receivers at once.
        token: What receivers must give; empty for nothing.

    Raises:
        OSError: It cannot listen there.

    Attributes:
        port: The port.
        missed: Pictures that some receiver was too slow for.
    """

    def __init__(self, host: str, port: int, most: int, token: str) -> None:
        self.missed = 0
        self._most = most
        self._token = token
        self._changed = threading.Condition()
        self._picture = b""
        self._number = 0
        self._receivers: set[Receiver] = set()
        self._closed = False
        self._server = _Server(self, host, port, most + _SPARE)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="mjpeg", daemon=True
        )
        self._thread.start()

    @property
    def receivers(self) -> int:
        """How many receive now."""
        return len(self._receivers)

    def show(self, picture: bytes) -> None:
        """Set the newest picture, a JPEG file."""
        with self._changed:
            self.missed += sum(one.number < self._number for one in self._receivers)
            self._picture = picture
            self._number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Disconnect everybody and stop listening. Safe to call twice."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._server.disconnect()
        self._thread.join(1.0)

    def allows(self, token: str) -> bool:
        """Whether somebody who gives this token may see the picture."""
        return hmac.compare_digest(token.encode(), self._token.encode()) if self._token else True

    @contextmanager
    def receiving(self) -> "Iterator[Receiver | None]":
        """Add a receiver, which gets pictures from the next one on; None where there are too many."""
        with self._changed:
            receiver = Receiver(self._number) if len(self._receivers) < self._most else None
            if receiver is not None:
                self._receivers.add(receiver)
        try:
            yield receiver
        finally:
            with self._changed:
                self._receivers.discard(receiver)

    def next(self, receiver: "Receiver", timeout: Seconds) -> bytes:
        """Return the newest picture, once there is one that the receiver has not got.

        Nothing after ``timeout`` seconds without one, and when it is closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._number > receiver.number or self._closed, timeout)
            if self._closed or self._number <= receiver.number:
                return b""
            receiver.number = self._number
            return self._picture

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed


class Receiver:
    """Somebody who receives; ``number`` is that of the picture that it got last."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Server(ThreadingMixIn, TCPServer):
    """Accepts connections, ``most`` at once; each is served in a thread of its own."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, stream: StreamServer, host: str, port: int, most: int) -> None:
        self.stream = stream
        self._most = most
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Request)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - the library's names
        """Refuse connections beyond the bound."""
        with self._guard:
            if len(self._open) >= self._most:
                return False
            self._open.add(request)
            return True

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def disconnect(self) -> None:
        """End all connections; their threads end by themselves."""
        with self._guard:
            for one in self._open:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:  # it has gone already
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Do nothing: a receiver that goes away is no error."""


class _Asked(io.RawIOBase):
    """What a connection sends until a moment at which its request must be complete.

    A time limit on the socket alone begins anew with every byte.
    """

    def __init__(self, connection: socket.socket, until: Seconds) -> None:
        self._connection = connection
        self._until = until

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what there is. Raises TimeoutError when the time is over."""
        left = self._until - monotonic()
        if left <= 0.0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Request(BaseHTTPRequestHandler):
    """One connection, one request."""

    protocol_version = "HTTP/1.0"
    server_version = "Photophore"
    sys_version = ""
    timeout = _PATIENCE
    server: _Server

    def setup(self) -> None:
        """Read the request by one deadline for all of it."""
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Asked(self.connection, monotonic() + _PATIENCE))

    def do_GET(self) -> None:
        """Answer one request."""
        self.connection.settimeout(_PATIENCE)
        stream, asked = self.server.stream, urlsplit(self.path)
        token = parse_qs(asked.query).get("token", [""])[0][:256]
        if not _is_own(self.headers.get("Host", "")):
            self.send_error(403, "This name is not mine", "Use the address of the machine.")
        elif not stream.allows(token):
            self.send_error(403, "Token needed", "Add ?token=... as the venue file says.")
        elif asked.path == PATH:
            self._stream(stream)
        elif asked.path == _STILL:
            self._still(stream)
        elif asked.path == "/":
            page = _PAGE.replace("TOKEN", quote(token, safe=""))
            self._begin("text/html; charset=utf-8")
            self.wfile.write(page.encode())
        else:
            self.send_error(404, "Not here", f"There are / and {PATH} and {_STILL}.")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Log nothing: status tells how many receive."""

    def _stream(self, stream: StreamServer) -> None:
        with stream.receiving() as receiver:
            if receiver is None:
                self.send_error(503, "Too many receivers", "The venue file bounds them.")
                return
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._begin(f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
            self.wfile.write(f"--{_BOUNDARY}\r\n".encode())
            while not stream.closed:
                picture = stream.next(receiver, _PATIENCE)
                if picture:
                    head = f"Content-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                    self.wfile.write(head.encode() + picture + f"\r\n--{_BOUNDARY}\r\n".encode())
                elif self._gone():
                    return

    def _still(self, stream: StreamServer) -> None:
        with stream.receiving() as receiver:  # it counts, so that a picture is made
            picture = stream.next(receiver, _PATIENCE) if receiver is not None else b""
            if not picture:
                self.send_error(503, "No picture now", "")
                return
            self._begin("image/jpeg", len(picture))
            self.wfile.write(picture)

    def _begin(self, kind: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-site")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def _gone(self) -> bool:
        """Whether the other side has closed, which nobody notices who sends nothing."""
        try:
            self.connection.setblocking(False)
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        finally:
            self.connection.settimeout(_PATIENCE)


def _is_own(host: str) -> bool:
    """Whether a Host header names this machine by address, as ``localhost`` or as ``*.local``.

    Any other name could be that of a web page that has it point here (DNS rebinding).
    """
    name = urlsplit(f"//{host}").hostname or ""
    if not name or name == "localhost" or name.endswith(".local"):
        return bool(name)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
