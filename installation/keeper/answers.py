"""What is asked of the keeper itself: its own verbs of the control socket, and ``status``."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from installation.commands import COMMANDS, By, bound
from installation.devices.adapters import refusals, reports
from installation.errors import PhotophoreError
from installation.ipc.control import Control
from installation.ipc.folder import Place
from installation.ipc.shared_memory import Mapping as Memory
from installation.keeper.light.darkness import Darkness
from installation.keeper.light.rigging import last_report
from installation.keeper.light.wire import Wire
from installation.keeper.memory import Memory as Kept
from installation.keeper.panel_note import PanelNote
from installation.keeper.processes import Children
from installation.keeper.site import SiteNote
from installation.keeper.stage.supervisor import StageSupervisor
from installation.status import PairingNote, ProcessStatus, QuarantineStatus, Status, to_json
from installation.values import Seconds

__all__ = ["Answers", "Asked"]


@dataclass(slots=True)
class Asked:
    """What signals and clients have asked for, and what went wrong meanwhile.

    Attributes:
        stop: How often it was asked to stop: the second time it is to be quick.
        reason: Why it was asked first.
        failures: Parts of iterations that have failed.
    """

    stop: int = 0
    reason: str = ""
    failures: int = 0

    def to_stop(self, reason: str) -> None:
        """Note that the keeper is to stop."""
        self.stop += 1
        self.reason = self.reason or reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers the keeper's own verbs, with or without a stage.

    Attributes:
        name: Of the show.
        began: When the keeper began, monotonic seconds.
        pairing: Address and pairing codes of the panel.
        asked: Where it is noted what was asked for.
        mapping: Memory in which the stage reports.
        place, kept: The state folder.
        stage, children: The other processes.
        wire, darkness: The lamps.
        control: Tells the stage.
        site: What the hub process said.
        panel: What the panel has refused.
    """

    name: str
    began: Seconds
    pairing: PairingNote
    asked: Asked
    mapping: Memory
    place: Place
    kept: Kept
    stage: StageSupervisor
    children: Children
    wire: Wire
    darkness: Darkness
    control: Control
    site: SiteNote
    panel: PanelNote = field(default_factory=PanelNote)

    def bound(self) -> Mapping[str, Callable[..., Any]]:
        """Return what answers each verb, by its name. Each raises PhotophoreError to refuse."""
        return bound(
            (one for one in COMMANDS.values() if one.keeper or one.by is By.KEEPER),
            {
                "status": lambda: to_json(self.status()),
                "pairing": lambda: to_json(self.pairing),
                "quarantine": lambda: [to_json(one) for one in self._in_quarantine()],
                "blackout": self.darkness.set_blackout,
                "panic": self.darkness.set_panic,
                "stop": self._stop,
                "release": self._release,
                "leave-safe-mode": self._leave_safe_mode,
                "operator": self.children.open_operator,
                "site": self.site.tell,
                "site-view": self.site.take,
                "panel-refused": self.panel.take,
            },
        )

    def status(self) -> Status:
        """Return the stage's last report together with the keeper's own status."""
        said = last_report(self.mapping, self.name)
        beat, now, stage = self.stage.beat, monotonic(), self.stage
        wire = self.wire.report()
        keeper = msgspec.structs.replace(
            wire,
            safe_mode=stage.safe_mode,
            safe_mode_left_s=round(stage.safe.left(now), 1),
            last_death=stage.last_death,
            quarantine=self._in_quarantine(),
            folder=tuple(one for one in (*self.place.troubles, self.kept.trouble) if one),
            control=self.control.report(),
            failures=self.asked.failures,
        )
        ours = {
            "cue": beat.cue if beat else said.cue,
            "blackout": said.blackout or wire.blackout,
            "asked_by": "" if wire.blackout else said.asked_by,  # a hand's blackout outlives the cue
            "panic": self.darkness.begun,
            "safe_mode": stage.safe_mode,
            "adapters": reports(self.wire.outputs) + said.adapters,
            "refused": refusals(self.wire.outputs) + self.panel.refused + said.refused,
        }
        return Status(
            **(msgspec.structs.asdict(said) | ours),
            uptime_s=round(now - self.began, 3),
            keeper=keeper,
            site=self.site.status(),
            processes=(
                ProcessStatus(name="keeper", pid=os.getpid(), state="running"),
                stage.process.report(),
                *self.children.reports(),
            ),
        )

    def _stop(self) -> dict[str, bool]:
        self.asked.to_stop("stopped by command")
        return {"stopping": True}

    def _leave_safe_mode(self) -> dict[str, str]:
        if not self.stage.leave_safe_mode(monotonic(), at_once=True):
            raise PhotophoreError("safe mode is off")
        self.control.tell("leave-safe-mode")
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
            self.control.tell("release", path)
        return {"released": released}
