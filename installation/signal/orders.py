"""Routes whose target is a command: a rise through the middle gives it, once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.show.model import RouteSpec
from installation.values import Address

__all__ = ["Orders"]

_MIDDLE = 0.5


class Orders:
    """The routes of one show that land on commands.

    Args:
        routes: All routes, in file order.
        lane: Lane of each.
        commands: Addresses of the commands that there are.

    Attributes:
        lanes: Those that land on a command.
        asked: Numbers, among ``targets``, of what rose in the last frame.
        targets: The address of each.
        keys: What makes each the same route after an edit.
        high: Whether each stood above the middle in the last frame.
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
        """Look at the lanes' values of this frame; NaN, nothing yet, is low."""
        high = values[self.lanes] >= _MIDDLE
        self.asked = np.flatnonzero(high & ~self.high).tolist()
        self.high = high

    def adopt(self, old: "Orders") -> None:
        """Go on where these routes were before an edit: what is held down is not pressed anew."""
        before = dict(zip(old.keys, old.high.tolist(), strict=True))
        self.high = np.array([before.get(key, False) for key in self.keys], np.bool_)
