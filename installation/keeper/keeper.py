"""The keeper: the process that owns the lamps and outlives the renderer.

It starts the stage as its first act, then sends light at a steady rate until it is asked to stop. Its own
imports stay small: no GL, no windows, no network stack beyond sockets.
"""

import gc
import logging
import os
import selectors
import signal
import socket
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any, Final

import msgspec

from installation.commands import COMMANDS, By, arguments, bound, switched
from installation.devices.adapters import Backoff, OutputSupervisor, refusals, reports
from installation.ipc.control import SOCKET, Control
from installation.ipc.folder import Lock
from installation.ipc.link import ALIVE, Start, start_of
from installation.ipc.shared_memory import Mapping
from installation.keeper.look import Look
from installation.keeper.notify import notify, watchdog_period
from installation.keeper.patching import Patching
from installation.keeper.state import StateFile
from installation.keeper.supervisor import Limits, Process, StageSupervisor
from installation.keeper.wire import Encoder, Wire
from installation.show.venue_model import LightSettings
from installation.status import PairingNote, ProcessStatus, StageStatus, Status, to_json
from installation.values import Command, Seconds

__all__ = ["Keeper", "Rigging"]

_TICK: Final[Seconds] = 0.05
_SAVE: Final[Seconds] = 2.0
_ACKNOWLEDGE: Final[Seconds] = 0.5
_WIRE_SILENT: Final[Seconds] = 1.0
_RELEASES_PANIC: Final = frozenset(one.name for one in COMMANDS.values() if one.ends_panic)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Rigging:
    """Everything about the lamps that the keeper needs, built after the stage was started.

    Attributes:
        encoder: Guard and curves.
        look: The look machine, with the venue's safe look.
        outputs: Supervised adapters.
        settings: The venue's light settings.
        patching: Takes an edited patch over; None where there is nothing to read again.
    """

    encoder: Encoder
    look: Look
    outputs: list[OutputSupervisor]
    settings: LightSettings
    patching: Patching | None = None


@dataclass(slots=True)
class _Asked:
    """What signals and clients have asked for."""

    stop: int = 0
    reason: str = ""
    panic_by: Seconds | None = None
    calm: bool = False
    saved: dict[str, Any] = field(default_factory=dict)
    saved_at: Seconds = 0.0
    petted_at: Seconds = 0.0
    panel_at: Seconds = 0.0


