"""What MIDI needs of a system: list ports, listen to them, send to them, know when one or all of them went.

Everything behind this protocol can be exchanged: ``alsa`` and ``jack`` on Linux, ``rt`` elsewhere.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

__all__ = ["AGAIN", "LONGEST", "Connection", "Output", "Port", "Ports", "PulseOutput", "Sink", "Stamped"]

LONGEST = 4096
"""Bytes of the longest message in or out; a scene of a controller has some 400."""

AGAIN = 5.0
"""Seconds after which a port that refused is asked again: it may have gone just then, and come back."""

Sink: TypeAlias = Callable[[Sequence[int]], None]
"""Takes one whole MIDI message, or a part of a SysEx message; called from a thread of the backend, so it must
be quick."""


class Stamped(bytes):
    """A message of which the service knows when it arrived.

    Attributes:
        time: Monotonic seconds.
    """

    time: float

    @classmethod
    def at(cls, data: bytes, time: float) -> "Stamped":
        """Stamp a message."""
        made = cls(data)
        made.time = time
        return made


class Port(NamedTuple):
    """One end of a device or of another program: one that it sends from, or one that it hears at.

    Attributes:
        name: What stays when it is plugged in again: no number that the system only hands out.
        key: What the system knows it by now; two devices of one name differ in it.
    """

    name: str
    key: str


class Connection(Protocol):
    """One port that we listen to. After ``close`` nothing of it reaches its sink any more."""

    @property
    def alive(self) -> bool:
        """Whether it is still connected: false once the port was gone, even if it has come back."""
        ...

    def close(self) -> None:
        """Stop listening. Harmless when closed, and when the port or the service is gone."""
        ...


class Output(Protocol):
    """One port that we send to."""

    @property
    def alive(self) -> bool:
        """Whether it is still connected: false once the port was gone, even if it has come back."""
        ...

    def send(self, data: bytes) -> None:
        """Queue one whole message. Waits for nothing, never raises; what is lost counts as dropped."""
        ...

    def close(self) -> None:
        """Stop sending. Harmless when closed, and when the port or the service is gone."""
        ...


@runtime_checkable
class PulseOutput(Output, Protocol):
    """A port whose service makes a MIDI clock itself, more evenly than a thread of ours could."""

    def pulse(self, steer: tuple[float, float, float, int] | None, transport: bool) -> None:
        """Send ticks as ``pulse.Pulse.steer`` says, from now on; None stops.

        Args:
            steer: Arguments of ``Pulse.steer``.
            transport: Whether start, continue and stop are sent too.
        """
        ...


class Ports(Protocol):
    """A MIDI service of the system."""

    api: str
    """Its name, e.g. ``jack``."""

    @property
    def dropped(self) -> int:
        """Losses on the way that the service told of: messages, or times where it does not count them."""
        ...

    @property
    def library(self) -> str:
        """The library through which it is reached, with its version."""
        ...

    def ports(self) -> Sequence[Port]:
        """Inputs that there are now. Raises AdapterError without the service."""
        ...

    def connect(self, port: Port, sink: Sink) -> Connection:
        """Listen to one of ``ports``. Raises AdapterError."""
        ...

    def outputs(self) -> Sequence[Port]:
        """Ports that can be sent to now. Raises AdapterError without the service."""
        ...

    def open_output(self, port: Port) -> Output:
        """Send to one of ``outputs``. Raises AdapterError."""
        ...

    def offer(self, name: str, sink: Sink) -> Connection | None:
        """Open a port of our own that others can connect to; None where the system cannot. AdapterError."""
        ...

    def close(self) -> None:
        """Leave the service. Harmless when it is gone."""
        ...
