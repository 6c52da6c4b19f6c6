"""The energy governor: detects that a feedback loop is stuck, and gently perturbs it.

A loop with memory can lock up: all black, all white, or permanently still. The governor observes the picture
and the edges. When one of these conditions has lasted for its time and the cue does not intend it, ``reseed``
rises and small random values are added to the edges while it is up (an effect may use it as well); then it
falls, and the loop gets time to recover.
"""

from dataclasses import dataclass

from installation.values import Seconds

__all__ = ["Governor", "Sight"]

BLACK = 0.0005
"""A picture with a lower mean is black."""
WHITE = 0.6
"""A picture with a higher mean is white."""
STILL = 2e-5
"""A picture with less motion is still."""
SWING = 1e-4
"""Edges that move less than this fraction of their range are still."""

NOTICE: dict[str, Seconds] = {"black": 8.0, "white": 4.0, "still": 12.0}
"""How long each condition must last."""
RISE: Seconds = 2.0
HOLD: Seconds = 2.0
FALL: Seconds = 4.0
REST: Seconds = 10.0
"""Pause between two perturbations."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The governor's inputs of one frame.

    Attributes:
        level: Mean of the picture, 0..1; None without a picture.
        motion: Motion of the picture, 0..1; None without a picture.
        swing: Movement of the edges over the last seconds, in ranges.
        gain: Gain of the whole loop; below 1 stillness is normal, because the loop is stable.
        intended: Of ``black`` and ``still``: conditions that the cue wants.
    """

    level: float | None
    motion: float | None
    swing: float
    gain: float
    intended: frozenset[str] = frozenset()

    def stuck(self) -> frozenset[str]:
        """Return the conditions of this frame that may be a fault: black, white, still."""
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
    """Measures how long a condition has lasted, and perturbs the loop.

    Attributes:
        reseed: Current strength, 0..1.
        stirred: Number of perturbations so far.
        reason: Condition of the current or last perturbation.
    """

    def __init__(self) -> None:
        self.reseed = 0.0
        self.stirred = 0
        self.reason = ""
        self._stood: dict[str, Seconds] = dict.fromkeys(NOTICE, 0.0)
        self._since: Seconds | None = None
        """Seconds since the perturbation began; None if inactive."""

    def advance(self, sight: Sight, dt: Seconds) -> float:
        """Process one frame; return ``reseed``."""
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
    """Return the envelope of a perturbation: fade in, hold, fade out, 0..1."""
    if since is None or since >= RISE + HOLD + FALL:
        return 0.0
    share = since / RISE if since < RISE else 1.0
    if since > RISE + HOLD:
        share = 1.0 - (since - RISE - HOLD) / FALL
    return share * share * (3.0 - 2.0 * share)
