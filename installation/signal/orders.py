"""Routes to commands: each rise through 0.5 gives the command once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.show.model import RouteSpec
from installation.values import Address

__all__ = ["Orders"]

_MIDDLE = 0.5


class Orders:
    """The routes of one show whose target is a command.

    Args:
        routes: All routes, in file order.
        lane: Lane of each.
        commands: Addresses of all commands.

    Attributes:
        lanes: Lanes of the routes to commands.
        asked: Indices into ``targets`` of the routes that rose in the last frame.
        targets: The address of each.
        keys: The identity of each route across edits.
        high: Whether each was above 0.5 in the last frame.
    """

    def __init__(
        self, routes: Sequence[RouteSpec], lane: NDArray[np.intp], commands: frozenset[Address]
    ) -> None:
        own = [(int(lane[place]), route) for place, route in enumerate(routes) if route.target in commands]
        self.lanes = np.array([number for number, _ in own], np.intp)
        self.targets = [route.target for _, route in own]
        self.asked: list[int] = []
        self.keys = [
            (route.source, route.target, tuple(step.kind for step in route.shape)) for _, route in own
        ]
        self.high = np.zeros(len(own), np.bool_)

    def process(self, values: NDArray[np.float64]) -> None:
        """Detect rises in this frame's lane values; NaN (no value yet) is low."""
        high = values[self.lanes] >= _MIDDLE
        self.asked = np.flatnonzero(high & ~self.high).tolist()
        self.high = high

    def adopt(self, old: "Orders") -> None:
        """Take over the state of unchanged routes after an edit: a held button does not fire again."""
        before = dict(zip(old.keys, old.high.tolist(), strict=True))
        self.high = np.array([before.get(key, False) for key in self.keys], np.bool_)
