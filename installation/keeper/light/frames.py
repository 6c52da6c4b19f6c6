"""Light as it passes from the stage to the wire: what the wire's thread needs of both, and no more."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from installation.status import GuardStatus
from installation.values import Seconds

__all__ = ["Encoder", "Received"]


class Received(Protocol):
    """The keeper's view of what the stage publishes (``light.state.LightState``)."""

    @property
    def light(self) -> NDArray[np.uint16]:
        """``(universes, 512)`` linear light, 65535 = full."""
        ...

    @property
    def time(self) -> Seconds:
        """Monotonic seconds at which it was made."""
        ...


class Encoder(Protocol):
    """Converts a look to bytes: the venue's guard for lamps, then each channel's curve."""

    @property
    def sent(self) -> NDArray[np.uint16]:
        """Linear light of every channel, as last sent."""
        ...

    def decode(self, data: bytes) -> Received | None:
        """Decode one message of the stage; None for one that is meant for another patch."""
        ...

    def hear(self, message: bytes) -> None:
        """Take the stage's data of the picture shown beside the lamps. Raises ValueError."""
        ...

    def message(self) -> bytes:
        """Return the data of the lamps that the guard of the picture needs."""
        ...

    def encode(
        self, light: NDArray[np.float32], dt: Seconds, now: Seconds, *, live: bool
    ) -> NDArray[np.uint8]:
        """Return guarded levels for the wire, ``(universes, 512)``.

        Args:
            light: ``(universes, 512)`` linear light 0..1.
            dt: Seconds since the last frame.
            now: Monotonic seconds.
            live: False on every failure path and at the end: hazards are then zero.
        """
        ...

    def report(self) -> GuardStatus:
        """Return the status of the lamps' guard."""
        ...
