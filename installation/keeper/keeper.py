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

from installation.commands import arguments
from installation.contract import Adapter
from installation.errors import PhotophoreError
from installation.ipc.control import SOCKET, Control
from installation.ipc.feeds.site import HUB
from installation.ipc.folder import Place
from installation.ipc.shared_memory import Mapping
from installation.keeper.answers import Answers, Asked
from installation.keeper.light.darkness import Darkness
from installation.keeper.light.rigging import Rigging, last_report
from installation.keeper.light.wire import Wire
from installation.keeper.memory import Memory
from installation.keeper.notify import LifeSigns, managed, notify
from installation.keeper.processes import Children
from installation.keeper.signals import Signals
from installation.keeper.site import SiteNote
from installation.keeper.stage.supervisor import Limits, StageSupervisor
from installation.status import PairingNote
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
        self._asked, self._life = Asked(), LifeSigns()
        self._began, self._looked_at = monotonic(), 0.0
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
        self._signals = Signals(self._selector, lambda name: self._asked.to_stop(f"stopped by {name}"))
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
        self._handlers = self._answers(self._wire, self._darkness).bound()
        self._darkness.instruct()

    def _answers(self, wire: Wire, darkness: Darkness) -> Answers:
        return Answers(
            name=self._name, began=self._began, pairing=self._pairing, asked=self._asked,
            mapping=self._mapping, place=self._place, kept=self._memory, stage=self.stage,
            children=self._children, wire=wire, darkness=darkness, control=self._control, site=self._site,
        )  # fmt: skip

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

    def _own(self, verb: str, given: Sequence[Scalar]) -> Any:
        """Answer one of the keeper's own verbs; None for any other. Raises PhotophoreError for a refusal."""
        handler = self._handlers.get(verb)
        return handler(*arguments(Command(verb, tuple(given)))) if handler is not None else None

    def _answered(self, verb: str, ok: bool) -> None:
        self.darkness.answered(verb, ok)

    def _heard(self, facts: dict[str, Any]) -> None:
        self.darkness.heard(facts)
        if self._patching is not None and isinstance(facts.get("patch"), int):
            self._patching.take_over(facts["patch"], self.wire)

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
        if now - self._looked_at < _LOOK_ROUND:
            return
        self._looked_at = now
        try:
            self._place.renew()
            if self._control.renew():
                log.warning("the control socket was removed from the state folder and is created again")
                self._memory.forget()
        except (OSError, PhotophoreError) as error:
            log.warning("the control socket is gone and cannot be created again: %s", error)

    def _pet(self, now: Seconds) -> None:
        if self.stage.ready:
            self._life.pet(now, sound=self.stage.alive and now - self.wire.ticked < _WIRE_SILENT)

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
