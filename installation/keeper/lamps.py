"""The venue's lamps as the keeper needs them: safe look, guard, curves."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from installation.light.rig import Rig
from installation.light.state import LightState
from installation.safety.lamps import LampGuard
from installation.safety.law import FlashLaw
from installation.values import Seconds

__all__ = ["LampEncoder", "safe_look"]

_FULL: Final = np.float32(65535)


def safe_look(rig: Rig, level: float) -> NDArray[np.float32]:
    """The venue's safe look, ``(universes, 512)`` linear light 0..1; hazard fixtures are dark."""
    return rig.steady(level).astype(np.float32) / _FULL


class LampEncoder:
    """Guard, then curve, then bytes. There is no way around the guard.

    Args:
        rig: The venue's lamps.
        law: The venue's flash law.
    """

    def __init__(self, rig: Rig, law: FlashLaw) -> None:
        self._rig = rig
        lamps = rig.emitters()
        self._guard = LampGuard(lamps.slots, lamps.weights, lamps.colors, lamps.room, law)

    def decode(self, data: bytes) -> LightState:
        """One message of the stage. Raises ValueError for another venue's, or for nonsense."""
        state = LightState.from_buffer(data)
        if len(state.light) != self._rig.universes:
            message = f"a frame of {len(state.light)} universes in a venue of {self._rig.universes}"
            raise ValueError(message)
        return state

    def encode(
        self, light: NDArray[np.float32], dt: Seconds, mean: float, *, live: bool
    ) -> NDArray[np.uint8]:
        """Bytes for the wire, ``(universes, 512)``. NaN in ``light`` is black, infinity is full."""
        clean = np.clip(light, 0.0, 1.0)
        if math.isnan(float(clean.sum())):  # NaN passes clip; the sum finds it at a third of clip's cost
            clean = np.where(np.isnan(clean), np.float32(0.0), clean)
        asked = np.rint(clean * _FULL).astype(np.uint16)
        guarded = self._guard.apply(asked, None if math.isnan(mean) else mean, dt)
        return self._rig.encode(guarded, hazards=live)

    def report(self) -> dict[str, Any]:
        """What the guard does: whether it dims, by which share, and the room's light 0..1."""
        said = self._guard.report()
        return {"active": said.active, "reduction": round(said.reduction, 4), "mean": round(said.mean, 4)}
