"""When the lights of one controller show what: a band of light, then its states, and blinking.

Once begun, all lights are dark, a band of light runs over the controller once, so that people see that it
works, and then it shows what it should. Nothing here waits: each call does what is due at its time.
"""

from collections.abc import Callable, Mapping
from typing import Final

from installation.surface.light import Shown
from installation.surface.profile import Control, Profile
from installation.values import Seconds

__all__ = ["BAND", "BLINK", "Lighting"]

BAND: Final[Seconds] = 0.4
"""How long the band of light takes to cross a controller."""
BLINK: Final[Seconds] = 0.25
"""How long a light that cannot blink by itself is on, and off: 2 Hz, below the 3 Hz of WCAG 2.3.1."""

_STEPS: Final = 16
_FULL: Final = Shown(1.0)


class Lighting:
    """The lights of one controller.

    Args:
        profile: What the controller is.
        states: What each control shows, by name; read whenever it is told. What has none is dark.
        show: Makes one light show a state; None is dark, also for a ring.
    """

    def __init__(
        self,
        profile: Profile,
        states: Mapping[str, Shown],
        show: Callable[[Control, Shown | None], None],
    ) -> None:
        self._profile = profile
        self._states = states
        self._show = show
        self._controls = profile.by_name
        self._lit = [one for one in profile.controls if one.light]
        self._bands: list[list[Control]] = [[] for _ in range(_STEPS)]
        left = min((one.at[0] for one in self._lit), default=0.0)
        width = max((one.at[0] for one in self._lit), default=0.0) - left + 1e-6
        for control in self._lit:
            self._bands[int((control.at[0] - left) / width * _STEPS)].append(control)
        self._step: int | None = None
        self._due: Seconds = 0.0
        self._live = False
        self._dim = False

    @property
    def due(self) -> Seconds:
        """When ``tick`` has something to do, in the seconds of its caller; infinity if nothing moves."""
        if self._step is not None:
            return self._due
        return self._due if self._live and any(map(self._blinks, self._lit)) else float("inf")

    def begin(self, now: Seconds) -> None:
        """Make all lights dark, and let the band of light begin."""
        self._live = False
        self.darken()
        self._step, self._due = 0, now
        self.tick(now)

    def tick(self, now: Seconds) -> None:
        """Do what is due."""
        if self._step is not None:
            self._move(now)
        elif self._live:
            self._blink(now)

    def update(self, name: str) -> None:
        """Show the state of one control, if the band of light is over; else it comes after it."""
        control = self._controls.get(name)
        if control is not None and control.light and self._live:
            self._light(control)

    def reassert(self) -> None:
        """Show all states again."""
        for control in self._lit:
            self._light(control)

    def darken(self) -> None:
        """Make all lights dark."""
        for control in self._lit:
            self._show(control, None)

    def _move(self, now: Seconds) -> None:
        """Let the band go on; a call that comes late catches up."""
        while self._step is not None and self._due <= now:
            if self._step:
                for control in self._bands[self._step - 1]:
                    self._show(control, None)
            if self._step == _STEPS:
                self._step, self._live, self._due = None, True, now
                self.reassert()
                return
            for control in self._bands[self._step]:
                self._show(control, _FULL)
            self._step += 1
            self._due += BAND / _STEPS

    def _blinks(self, control: Control) -> bool:
        light, state = self._profile.light(control), self._states.get(control.name)
        return light is not None and state is not None and light.blinks(state)

    def _blink(self, now: Seconds) -> None:
        """Switch those lights that cannot blink by themselves, all in step."""
        dim = int(now / BLINK) % 2 == 1
        self._due = (int(now / BLINK) + 1) * BLINK
        if dim != self._dim:
            self._dim = dim
            for control in self._lit:
                if self._blinks(control):
                    self._light(control)

    def _light(self, control: Control) -> None:
        state = self._states.get(control.name)
        self._show(control, None if self._dim and self._blinks(control) else state)
