"""Child processes of the keeper, each in a process group of its own, and the supervision of the panel."""

import contextlib
import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from installation.devices.adapters import Backoff
from installation.ipc import prespawn
from installation.ipc.relay import Relay
from installation.status import ProcessStatus
from installation.values import Seconds

__all__ = ["PanelSupervisor", "Process", "endings", "stopped"]

_WELL: Final[Seconds] = 60.0
"""Seconds of operation after which the back-off of the panel returns to the shortest wait."""
_LAST_WORDS: Final[Seconds] = 0.2
"""Seconds to wait until the output of an ended child is read completely."""

log = logging.getLogger(__name__)


class Process:
    """A child in a process group of its own, which is killed as a whole. Its output goes to our stderr.

    Args:
        name: Name in messages.
        command: Program and arguments.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = tuple(command)
        self.starts = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._relay = Relay(f"the {name}")

    @property
    def pid(self) -> int | None:
        """Process id; None while it does not run."""
        return self._child.pid if self._child else None

    @property
    def running(self) -> bool:
        """True between ``start`` and the ``poll`` that reports the end."""
        return self._child is not None

    def start(self, environment: dict[str, str], descriptors: Sequence[int] = ()) -> None:
        """Start it. Raises OSError if the program cannot be run."""
        self.starts += 1
        self._child = prespawn.take(self.command, environment, descriptors) or subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(descriptors),
            env=os.environ | environment,
            process_group=0,
        )
        if self._child.stdout is not None:
            self._relay.follow(self._child.stdout)

    def poll(self) -> int | None:
        """Return the exit status if it has just ended (negative: killed by that signal), else None."""
        if self._child is None:
            return None
        status = self._child.poll()
        if status is not None:
            pid, self._child = self._child.pid, None
            # Also ends the processes that it has left behind.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            self._relay.join(_LAST_WORDS)
        return status

    def kill(self) -> None:
        """Kill the whole group at once."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)

    def wait(self, timeout: Seconds) -> bool:
        """Wait until it has ended; False on a timeout."""
        if self._child is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout)
        return self.poll() is not None

    def report(self) -> ProcessStatus:
        """Return its entry of ``status``."""
        state = "running" if self.running else "stopped"
        return ProcessStatus(name=self.name, pid=self.pid, state=state, restarts=max(0, self.starts - 1))


def endings(status: int) -> str:
    """Return an exit status as text."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def stopped(pid: int | None) -> bool:
    """Return whether a process is stopped by a signal or a debugger, or waits for a disk."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):  # not Linux, or gone
        return False
    return state in {"T", "t", "D"}


class PanelSupervisor:
    """Supervises the panel: starts it after the first frame, and restarts it with back-off when it ends.

    Args:
        command: Command that starts it.
        environment: Variables besides our own.
        descriptors: Descriptors that it inherits.
    """

    def __init__(
        self, command: Sequence[str], environment: dict[str, str], descriptors: Sequence[int]
    ) -> None:
        self.process = Process("panel", command)
        self._environment = environment
        self._descriptors = descriptors
        self._backoff = Backoff()
        self._due: Seconds = 0.0
        self._began: Seconds = 0.0

    def poll(self, now: Seconds) -> None:
        """Check the process, and start it when that is due."""
        status = self.process.poll()
        if status is not None:
            if now - self._began >= _WELL:
                self._backoff.reset()
            wait = self._backoff.next()
            log.warning("the panel ended (%s); again in %g s", endings(status), wait)
            self._due = now + wait
        if not self.process.running and now >= self._due:
            self._began = now
            try:
                self.process.start(self._environment, self._descriptors)
            except OSError as error:
                log.error("the panel cannot be started: %s", error)
                self._due = now + self._backoff.next()

    def finish(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(1.0)
