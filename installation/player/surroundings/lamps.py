"""Light that is added to the lamps of hubs: pilots, flashes of fireflies, stories that set out and come."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from installation.light import Rig

__all__ = ["HubLamps"]


class HubLamps:
    """Adds light of one colour to the lamps of hubs.

    Args:
        colour: Linear sRGB.
    """

    def __init__(self, colour: tuple[float, float, float]) -> None:
        self._colour = np.array(colour, np.float32)
        self._rows: tuple[Rig | None, Mapping[str, NDArray[np.int64]]] = (None, {})

    def lift(
        self, rig: Rig, other: NDArray[np.float32] | None, light: Mapping[str, float]
    ) -> NDArray[np.float32] | None:
        """Return the light that is added to lamps: that of ``other``, and of these hubs.

        Args:
            rig: The venue's lamps and hubs.
            other: ``(lamps, 3)`` linear light; None for none.
            light: By the names of hubs, 0..1; those that the venue has not are left out.
        """
        if not any(light.values()):
            return other
        if self._rows[0] is not rig:
            self._rows = rig, {one.name: _rows_of(rig, one.fixtures) for one in rig.hubs}
        made = np.zeros((len(rig), 3), np.float32) if other is None else other.copy()
        for name, rows in self._rows[1].items():
            made[rows] += self._colour * np.float32(light.get(name, 0.0))
        return made


def _rows_of(rig: Rig, fixtures: Sequence[str]) -> NDArray[np.int64]:
    """Return the rows of the lamps of fixtures, pixel items and groups, each once."""
    names = [name for one in fixtures for name in rig.groups.get(one, (one,))]
    found = [rig.names[name] for name in names if name in rig.names]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
