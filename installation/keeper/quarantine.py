"""Which shader a dead stage may be blamed on: the one that was compiled or drawn, if it died of that.

The stage writes a note into the shared memory while a new shader compiles or draws, and takes it back right
after. A crash signal or a hang in between is the shader's; a Python error, the bus, a full disk, a debugger
or somebody's ``kill -9`` is not.
"""

import signal
from collections.abc import Mapping
from typing import Any, Final

from installation.ipc.quarantine import Note, Quarantined

__all__ = ["blame", "encodable", "read_quarantine"]

_CRASHES: Final = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")
    if hasattr(signal, name)
)
_ROOM: Final = 1 << 20
"""With fewer bytes free on the disk a SIGBUS is the disk's: the driver maps files of its shader cache."""


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
        if not (isinstance(path, str) and isinstance(said, Mapping) and isinstance(said.get("mark"), str)):
            continue
        reason = str(said.get("reason", "it took the stage down"))
        if all(map(encodable, (path, said["mark"], reason))):
            kept[path] = Quarantined(said["mark"], reason)
    return kept


def encodable(text: str) -> bool:
    """Whether a text can be handed to the next stage: JSON of Python knows halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
