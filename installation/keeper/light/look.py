"""The look of the lamps when the stage is running, silent, dead, or back again.

Pure: time is an argument, and nothing here depends on processes or networks.

The picture of a restarted stage rises from black, as fast as its guard allows. The lamps do not follow it
down: they hold their light until it has risen, and only then crossfade to it.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from installation.keeper.light.delay import Delay
from installation.light.power import Crossfade
from installation.show.venue_model import LightSettings
from installation.values import Seconds

__all__ = ["CROSSFADE", "GAP", "RISE", "Look"]

GAP: Final[Seconds] = 0.5
"""Seconds without a new frame after which the look counts as held."""
CROSSFADE: Final[Seconds] = 1.0
"""Seconds of the crossfade from the held look back to the live one."""
RISE: Final[Seconds] = 2.0
"""Seconds after which a picture that rises from black counts as risen: its guard needs no longer."""

_STILL_RISING: Final = 0.02
"""Share of full light; if the room has become brighter by that in ``_LOOK_BACK``, it is still rising."""
_LOOK_BACK: Final[Seconds] = 0.5
_LONGEST_RISE: Final[Seconds] = 5.0
_HITCH: Final[Seconds] = 2.0
"""A stage that was silent for less, and did not end, has the picture that it had: the guard of a picture
begins from black after ten seconds only."""

Light = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Lit:
    """Light, and of what it is made.

    Attributes:
        light: ``(universes, 512)`` linear light 0..1.
        made: Monotonic seconds at which the oldest frame was made that has a part in it; infinite for none.
        safe: Whether the safe look has a part in it.
    """

    light: Light
    made: Seconds = float("inf")
    safe: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Fade:
    """A crossfade from ``lit``, that begins at ``since`` and takes ``over`` seconds."""

    lit: _Lit
    since: Seconds
    over: Seconds

    def share(self, now: Seconds) -> float:
        """How much of what it leads to is shown; 1 and above once it is over."""
        return max(0.0, (now - self.since) / self.over) if self.over > 0.0 else 1.0


class Look:
    """The light that the lamps should show now, before the guard.

    Args:
        settings: The venue's hold and fade times.
        safe: The venue's safe look, ``(universes, 512)`` linear light 0..1.
        hazard: True on channels that must be zero on every failure path; same shape as ``safe``.
        now: Monotonic seconds; the look starts dark and counts as held from then on.
        crossfade: How two looks are mixed; linearly, if not stated.

    Attributes:
        delay: Where the stage's frames wait.
        oldest: Monotonic seconds at which the oldest frame was made of which the lamps still show anything;
            it only grows, and stands while a held look is shown or left. -1 before the first frame is shown.
        shows_safe: Whether the lamps show anything of the safe look.
    """

    def __init__(
        self,
        settings: LightSettings,
        safe: Light,
        hazard: NDArray[np.bool_] | None,
        now: Seconds,
        crossfade: Crossfade | None = None,
    ) -> None:
        self._settings = settings
        self._crossfade = crossfade or Crossfade()
        self.delay = Delay(settings.delay)
        self._safe = safe.astype(np.float32)
        self._hazard = hazard
        if hazard is not None:
            self._safe = np.where(hazard, np.float32(0), self._safe)
        dark = _Lit(np.zeros_like(self._safe))
        self._live = self._held = self._aim = self._shown = dark
        self._fades: tuple[_Fade, ...] = ()
        """Those that are not over, the outermost first: each leads to what the next one shows."""
        self._arrived = now
        self._made: Seconds = -1.0
        self.oldest: Seconds = -1.0
        self.shows_safe = False
        self._lost = now
        self._fresh = False
        self._rising: Seconds | None = None
        self._marks: list[tuple[Seconds, float]] = []
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
        crossfade: Crossfade | None = None,
    ) -> None:
        """Continue with another patch: hold the present light for a while, then crossfade to the new look.

        Args:
            settings: As for the class.
            safe: As for the class.
            hazard: As for the class.
            shown: Present light of the lamps, in the new patch.
            now: Monotonic seconds.
            stand: Seconds for which to hold it.
            crossfade: As for the class.
        """
        self._settings = settings
        self._crossfade = crossfade or Crossfade()
        self.delay = Delay(settings.delay)
        self._hazard = hazard
        self._safe = safe.astype(np.float32)
        if hazard is not None:
            self._safe = np.where(hazard, np.float32(0), self._safe)
        lit = _Lit(shown.astype(np.float32), self._shown.made, self._shown.safe)
        self._live = self._aim = self._shown = self._held = lit
        self._stands_until = now + stand
        self._begin(now + stand, CROSSFADE)

    def take(self, light: Light, now: Seconds, made: Seconds | None = None) -> None:
        """Take a new frame of the stage.

        Args:
            light: Its light.
            now: Monotonic seconds.
            made: When it was made, from which its delay counts; now, if not stated.
        """
        made = now if made is None else made
        if self.delay.seconds > 0.0:
            self.delay.put(light, now, made)
        else:
            self._take(light, now, made)

    def _take(self, light: Light, now: Seconds, made: Seconds) -> None:
        if not self._fresh or now - self._arrived > GAP:
            self._return(now)
        if self._made < made <= now:  # no other time says anything of its age
            self._made = made
        self._live = _Lit(light, self._made)
        self._arrived = now
        self._fresh = True
        if self._rising is not None:
            self._rise(self._rising, now)

    def interrupt(self) -> None:
        """Note that the stage is gone: what follows is crossfaded to."""
        self.delay.clear()
        self._fresh = False

    def panic(self, on: bool, now: Seconds) -> None:
        """Fade to the safe look and keep it, whatever the stage sends; or return from it."""
        if on != self._panic:
            self._panic = on
            self._begin(now, self._settings.fade_s if on else CROSSFADE)

    @property
    def fresh(self) -> bool:
        """True while the lamps show frames of the stage."""
        return self.state == "live"

    def step(self, now: Seconds) -> Light:
        """Return the look at ``now``, monotonic seconds, ``(universes, 512)`` linear light 0..1."""
        due = self.delay.take(now)
        if due is not None:
            self._take(due[1], now, due[0])
        self._aim = shown = self._target(now)
        self._fades = tuple(one for one in self._fades if one.share(now) < 1.0)
        for fade in reversed(self._fades):
            shown = self._mixed(fade.lit, shown, fade.share(now))
        if self._hazard is not None and (self.state != "live" or self._fades):
            shown = _Lit(np.where(self._hazard, np.float32(0), shown.light), shown.made, shown.safe)
        self._shown = shown
        # Frames that are taken from now on are newer than the last one.
        self.oldest = max(self.oldest, min(shown.made, self._made))
        self.shows_safe = shown.safe
        return shown.light

    def _mixed(self, one: _Lit, other: _Lit, share: float) -> _Lit:
        light = self._crossfade.mixed(one.light, other.light, share)
        return _Lit(light, min(one.made, other.made), one.safe or other.safe)

    def _return(self, now: Seconds) -> None:
        """Handle the first frame after a loss: hold the present light until its picture has risen.

        A stage that only stopped for a moment has a picture that stands: it is crossfaded to at once.
        """
        if not self._started:
            self._started = True  # while dark there is nothing to hold
            if not self._panic:
                self._begin(max(now, self._stands_until), CROSSFADE)
            return
        if self._fresh and self._rising is None and now - self._arrived < _HITCH:
            if not self._panic:
                # A crossfade that is not over goes on, and so comes to its end however often this happens.
                self._fades += (_Fade(self._aim, max(now, self._stands_until), CROSSFADE),)
            return
        if self._rising is None:  # otherwise it was lost again before it had risen
            self._lost = self._arrived
        self._held = self._shown
        if not self._panic:
            self._fades = ()
        self._rising = now
        self._marks = []

    def _rise(self, began: Seconds, now: Seconds) -> None:
        """Crossfade to the picture once it has risen."""
        self._lost = max(self._lost, now - self._settings.hold_s)  # no fade overdue if the stage dies
        lit = max(1, int(np.count_nonzero(self._held.light)))
        self._marks = [one for one in self._marks if now - one[0] <= _LOOK_BACK]
        self._marks.append((now, float(self._live.light.sum(dtype=np.float64)) / lit))
        brighter = self._marks[-1][1] - self._marks[0][1] > _STILL_RISING
        if now - began >= _LONGEST_RISE or (now - began >= RISE and not brighter):
            self._rising = None
            if not self._panic:
                self._begin(max(now, self._stands_until), CROSSFADE)

    def _begin(self, now: Seconds, over: Seconds) -> None:
        self._fades = (_Fade(self._shown, now, over),)

    def _target(self, now: Seconds) -> _Lit:
        alive = self._fresh and now - self._arrived <= GAP
        safe = _Lit(self._safe, safe=True)
        if self._panic:
            self.state = "panic"
            return safe
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
            return safe
        self.state = "fading"
        return self._mixed(held, safe, gone / self._settings.fade_s)
