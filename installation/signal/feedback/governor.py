"""The energy governor: notices when a loop is stuck and softly stirs it.

A loop with memory can lock up: all black, all white, or standing still for good. The governor looks at the
picture and at the edges. When one of these has stood for its time and the cue does not want it so, ``reseed``
rises; tiny chance goes into the edges while it stands (a picture's effect may listen to it as well); then it
falls, and leaves the loop some time to find its way.
"""

from dataclasses import dataclass

from installation.values import Seconds

__all__ = ["Governor", "Sight"]

BLACK = 0.0005
"""A picture whose mean is lower than this is black."""
WHITE = 0.6
"""A picture whose mean is higher than this is white."""
STILL = 2e-5
"""A picture whose motion is lower than this stands still."""
SWING = 1e-4
"""Edges that move less than this share of their range stand still."""

NOTICE: dict[str, Seconds] = {"black": 8.0, "white": 4.0, "still": 12.0}
"""How long each must stand."""
RISE: Seconds = 2.0
HOLD: Seconds = 2.0
FALL: Seconds = 4.0
REST: Seconds = 10.0
"""How long it waits between two stirrings."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the governor knows of one frame.

    Attributes:
        level: Mean of the picture, 0..1; None without a picture.
        motion: Of the picture, 0..1; None without a picture.
        swing: How far the edges moved over the last seconds, in ranges.
        gain: Of the whole loop; below 1 it may stand still, because it is calm.
        intended: Of ``black`` and ``still``: what the cue wants.
    """

    level: float | None
    motion: float | None
    swing: float
    gain: float
    intended: frozenset[str] = frozenset()

    def stuck(self) -> frozenset[str]:
        """What seems wrong in this frame alone: black, white, still."""
        found = set()
        if self.level is not None:
            found |= {"black"} if self.level < BLACK else {"white"} if self.level > WHITE else set()
        if self.gain >= 1.0 and self.swing < SWING:
            found.add("still")
        if self.motion is not None and self.motion < STILL and "black" not in found:
            found.add("still")
        wanted = self.intended | ({"still"} if "black" in self.intended else set())
        return frozenset(found - wanted)


class Governor:
    """Counts how long something has been wrong, and stirs.

    Attributes:
        reseed: 0..1, how much it stirs now.
        stirred: How often it has begun to.
        reason: What it stirs against, or stirred last.
    """

    def __init__(self) -> None:
        self.reseed = 0.0
        self.stirred = 0
        self.reason = ""
        self._stood: dict[str, Seconds] = dict.fromkeys(NOTICE, 0.0)
        self._since: Seconds | None = None
        """Seconds since stirring began; None while nothing is done."""

    def advance(self, sight: Sight, dt: Seconds) -> float:
        """Look at one frame; returns ``reseed``."""
        stuck = sight.stuck()
        for name in self._stood:
            self._stood[name] = self._stood[name] + dt if name in stuck else 0.0
        if self._since is None:
            due = [name for name, limit in NOTICE.items() if self._stood[name] >= limit]
            if due:
                self._since, self.reason = 0.0, due[0]
                self.stirred += 1
        else:
            self._since += dt
            if self._since >= RISE + HOLD + FALL + REST:
                self._since = None
        self.reseed = _course(self._since)
        return self.reseed


def _course(since: Seconds | None) -> float:
    """Soft up, hold, soft down: 0..1."""
    if since is None or since >= RISE + HOLD + FALL:
        return 0.0
    share = since / RISE if since < RISE else 1.0
    if since > RISE + HOLD:
        share = 1.0 - (since - RISE - HOLD) / FALL
    return share * share * (3.0 - 2.0 * share)