class Keeper:
    """The keeper's main thread: children, control socket, service manager, state.

    Args:
        folder: State folder.
        universes: How many universes the venue has.
        rigging: Builds the lamps' side; called once, after the stage was started.
        stage: Command that starts a stage.
        panel: Command that starts the panel, or None.
        limits: Patience with the stage.
        most: Universes that there is room for when the patch grows.
        resume: True goes on at the cue of the last run.
        name: What is running, for ``status``.
        pairing: Where the panel is and its pairing codes, for who sits at the machine.
    """

    def __init__(
        self,
        folder: Path,
        universes: int,
        rigging: Callable[[], Rigging],
        stage: Sequence[str],
        *,
        panel: Sequence[str] | None = None,
        limits: Limits | None = None,
        most: int = 0,
        resume: bool = False,
        name: str = "",
        pairing: PairingNote | None = None,
    ) -> None:
        self._lock = Lock(folder)
        self._state = StateFile(folder)
        self._name = name
        self._asked = _Asked()
        self._began = monotonic()
        self._mapping = Mapping.create(universes, most)
        self._limits = limits or Limits()
        self._pairing = pairing or PairingNote()
        start = msgspec.structs.replace(self._first_start(resume), panel=self._pairing.hint())
        self.stage = StageSupervisor(stage, self._mapping, start, self._limits, self._stage_gone)
        self._wire: Wire | None = None
        self.stage.spawn(monotonic())
        self._selector = selectors.DefaultSelector()
        self._wakeup, self._woken = socket.socketpair()
        self._handlers = self._bound()
        self._control = Control(
            folder / SOCKET,
            self._selector,
            self._own,
            self._answered,
            self._heard,
            lambda: self.stage.playing,
        )
        self._control.attach(self.stage.channel)
        self._panel = Process("panel", panel) if panel else None
        self._panel_backoff = Backoff()
        self._alive = os.pipe()  # the panel reads the end of it when we are gone
        try:
            rig = rigging()
        except BaseException:
            self._close()
            raise
        self._patching = rig.patching
        self._wire = Wire(
            self._mapping,
            rig.look,
            rig.encoder,
            rig.outputs,
            rig.settings.rate,
            hold=rig.settings.on_stop == "hold",
        )

    @property
    def wire(self) -> Wire:
        """The wire loop."""
        if self._wire is None:
            raise RuntimeError("the keeper is still starting")
        return self._wire

    def run(self) -> int:
        """Until a signal, a ``stop``, or the user quits the stage. Returns the exit status of the program."""
        before = self._catch_signals()
        gc.collect()
        gc.freeze()  # the world is built: a collection in the wire loop has little left to look at
        self.wire.start()
        try:
            while not self._asked.stop and not self.stage.quit and self.wire.running:
                self._step(monotonic())
            return self._finish()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(-1)
            self._close()

    def _step(self, now: Seconds, timeout: Seconds = _TICK) -> None:
        for key, _ in self._selector.select(timeout):
            key.data(now)
        now = monotonic()
        channel = self.stage.channel
        self.stage.poll(now)
        if self.stage.channel is not channel:
            self._control.attach(self.stage.channel)
            self._instruct()
        self._control.expire(now)
        if self._asked.panic_by is not None and now > self._asked.panic_by:
            log.warning("the stage did not acknowledge the panic; the lamps fade to the safe look")
            self._asked.panic_by = None
            self.wire.panic = True
        self._keep_panel(now)
        self._remember(now)
        self._pet(now)

    # What others ask for.

    def _bound(self) -> Mapped[str, Callable[..., dict[str, Any]]]:
        return bound(
            (one for one in COMMANDS.values() if one.keeper or one.by is By.KEEPER),
            {
                "status": lambda: to_json(self.status()),
                "pairing": lambda: to_json(self._pairing),
                "blackout": self._blackout,
                "panic": self._panic,
                "stop": self._stop,
            },
        )

    def _own(self, verb: str, given: list[Any]) -> Any:
        """Answer a verb of the keeper's; None for any other. Raises CommandError for wrong arguments."""
        handler = self._handlers.get(verb)
        if handler is None:
            return None
        scalars = tuple(one for one in given if isinstance(one, (str, int, float)))
        return handler(*arguments(Command(verb, scalars)))

    def _blackout(self, state: bool | str | None) -> dict[str, bool]:
        on = self.wire.blackout = switched(state, self.wire.blackout)
        self._control.tell("blackout", on)
        return {"blackout": on}

    def _panic(self, how: bool | str | None) -> dict[str, bool]:
        on = how is not False
        told = self._control.tell("panic", how if how is not None else True)
        if not on:
            self._asked.panic_by, self.wire.panic = None, False
        else:
            self._asked.panic_by = monotonic() + (_ACKNOWLEDGE if told is not None else 0.0)
        return {"panic": on}

    def _stop(self) -> dict[str, bool]:
        self._ask_to_stop("stopped by command")
        return {"stopping": True}

    def _answered(self, verb: str, ok: bool) -> None:
        if verb == "panic" and ok:
            self._asked.panic_by = None
        elif verb in _RELEASES_PANIC and ok:
            self.wire.panic = False

    def _heard(self, facts: dict[str, Any]) -> None:
        # Somebody pressed B, Esc or Space at the stage: the lamps must follow there and back.
        if "blackout" in facts:
            self.wire.blackout = bool(facts["blackout"])
        if self._patching is not None and isinstance(facts.get("patch"), int):
            self._patching.take_over(facts["patch"], self.wire)
        if "panic" in facts:
            self._asked.calm = bool(facts["panic"])
            if not self._asked.calm:
                self._asked.panic_by, self.wire.panic = None, False

    def _instruct(self) -> None:
        """Tell a new stage what holds: a crash must not end a blackout or a panic."""
        if self.wire.blackout:
            self._control.tell("blackout", "on")
        if self._asked.calm or self.wire.panic:
            self._control.tell("panic", "hard")

    def _ask_to_stop(self, reason: str) -> None:
        self._asked.stop += 1
        self._asked.reason = self._asked.reason or reason

    def _catch_signals(self) -> dict[int, Any]:
        self._wakeup.setblocking(False)
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ, lambda _now: self._woken.recv(4096))
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)

        def stop(number: int, _frame: FrameType | None) -> None:
            self._ask_to_stop(f"stopped by {signal.Signals(number).name}")

        def wake(_number: int, _frame: FrameType | None) -> None:
            """Only to interrupt the select: a child has ended."""

        before: dict[int, Any] = {}
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            before[number] = signal.signal(number, stop)
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, wake)
        return before

    # What the keeper does by itself.

    def _first_start(self, resume: bool) -> Start:
        return start_of(self._state.load(), self._name if resume else None)

    def _stage_gone(self) -> None:
        self._control.attach(None)
        if self._wire is not None:
            self._wire.interrupt()

    def _keep_panel(self, now: Seconds) -> None:
        panel = self._panel
        if panel is None or not self.stage.ready:
            return
        status = panel.poll()
        if status is not None:
            wait = self._panel_backoff.next()
            log.warning("the panel ended (exit status %d); again in %g s", status, wait)
            self._asked.panel_at = now + wait
        if not panel.running and now >= self._asked.panel_at:
            try:
                panel.start({ALIVE: str(self._alive[0])}, self._alive[:1])
            except OSError as error:
                log.error("the panel cannot be started: %s", error)
                self._asked.panel_at = now + self._panel_backoff.next()

    def _remember(self, now: Seconds, *, force: bool = False) -> None:
        beat = self.stage.beat
        state: dict[str, Any] = {"show": self._name, "quarantine": self.stage.start_note.quarantine}
        if beat is not None:
            state |= {"cue": beat.cue, "state": beat.state}
        changed = any(self._asked.saved.get(key) != value for key, value in state.items())
        if force or (changed and now - self._asked.saved_at >= _SAVE):
            moment = {"time": beat.time, "state_age": beat.state_age} if beat is not None else {}
            self._state.save(state | moment)
            self._asked.saved, self._asked.saved_at = state, now

    def _pet(self, now: Seconds) -> None:
        period = watchdog_period()
        if not self.stage.ready or now - self._asked.petted_at < (period or _TICK):
            return
        first = self._asked.petted_at == 0.0
        self._asked.petted_at = now
        if first:
            notify("READY=1\nSTATUS=running")
        if period and self.stage.alive and now - self.wire.ticked < _WIRE_SILENT:
            notify("WATCHDOG=1")

    def status(self) -> Status:
        """What the stage last said, and what the keeper knows."""
        found = self._mapping.report.newest()
        said = StageStatus(show=self._name)
        if found is not None:
            try:
                said = msgspec.json.decode(found[1], type=StageStatus)
            except msgspec.DecodeError:
                log.warning("the stage's report cannot be read")
        beat, wire, stage = self.stage.beat, self.wire.report(), self.stage
        keeper = msgspec.structs.replace(wire, safe_mode=stage.safe_mode, last_death=stage.last_death)
        children = (stage.process, self._panel) if self._panel is not None else (stage.process,)
        ours = {
            "cue": beat.cue if beat else said.cue,
            "blackout": said.blackout or wire.blackout,
            "panic": wire.panic or self._asked.calm or self._asked.panic_by is not None,
            "adapters": reports(self.wire.outputs) + said.adapters,
            "refused": refusals(self.wire.outputs) + said.refused,
        }
        return Status(
            **(msgspec.structs.asdict(said) | ours),
            uptime_s=round(monotonic() - self._began, 3),
            safe_mode=stage.safe_mode,
            keeper=keeper,
            processes=(
                ProcessStatus(name="keeper", pid=os.getpid(), state="running"),
                *(child.report() for child in children),
            ),
        )

    # The end.

    def _finish(self) -> int:
        failed = self.stage.refused or (
            not self.wire.running and not self._asked.stop and not self.stage.quit
        )
        log.info("%s", self._asked.reason or ("the wire loop failed" if failed else "the user quit"))
        notify("STOPPING=1")
        signals = self._asked.stop
        self._control.attach(None)
        self.wire.stop()
        self.stage.ask_to_quit()
        end = monotonic() + self._limits.grace
        while self.wire.running or (self.stage.process.running and monotonic() < end):
            if self._asked.stop > signals:
                self.wire.stop(immediate=True)
                break
            self._step(monotonic(), timeout=0.01)
        self.wire.join(self._limits.grace)
        return 1 if failed else 0

    def _close(self) -> None:
        self.stage.finish()
        if self._panel is not None:
            self._panel.kill()
            self._panel.wait(1.0)
        for fd in self._alive:
            os.close(fd)
        self._remember(monotonic(), force=True)
        self._control.close()
        self._selector.close()
        self._wakeup.close()
        self._woken.close()
        self._mapping.close()
        self._lock.release()
