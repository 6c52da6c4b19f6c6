"""Starts the stage and the panel, watches them, and starts them again.

Poll-driven: the keeper's main loop calls ``poll`` some 20 times a second. Nothing here waits.
"""

import contextlib
import logging
import os
import signal
import socket
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from installation.devices.adapters import Backoff
from installation.ipc import prespawn
from installation.ipc.exit_codes import FINDINGS, RESTART
from installation.ipc.link import VARIABLE, Inheritance, Start, fingerprint
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.status import ProcessStatus
from installation.values import Seconds

__all__ = ["Limits", "Process", "StageSupervisor", "endings"]

_ASLEEP: Final[Seconds] = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the keeper is, in seconds.

    Attributes:
        silent: A stage without a heartbeat for this long is killed.
        starting: The same until its first heartbeat, counted anew with each shader that it begins to compile.
        loading: The same since it began to compile a shader while it plays.
        crashes, window: So many crashes within ``window`` seconds lead to safe mode.
        grace: How long a stage may take to quit when asked to.
    """

    silent: Seconds = 5.0
    starting: Seconds = 30.0
    loading: Seconds = 15.0
    crashes: int = 3
    window: Seconds = 300.0
    grace: Seconds = 1.5


class Process:
    """A child in a process group of its own, which is killed as a whole.

    Args:
        name: For people.
        command: Program and arguments.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = tuple(command)
        self.starts = 0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id, None while there is none."""
        return self._child.pid if self._child else None

    @property
    def running(self) -> bool:
        """True between ``start`` and the ``poll`` that reports the end."""
        return self._child is not None

    def start(self, environment: dict[str, str], descriptors: Sequence[int] = ()) -> None:
        """Start it. Raises OSError when the program cannot be run."""
        self.starts += 1
        self._child = prespawn.take(self.command, environment, descriptors) or subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(descriptors),
            env=os.environ | environment,
            process_group=0,
        )

    def poll(self) -> int | None:
        """Exit status if it has ended since (negative: killed by that signal), else None."""
        if self._child is None:
            return None
        status = self._child.poll()
        if status is not None:
            pid, self._child = self._child.pid, None
            # What it started and left behind goes with it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        return status

    def kill(self) -> None:
        """Kill the whole group at once."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)

    def wait(self, timeout: Seconds) -> bool:
        """Wait until it has ended; True if it has."""
        if self._child is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout)
        return self.poll() is not None

    def report(self) -> ProcessStatus:
        """Its line in ``status``."""
        state = "running" if self.running else "stopped"
        return ProcessStatus(name=self.name, pid=self.pid, state=state, restarts=max(0, self.starts - 1))


