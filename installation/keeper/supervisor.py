"""Starts the stage, watches it, and starts it again.

Poll-driven: the keeper's main loop calls ``poll`` some 20 times a second. Nothing here waits.
"""

import logging
import os
import shutil
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from installation.devices.adapters import Backoff
from installation.ipc.exit_codes import FINDINGS, RESTART
from installation.ipc.link import VARIABLE, Inheritance, Start
from installation.ipc.quarantine import Note, Quarantined
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.keeper.processes import Process, endings, stopped
from installation.keeper.quarantine import blame, encodable
from installation.keeper.safe_mode import Patience, SafeMode
from installation.values import Seconds

__all__ = ["Limits", "StageSupervisor"]

_ASLEEP: Final[Seconds] = 1.0
_TOO_SHORT: Final[Seconds] = 20.0
"""A stage that died so soon after it took over the values of the last one may have died of them."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the keeper is, in seconds.

    Attributes:
        silent: A stage without a heartbeat for this long is killed.
        starting: The same until its first heartbeat, counted anew with each shader that it begins to compile.
        loading: The same since it began to compile a shader while it plays.
        crashes, window: So many crashes within ``window`` seconds lead to safe mode.
        again: How long safe mode lasts: the first time, the second, and so on.
        grace: How long a stage may take to quit when asked to.
    """

    silent: Seconds = 5.0
    starting: Seconds = 30.0
    loading: Seconds = 15.0
    crashes: int = 3
    window: Seconds = 300.0
    again: tuple[Seconds, ...] = (300.0, 600.0, 1200.0)
    grace: Seconds = 1.5


class StageSupervisor:
    """The stage: started at once, killed when silent, started again where it was.

    Args:
        command: How to start a stage.
        mapping: Shared memory that it inherits.
        start: Where the first stage begins.
        limits: Patience.
        gone: Called at every death, so that the lamps know.
        folder: State folder, whose disk may be full; None where there is none.
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
        self._folder = folder
        self.safe = SafeMode(Patience(limits.crashes, limits.window, tuple(limits.again)))
        self._spawned: Seconds = 0.0
        self._generation = 0
        self._noted = 0
        self._compiles = False
        self._alive: int | None = None
        self._seen: Seconds = 0.0
        self._beating = False
        self._hung: Seconds = 0.0
        self._stopped = False
        self._polled: Seconds | None = None
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
        return self.safe.reason

    @property
    def quarantine(self) -> dict[str, Quarantined]:
        """Which shaders are not loaded, by path."""
        return dict(self.start_note.quarantine)

    def release(self, name: str) -> list[str]:
        """Lift the quarantine of a file, by its path or its name, or of all; returns the paths."""
        kept = self.start_note.quarantine
        lifted = [path for path in kept if name in ("", path, Path(path).name)]
        rest = {path: one for path, one in kept.items() if path not in lifted}
        self.start_note = msgspec.structs.replace(self.start_note, quarantine=rest)
        return lifted

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
        self._mapping.note.write(b"")  # what was noted was the other stage's
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
        self._spawned = now
        self._seen, self._beating, self._hung, self._stopped = now, False, 0.0, False

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
                self._hung = now - self._seen
                self._seen = now
                self._stopped = stopped(self.process.pid)
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
        self._quarantine(status)
        if self._hung or status != -signal.SIGKILL:  # somebody's kill -9 says nothing about values
            self._doubt_values(now)
        self.safe.crashed(now, self.last_death)
        self.start_note = msgspec.structs.replace(self.start_note, safe_mode=self.safe.reason)
        self._retry_at = now + (self._backoff.next() if self.safe.reason else 0.0)

    def leave_safe_mode(self, now: Seconds, *, at_once: bool = False) -> bool:
        """End safe mode when its time is over, or ``at_once``. True when the stage is to be told."""
        if at_once and self.safe.reason:
            self.safe.end(now)
        elif not self.safe.expired(now):
            return False
        self._backoff.reset()
        self.start_note = msgspec.structs.replace(self.start_note, safe_mode="")
        return True

    def _inherit(self) -> None:
        changes: dict[str, Any] = {"restarts": self.process.starts}
        if self.beat is not None:
            changes |= {"cue": self.beat.cue, "time": self.beat.time}
            changes |= {"state": self.beat.state, "state_age": self.beat.state_age}
            changes |= {"score": self.beat.score, "cycle": self.beat.cycle, "heal": self.beat.heal}
        hand = self._mapping.by_hand()
        if hand is not None:
            changes |= {"scene": hand.scene, "touched": hand.bases}
        self.start_note = msgspec.structs.replace(self.start_note, **changes)

    def _doubt_values(self, now: Seconds) -> None:
        """Values set by hand come back with the next stage, unless that one died of them, perhaps."""
        if self.start_note.restarts > 1 and now - self._spawned < _TOO_SHORT and self.start_note.touched:
            log.error("the stage died soon after it took over the values set by hand: they are left out")
            self.start_note = msgspec.structs.replace(self.start_note, touched={}, scene="")
            self._mapping.hand.take_over()
            self._mapping.hand.write(b"")

    def _quarantine(self, status: int) -> None:
        found = self._mapping.note.newest()
        note = Note.from_bytes(found[1]) if found else None
        try:
            free = shutil.disk_usage(self._folder).free if self._folder is not None else None
        except OSError:
            free = None
        reason = blame(note, status, hung=self._hung, stopped=self._stopped, free=free)
        if note is None or not reason:
            return
        if not encodable(note.path):  # the next stage could not be told, and so not be started
            log.error("%r: %s; it is loaded again, since its name is not UTF-8: rename it", note.path, reason)
            return
        log.error("%s is in quarantine until it is edited: %s", note.path, reason)
        quarantine = self.start_note.quarantine | {note.path: Quarantined(note.mark, reason)}
        self.start_note = msgspec.structs.replace(self.start_note, quarantine=quarantine)
