"""The state folder of a running show: its lock, and sockets with long names."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from installation.errors import PhotophoreError

__all__ = ["Lock", "bind", "connect"]

_LONGEST: Final = 100
"""A Unix socket's path may have about 104 bytes (macOS) or 108 (Linux)."""


class Lock:
    """One show per state folder. The lock ends with the process, however that ends.

    Raises PhotophoreError when another show holds it.
    """

    def __init__(self, folder: Path) -> None:
        import fcntl

        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / "lock"
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._fd)
            message = (
                f"a show is already running in {folder} (process {holder}); end it with "
                "`photophore stop`, or set PHOTOPHORE_STATE to another folder"
            )
            raise PhotophoreError(message) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another show have the folder."""
        os.close(self._fd)


def bind(path: Path) -> socket.socket:
    """A listening Unix socket at ``path``, for its owner only. A stale one is replaced."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as name:
            listener.bind(name)
        path.chmod(0o600)
        listener.listen(16)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def connect(path: Path, timeout: float) -> socket.socket:
    """A connection to a Unix socket. Raises OSError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        with _short(path) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"  # Linux: the folder's descriptor stands for its name
    finally:
        os.close(folder)
