"""Every error that Photophore raises on purpose.

PhotophoreError
├── FilesError          findings in files that a person wrote; carries all of them
│   ├── ShowError       a show, venue, preset or cue file
│   └── ShaderError     an ISF file: header, includes, compilation
├── OscError            a packet that is not acceptable OSC
├── AddressError        no parameter or signal of that address, or a value it cannot take
├── CommandError        no such command, or arguments that it does not take
├── AdapterError        a device cannot be opened, or was lost
├── MediaError          a video file, camera or stream cannot be read
├── GraphicsError       no usable OpenGL, or it went away
├── OutdatedError       the processes of a show are of different versions of the program
└── NotRunningError     no show is running in this state folder

A message says what is wrong, where, and what to do about it.
"""

import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from installation.values import Finding

__all__ = [
    "AdapterError",
    "AddressError",
    "CommandError",
    "FilesError",
    "GraphicsError",
    "MediaError",
    "NotRunningError",
    "OscError",
    "OutdatedError",
    "PhotophoreError",
    "ShaderError",
    "ShowError",
    "nearest",
    "to_install",
]

_ALIKE = 0.6  # of difflib's ratio: one letter wrong in three, or two words that share a stem
_LISTED = 12


class PhotophoreError(Exception):
    """Base of every error below; a person may read its text."""


class FilesError(PhotophoreError):
    """Raised when files are wrong. All findings at once, never only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class ShowError(FilesError):
    """Raised when a show, venue, preset or cue file cannot be used."""


class ShaderError(FilesError):
    """Raised when an ISF file cannot be used."""


class OscError(PhotophoreError):
    """Raised when bytes from the network are not an acceptable OSC packet.

    Args:
        reason: Why, in words that do not change from one packet to the next.
        example: The address that it is about, where it is about one.
        remedy: What to send instead, in one line.
    """

    def __init__(self, reason: str, example: str = "", remedy: str = "") -> None:
        super().__init__(f"{example}: {reason}" if example else reason)
        self.reason = reason
        self.example = example
        self.remedy = remedy


class AddressError(PhotophoreError):
    """Raised when an address is unknown, or its value is of the wrong type."""


class CommandError(PhotophoreError):
    """Raised when a command is unknown, or given arguments that it does not take."""


class AdapterError(PhotophoreError):
    """Raised when a device cannot be opened or was lost.

    Args:
        reason: What happened, in one line.
        hint: What to do about it, in one line.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason + (f"; {hint}" if hint else ""))
        self.reason = reason
        self.hint = hint


class MediaError(PhotophoreError):
    """Raised when a video file, a camera or a stream cannot be read."""


class GraphicsError(PhotophoreError):
    """Raised when there is no usable OpenGL, or the context was lost."""


class OutdatedError(PhotophoreError):
    """A process was started before the program's files changed, and does not understand one started since."""


class NotRunningError(PhotophoreError):
    """Raised when a command needs a running show and there is none."""


def nearest(
    name: str, known: Iterable[str], otherwise: str | None = None, open_below: Sequence[str] = ()
) -> str:
    """A hint for a name that nobody has: the known one that is most like it.

    One that ends with the whole name comes first: ``/hand/x`` for ``/osc/hand/x``.

    Args:
        name: What was written.
        known: What could have been meant.
        otherwise: What to say when nothing is like it; None lists what is known.
        open_below: Addresses below which anybody may name anything, that of most people first. An address
            whose beginning nobody knows is then meant to stand below the first.
    """
    from difflib import get_close_matches  # only who makes a mistake pays for its import

    names = sorted(set(known))
    tail = "/" + name.strip("/")
    below = [one for one in names if one.endswith(tail)] if len(tail) > 1 else []
    close = below or get_close_matches(name, names, 1, _ALIKE)
    if close:
        return f"did you mean {min(close, key=len)}?"
    begins = "/".join(name.split("/", 2)[:2]) + "/"
    taken = any(one.startswith(begins) for one in (*names, *open_below))
    if open_below and name.startswith("/") and not taken:
        return f"did you mean {open_below[0].rstrip('/')}{name}?"
    if otherwise is not None:
        return otherwise
    return f"known: {', '.join(names[:_LISTED])}{', ...' if len(names) > _LISTED else ''}" if names else ""


def to_install(requirement: str) -> str:
    """The command that adds a Python package to the environment that runs this, ready to be pasted.

    ``pip`` alone belongs to another environment where ours is not activated, and Debian has none by itself.

    Args:
        requirement: What pip takes, such as ``photophore[sound]``.
    """
    found = shutil.which("python")
    ours = found is not None and Path(found).absolute().parent == Path(sys.executable).parent
    python = "python" if ours else shlex.quote(sys.executable)
    return f"{python} -m pip install {shlex.quote(requirement)}"
