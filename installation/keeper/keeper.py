"""The keeper: the process that owns the lamps and outlives the renderer.

It starts the stage as its first act, then sends light at a steady rate until it is asked to stop. Its own
imports stay small: no GL, no windows, no network stack beyond sockets.

No input may end it: a failure in one iteration of its loop is logged and counted, and the loop goes on.
Should it have to end all the same, the streams on the wire are terminated before anything is released.
"""

import gc
import logging
import os
import selectors
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Mapped
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec

from installation.commands import COMMANDS, By, arguments, bound
from installation.contract import Adapter
from installation.devices.adapters import refusals, reports
from installation.errors import PhotophoreError
from installation.ipc.control import SOCKET, Control
from installation.ipc.feeds.site import HUB
from installation.ipc.folder import Place
from installation.ipc.shared_memory import Mapping
from installation.keeper.asked import Asked
from installation.keeper.light.darkness import Darkness
from installation.keeper.light.rigging import Rigging, last_report
from installation.keeper.light.wire import Wire
from installation.keeper.memory import Memory
from installation.keeper.notify import managed, notify, watchdog_period
from installation.keeper.processes import Children
from installation.keeper.signals import Signals
from installation.keeper.site import SiteNote
from installation.keeper.supervisor import Limits, StageSupervisor
from installation.status import PairingNote, ProcessStatus, QuarantineStatus, Status, to_json
from installation.values import Command, Scalar, Seconds

__all__ = ["Keeper"]

_TICK: Final[Seconds] = 0.05
_WIRE_SILENT: Final[Seconds] = 1.0
_LOOK_ROUND: Final[Seconds] = 1.0
"""Seconds between two checks that the state folder still exists."""

log = logging.getLogger(__name__)


