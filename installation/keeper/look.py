"""Which look the lamps wear when the stage lives, falls silent, dies, or comes back.

Pure: time is an argument, and nothing here knows of processes or networks.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from installation.show.venue_model import LightSettings
from installation.values import Seconds

__all__ = ["CROSSFADE", "GAP", "Look"]

GAP: Final[Seconds] = 0.5
"""Without a new frame for this long the look counts as held."""
CROSSFADE: Final[Seconds] = 1.0
"""From the held look back to the live one."""

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
        self._shown: Light = np.zeros_like(self._safe)
        self._arrived = now
        self._fresh = False
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

    def rehang(
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
        self._live = self._shown = shown.astype(np.float32)
        self._stands_until = now + stand
        self._begin(now + stand, CROSSFADE)

    def take(self, light: Light, now: Seconds) -> None:
        """A new frame of the stage has arrived."""
        if not self._panic and (not self._fresh or now - self._arrived > GAP):
            self._begin(max(now, self._stands_until), CROSSFADE)
        self._live = light
        self._arrived = now
        self._fresh = True
        self._started = True

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
        """True while frames of the stage arrive."""
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

    def _begin(self, now: Seconds, over: Seconds) -> None:
        self._from = self._shown
        self._since = now
        self._over = over

    def _target(self, now: Seconds) -> Light:
        age = now - self._arrived
        if self._panic:
            self.state = "panic"
            return self._safe
        if self._fresh and age <= GAP:
            self.state = "live"
            return self._live
        if age <= self._settings.hold_s:
            self.state = "held" if self._started else "dark"
            return self._live
        gone = age - self._settings.hold_s
        if gone >= self._settings.fade_s:
            self.state = "safe"
            return self._safe
        self.state = "fading"
        share = np.float32(gone / self._settings.fade_s)
        return self._live + (self._safe - self._live) * share
