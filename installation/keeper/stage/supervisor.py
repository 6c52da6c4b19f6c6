"""Starts the stage, monitors it, and restarts it.

Poll-driven: the keeper's main loop calls ``poll`` some 20 times per second. Nothing here blocks.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from installation.devices.adapters import Backoff
from installation.ipc.exit_codes import FINDINGS, OUTDATED, RESTART
from installation.ipc.link import VARIABLE, Inheritance, Start
from installation.ipc.quarantine import Quarantined
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.keeper.processes import Process, endings, stopped
from installation.keeper.stage.handover import Handover
from installation.keeper.stage.safe_mode import Patience, SafeMode
from installation.keeper.stage.silence import Silence
from installation.values import Seconds

__all__ = ["Limits", "StageSupervisor"]

_ASLEEP: Final[Seconds] = 1.0
_OUTDATED: Final = (
    "the program was changed while it was running; end it (`photophore stop`) and start it again"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Timeouts of the stage in seconds, and when safe mode begins.

    Attributes:
        silent: A stage without a heartbeat for this long is killed.
        starting: The same until its first heartbeat; restarts with each shader that it begins to compile.
        loading: The same while it compiles a shader during the show.
        overloaded: Longest silence while it starts or compiles, with the time in which it waited for a
            processor. That time is left out of ``starting`` and ``loading``: other programs cause it.
        crashes, window: Safe mode begins after this number of crashes within ``window`` seconds.
        again: How long safe mode lasts: the first time, the second, and so on.
        grace: How long a stage may take to quit when asked to.
    """

    silent: Seconds = 5.0
    starting: Seconds = 30.0
    loading: Seconds = 15.0
    overloaded: Seconds = 300.0
    crashes: int = 3
    window: Seconds = 300.0
    again: tuple[Seconds, ...] = (300.0, 600.0, 1200.0)
    grace: Seconds = 1.5


