"""The lamps' light of one frame, up to three times: before its picture is drawn, beside it, and after it.

Levels, gains, master, blackout and shockwaves are known after the signal chain, and the picture may take most
of the frame: where one of them has changed, it is told at once. What samples the picture has its latest
colours until those of this frame are there.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from installation.light import LightState
from installation.light.controls import Mix

__all__ = ["LampLight"]


class LampLight:
    """Resolves the light of a frame as soon as each part of it is known.

    Attributes:
        ahead: Takes light that changed before the picture is drawn, at once; None where nobody waits for it.
    """

    def __init__(self) -> None:
        self.ahead: Callable[[LightState], None] | None = None
        self._resolve: Callable[..., LightState] | None = None
        self._mix: Mix | None = None
        self._factors: tuple[float, ...] = ()
        self._colours: NDArray[np.float32] | None = None
        self._picture = float("nan"), float("nan")

    def forget(self) -> None:
        """Forget everything of another patch."""
        self._resolve = self._colours = None

    def begin(
        self,
        resolve: Callable[..., LightState],
        mix: Mix | None,
        lift: NDArray[np.float32] | None,
        factors: tuple[float, ...],
    ) -> None:
        """Begin a frame, and tell its light if anything but the picture has changed it.

        Args:
            resolve: ``Rig.resolve`` with everything but ``colours``, ``mean`` and ``red``.
            mix: Level, gain and limit of each lamp; another object whenever they have changed.
            lift: Light that shockwaves add; None if they add none.
            factors: Master, blackout, and what else is a factor of all light.
        """
        changed = lift is not None or mix is not self._mix or factors != self._factors
        self._mix, self._factors = mix, factors
        if changed and self.ahead is not None and self._colours is not None:
            mean, red = self._picture
            self.ahead(resolve(colours=self._colours, mean=mean, red=red))

    def of(
        self, resolve: Callable[..., LightState], colours: NDArray[np.float32] | None, mean: float, red: float
    ) -> LightState:
        """Return the light for the colours at hand, the picture's mean and its red share."""
        self._colours, self._picture = colours, (mean, red)
        self._resolve = resolve = partial(resolve, mean=mean, red=red)
        return resolve(colours=colours)

    def fresh(self, colours: NDArray[np.float32] | None) -> LightState | None:
        """Return the light for the colours of the picture that was just drawn; None without any."""
        if colours is None or self._resolve is None:
            return None
        self._colours = colours
        return self._resolve(colours=colours)
