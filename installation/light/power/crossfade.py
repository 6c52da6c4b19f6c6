"""Crossfades between two looks in which no station takes more than in one of the two."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.light.power.model import FILAMENT

__all__ = ["Crossfade"]

_NONE: Final = np.empty(0, np.int64)


class Crossfade:
    """Mixes two looks linearly in power: LEDs in their light, filaments in what they take.

    Mixed in light, two filament lamps that change places would take 1.44 times as much halfway as before and
    after (``model``). In power every mixture lies between the two; its light is never above that of a mixture
    in light.

    Args:
        filaments: Channels of filament lamps, as indices of the flat light.
    """

    def __init__(self, filaments: NDArray[np.int64] = _NONE) -> None:
        self._filaments = filaments

    def mixed(
        self, one: NDArray[np.float32], other: NDArray[np.float32], share: float
    ) -> NDArray[np.float32]:
        """Return a look between two, of the same shape.

        Args:
            one: Linear light of every channel, 0..1.
            other: Likewise.
            share: Of ``other``, 0..1.
        """
        part = np.float32(min(max(share, 0.0), 1.0))
        made: NDArray[np.float32] = one + (other - one) * part
        if len(self._filaments):
            lit = (look.reshape(-1)[self._filaments] for look in (one, other))
            before, after = (light ** np.float32(FILAMENT) for light in lit)
            power = before + (after - before) * part
            made.reshape(-1)[self._filaments] = power ** np.float32(1.0 / FILAMENT)
        return made
