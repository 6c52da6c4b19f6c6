"""What stage and keeper tell each other of shaders that may take the stage down, and of those that did."""

from dataclasses import dataclass
from typing import Literal

import msgspec

__all__ = ["Note", "Quarantined"]


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
