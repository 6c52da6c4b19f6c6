"""The state folder of a running show: its lock, and sockets with long names."""

import contextlib
import logging
import os
import selectors
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from installation import paths
from installation.errors import PhotophoreError
from installation.values import Seconds

__all__ = ["Listener", "Lock", "Place", "bind", "connect", "reach", "short", "wait_until_free"]

_LONGEST: Final = 100
"""Most bytes of a Unix socket's path: the limit is about 104 (macOS) or 108 (Linux)."""

_PROBE: Final = ".room"
_LOOK: Final[Seconds] = 0.05

log = logging.getLogger(__name__)


class Lock:
    """The lock that allows one show per state folder. It ends with the process, however that ends.

    Raises PhotophoreError when another show holds it, OSError when the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._fd = self._open()

    def _open(self) -> int:
        import fcntl

        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(fd)
            message = (
                f"a show is already running in {self._path.parent} (process {holder}); end it with "
                "`photophore stop`, or set PHOTOPHORE_STATE to another folder"
            )
            raise PhotophoreError(message) from error
        try:
            os.ftruncate(fd, 0)
            os.pwrite(fd, str(os.getpid()).encode(), 0)
        except OSError:  # a full disk: the lock is held all the same, but does not name its holder
            log.debug("the lock does not name its holder")
        return fd

    def renew(self) -> None:
        """Take it again if its file was removed. Raises as the lock itself does."""
        try:
            if os.path.samestat(self._path.stat(), os.fstat(self._fd)):
                return
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        before, self._fd = self._fd, self._open()
        os.close(before)

    def release(self) -> None:
        """Release the lock."""
        os.close(self._fd)


def wait_until_free(state: Path, patience: Seconds) -> bool:
    """Wait until another show could start in a state folder.

    Args:
        state: The state folder.
        patience: Seconds to wait at most.

    Returns:
        False if a show still holds its lock then.
    """
    end = time.monotonic() + patience
    while any(_held(place / "lock") for place in paths.run_folders(state)):
        if time.monotonic() >= end:
            return False
        time.sleep(_LOOK)
    return True


def _held(lock: Path) -> bool:
    import fcntl

    try:
        fd = os.open(lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:  # none there, or not ours
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


class Place:
    """The folder of this run's lock and sockets: the state folder, or a temporary substitute.

    Args:
        state: The state folder.

    Attributes:
        folder: The folder; None if there is none, so that this show has no control socket.
        troubles: What cannot be stored, and why, one line each; empty if everything can.

    Raises:
        PhotophoreError: Another show runs in the state folder.
    """

    def __init__(self, state: Path) -> None:
        self._state = state
        self.folder: Path | None = None
        self.troubles: list[str] = []
        self._lock: Lock | None = None
        for place in paths.run_folders(state):
            try:
                if place != state:
                    _own(place)
                lock = Lock(place)
            except OSError as error:
                if place == state:
                    self._complain(state, error)
                continue
            try:
                _try_out(place)
            except OSError as error:
                lock.release()
                if place == state:
                    self._complain(state, error)
                continue
            self.folder, self._lock = place, lock
            break
        if self.folder is None:
            self.troubles.append(
                "no folder for the control socket: `photophore status`, `stop` cannot be used"
            )
        for trouble in self.troubles:
            log.warning("%s", trouble)

    def _complain(self, state: Path, error: OSError) -> None:
        self.troubles.append(
            f"{state} cannot be written ({error.strerror or error}): cue, values and quarantine are not kept "
            "over a restart, nothing is logged to files; make room, or set PHOTOPHORE_STATE to another folder"
        )

    def renew(self) -> None:
        """Take the lock again if its file was removed. Raises OSError, PhotophoreError."""
        if self._lock is not None:
            self._lock.renew()

    def release(self) -> None:
        """Release the lock; a temporary folder is removed."""
        if self._lock is None:
            return
        if self.folder is not None and self.folder != self._state:
            with contextlib.suppress(OSError):
                for left in self.folder.iterdir():
                    left.unlink()
                self.folder.rmdir()
        self._lock.release()


class Listener:
    """A listening socket that can be restored if its file is removed.

    Args:
        path: Path to listen at; None for no socket.
        selector: Reports clients.
        accept: Called with each new connection.

    Raises OSError.
    """

    def __init__(
        self,
        path: Path | None,
        selector: selectors.BaseSelector,
        accept: Callable[[socket.socket], None],
    ) -> None:
        self._path = path
        self._selector = selector
        self._accept = accept
        self._socket: socket.socket | None = None
        self._inode: os.stat_result | None = None
        if path is not None:
            self._listen(path)

    def renew(self) -> bool:
        """Listen again if the file is gone or was replaced; True if so. Raises OSError."""
        if self._path is None or self._inode is None:
            return False
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if os.path.samestat(self._path.lstat(), self._inode):
                return False
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._listen(self._path)
        return True

    def close(self) -> None:
        """Stop listening and remove the file."""
        if self._socket is None or self._path is None:
            return
        self._selector.unregister(self._socket)
        self._socket.close()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _listen(self, path: Path) -> None:
        before, self._socket = self._socket, bind(path)
        self._inode = path.lstat()
        if before is not None:
            self._selector.unregister(before)
            before.close()
        self._selector.register(self._socket, selectors.EVENT_READ, self._take)

    def _take(self, _now: Seconds) -> None:
        if self._socket is None:
            return
        try:
            connection, _ = self._socket.accept()
        except OSError:  # client gone already, or out of descriptors: the show goes on
            return
        self._accept(connection)


def reach(state: Path, name: str, timeout: float) -> socket.socket:
    """Connect to a socket of the show that runs with this state folder. Raises OSError."""
    problem: OSError | None = None
    for place in paths.run_folders(state):
        try:
            if place != state and place.lstat().st_uid != os.getuid():
                continue
            return connect(place / name, timeout)
        except OSError as error:  # missing, or left by a killed process
            problem = problem or error
    raise problem or FileNotFoundError(name)


def _own(place: Path) -> None:
    """Create a folder that only we can access. Raises OSError if it belongs to another user."""
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        message = "it belongs to another user"
        raise PermissionError(message)


def _try_out(place: Path) -> None:
    """Raise OSError if no socket can be created: a disk may be too full even for its name."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, short(place / _PROBE) as name:
        with contextlib.suppress(FileNotFoundError):
            (place / _PROBE).unlink()
        probe.bind(name)
        (place / _PROBE).unlink()


def bind(path: Path) -> socket.socket:
    """Return a listening Unix socket at ``path``, for its owner only. A stale one is replaced."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short(path) as name:
            listener.bind(name)
        path.chmod(0o600)
        listener.listen(16)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def connect(path: Path, timeout: float) -> socket.socket:
    """Connect to a Unix socket. Raises OSError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        with short(path) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def short(path: Path) -> Iterator[str]:
    """Return a name of a socket's path that is short enough for the system."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"  # Linux: a short path by way of the folder's descriptor
    finally:
        os.close(folder)
