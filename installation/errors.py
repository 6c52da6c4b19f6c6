"""Every error that Photophore raises on purpose.

PhotophoreError
├── FilesError          findings in files that a person wrote; carries all of them
│   ├── ShowError       a show, venue, preset or cue file
│   └── ShaderError     an ISF file: header, includes, compilation
├── OscError            a packet that is not acceptable OSC
├── AddressError        no parameter or signal of that address, or a value it cannot take
├── CommandError        no such command, or arguments that it does not take
├── AdapterError        a device cannot be opened, or was lost
├── GraphicsError       no usable OpenGL, or it went away
└── NotRunningError     no show is running in this state folder

A message says what is wrong, where, and what to do about it.
"""

from collections.abc import Sequence

from installation.values import Finding

__all__ = [
    "AdapterError",
    "AddressError",
    "CommandError",
    "FilesError",
    "GraphicsError",
    "NotRunningError",
    "OscError",
    "PhotophoreError",
    "ShaderError",
    "ShowError",
]


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
    """Raised when bytes from the network are not an acceptable OSC packet."""


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


class GraphicsError(PhotophoreError):
    """Raised when there is no usable OpenGL, or the context was lost."""


class NotRunningError(PhotophoreError):
    """Raised when a command needs a running show and there is none."""