def endings(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


class StageSupervisor:
    """The stage: started at once, killed when silent, started again where it was.

    Args:
        command: How to start a stage.
        mapping: Shared memory that it inherits.
        start: Where the first stage begins.
        limits: Patience.
        gone: Called at every death, so that the lamps know.
    """

    def __init__(
        self,
        command: Sequence[str],
        mapping: Mapping,
        start: Start,
        limits: Limits,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        self.process = Process("stage", command)
        self.beat: Heartbeat | None = None
        self.channel: socket.socket | None = None
        self.quit = False
        self.refused = False
        self.ready = False
        self.start_note = start
        self.last_death = ""
        self._mapping = mapping
        self._limits = limits
        self._gone = gone
        self._generation = 0
        self._noted = 0
        self._compiles = False
        self._alive: int | None = None
        self._seen: Seconds = 0.0
        self._beating = False
        self._hung = False
        self._polled: Seconds | None = None
        self._crashes: deque[Seconds] = deque()
        self._backoff = Backoff()
        self._retry_at: Seconds | None = None
        self._stopping = False

    @property
    def alive(self) -> bool:
        """True while the stage lives, or will be started again in time."""
        return self.process.running or self._retry_at is not None

    @property
    def playing(self) -> bool:
        """True once the present stage has shown a frame."""
        return self.process.running and self._beating

    @property
    def safe_mode(self) -> str:
        """Why safe mode is on; empty normally."""
        return self.start_note.safe_mode

    def spawn(self, now: Seconds) -> None:
        """Start a stage."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        watch, hold = os.pipe()
        os.set_blocking(watch, False)
        given = Inheritance(
            mapping=self._mapping.fd, channel=theirs.fileno(), alive=watch, start=self.start_note
        )
        environment = {VARIABLE: msgspec.json.encode(given).decode()}
        self._retry_at = None
        self._mapping.note.take_over()
        self._mapping.note.write(b"")  # what was on probation was the other stage's
        self._noted = (self._mapping.note.newest() or (0, b""))[0]
        try:
            self.process.start(environment, (self._mapping.fd, theirs.fileno(), watch))
        except OSError as error:
            log.error("the stage cannot be started: %s", error)
            os.close(hold)
            ours.close()
            self._retry_at = now + self._backoff.next()
            return
        finally:
            theirs.close()
            os.close(watch)
        self.channel, self._alive = ours, hold
        self._seen, self._beating, self._hung = now, False, False

    def poll(self, now: Seconds) -> None:
        """See how the stage is; kill, bury and start as needed."""
        asleep = now - self._polled if self._polled is not None else 0.0
        self._polled = now
        if asleep > _ASLEEP:  # we did not look ourselves, so its silence proves nothing
            self._seen += asleep
        self._listen(now)
        status = self.process.poll()
        if status is not None:
            self._bury(status, now)
        elif self.process.running:
            if now - self._seen > self._patience():
                log.error("the stage was silent for %.1f s and is killed", now - self._seen)
                self._seen = now
                self._hung = True
                self.process.kill()
        elif self._retry_at is not None and now >= self._retry_at and not self._stopping:
            self.spawn(now)

    def _patience(self) -> Seconds:
        """How long it may be silent now."""
        if not self._beating:
            return self._limits.starting
        return max(self._limits.loading, self._limits.silent) if self._compiles else self._limits.silent

    def ask_to_quit(self) -> None:
        """Let the stage see the end of its pipe; it has ``grace`` seconds."""
        self._stopping = True
        self._retry_at = None
        self._hang_up()

    def finish(self) -> None:
        """End the stage for good, by force."""
        self.ask_to_quit()
        self.process.kill()
        self.process.wait(self._limits.grace)

    def _listen(self, now: Seconds) -> None:
        found = self._mapping.heartbeat(self._generation)
        if found is not None:
            self._generation, self.beat = found
            self._seen, self._beating, self.ready = now, True, True
            self._compiles = False
        # A driver that has never seen a show's shaders compiles them for long: each is a sign of life.
        noted = self._mapping.note.newest(self._noted)
        if noted is not None:
            self._noted, self._compiles = noted[0], bool(noted[1])
            if not self._beating:
                self._seen = now

    def _hang_up(self) -> None:
        if self._alive is not None:
            os.close(self._alive)
            self._alive = None
        if self.channel is not None:
            self.channel.close()
            self.channel = None

    def _bury(self, status: int, now: Seconds) -> None:
        self._gone()
        self._hang_up()
        self.last_death = endings(status)
        if self._stopping:
            return
        if status == 0:
            self.quit = True
            return
        if status == FINDINGS and not self.ready:  # nothing was ever shown: another try would fail alike
            self.quit = self.refused = True
            return
        self._inherit()
        if status == RESTART:
            log.info("the stage asked to be started again")
            self._retry_at = now
            return
        log.error("the stage crashed (%s)", self.last_death)
        if self._hung or status != -signal.SIGKILL:  # somebody else's kill -9 says nothing about a shader
            self._quarantine()
        self._crashes.append(now)
        while self._crashes and now - self._crashes[0] > self._limits.window:
            self._crashes.popleft()
        wait = 0.0
        if len(self._crashes) >= self._limits.crashes and not self.safe_mode:
            reason = (
                f"{len(self._crashes)} crashes within {self._limits.window:g} s, the last: {self.last_death}"
            )
            log.error("safe mode: %s", reason)
            self.start_note = msgspec.structs.replace(self.start_note, safe_mode=reason)
        elif self.safe_mode:
            wait = self._backoff.next()
        self._retry_at = now + wait

    def _inherit(self) -> None:
        changes: dict[str, Any] = {"restarts": self.process.starts}
        if self.beat is not None:
            changes |= {"cue": self.beat.cue, "time": self.beat.time}
            changes |= {"state": self.beat.state, "state_age": self.beat.state_age}
        self.start_note = msgspec.structs.replace(self.start_note, **changes)

    def _quarantine(self) -> None:
        found = self._mapping.note.newest()
        path = found[1].decode("utf-8", "surrogateescape") if found else ""
        if path:
            log.error("%s was on probation and is quarantined until it is edited", path)
            quarantine = self.start_note.quarantine | {path: fingerprint(Path(path))}
            self.start_note = msgspec.structs.replace(self.start_note, quarantine=quarantine)
