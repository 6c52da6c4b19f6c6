"""The master fader as a machine remembers it: quiet where nothing was ever heard, then as it was left."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from installation.ipc.state_file import StateFile
from installation.parameter import Tree
from installation.player.sound import LEVEL, LOUDEST, SOFTEST
from installation.values import Command, Seconds

__all__ = ["FIRST", "RememberedLevel"]

FIRST: Final = -20.0
"""Decibels where this machine was never heard: nobody is to be startled."""
_EVERY: Final[Seconds] = 2.0
_KEY: Final = "level"


class RememberedLevel:
    """Loads the level of the last run, and stores it when it was set by hand: in a thread, as disks are slow.

    Args:
        folder: State folder.
        tree: The parameters.

    Attributes:
        first: Whether this machine was never heard before.
    """

    def __init__(self, folder: Path, tree: Tree) -> None:
        self._file = StateFile(folder, "sound")
        self._tree = tree
        saved = self._file.load().get(_KEY)
        self.first = not isinstance(saved, int | float)
        known = float(saved) if isinstance(saved, int | float) else FIRST
        self.level = min(LOUDEST, max(SOFTEST, known))
        self._kept: float | None = None if self.first else self.level
        self._touches = self._count()
        self._due: Seconds = 0.0
        self._thread: ThreadPoolExecutor | None = None
        self._job: Future[bool] | None = None

    def command(self, now: Seconds) -> Command:
        """Return the command that sets the level; part of the recorded input, as a hand's would be."""
        return Command("set", (LEVEL, self.level), now, "sound")

    def heard(self) -> None:
        """Note that this machine makes sound now."""
        if self._kept is None:
            self._keep(self._base())

    def frame(self, now: Seconds) -> None:
        """Store the level if it was set by hand; ``now``: monotonic seconds."""
        if now < self._due or (self._job is not None and not self._job.done()):
            return
        self._due = now + _EVERY
        self._look()

    def close(self) -> None:
        """Store what was not yet."""
        self._look()
        if self._thread is not None:
            self._thread.shutdown()

    def _look(self) -> None:
        touches = self._count()
        if touches != self._touches and self._kept is not None:
            self._touches = touches
            if self._base() != self._kept:
                self._keep(self._base())

    def _base(self) -> float:
        return float(self._tree.base[self._tree.slot(LEVEL)])

    def _count(self) -> int:
        return int(self._tree.touched[self._tree.slot(LEVEL)])

    def _keep(self, level: float) -> None:
        self._kept = level
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sound level")
        self._job = self._thread.submit(self._file.save, {_KEY: round(level, 2)})
