"""What a stage that has died leaves to the next one."""

import logging
import shutil
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from installation.ipc.link import Start
from installation.ipc.quarantine import Note, Quarantined
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.keeper.stage.quarantine import blame, encodable
from installation.values import Seconds

__all__ = ["Handover"]

_TOO_SHORT: Final[Seconds] = 20.0
"""Seconds after its start in which the death of a stage is attributed to the values that it restored."""

log = logging.getLogger(__name__)


class Handover:
    """The place where the show stands, values set by hand, and shaders in quarantine.

    Args:
        start: What the first stage begins with.
        mapping: Memory in which each stage reports.
        folder: State folder, whose disk may be full; None if there is none.

    Attributes:
        note: What the next stage begins with.
    """

    def __init__(self, start: Start, mapping: Mapping, folder: Path | None) -> None:
        self.note = start
        self._mapping = mapping
        self._folder = folder

    def take_place(self, beat: Heartbeat | None, starts: int) -> None:
        """Take over where a dead stage stood, and what was set by hand.

        Args:
            beat: Its last heartbeat; None if it had none.
            starts: How often a stage was started.
        """
        changes: dict[str, Any] = {"restarts": starts}
        if beat is not None:
            changes["alive"] = time.time() - max(time.monotonic() - beat.monotonic, 0.0)
            changes |= {"cue": beat.cue, "time": beat.time}
            changes |= {"state": beat.state, "state_age": beat.state_age}
            changes |= {"score": beat.score, "cycle": beat.cycle, "heal": beat.heal}
            changes["speed"] = beat.speed
        hand = self._mapping.by_hand()
        if hand is not None:
            changes |= {"scene": hand.scene, "touched": hand.bases}
        self.note = msgspec.structs.replace(self.note, **changes)

    def doubt_values(self, lived: Seconds) -> None:
        """Leave out values set by hand if they may have caused a death ``lived`` seconds after a start."""
        if self.note.restarts > 1 and lived < _TOO_SHORT and self.note.touched:
            log.error("the stage died soon after it restored the values set by hand: they are left out")
            self.note = msgspec.structs.replace(self.note, touched={}, scene="")
            self._mapping.hand.take_over()
            self._mapping.hand.write(b"")

    def put_in_quarantine(self, status: int, *, hung: Seconds, blameless: bool) -> None:
        """Put the shader in quarantine that has caused a death, if one has; see ``blame``."""
        found = self._mapping.note.newest()
        note = Note.from_bytes(found[1]) if found else None
        try:
            free = shutil.disk_usage(self._folder).free if self._folder is not None else None
        except OSError:
            free = None
        reason = blame(note, status, hung=hung, blameless=blameless, free=free)
        if note is None or not reason:
            return
        if not encodable(note.path):  # it cannot be passed to the next stage
            log.error("%r: %s; it is loaded again, since its name is not UTF-8: rename it", note.path, reason)
            return
        log.error("%s is in quarantine until it is edited: %s", note.path, reason)
        quarantine = self.note.quarantine | {note.path: Quarantined(note.mark, reason)}
        self.note = msgspec.structs.replace(self.note, quarantine=quarantine)

    def release(self, name: str) -> list[str]:
        """Release a file from quarantine, by its path or its name, or all files; returns the paths."""
        kept = self.note.quarantine
        lifted = [path for path in kept if name in ("", path, Path(path).name)]
        rest = {path: one for path, one in kept.items() if path not in lifted}
        self.note = msgspec.structs.replace(self.note, quarantine=rest)
        return lifted

    def begin_in(self, safe_mode: str) -> None:
        """Say why the next stage begins in safe mode; empty for a normal start."""
        self.note = msgspec.structs.replace(self.note, safe_mode=safe_mode)
