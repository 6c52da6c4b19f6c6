"""Reads one picture file in a thread of its own, and again when it is replaced."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from installation.errors import PhotophoreError
from installation.media.source import Pixels, Playhead, Report, Shown
from installation.paths import stamp
from installation.values import Seconds

__all__ = ["StillDecoder"]

_LOOK: Final[Seconds] = 1.0

log = logging.getLogger(__name__)


class StillDecoder:
    """A picture file as a source that never moves.

    Args:
        path: The file.
        read: Reads it. Raises PhotophoreError.
    """

    def __init__(self, path: Path, read: Callable[[Path], Pixels]) -> None:
        self._path = path
        self._read = read
        self._changed = threading.Condition()
        self._stop = False
        self._reason = ""
        self._shown: Shown | None = None
        self._thread = threading.Thread(target=self._run, name=f"picture {path.name}", daemon=True)
        self._thread.start()

    @property
    def length(self) -> Seconds:
        """0: it has no length."""
        return 0.0

    def take(self, playhead: Playhead, wait: Seconds = 0.0) -> Shown | None:  # noqa: ARG002 - it stands still
        """Return the picture; None until it is read. ``wait`` as in ``Decoder``."""
        with self._changed:
            if wait > 0.0:
                self._changed.wait_for(lambda: self._reason or self._stop or self._shown is not None, wait)
            return self._shown

    def rest(self) -> None:
        """Do nothing: it costs nothing."""

    def report(self) -> Report:
        """Return its state."""
        with self._changed:
            if self._reason:
                return Report("lost", self._reason)
            if self._shown is None:
                return Report("opening")
            return Report("paused", "", (self._shown.pixels.shape[1], self._shown.pixels.shape[0]))

    def close(self, wait: Seconds = 0.0) -> None:
        """End the thread, and wait for that at most so long. Safe to call twice."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        self._thread.join(wait)

    def _run(self) -> None:
        serial, known, begun = 0, None, False
        while not self._stop:
            now = stamp(self._path)
            if now != known or not begun:
                serial, known, begun = serial + 1, now, True
                self._take_in(serial)
            with self._changed:
                self._changed.wait_for(lambda: self._stop, _LOOK)

    def _take_in(self, serial: int) -> None:
        shown, reason = None, ""
        try:
            shown = Shown(serial, self._read(self._path))
        except PhotophoreError as error:
            reason = str(error)
            log.warning("%s", reason)
        with self._changed:
            self._shown, self._reason = shown or self._shown, reason
            self._changed.notify_all()
