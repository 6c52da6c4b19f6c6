"""Finds out whether a shader caused the death of a stage: the one being compiled or drawn at that time.

The stage writes a note into the shared memory while a new shader is compiled or drawn, and clears it right
after. A crash signal or a hang in between is attributed to the shader; a Python error, a failure of the bus,
a full disk, a debugger, an overloaded machine or a ``kill -9`` is not.
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
"""Free bytes below which a SIGBUS is attributed to the disk: drivers map files of their shader caches."""


def blame(note: Note | None, status: int, *, hung: float, blameless: bool, free: int | None) -> str:
    """Return why the noted shader caused the death of a stage, as text; empty if it did not.

    Args:
        note: The note in the shared memory; None if nothing was being compiled or drawn.
        status: Exit status of the stage, negative for a signal.
        hung: Seconds without a heartbeat before the keeper killed it; 0 if the keeper did not.
        blameless: Whether it could not go on, whatever it was doing: it was stopped by a signal or a
            debugger, or no processor was free for it.
        free: Bytes free on the disk of the state folder; None if unknown.
    """
    if note is None:
        return ""
    if hung:
        return "" if blameless else f"the stage hung for {hung:.0f} s while it was {note.doing}"
    if -status not in _CRASHES:
        return ""
    if -status == signal.SIGBUS and free is not None and free < _ROOM:
        return ""
    return f"the stage was killed by {signal.Signals(-status).name} while it was {note.doing}"


def read_quarantine(saved: Any) -> dict[str, Quarantined]:
    """Return the quarantine of a state file; invalid entries are left out."""
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
    """Return whether a text can be passed to the next stage: it must not contain lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
