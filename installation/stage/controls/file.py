"""Writes what was learned into the show's file of controls, in a thread: a disk may take its time."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from installation import paths
from installation.control.file import Written, learned, undone
from installation.errors import FilesError
from installation.player.controls.learning import Change
from installation.player.player import Player

__all__ = ["ControlsFile"]

log = logging.getLogger(__name__)


class ControlsFile:
    """The file of controls of the running show.

    Args:
        player: Whose learning is written.
        writes: False for a replay, which learns again but must not write.
    """

    def __init__(self, player: Player, *, writes: bool = True) -> None:
        self._player = player
        self._writes = writes
        self._thread: ThreadPoolExecutor | None = None
        self._jobs: list[Future[str]] = []
        self._history: list[Written] = []

    def look(self) -> None:
        """Write what is new, and tell how it went. Never waits."""
        learning = self._player.learning
        while learning.changes:
            change = learning.changes.pop(0)
            if not self._writes:
                learning.pending = False
            elif not self._player.show.files:
                learning.pending, learning.trouble = (
                    False,
                    "not written: a single shader has no controls.toml",
                )
            else:
                path = paths.controls_file(self._player.show.folder)
                self._submit(lambda change=change, path=path: self._write(change, path))  # type: ignore[misc]
        while self._jobs and self._jobs[0].done():
            job = self._jobs.pop(0)
            error = job.exception()
            learning.pending = False
            if error is None:
                learning.written, learning.trouble = job.result(), ""
                log.info("%s", learning.written)
                continue
            reason = "; ".join(map(str, error.findings)) if isinstance(error, FilesError) else str(error)
            learning.trouble = f"not written, so it holds until the show is read again: {reason}"
            log.error("%s", learning.trouble)

    def close(self) -> None:
        """Write what is left."""
        self.look()
        if self._thread is not None:
            self._thread.shutdown()

    def _submit(self, job: Callable[[], str]) -> None:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "controls file")
        self._jobs.append(self._thread.submit(job))

    def _write(self, change: Change, path: Path) -> str:
        """Write one change, in the thread; returns what was done. Raises FilesError or OSError."""
        if not change.undo:
            self._history.append(learned(path, change.added, change.removed, change.copied))
            return f"written to {path}"
        found = next((one for one in reversed(self._history) if one.added == change.added), None)
        if found is None:
            return f"nothing was written to {path}"
        self._history.remove(found)
        undone(found)
        return f"taken back in {found.path}"
