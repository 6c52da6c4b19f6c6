"""Who reads a file: a thread, some blocks ahead, or whoever wants the next block."""

import threading
from collections import deque
from pathlib import Path
from typing import Final, Protocol

from installation.errors import MediaError
from installation.sound import BLOCK, RATE
from installation.sound.playback.reader import Chunk, Reader, stamp
from installation.values import Seconds

__all__ = ["AHEAD", "Direct", "ReadAhead", "Source"]

AHEAD: Final = RATE // BLOCK
"""Blocks that are read ahead: a second."""
_AGAIN: Seconds = 5.0
"""Until a file that could not be read is tried again, and one at rest is looked at for a newer one."""


class Source(Protocol):
    """Blocks of one file from a place on."""

    @property
    def reason(self) -> str:
        """Why there is nothing, or silence; empty while it can be read."""

    def restart(self, share: float, skip: Seconds = 0.0) -> None:
        """Go on from a share of the length, 0..1, and so many seconds behind it."""

    def take(self) -> Chunk | None:
        """Return the next block; None while there is none."""

    def close(self) -> None:
        """Close the file; nothing is taken any more."""


class Direct:
    """Reads when asked: each block is there at once, as films need it.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: Reader | None = None
        self._stamp = (0, 0, 0)
        self._lost = ""

    def restart(self, share: float, skip: Seconds = 0.0) -> None:
        """See ``Source``; a file that was replaced is opened anew."""
        if self.replaced:
            self.close()
            self._stamp = stamp(self._path)
        try:
            self._reader = self._reader or Reader(self._path)
            self._reader.seek(share, skip)
            self._lost = ""
        except MediaError as error:
            self._lose(error)

    @property
    def reason(self) -> str:
        """See ``Source``."""
        return self._lost or (self._reader.reason if self._reader is not None else "")

    @property
    def lost(self) -> bool:
        """Whether there are no blocks until it is restarted; a file that is only silent goes on by itself."""
        return bool(self._lost)

    @property
    def replaced(self) -> bool:
        """Whether another file has taken the place of that which is read."""
        return stamp(self._path) != self._stamp

    def take(self) -> Chunk | None:
        """See ``Source``."""
        if self._reader is None:
            return None
        try:
            return self._reader.read()
        except MediaError as error:
            self._lose(error)
            return None

    def close(self) -> None:
        """See ``Source``."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _lose(self, error: MediaError) -> None:
        self.close()
        self._lost = str(error)


class ReadAhead:
    """Reads in a thread of its own, so that no disk makes the sound wait.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.reason = ""
        self._direct = Direct(path)
        self._ready: deque[Chunk] = deque()
        self._wanted: tuple[float, Seconds] | None = None
        self._epoch = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"sound file {path.name}", daemon=True)
        self._thread.start()

    def restart(self, share: float, skip: Seconds = 0.0) -> None:
        """See ``Source``."""
        with self._changed:
            self._wanted = share, skip
            self._epoch += 1
            self._ready.clear()
            self._changed.notify()

    def take(self) -> Chunk | None:
        """See ``Source``."""
        with self._changed:
            if not self._ready:
                return None
            chunk = self._ready.popleft()
            if len(self._ready) <= AHEAD // 2:
                self._changed.notify()
            return chunk

    def close(self) -> None:
        """See ``Source``; the thread closes the file after its block: nobody waits for a disk."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        place = 0.0, 0.0
        while True:
            with self._changed:
                told = True
                while told and not self._closed and self._wanted is None and self._rests():
                    told = self._changed.wait(_AGAIN)
                if self._closed:
                    break
            if not told:
                if self._stale():
                    self._once_more(place)
                continue
            with self._changed:
                epoch, wanted, self._wanted = self._epoch, self._wanted, None
            if wanted is not None:
                place = wanted
                self._direct.restart(*place)
            chunk = self._direct.take()
            self.reason = self._direct.reason
            with self._changed:
                if chunk is not None and epoch == self._epoch:
                    self._ready.append(chunk)
        self._direct.close()

    def _stale(self) -> bool:
        """Whether the file has to be opened again; asks the disk, and so never under the lock."""
        return self._direct.lost or self._direct.replaced

    def _once_more(self, place: tuple[float, Seconds]) -> None:
        """Go on from the last place, unless another was asked for meanwhile."""
        with self._changed:
            if self._wanted is None:
                self._wanted = place
                self._ready.clear()

    def _rests(self) -> bool:
        """Whether there is nothing to read: enough is ready, nothing was asked for yet, or it is lost."""
        return self._direct.lost or not self._epoch or len(self._ready) >= AHEAD
