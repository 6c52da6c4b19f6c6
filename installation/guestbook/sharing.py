"""Who has the guest book open: a damaged file is put aside only where nobody else has."""

import os
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Sharing"]

_FILE: Final = "in-use"


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
        """Have the book open beside others. Waits while another puts a damaged one aside."""
        self._lock(exclusive=False)

    def end(self) -> None:
        """Have it open no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _lock(self, *, exclusive: bool) -> bool:
        if fcntl is None or self._descriptor is None:
            return True
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB if exclusive else fcntl.LOCK_SH)
        except BlockingIOError:
            return False
        return True