class StageSupervisor:
    """Supervises the stage: kills it when it hangs, and restarts it at the same position.

    Args:
        command: Command that starts a stage.
        mapping: Shared memory that it inherits.
        start: Position at which the first stage begins.
        limits: Timeouts.
        gone: Called at every death, for the look of the lamps.
        folder: State folder, whose disk may be full; None if there is none.
    """

    def __init__(
        self,
        command: Sequence[str],
        mapping: Mapping,
        start: Start,
        limits: Limits,
        gone: Callable[[], None] = lambda: None,
        folder: Path | None = None,
    ) -> None:
        self.managed = False
        """Whether a service manager starts the keeper again when it ends."""
        self.process = Process("stage", command)
        self.beat: Heartbeat | None = None
        self.channel: socket.socket | None = None
        self.quit = False
        self.refused = False
        self.ready = False
        self.last_death = ""
        self._mapping = mapping
        self._limits = limits
        self._gone = gone
        self._handover = Handover(start, mapping, folder)
        self.safe = SafeMode(Patience(limits.crashes, limits.window, tuple(limits.again)))
        self._spawned: Seconds = 0.0
        self._generation = 0
        self._noted = 0
        self._compiles = False
        self._alive: int | None = None
        self._silence = Silence(limits.overloaded)
        self._beating = False
        self._hung: Seconds = 0.0
        self._blameless = False
        self._polled: Seconds | None = None
        self._backoff = Backoff()
        self._retry_at: Seconds | None = None
        self._stopping = False

    @property
    def alive(self) -> bool:
        """True while the stage runs, or is to be restarted."""
        return self.process.running or self._retry_at is not None

    @property
    def playing(self) -> bool:
        """True once the present stage has shown a frame."""
        return self.process.running and self._beating

    @property
    def safe_mode(self) -> str:
        """Why safe mode is on; empty normally."""
        return self.safe.reason

    @property
    def quarantine(self) -> dict[str, Quarantined]:
        """Shaders in quarantine, by path."""
        return dict(self.start_note.quarantine)

    @property
    def start_note(self) -> Start:
        """What the next stage begins with."""
        return self._handover.note

    def release(self, name: str) -> list[str]:
        """Release a file from quarantine, by its path or its name, or all files; returns the paths."""
        return self._handover.release(name)

    def spawn(self, now: Seconds) -> None:
        """Start a stage."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        watch, hold = os.pipe()
        os.set_blocking(watch, False)
        given = Inheritance(
            mapping=self._mapping.fd, fresh=self._mapping.fresh.writer, channel=theirs.fileno(), alive=watch,
            start=self.start_note,
        )  # fmt: skip
        environment = {VARIABLE: msgspec.json.encode(given).decode()}
        self._retry_at = None
        self._mapping.note.take_over()
        self._mapping.note.write(b"")  # the note was the previous stage's
        self._noted = (self._mapping.note.newest() or (0, b""))[0]
        try:
            inherited = (self._mapping.fd, self._mapping.fresh.writer, theirs.fileno(), watch)
            self.process.start(environment, inherited)
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
        self._spawned = now
        self._beating, self._hung, self._blameless = False, 0.0, False
        self._silence.end(now)

    def poll(self, now: Seconds) -> None:
        """Check the stage; kill it, handle its end and restart it as needed."""
        asleep = now - self._polled if self._polled is not None else 0.0
        self._polled = now
        if asleep > _ASLEEP:  # the keeper itself was delayed, so the silence proves nothing
            self._silence.leave_out(asleep)
        self._listen(now)
        status = self.process.poll()
        if status is not None:
            self._bury(status, now)
        elif self.process.running:
            self._watch(now)
        elif self._retry_at is not None and now >= self._retry_at and not self._stopping:
            self.spawn(now)

    def _watch(self, now: Seconds) -> None:
        """Kill it if it has been silent for too long."""
        spares = self._compiles or not self._beating
        found = self._silence.judge(now, self.process.pid, self._patience(), spares=spares)
        if found is None:
            return
        log.error("the stage was silent for %.1f s and is killed", found.seconds)
        if found.starved:
            log.error("no shader is to blame: it waited for a processor for %.0f s of them", found.waited)
        self._hung = found.seconds
        self._blameless = found.starved or stopped(self.process.pid)
        self._silence.end(now)
        self.process.kill()

    def _patience(self) -> Seconds:
        """Return the seconds for which it may be silent now."""
        if not self._beating:
            return self._limits.starting
        return max(self._limits.loading, self._limits.silent) if self._compiles else self._limits.silent

    def ask_to_quit(self) -> None:
        """Close the pipe to the stage, which then has ``grace`` seconds to quit."""
        self._stopping = True
        self._retry_at = None
        self._hang_up()

    def finish(self) -> None:
        """Kill the stage and do not restart it."""
        self.ask_to_quit()
        self.process.kill()
        self.process.wait(self._limits.grace)

    def _listen(self, now: Seconds) -> None:
        found = self._mapping.heartbeat(self._generation)
        if found is not None:
            self._generation, self.beat = found
            self._beating = self.ready = True
            self._compiles = False
            self._silence.end(now)
        # With a cold shader cache, drivers compile a show for long: each shader counts as a heartbeat.
        noted = self._mapping.note.newest(self._noted)
        if noted is not None:
            self._noted, self._compiles = noted[0], bool(noted[1])
            if not self._beating:
                self._silence.end(now)

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
        before, self.last_death = self.last_death, endings(status)
        if self._stopping:
            return
        if status == 0:
            self.quit = True
            return
        if status == FINDINGS and not self.ready:  # nothing was ever shown: another try would fail too
            self.quit = self.refused = True
            return
        self._handover.take_place(self.beat, self.process.starts)
        if status == OUTDATED:
            self._wait_for_another_start(now, told=before == _OUTDATED)
            return
        if status == RESTART:
            self.last_death = before
            log.info("the stage asked to be restarted")
            self._retry_at = now
            return
        log.error("the stage crashed (%s)", self.last_death)
        self._handover.put_in_quarantine(status, hung=self._hung, blameless=self._blameless)
        if self._hung or status != -signal.SIGKILL:  # a kill -9 from outside says nothing about the values
            self._handover.doubt_values(now - self._spawned)
        self.safe.crashed(now, self.last_death)
        self._handover.begin_in(self.safe.reason)
        self._retry_at = now + (self._backoff.next() if self.safe.reason else 0.0)

    def _wait_for_another_start(self, now: Seconds, *, told: bool) -> None:
        """The program's files are of another version than this keeper: only another start of both helps.

        A service manager is left to do that. Without one lamps do as without a stage, and one is tried now
        and then, since the files may be put back.
        """
        if not told:
            log.error("the stage cannot be restarted: %s", _OUTDATED)
        self.last_death = _OUTDATED
        if self.managed:
            self.quit = self.refused = True
        else:
            self._retry_at = now + self._backoff.next()

    def leave_safe_mode(self, now: Seconds, *, at_once: bool = False) -> bool:
        """End safe mode when its time is over, or ``at_once``. True if the stage is to be notified."""
        if at_once and self.safe.reason:
            self.safe.end(now)
        elif not self.safe.expired(now):
            return False
        self._backoff.reset()
        self._handover.begin_in("")
        return True
