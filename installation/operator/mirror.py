"""The operator's copy of what the stage puts on the bus; it stays when the stage is gone."""

import logging
import math
from typing import Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.ipc.bus import Bus
from installation.ipc.feeds.operator import LIVE, OPERATOR, OUTLINE, STANDBY, Live, Outline
from installation.ipc.telemetry import DESCRIPTION, PICTURE, VALUES, Description, unpack_values
from installation.values import Seconds

__all__ = ["STALE", "Mirror"]

Kept = TypeVar("Kept", Live, Outline)

_ASK_AGAIN: Final[Seconds] = 3.0
"""Seconds until what the stage keeps is asked for again; doubled each time: a busy stage answers late."""
_LONGEST: Final[Seconds] = 24.0
STALE: Final[Seconds] = 1.5
"""Seconds without news after which what is shown is old."""

log = logging.getLogger(__name__)


class Mirror:
    """The tree, its values, the outline and the present state.

    Args:
        bus: The operator's bus.

    Attributes:
        values: Effective values and public signals, in slot order.
        fresh: Values that have arrived since the last ``refresh``, oldest first.
        live: None before the first message, and while it does not belong to the outline.
    """

    def __init__(self, bus: Bus) -> None:
        self.description = Description(version=0)
        self.values: NDArray[np.float32] = np.zeros(0, np.float32)
        self.fresh: list[NDArray[np.float32]] = []
        self.outline = Outline()
        self.live: Live | None = None
        self._heard: Seconds = -math.inf
        self._bus = bus
        self._open()
        self._silent_since: Seconds | None = None
        self._patience = _ASK_AGAIN

    def _open(self) -> None:
        self._end = self._bus.alive(OPERATOR)
        # By themselves: many values or states in a row must not push what comes once out of a ring.
        self._descriptions = self._bus.subscribe(DESCRIPTION, capacity=4, kept=True)
        self._values = self._bus.subscribe(VALUES, capacity=64, kept=True)
        self._outlines = self._bus.subscribe(OUTLINE, capacity=4, kept=True)
        self._pictures = self._bus.subscribe(PICTURE, capacity=2)
        self._standbys = self._bus.subscribe(STANDBY, capacity=2)
        self._lives = self._bus.subscribe(LIVE, capacity=32)

    def refresh(self, now: Seconds) -> list[Live]:
        """Process everything that has arrived; returns the new states, oldest first."""
        self.fresh = []
        for _, payload in self._descriptions.drain():
            self.description = _decoded(payload, self.description)
        for _, payload in self._values.drain():
            found = unpack_values(payload)
            if found is not None and found[0] == self.description.version:
                self.values = found[1]
                self.fresh.append(found[1])
        states = []
        for _, payload in self._outlines.drain():
            self.outline = _unpacked(payload, self.outline)
        for _, payload in self._lives.drain():
            live = _unpacked(payload, Live(version=-1, time=0.0))
            if live.version == self.outline.version == self.description.version:
                self.live, self._heard = live, now
                states.append(live)
        if states:
            self._silent_since, self._patience = None, _ASK_AGAIN
        elif self.stale(now):
            self._ask_again(now)
        return states

    def standby(self) -> bytes:
        """Return the newest picture of the standby as a JPEG since the last call; empty if there is none."""
        arrived = self._standbys.drain()
        return arrived[-1][1] if arrived else b""

    def picture(self) -> bytes:
        """Return the newest picture as a JPEG since the last call; empty if there is none."""
        arrived = self._pictures.drain()
        return arrived[-1][1] if arrived else b""

    def _ask_again(self, now: Seconds) -> None:
        """Nothing that fits has come, as after a restart of the stage: subscribe anew after a while."""
        if self._silent_since is None:
            self._silent_since = now
        elif now - self._silent_since > self._patience:
            self._silent_since = now
            self._patience = min(_LONGEST, 2 * self._patience)
            self._end()
            self._descriptions.close()
            self._values.close()
            self._outlines.close()
            self._lives.close()
            self._pictures.close()
            self._standbys.close()
            self._open()

    def stale(self, now: Seconds) -> bool:
        """True while the stage is silent, so that its last data is shown."""
        return now - self._heard > STALE


def _decoded(payload: bytes, last: Description) -> Description:
    try:
        return msgspec.json.decode(payload, type=Description)
    except msgspec.MsgspecError as error:
        log.warning("a description of the tree cannot be read: %s", error)
        return last


def _unpacked(payload: bytes, last: Kept) -> Kept:
    try:
        return msgspec.msgpack.decode(payload, type=type(last))
    except msgspec.MsgspecError as error:
        log.warning("a message of the stage cannot be read: %s", error)
        return last
