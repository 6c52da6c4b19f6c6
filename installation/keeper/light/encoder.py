"""The keeper's side of the venue's lamps: safe look, guard, curves."""

import math
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS
from installation.light.rig import Rig
from installation.light.state import LightState
from installation.safety.interventions import Interventions
from installation.safety.joint import SPARE, LampsEnd
from installation.safety.lamps.guard import LampGuard
from installation.safety.law import FlashLaw
from installation.status import GuardStatus
from installation.values import Seconds

__all__ = ["LampEncoder", "safe_look"]

_FULL: Final = np.float32(65535)

_STEP: Final[Seconds] = 0.1
"""Seconds per step when a new guard is brought to the present light."""

_NONE, _ALL = np.zeros(CHANNELS, np.float32), np.ones(CHANNELS, np.float32)
"""Minimum and maximum as rows: numpy compares rows three times as fast as with a scalar."""


def safe_look(rig: Rig, level: float) -> NDArray[np.float32]:
    """Return the venue's safe look, ``(universes, 512)`` linear light 0..1; hazard fixtures are dark."""
    return rig.steady(level).astype(np.float32) / _FULL


class LampEncoder:
    """Guard, then curve, then bytes. Nothing bypasses the guard.

    Args:
        rig: The venue's lamps.
        law: The venue's flash law.
    """

    def __init__(self, rig: Rig, law: FlashLaw) -> None:
        self.rig = rig
        self._law = law
        self.sent: NDArray[np.uint16] = np.zeros((rig.universes, CHANNELS), np.uint16)
        """Linear light of every channel, as last sent."""
        lamps = rig.emitters()
        self._guard = LampGuard(lamps.slots, lamps.weights, lamps.colors, lamps.room, law)
        self.joint = LampsEnd(law)
        self._slots = lamps.slots
        self._names = np.empty(len(rig), object)
        for name, rows in rig.names.items():
            self._names[rows] = name
        self.account = Interventions("lamps")

    def decode(self, data: bytes) -> LightState | None:
        """Decode one message of the stage; None for one that is meant for another patch of this venue.

        Raises ValueError for a message of another venue, or an invalid one.
        """
        state = LightState.from_buffer(data)
        if state.patch not in (0, self.rig.patch):
            return None
        if len(state.light) != self.rig.universes:
            message = f"a frame of {len(state.light)} universes in a venue of {self.rig.universes}"
            raise ValueError(message)
        return state

    def hear(self, message: bytes) -> None:
        """Take the stage's data of its picture. Raises ValueError for invalid data."""
        self.joint.hear(message)

    def message(self) -> bytes:
        """Return the data of the lamps that the stage needs."""
        return self.joint.message()

    def encode(
        self, light: NDArray[np.float32], dt: Seconds, now: Seconds, *, live: bool
    ) -> NDArray[np.uint8]:
        """Return the bytes for the wire, ``(universes, 512)``. NaN in ``light`` is black, infinity full."""
        asked = _whole(light)
        guarded = self._guard.apply(asked, dt, ceiling=self.joint.ceiling(now))
        self.sent = guarded
        said = self._guard.report()
        self.joint.put(now, said.mean)
        cause = self._guard.cause if said.active else ""
        where = self._dimmest(asked, guarded) if cause == "lamps" else ""
        self.account.note(now, said.reduction, cause, where)
        return self.rig.encode(guarded, hazards=live)

    def follow(self, before: "LampEncoder", light: NDArray[np.uint16]) -> None:
        """Replace the encoder of another patch while lamps are lit.

        Its guard is brought to the present light, as if the lamps had risen to it and stayed there. It does
        not know what they did in the second before, so the light must stay constant for ``rest`` first.

        Args:
            before: The encoder to replace. Picture and lamps continue to be limited jointly.
            light: Present light of the lamps, in the channels of this patch.
        """
        self.joint, self.account = before.joint, before.account
        for _ in range(math.ceil((self._law.ramp + 4 * self._law.refractory) / _STEP)):
            self.sent = self._guard.apply(light, _STEP)

    @property
    def rest(self) -> Seconds:
        """Seconds of constant light after which nothing before it counts any more."""
        return self._law.refractory + SPARE

    def _dimmest(self, asked: NDArray[np.uint16], guarded: NDArray[np.uint16]) -> str:
        """Return the name of the fixture or pixel item whose light was reduced most."""
        taken = asked.reshape(-1)[self._slots].astype(np.int32) - guarded.reshape(-1)[self._slots]
        return str(self._names[int(taken.max(axis=1).argmax())])

    def report(self) -> GuardStatus:
        """Return the status of the lamps' guard."""
        said = self._guard.report()
        now = {"active": said.active, "reduction": round(said.reduction, 4), "mean": round(said.mean, 4)}
        account = self.account.report()
        whole = now | {"cause": self._guard.cause} | account | {"last": account["last"] or None}
        return msgspec.convert(whole, GuardStatus)


def _whole(light: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Round light, 0..1, to 16-bit integers; it must not be negative."""
    clean: NDArray[np.float32] = np.fmax(light, _NONE)  # NaN becomes 0
    np.minimum(clean, _ALL, out=clean)
    np.multiply(clean, _FULL, out=clean)
    np.add(clean, np.float32(0.5), out=clean)
    return clean.astype(np.uint16)
