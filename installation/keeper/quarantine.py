"""Which shader a dead stage may be blamed on: the one that was compiled or drawn, if it died of that.

The stage writes a note into the shared memory while a new shader compiles or draws, and takes it back right
after. A crash signal or a hang in between is the shader's; a Python error, the bus, a full disk, a debugger
or somebody's ``kill -9`` is not.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

__all__ = ["Note", "Quarantined", "blame", "read_quarantine"]

_CRASHES: Final = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")
    if hasattr(signal, name)
)
_ROOM: Final = 1 << 20
"""With fewer bytes free on the disk a SIGBUS is the disk's: the driver maps files of its shader cache."""


class Quarantined(msgspec.Struct, frozen=True):
    """Why a shader is not loaded.

    Attributes:
        mark: What it was when it took the stage down; another one is loaded again.
        reason: What happened, in words.
    """

    mark: str
    reason: str = "it took the stage down"


@dataclass(frozen=True, slots=True)
class Note:
    """What the stage does with a new shader now.

    Attributes:
        path: Of its file.
        mark: Digest of what is compiled.
        doing: ``compiled`` or ``drawn``.
    """

    path: str
    mark: str
    doing: Literal["compiled", "drawn"] = "compiled"

    def to_bytes(self) -> bytes:
        """For the shared memory."""
        return f"{self.doing}\0{self.mark}\0{self.path}".encode("utf-8", "surrogateescape")

    @classmethod
    def from_bytes(cls, data: bytes) -> "Note | None":
        """What ``to_bytes`` wrote; None for an empty note or nonsense."""
        parts = data.decode("utf-8", "surrogateescape").split("\0", 2)
        if len(parts) != 3 or not parts[2]:
            return None
        return cls(parts[2], parts[1], "drawn" if parts[0] == "drawn" else "compiled")


def blame(note: Note | None, status: int, *, hung: float, stopped: bool, free: int | None) -> str:
    """Why the noted shader is to blame for a death, in words; empty where it is not.

    Args:
        note: What stood in the shared memory then; None: nothing was compiled or drawn.
        status: How the stage ended, negative for a signal.
        hung: Seconds for which it was silent before we killed it; 0 where we did not.
        stopped: Whether somebody else had stopped it.
        free: Bytes free on the disk of the state folder; None where that cannot be told.
    """
    if note is None:
        return ""
    if hung:
        return "" if stopped else f"the stage hung for {hung:.0f} s while it was {note.doing}"
    if -status not in _CRASHES:
        return ""
    if -status == signal.SIGBUS and free is not None and free < _ROOM:
        return ""
    return f"the stage was killed by {signal.Signals(-status).name} while it was {note.doing}"


def read_quarantine(saved: Any) -> dict[str, Quarantined]:
    """The quarantine of a state file; what makes no sense is left out."""
    kept: dict[str, Quarantined] = {}
    if not isinstance(saved, Mapping):
        return kept
    for path, said in saved.items():
        if isinstance(path, str) and isinstance(said, Mapping) and isinstance(said.get("mark"), str):
            kept[path] = Quarantined(said["mark"], str(said.get("reason", "it took the stage down")))
    return kept