class Keeper:
    """The keeper's main thread: children, control socket, service manager, state.

    Args:
        folder: State folder.
        universes: Number of universes of the venue.
        rigging: Builds the lamps' side; called once, after the stage was started.
        stage: Command that starts a stage.
        children: Commands that start the other processes after the first frame; see ``Children``.
        limits: Timeouts of the stage, and when safe mode begins.
        most: Number of universes that the patch may grow to.
        resume: True resumes at the cue of the last run.
        name: Name of the show, for ``status``.
        pairing: Address and pairing codes of the panel, for local users.

    Raises:
        PhotophoreError: Another show runs in the folder.
    """

    def __init__(
        self,
        folder: Path,
        universes: int,
        rigging: Callable[[], Rigging],
        stage: Sequence[str],
        *,
        children: Mapped[str, Sequence[str]] | None = None,
        limits: Limits | None = None,
        most: int = 0,
        resume: bool = False,
        name: str = "",
        pairing: PairingNote | None = None,
    ) -> None:
        self._place = Place(folder)
        if self._place.folder is not None:
            os.environ["PHOTOPHORE_RUN"] = str(self._place.folder)  # for the stage and the panel
        self._memory = Memory(folder, name, resume=resume)
        self._name = name
        self._asked = Asked()
        self._began = monotonic()
        self._mapping = Mapping.create(universes, most)
        self._limits = limits or Limits()
        self._pairing = pairing or PairingNote()
        start = msgspec.structs.replace(self._memory.start, panel=self._pairing.hint())
        self.stage = StageSupervisor(stage, self._mapping, start, self._limits, self._stage_gone, folder)
        self.stage.managed = managed()
        self._wire: Wire | None = None
        self._darkness: Darkness | None = None
        self.stage.spawn(monotonic())
        self._selector = selectors.DefaultSelector()
        self._signals = Signals(self._selector, lambda name: self._ask_to_stop(f"stopped by {name}"))
        self._alive = os.pipe()  # children read its end when the keeper is gone
        self._children = Children(children or {}, self._alive[0])
        self._site = SiteNote(self._adapters, wanted=HUB in (children or {}))
        self._handlers: Mapped[str, Callable[..., Any]] = {}
        self._control = Control(
            self._place.folder / SOCKET if self._place.folder is not None else None,
            self._selector,
            self._own,
            self._answered,
            self._heard,
            lambda: self.stage.playing,
        )
        self._control.attach(self.stage.channel)
        try:
            rig = rigging()
        except BaseException:
            self._close()
            raise
        self._patching = rig.patching
        hold = rig.settings.on_stop == "hold"
        self._wire = Wire(self._mapping, rig.look, rig.encoder, rig.outputs, rig.settings.rate, hold=hold)
        self._darkness = Darkness(
            self._wire, self._control.tell, self._children.hush,
            lambda: last_report(self._mapping, self._name).held_by,
            blackout=self._memory.blackout, panic=self._memory.panic,
        )  # fmt: skip
        self._handlers = self._bound()
        self._darkness.instruct()

    def _adapters(self) -> list[Adapter]:
        return [one.adapter for one in self.wire.outputs]

    @property
    def wire(self) -> Wire:
        """The wire loop."""
        if self._wire is None:
            raise RuntimeError("the keeper is still starting")
        return self._wire

    @property
    def darkness(self) -> Darkness:
        """Blackout and panic."""
        if self._darkness is None:
            raise RuntimeError("the keeper is still starting")
        return self._darkness

    def run(self) -> int:
        """Run until a signal, a ``stop``, or the user quits the stage. Returns the program's exit status."""
        self._signals.catch()
        gc.collect()
        gc.freeze()  # leaves collections in the wire loop little to scan
        self.wire.start()
        try:
            while not self._asked.stop and not self.stage.quit and self.wire.running:
                self._step(monotonic())
            return self._finish()
        finally:  # also after an unexpected exception
            self._leave_the_wire()
            self._close()
            self._signals.ignore()

    def _step(self, now: Seconds, timeout: Seconds = _TICK) -> None:
        for key, _ in self._selector.select(timeout):
            self._contain("the control socket", key.data, now)
        now = monotonic()
        self._contain("the supervision of the stage", self._supervise, now)
        self._contain("the control socket", self._control.expire, now)
        if self.darkness.overdue(now):
            log.warning("the stage did not acknowledge the panic; the lamps fade to the safe look")
        if self.stage.ready:
            self._contain("the supervision of other processes", self._children.poll, now)
        self._contain("the state folder", self._remember, now)
        self._contain("the service manager", self._pet, now)

    def _contain(self, what: str, act: Callable[[Seconds], object], now: Seconds) -> None:
        """Run a part of an iteration; a failure is reported, and the loop goes on."""
        try:
            act(now)
        except Exception:
            self._asked.failures += 1
            log.exception("%s failed; the lamps and the show go on", what)

    def _supervise(self, now: Seconds) -> None:
        channel = self.stage.channel
        self.stage.poll(now)
        if self.stage.channel is not channel:
            self._control.attach(self.stage.channel)
            self.darkness.instruct()
        if self.stage.leave_safe_mode(now):
            self._control.tell("leave-safe-mode")

    # Requests.

    def _bound(self) -> Mapped[str, Callable[..., Any]]:
        return bound(
            (one for one in COMMANDS.values() if one.keeper or one.by is By.KEEPER),
            {
                "status": lambda: to_json(self.status()),
                "pairing": lambda: to_json(self._pairing),
                "quarantine": lambda: [to_json(one) for one in self._in_quarantine()],
                "blackout": self.darkness.set_blackout,
                "panic": self.darkness.set_panic,
                "stop": self._stop,
                "release": self._release,
                "leave-safe-mode": self._leave_safe_mode,
                "operator": self._children.open_operator,
                "site": self._site.tell,
                "site-view": self._site.take,
            },
        )

    def _own(self, verb: str, given: Sequence[Scalar]) -> Any:
        """Answer one of the keeper's own verbs; None for any other. Raises PhotophoreError for a refusal."""
        handler = self._handlers.get(verb)
        return handler(*arguments(Command(verb, tuple(given)))) if handler is not None else None

    def _stop(self) -> dict[str, bool]:
        self._ask_to_stop("stopped by command")
        return {"stopping": True}

    def _leave_safe_mode(self) -> dict[str, str]:
        if not self.stage.leave_safe_mode(monotonic(), at_once=True):
            raise PhotophoreError("safe mode is off")
        self._control.tell("leave-safe-mode")
        return {"safe_mode": ""}

    def _in_quarantine(self) -> tuple[QuarantineStatus, ...]:
        kept = self.stage.quarantine
        return tuple(QuarantineStatus(path=path, reason=one.reason) for path, one in kept.items())

    def _release(self, shader: str | None) -> dict[str, list[str]]:
        released = self.stage.release(shader or "")
        if not released:
            known = ", ".join(Path(path).name for path in self.stage.quarantine) or "nothing"
            message = f"{shader or 'nothing'} is not in quarantine; {known} is"
            raise PhotophoreError(message)
        for path in released:
            self._control.tell("release", path)
        return {"released": released}

    def _answered(self, verb: str, ok: bool) -> None:
        self.darkness.answered(verb, ok)

    def _heard(self, facts: dict[str, Any]) -> None:
        self.darkness.heard(facts)
        if self._patching is not None and isinstance(facts.get("patch"), int):
            self._patching.take_over(facts["patch"], self.wire)

    def _ask_to_stop(self, reason: str) -> None:
        self._asked.stop += 1
        self._asked.reason = self._asked.reason or reason

    # Periodic tasks.

    def _stage_gone(self) -> None:
        self._control.attach(None)
        if self._wire is not None:
            self._wire.interrupt()

    def _remember(self, now: Seconds, *, clean: bool = False) -> None:
        self._look_round(now)
        hand = self._mapping.by_hand()
        start = self.stage.start_note
        done: dict[str, Any] = {
            "touched": {a: list(v) for a, v in (hand.bases if hand else start.touched).items()},
            "scene": hand.scene if hand else start.scene,
        }
        if self._wire is not None and self._darkness is not None:
            done |= {"blackout": self._wire.blackout, "panic": self._darkness.panic}
        self._memory.keep(now, start, self.stage.beat, done, clean=clean)

    def _look_round(self, now: Seconds) -> None:
        """Recreate lock and control socket if the folder has been emptied."""
        if now - self._asked.looked_at < _LOOK_ROUND:
            return
        self._asked.looked_at = now
        try:
            self._place.renew()
            if self._control.renew():
                log.warning("the control socket was removed from the state folder and is created again")
                self._memory.forget()
        except (OSError, PhotophoreError) as error:
            log.warning("the control socket is gone and cannot be created again: %s", error)

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
        """Return the stage's last report together with the keeper's own status."""
        said = last_report(self._mapping, self._name)
        beat, now, stage = self.stage.beat, monotonic(), self.stage
        wire = self.wire.report()
        keeper = msgspec.structs.replace(
            wire,
            safe_mode=stage.safe_mode,
            safe_mode_left_s=round(stage.safe.left(now), 1),
            last_death=stage.last_death,
            quarantine=self._in_quarantine(),
            folder=tuple(one for one in (*self._place.troubles, self._memory.trouble) if one),
            control=self._control.report(),
            failures=self._asked.failures,
        )
        ours = {
            "cue": beat.cue if beat else said.cue,
            "blackout": said.blackout or wire.blackout,
            "asked_by": "" if wire.blackout else said.asked_by,  # a hand's blackout outlives the cue
            "panic": self.darkness.begun,
            "safe_mode": stage.safe_mode,
            "adapters": reports(self.wire.outputs) + said.adapters,
            "refused": refusals(self.wire.outputs) + said.refused,
        }
        return Status(
            **(msgspec.structs.asdict(said) | ours),
            uptime_s=round(now - self._began, 3),
            keeper=keeper,
            site=self._site.status(),
            processes=(
                ProcessStatus(name="keeper", pid=os.getpid(), state="running"),
                stage.process.report(),
                *self._children.reports(),
            ),
        )

    # Shutdown.

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
        self._contain("the state folder", lambda now: self._remember(now, clean=not failed), monotonic())
        return 1 if failed else 0

    def _leave_the_wire(self) -> None:
        """Terminate the streams before the wire's memory is released. Harmless after ``_finish``."""
        if self.wire.running:
            log.error("the keeper ends; the streams to the lamps are terminated")
            self.wire.stop()
            self.wire.join(self._limits.grace)

    def _close(self) -> None:
        """Release everything, in reverse order of the entries, even if some of it fails."""
        with ExitStack() as stack:
            stack.callback(self._place.release)
            if self._wire is None or not self._wire.running:  # it uses this memory
                stack.callback(self._mapping.close)
            stack.callback(self._signals.close)
            stack.callback(self._selector.close)
            stack.callback(self._control.close)
            for fd in self._alive:
                stack.callback(os.close, fd)
            stack.callback(self._children.finish)
            stack.callback(self.stage.finish)
