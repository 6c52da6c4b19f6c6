"""Who has the guest book open, and who of them tells the wall.

A damaged file is put aside only where nobody else has the book open.
"""

import os
import time
from pathlib import Path
from typing import Final

from installation.values import Seconds

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Duty", "Sharing"]

_FILE: Final = "in-use"
_ON_DUTY: Final = "on-duty"
_PATIENCE: Final[Seconds] = 10.0
"""How long ``share`` waits for another that puts a damaged file aside and fills a new one."""
_BETWEEN: Final[Seconds] = 0.05


class Sharing:
    """A lock on a file of its own, shared by all that have the book open (``flock``).

    Args:
        folder: Of the guest book.

    Raises OSError.
    """

    def __init__(self, folder: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._descriptor: int | None = os.open(folder / _FILE, flags, 0o600)

    def alone(self) -> bool:
        """Lock out all others, until ``share``; False if another has the book open."""
        return self._lock(exclusive=True)

    def share(self) -> None:
        """Have the book open beside others. Waits while another puts a damaged one aside.

        Raises TimeoutError if that takes longer than ten seconds.
        """
        end = time.monotonic() + _PATIENCE
        while not self._lock(exclusive=False):
            if time.monotonic() >= end:
                message = "another process repairs it, and has not ended; look at its log, or end it"
                raise TimeoutError(message)
            time.sleep(_BETWEEN)

    def end(self) -> None:
        """Have it open no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _lock(self, *, exclusive: bool) -> bool:
        return self._descriptor is None or _locked(self._descriptor, exclusive=exclusive)


class Duty:
    """Of the processes that have a book open, one tells the wall to the stage and keeps the book in order.

    Who has it keeps it until its end, and the others ask again and again: the stage must not hear an old wall
    of one after a new wall of another.

    Args:
        folder: Of the guest book; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None
        self._mine = False

    def mine(self) -> bool:
        """Return whether it is ours; take it if it is free. Raises OSError."""
        if not self._mine:
            if self._descriptor is None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._descriptor = os.open(self._folder / _ON_DUTY, flags, 0o600)
            self._mine = _locked(self._descriptor, exclusive=True)
        return self._mine

    def end(self) -> None:
        """Leave it to others."""
        self._mine = False
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _locked(descriptor: int, *, exclusive: bool) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
