"""Which look the lamps wear when the stage lives, falls silent, dies, or comes back.

Pure: time is an argument, and nothing here knows of processes or networks.

A picture that comes back rises from black, within the time that its guard needs. The lamps do not follow it
down: they hold what they showed until it has risen, and only then go over to it.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from installation.show.venue_model import LightSettings
from installation.values import Seconds

__all__ = ["CROSSFADE", "GAP", "RISE", "Look"]

GAP: Final[Seconds] = 0.5
"""Without a new frame for this long the look counts as held."""
CROSSFADE: Final[Seconds] = 1.0
"""From the held look back to the live one."""
RISE: Final[Seconds] = 2.0
"""A picture that has begun to come from black has risen after so long: its guard lets it within this time."""

_STILL_RISING: Final = 0.02
"""The room has become brighter by so much of full light in the last ``_LOOK_BACK``: it rises on."""
_LOOK_BACK: Final[Seconds] = 0.5
_LONGEST_RISE: Final[Seconds] = 5.0

Light = NDArray[np.float32]


class Look:
    """The light that should stand on the lamps now, before the guard.

    Args:
        settings: The venue's hold and fade times.
        safe: The venue's safe look, ``(universes, 512)`` linear light 0..1.
        hazard: True on channels that must be zero on every failure path; same shape as ``safe``.
        now: Monotonic seconds; the look starts dark and counts as held from here.
    """

    def __init__(
        self, settings: LightSettings, safe: Light, hazard: NDArray[np.bool_] | None, now: Seconds
    ) -> None:
        self._settings = settings
        self._safe = safe.astype(np.float32)
        self._hazard = hazard
        if hazard is not None:
            self._safe = np.where(hazard, np.float32(0), self._safe)
        self._live: Light = np.zeros_like(self._safe)
        self._held: Light = np.zeros_like(self._safe)
        self._shown: Light = np.zeros_like(self._safe)
        self._arrived = now
        self._lost = now
        self._fresh = False
        self._rising: Seconds | None = None
        self._marks: list[tuple[Seconds, float]] = []
        self._from: Light | None = None
        self._since = now
        self._over: Seconds = CROSSFADE
        self._panic = False
        self.state: Literal["dark", "live", "held", "fading", "safe", "panic"] = "dark"
        self._started = False
        self._stands_until = now

    @property
    def shape(self) -> tuple[int, int]:
        """Universes and channels of the light."""
        return self._safe.shape[0], self._safe.shape[1]

    def repatch(
        self,
        settings: LightSettings,
        safe: Light,
        hazard: NDArray[np.bool_] | None,
        shown: Light,
        now: Seconds,
        stand: Seconds,
    ) -> None:
        """Go on with another patch: what is shown stands for a while, then the new look is crossfaded to.

        Args:
            settings: As when it was made.
            safe: Likewise.
            hazard: Likewise.
            shown: What the lamps show now, in the new patch.
            now: Monotonic seconds.
            stand: How long it stands.
        """
        self._settings = settings
        self._hazard = hazard
        self._safe = safe.astype(np.float32)
        if hazard is not None:
            self._safe = np.where(hazard, np.float32(0), self._safe)
        self._live = self._shown = self._held = shown.astype(np.float32)
        self._stands_until = now + stand
        self._begin(now + stand, CROSSFADE)

    def take(self, light: Light, now: Seconds) -> None:
        """A new frame of the stage has arrived."""
        if not self._fresh or now - self._arrived > GAP:
            self._return(now)
        self._live = light
        self._arrived = now
        self._fresh = True
        if self._rising is not None:
            self._rise(self._rising, now)

    def interrupt(self) -> None:
        """The stage is gone: whatever comes next is crossfaded to."""
        self._fresh = False

    def panic(self, on: bool, now: Seconds) -> None:
        """Fade to the safe look and stay there, whatever the stage sends; or come back from it."""
        if on != self._panic:
            self._panic = on
            self._begin(now, self._settings.fade_s if on else CROSSFADE)

    @property
    def fresh(self) -> bool:
        """True while frames of the stage are what the lamps show."""
        return self.state == "live"

    def step(self, now: Seconds) -> Light:
        """The look at ``now``, ``(universes, 512)`` linear light 0..1."""
        target = self._target(now)
        if self._from is not None:
            passed = (now - self._since) / self._over if self._over > 0 else 1.0
            if passed >= 1.0:
                self._from = None
            else:
                share = np.float32(max(0.0, passed))
                target = self._from + (target - self._from) * share
        if self._hazard is not None and (self.state != "live" or self._from is not None):
            target = np.where(self._hazard, np.float32(0), target)
        self._shown = target
        return target

    def _return(self, now: Seconds) -> None:
        """The first frame after a loss: hold what stands until the picture that it belongs to has risen."""
        if not self._started:
            self._started = True  # from the dark there is nothing to hold
            if not self._panic:
                self._begin(max(now, self._stands_until), CROSSFADE)
            return
        if self._rising is None:  # else it went again before it had risen
            self._lost = self._arrived
        self._held = self._shown
        if not self._panic:
            self._from = None
        self._rising = now
        self._marks = []

    def _rise(self, began: Seconds, now: Seconds) -> None:
        """See whether the picture has risen; then go over to it."""
        self._lost = max(self._lost, now - self._settings.hold_s)  # should it die now, no fade is overdue
        lit = max(1, int(np.count_nonzero(self._held)))
        self._marks = [one for one in self._marks if now - one[0] <= _LOOK_BACK]
        self._marks.append((now, float(self._live.sum(dtype=np.float64)) / lit))
        brighter = self._marks[-1][1] - self._marks[0][1] > _STILL_RISING
        if now - began >= _LONGEST_RISE or (now - began >= RISE and not brighter):
            self._rising = None
            if not self._panic:
                self._begin(max(now, self._stands_until), CROSSFADE)

    def _begin(self, now: Seconds, over: Seconds) -> None:
        self._from = self._shown
        self._since = now
        self._over = over

    def _target(self, now: Seconds) -> Light:
        alive = self._fresh and now - self._arrived <= GAP
        if self._panic:
            self.state = "panic"
            return self._safe
        if alive and self._rising is None:
            self.state = "live"
            return self._live
        held, lost = (self._live, self._arrived) if self._rising is None else (self._held, self._lost)
        age = now - lost
        if age <= self._settings.hold_s or alive:
            self.state = "held" if self._started else "dark"
            return held
        gone = age - self._settings.hold_s
        if gone >= self._settings.fade_s:
            self.state = "safe"
            return self._safe
        self.state = "fading"
        share = np.float32(gone / self._settings.fade_s)
        return held + (self._safe - held) * share
