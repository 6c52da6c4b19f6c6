"""Messages between stage and keeper about shaders that may crash the stage, and those that did."""

from dataclasses import dataclass
from typing import Literal

import msgspec

__all__ = ["Note", "Quarantined"]


class Quarantined(msgspec.Struct, frozen=True):
    """Why a shader is not loaded.

    Attributes:
        mark: Digest of the shader that crashed the stage; with another digest it is loaded again.
        reason: What happened, as text.
    """

    mark: str
    reason: str = "it took the stage down"


@dataclass(frozen=True, slots=True)
class Note:
    """What the stage is doing with a new shader.

    Attributes:
        path: Path of its file.
        mark: Digest of what is compiled.
        doing: ``compiled`` or ``drawn``.
    """

    path: str
    mark: str
    doing: Literal["compiled", "drawn"] = "compiled"

    def to_bytes(self) -> bytes:
        """Return it encoded for the shared memory."""
        return f"{self.doing}\0{self.mark}\0{self.path}".encode("utf-8", "surrogateescape")

    @classmethod
    def from_bytes(cls, data: bytes) -> "Note | None":
        """Decode the result of ``to_bytes``; None for an empty or invalid note."""
        parts = data.decode("utf-8", "surrogateescape").split("\0", 2)
        if len(parts) != 3 or not parts[2]:
            return None
        return cls(parts[2], parts[1], "drawn" if parts[0] == "drawn" else "compiled")
