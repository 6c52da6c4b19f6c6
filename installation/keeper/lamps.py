"""The venue's lamps as the keeper needs them: safe look, guard, curves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from installation.light.rig import Rig
from installation.light.state import LightState
from installation.values import Seconds

__all__ = ["LampEncoder", "safe_look"]

_FULL = 65535


def safe_look(rig: Rig, level: float) -> NDArray[np.float32]:
    """The venue's safe look, ``(universes, 512)`` linear light 0..1; hazard fixtures are dark."""
    return rig.steady(level).astype(np.float32) / np.float32(_FULL)


class LampEncoder:
    """Guard, then curve, then bytes.

    Args:
        rig: The venue's lamps.
    """

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    def decode(self, data: bytes) -> LightState:
        """One message of the stage. Raises ValueError for another venue's, or for nonsense."""
        state = LightState.from_buffer(data)
        if len(state.light) != self._rig.universes:
            message = f"a frame of {len(state.light)} universes in a venue of {self._rig.universes}"
            raise ValueError(message)
        return state

    def encode(self, light: NDArray[np.float32], dt: Seconds, mean: float, red: float) -> NDArray[np.uint8]:
        """Bytes for the wire, ``(universes, 512)``."""
        raise NotImplementedError

    def report(self) -> dict[str, Any]:
        """What the guard does."""
        return {}
