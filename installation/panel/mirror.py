"""The panel's copy of the stage's last data; it is kept when the stage is gone."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.ipc.bus import Bus, Subscription
from installation.ipc.telemetry import (
    DESCRIPTION,
    PICTURE,
    TELEMETRY,
    VALUES,
    Description,
    Node,
    unpack_values,
)
from installation.panel.tree import Directory
from installation.status import StageStatus
from installation.values import Seconds

__all__ = ["STALE", "Mirror", "View", "in_words"]

STALE: Final[Seconds] = 2.0
"""Seconds without telemetry (2 Hz) after which the mirror is stale."""

_ASK_AGAIN: Final[Seconds] = 1.0

log = logging.getLogger(__name__)


class Mirror:
    """The tree, its values, the telemetry and the newest picture.

    Args:
        bus: The panel's bus.
    """

    def __init__(self, bus: Bus) -> None:
        self.description = Description(version=0)
        self.directory = Directory()
        self.values: NDArray[np.float32] = np.zeros(0, np.float32)
        self.telemetry = StageStatus()
        self.picture = b""
        self.pictures = 0
        self._heard: Seconds = -math.inf
        self._told: set[str] = set()
        self._early: tuple[int, NDArray[np.float32]] | None = None
        self._bus = bus
        self._descriptions, self._values = self._subscribed()
        self._unknown_since: Seconds | None = None
        self._telemetry = bus.subscribe(TELEMETRY, capacity=2, kept=True)
        self._pictures = bus.subscribe(PICTURE, capacity=2)

    def refresh(self, now: Seconds) -> None:
        """Process everything that has arrived. Invalid messages are logged and dropped."""
        for _, payload in self._descriptions.drain():
            self._describe(payload)
        for _, payload in self._values.drain():
            self._early = unpack_values(payload) or self._early
        self._match(now)
        for _, payload in self._telemetry.drain():
            try:
                self.telemetry = msgspec.json.decode(payload, type=StageStatus)
            except msgspec.DecodeError as error:
                log.warning("telemetry cannot be read: %s", error)
                continue
            self._heard = now
        for _, payload in self._pictures.drain():
            self.picture = payload
            self.pictures += 1

    def _subscribed(self) -> tuple[Subscription, Subscription]:
        """Subscribe to descriptions and to values, each by its own key: see ``Bus.subscribe``."""
        bus = self._bus
        return bus.subscribe(DESCRIPTION, capacity=2, kept=True), bus.subscribe(VALUES, capacity=8, kept=True)

    def _match(self, now: Seconds) -> None:
        """Take the values if they match our description; without a match for a while, request it again."""
        if self._early is None:
            return
        if self._early[0] == self.description.version:
            if len(self._early[1]) == self.description.slots:
                self.values = self._early[1]
            self._early = None
            self._unknown_since = None
        elif self._unknown_since is None:
            self._unknown_since = now
        elif now - self._unknown_since > _ASK_AGAIN:
            self._unknown_since = now
            self._descriptions.close()
            self._values.close()
            self._descriptions, self._values = self._subscribed()

    def age(self, now: Seconds) -> Seconds | None:
        """Return the seconds since the last telemetry, None if there was none."""
        return now - self._heard if math.isfinite(self._heard) else None

    def stale(self, now: Seconds) -> bool:
        """True while the stage is silent, so that its last data is shown."""
        age = self.age(now)
        return age is None or age > STALE

    def _describe(self, payload: bytes) -> None:
        try:
            found = msgspec.json.decode(payload, type=Description)
        except msgspec.DecodeError as error:
            log.warning("a description of the tree cannot be read: %s", error)
            return
        self.description = found
        self.directory = Directory.of(found.nodes)
        self.values = np.zeros(0, np.float32)
        left_out = self.directory.left_out
        if left_out.keys() - self._told:
            self._told |= left_out.keys()
            log.warning("addresses left out of the tree: %s", in_words(left_out))

    def view(self) -> "View":
        """Return the present state; later updates of the mirror do not change it."""
        return View(self.description, self.directory, self.values)


@dataclass(frozen=True, slots=True)
class View:
    """A tree and its values at one moment.

    Attributes:
        values: In slot order; empty until the first ones have arrived.
    """

    description: Description
    directory: Directory
    values: NDArray[np.float32]

    def value(self, node: Node) -> list[float]:
        """Return the effective value, natural units; the default until the first values have arrived."""
        found = self.values[node.slot : node.slot + node.components]
        return [float(number) for number in found] if len(found) == node.components else list(node.default)


def in_words(left_out: Mapping[str, int]) -> str:
    """Return the numbers of addresses left out, with the reasons."""
    return ", ".join(f"{number} ({reason})" for reason, number in left_out.items())
