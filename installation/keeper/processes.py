"""Child processes of the keeper, each in a process group of its own, and how they are supervised."""

import contextlib
import logging
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from installation.devices.adapters import Backoff
from installation.errors import PhotophoreError
from installation.ipc import prespawn
from installation.ipc.feeds.site import HUB
from installation.ipc.feeds.sound import HUSH, SOUND
from installation.ipc.link import ALIVE
from installation.keeper.relay import Relay
from installation.status import ProcessStatus
from installation.values import Seconds

__all__ = ["ChildSupervisor", "Children", "Process", "endings", "stopped"]

_WELL: Final[Seconds] = 60.0
"""Seconds of operation after which a child that ends is started again at once, and its back-off anew."""
OPERATOR: Final = "operator"
"""Name of the only one that may end by itself, when its window is closed."""
_GRACE: Final[dict[str, Seconds]] = {SOUND: 1.0, HUB: 3.0}
"""Seconds that some may take for their end: sound fades out, a hub says goodbye to its site."""
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
            env=os.environ | prespawn.CRASHES | environment,
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

    def ask(self) -> None:
        """Ask it to end (SIGTERM)."""
        if self._child is not None:
            self._child.terminate()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        if self._child is not None:
            self._child.send_signal(number)

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
        restarts, trouble = max(0, self.starts - 1), self._relay.trouble
        return ProcessStatus(name=self.name, pid=self.pid, state=state, restarts=restarts, trouble=trouble)


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


class ChildSupervisor:
    """Supervises a child other than the stage: restarts it with back-off when it ends.

    Args:
        name: Its name in messages and in ``status``.
        command: Command that starts it.
        environment: Variables besides our own.
        descriptors: Descriptors that it inherits.
        may_end: Whether it is not restarted after it has ended by itself with exit status 0, as when its
            window is closed.
        grace: Seconds that it has to end by itself when it is told to, as to fade out.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: dict[str, str],
        descriptors: Sequence[int],
        *,
        may_end: bool = False,
        grace: Seconds = 0.0,
    ) -> None:
        self._grace = grace
        self.process = Process(name, command)
        self._environment = environment
        self._descriptors = descriptors
        self._may_end = may_end
        self._ended = False
        self._backoff = Backoff()
        self._due: Seconds = 0.0
        self._began: Seconds = 0.0

    def poll(self, now: Seconds) -> None:
        """Check the process, and start it when that is due."""
        status = self.process.poll()
        if status is not None:
            self._ended = self._may_end and status == 0
            well = now - self._began >= _WELL
            if well:
                self._backoff.reset()
            if self._ended:
                log.info("the %s was closed", self.process.name)
            else:
                # What was well for long will be well again; what ends soon after its start waits.
                wait = 0.0 if well else self._backoff.next()
                again = f"in {wait:g} s" if wait else "now"
                log.warning("the %s ended (%s); again %s", self.process.name, endings(status), again)
                self._due = now + wait
        if not self.process.running and not self._ended and now >= self._due:
            self._began = now
            try:
                self.process.start(self._environment, self._descriptors)
            except OSError as error:
                log.error("the %s cannot be started: %s", self.process.name, error)
                self._due = now + self._backoff.next()

    def open(self) -> bool:
        """Start it again at the next poll after it has ended by itself; False if it has not."""
        ended, self._ended = self._ended, False
        self._due = 0.0
        return ended

    def ask(self) -> None:
        """Ask it to end, if it may take its time for that."""
        if self._grace:
            self.process.ask()

    def finish(self) -> None:
        """End it."""
        if self._grace:
            self.process.wait(self._grace)
        self.process.kill()
        self.process.wait(1.0)


class Children:
    """The processes beside the stage, which start after the first frame: panel, sound, visitors' page, ...

    Args:
        commands: Command that starts each, by its name in messages and in ``status``, in the order of their
            starts.
        alive: Descriptor of a pipe that ends with the keeper.
    """

    def __init__(self, commands: Mapping[str, Sequence[str]], alive: int) -> None:
        environment = {ALIVE: str(alive)}
        self._named = {
            name: ChildSupervisor(
                name, command, environment, (alive,), may_end=name == OPERATOR, grace=_GRACE.get(name, 0.0)
            )
            for name, command in commands.items()
        }
        self._operator = self._named.get(OPERATOR)
        self._all = tuple(self._named.values())

    def poll(self, now: Seconds) -> None:
        """Check all of them."""
        for one in self._all:
            one.poll(now)

    def hush(self) -> None:
        """Silence the sound at once, also where the stage hangs: until the stage has said what holds."""
        if (sound := self._named.get(SOUND)) is not None:
            sound.process.signal(HUSH)

    def open_operator(self) -> dict[str, bool]:
        """Open the operator's screen after it was closed. Raises PhotophoreError if that is impossible."""
        if self._operator is None:
            raise PhotophoreError(
                "this show was started without an operator's screen; start it with --operator"
            )
        if not self._operator.open():
            raise PhotophoreError("the operator's screen is open already")
        return {"operator": True}

    def reports(self) -> tuple[ProcessStatus, ...]:
        """Return their entries of ``status``."""
        return tuple(one.process.report() for one in self._all)

    def finish(self) -> None:
        """End all of them."""
        for one in self._all:
            one.ask()
        for one in self._all:
            one.finish()
