"""What the MIDI input needs of a system: list ports, connect to them, know when the service is gone.

Everything behind this protocol can be exchanged; python-rtmidi has no wheels above Python 3.12.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

__all__ = ["Connection", "Ports", "Sink"]

Sink: TypeAlias = Callable[[Sequence[int]], None]
"""Takes one whole MIDI message; called from a thread of the backend, so it must be quick."""


class Connection(Protocol):
    """One port that we listen to."""

    def close(self) -> None:
        """Stop listening. Harmless when closed."""
        ...


class Ports(Protocol):
    """A MIDI service of the system."""

    api: str
    """Its name, e.g. ``jack``."""

    def names(self) -> list[str]:
        """Inputs that there are now, as the system names them. Raises AdapterError without the service."""
        ...

    def connect(self, name: str, sink: Sink) -> Connection:
        """Listen to one of ``names``. Raises AdapterError."""
        ...

    def offer(self, name: str, sink: Sink) -> Connection | None:
        """Open a port of our own that others can connect to; None where the system cannot. AdapterError."""
        ...

    def close(self) -> None:
        """Leave the service."""
        ...
