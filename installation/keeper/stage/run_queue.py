"""How long a process has waited for a processor: time in which it could not go on, whatever it was doing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation.values import Seconds

__all__ = ["RunQueue"]

_APART: Final[Seconds] = 0.5
"""Least seconds between two readings, since each opens files of every thread."""


@dataclass(frozen=True, slots=True)
class _Thread:
    """A thread as it was read.

    Attributes:
        counters: What Linux counts of it: how long it ran and waited in nanoseconds, and how often it ran.
        since: When they were seen to change last, or the thread not to wait.
        pending: Seconds for which it has been waiting now, which Linux counts once it runs.
    """

    counters: tuple[int, int, int]
    since: Seconds
    pending: Seconds = 0.0

    @property
    def wait(self) -> Seconds:
        """For how long it has waited in all, seconds."""
        return self.counters[1] / 1e9 + self.pending


class RunQueue:
    """The wait of a process in the run queue since ``reset``, from Linux's ``/proc/PID/task/*/schedstat``.

    Between two readings the thread that waited longest counts: whichever it is, the main thread may wait for
    it, as it does for the threads that draw without a graphics card. Elsewhere, and where the kernel does not
    count, the wait is 0.

    Args:
        proc: Folder of processes.
    """

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._threads: dict[str, _Thread] | None = None
        self._since: Seconds = 0.0
        self._read_at: Seconds = 0.0
        self._waited: Seconds = 0.0

    def reset(self) -> None:
        """Forget what was counted; counting begins with the next ``waited``."""
        self._threads, self._waited = None, 0.0

    def waited(self, pid: int | None, now: Seconds) -> Seconds:
        """Return for how many seconds process ``pid`` has waited, at most the time since the first call."""
        if self._threads is None:
            self._since = self._read_at = now
            self._threads = self._read(pid, {}, now)
        elif now - self._read_at >= _APART:
            before, self._read_at = self._threads, now
            self._threads = self._read(pid, before, now)
            waits = (
                one.wait - (before[name].wait if name in before else 0.0)
                for name, one in self._threads.items()
            )
            self._waited = min(self._waited + max(0.0, *waits, 0.0), now - self._since)
        return self._waited

    def _read(self, pid: int | None, before: dict[str, _Thread], now: Seconds) -> dict[str, _Thread]:
        threads: dict[str, _Thread] = {}
        try:
            folders = list((self._proc / str(pid) / "task").iterdir())
        except OSError:  # not Linux, or gone
            return threads
        for folder in folders:
            counters, last = _counters(folder), before.get(folder.name)
            if counters is None:
                continue
            if last is None or counters != last.counters or not _ready(folder):
                threads[folder.name] = _Thread(counters, now)
            else:
                threads[folder.name] = _Thread(counters, last.since, now - last.since)
        return threads


def _counters(folder: Path) -> tuple[int, int, int] | None:
    try:
        ran, waited, times = map(int, (folder / "schedstat").read_text("ascii").split())
    except (OSError, ValueError):  # the thread is gone, or the kernel does not count
        return None
    return (ran, waited, times) if times else None


def _ready(folder: Path) -> bool:
    """Return whether a thread would run if it could."""
    try:
        return (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] == "R"
    except (OSError, IndexError):
        return False
