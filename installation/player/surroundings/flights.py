"""Light of a new visitors' story in the lamps of the hub that it leaves, and of the hub that it comes to.

The flight itself is a matter of the picture. Lamps do not know when it begins there, so they keep to the same
rules: the first that came sets out first, the next one when it is half way, and a flight takes about seven
seconds. What is given here depends on the frame and the inbox alone.
"""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.light import Rig
from installation.player.surroundings.hubs import AMBER
from installation.player.surroundings.lamps import HubLamps
from installation.values import Seconds

__all__ = ["Flights", "glow"]

_MOST: Final = 0.12
"""Of a lamp's full light."""
_WAY: Final[Seconds] = 7.0
_NEXT: Final[Seconds] = 3.5
_RISES: Final[Seconds] = 0.5
_FALLS: Final[Seconds] = 2.5
_WAITS: Final[Seconds] = 300.0
"""A story that would wait longer is new no more by then."""


def glow(age: Seconds) -> float:
    """Return the light of a lamp so long after a story has left or come, 0..1."""
    if age < 0.0 or age >= _RISES + _FALLS:
        return 0.0
    if age < _RISES:
        part = age / _RISES
        return part * part * (3.0 - 2.0 * part)
    part = 1.0 - (age - _RISES) / _FALLS
    return part * part


class Flights:
    """The stories that are on their way.

    Attributes:
        now: Show time in seconds of the last frame that told stories.
    """

    def __init__(self) -> None:
        self.now: Seconds = 0.0
        self._next: Seconds = -1.0
        self._flights: deque[tuple[Seconds, str, str]] = deque()
        self._lamps = HubLamps(AMBER)

    def begin(self, story: str, hub: str) -> None:
        """Let a story of a hub set out, now or when those before it are on their way."""
        begins = max(self.now, self._next)
        if begins - self.now <= _WAITS:
            self._next = begins + _NEXT
            self._flights.append((begins, hub, story))

    def drop(self, story: str) -> None:
        """Let a story light nothing any more: it was taken back."""
        self._flights = deque(one for one in self._flights if one[2] != story)

    def at(self, hub: str) -> tuple[bool, bool]:
        """Return whether a story is setting out from a hub, and whether one is coming to it from another."""
        ages = [(one == hub, self.now - begins) for begins, one, _ in self._flights]
        return (
            any(own and 0.0 <= age < _RISES + _FALLS for own, age in ages),
            any(not own and 0.0 <= age - _WAY < _RISES + _FALLS for own, age in ages),
        )

    def lift(
        self, rig: Rig, other: NDArray[np.float32] | None, master: float = 1.0
    ) -> NDArray[np.float32] | None:
        """Return the light that is added to lamps: that of ``other``, and of stories at their hub.

        Args:
            rig: The venue's lamps; ``rig.hub`` is where stories of other hubs come to.
            other: ``(lamps, 3)`` linear light; None for none.
            master: Factor on the light.
        """
        while self._flights and self.now - self._flights[0][0] > _WAY + _RISES + _FALLS:
            self._flights.popleft()
        shining: dict[str, float] = {}
        for begins, hub, _ in self._flights:
            for name, at in ((hub, begins), (rig.hub if rig.hub != hub else "", begins + _WAY)):
                light = glow(self.now - at)
                if name and light > 0.0:
                    shining[name] = max(shining.get(name, 0.0), light)
        return self._lamps.lift(rig, other, {name: _MOST * master * one for name, one in shining.items()})
