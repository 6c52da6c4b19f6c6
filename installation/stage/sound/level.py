"""Master fader and mute as a machine remembers them: quiet at first, then as they were left."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from installation.ipc.state_file import StateFile
from installation.parameter import Tree
from installation.player.sound import LEVEL, LOUDEST, MUTE, SOFTEST
from installation.values import Command, Seconds

__all__ = ["FIRST", "RememberedLevel"]

FIRST: Final = -20.0
"""Decibels where this machine was never heard: nobody is to be startled."""
_EVERY: Final[Seconds] = 2.0
_LEVEL: Final = "level"
_MUTED: Final = "muted"


class RememberedLevel:
    """Loads level and mute of the last run, and stores what a hand has set: in a thread, as disks are slow.

    A sound that staff have muted stays muted after the end of a run, as its level stays: nobody may be there
    to mute it again.

    Args:
        folder: State folder.
        tree: The parameters.
        replays: Whether a recording is played: what that sets is of another evening, and is not stored.

    Attributes:
        first: Whether this machine was never heard before.
        level: Decibels with which this run begins.
        muted: Whether it begins muted.
    """

    def __init__(self, folder: Path, tree: Tree, *, replays: bool = False) -> None:
        self._file = StateFile(folder, "sound")
        self._tree = tree
        self._replays = replays
        saved = self._file.load()
        known = saved.get(_LEVEL)
        self.first = not isinstance(known, int | float)
        level = float(known) if isinstance(known, int | float) else FIRST
        self.level = min(LOUDEST, max(SOFTEST, level))
        self.muted = saved.get(_MUTED) is True
        self._known = not self.first
        self._kept = (self.level if self._known else None, self.muted)
        self._touches = self._count()
        self._due: Seconds = 0.0
        self._thread: ThreadPoolExecutor | None = None
        self._job: Future[bool] | None = None

    def commands(self, now: Seconds) -> Iterator[Command]:
        """Yield the commands that set what is remembered; recorded input, as a hand's would be."""
        yield Command("set", (LEVEL, self.level), now, "sound")
        if self.muted:
            yield Command("set", (MUTE, 1.0), now, "sound")

    @property
    def lift(self) -> float:
        """Decibels from the level of a recording to that of this machine, where the recording sets none.

        One that began while the show was playing does not: its level was set before.
        """
        slot = self._tree.slot(LEVEL)
        if not self._replays or self._tree.touched[slot]:
            return 0.0
        return self.level - float(self._tree.base[slot])

    @property
    def mutes(self) -> bool:
        """Whether a recording that says nothing of it is played on a machine that was left muted."""
        return self._replays and self.muted and not self._tree.touched[self._tree.slot(MUTE)]

    def heard(self) -> None:
        """Note that this machine makes sound now."""
        if not self._known:
            self._known = True
            self._keep(self._now())

    def frame(self, now: Seconds) -> None:
        """Store what a hand has set; ``now``: monotonic seconds."""
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
        if touches != self._touches:
            self._touches = touches
            if self._now() != self._kept:
                self._keep(self._now())

    def _now(self) -> tuple[float | None, bool]:
        """Return what is to be stored: no level where nothing was heard yet."""
        base, slot = self._tree.base, self._tree.slot
        level = self.level if self._replays else float(base[slot(LEVEL)])
        muted = self.muted if self._replays else bool(base[slot(MUTE)] >= 0.5)
        return level if self._known else None, muted

    def _count(self) -> tuple[int, int]:
        touched, slot = self._tree.touched, self._tree.slot
        return int(touched[slot(LEVEL)]), int(touched[slot(MUTE)])

    def _keep(self, now: tuple[float | None, bool]) -> None:
        self._kept = now
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sound level")
        level, muted = now
        state = {_MUTED: muted} if level is None else {_LEVEL: round(level, 2), _MUTED: muted}
        self._job = self._thread.submit(self._file.save, state)
