"""Since when sound files play, stored for the next stage: they go on where they would be by then."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from installation.ipc.state_file import StateFile
from installation.values import Seconds

__all__ = ["Begun", "RememberedFiles"]

Begun = dict[str, tuple[Seconds, float]]
"""Show time since when each plays, and from which share of its length."""
_BEGUN: Final = "begun"
_EVERY: Final[Seconds] = 1.0
"""A fader or a route may move the place in a file in every frame, and disks wear."""


class RememberedFiles:
    """Stores what plays when that has changed, in a thread, since disks are slow.

    Args:
        folder: State folder.
        continues: Whether this stage continues a show; else what is stored is of another run, and left out.

    Attributes:
        left: What played when the stage before was last seen.
    """

    def __init__(self, folder: Path, *, continues: bool) -> None:
        self._file = StateFile(folder, "sound-files")
        saved = self._file.load().get(_BEGUN)
        self._stored: Begun | None = _read(saved)
        self._newest: Mapping[str, tuple[Seconds, float]] = self._stored
        self._due: Seconds = 0.0
        self.left: Begun = self._stored if continues else {}
        self._thread: ThreadPoolExecutor | None = None
        self._job: Future[bool] | None = None

    def keep(self, begun: Mapping[str, tuple[Seconds, float]], now: Seconds) -> None:
        """Store what plays, if it is not what is stored, at most once in ``_EVERY``.

        Args:
            begun: Since when each plays, and from where.
            now: Monotonic seconds.
        """
        self._newest = begun
        if self._job is not None and self._job.done():
            if not self._job.result():  # it is tried again
                self._stored = None
            self._job = None
        if begun != self._stored and self._job is None and now >= self._due:
            self._due = now + _EVERY
            self._store()

    def _store(self) -> None:
        self._stored = dict(self._newest)
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sound files")
        self._job = self._thread.submit(self._file.save, {_BEGUN: self._stored})

    def close(self) -> None:
        """Store the newest, and wait until that is done."""
        if self._newest != self._stored:
            self._store()
        if self._thread is not None:
            self._thread.shutdown()


def _read(saved: object) -> Begun:
    found: Begun = {}
    for name, one in saved.items() if isinstance(saved, dict) else ():
        if isinstance(one, list) and len(one) == 2 and all(isinstance(part, int | float) for part in one):
            found[str(name)] = float(one[0]), float(one[1])
    return found
