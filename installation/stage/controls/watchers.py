"""Tells input adapters what they watch: public signals and parameters of the show, once a frame."""

import math
from collections.abc import Callable, Iterable

from installation.contract import InputAdapter
from installation.devices.adapters import InputSupervisor, Supervisor
from installation.player.player import Player
from installation.values import Address

__all__ = ["Watchers"]


class Watchers:
    """Tells them.

    Args:
        player: Whose signals and parameters they watch.
        devices: Returns the supervised devices.
    """

    def __init__(self, player: Player, devices: Callable[[], Iterable[Supervisor]]) -> None:
        self._player = player
        self._devices = devices

    def frame(self) -> None:
        """Tell all of them."""
        for one in self._devices():
            if isinstance(one, InputSupervisor) and one.adapter.watches:
                self._tell(one.adapter)

    def _tell(self, adapter: InputAdapter) -> None:
        adapter.see([self._value(address) for address in adapter.watches])

    def _value(self, address: Address) -> float:
        """Return the newest value; NaN where there is none, or it is private."""
        tree, signals = self._player.tree, self._player.signals
        if address in tree.parameters():
            slot = tree.slot(address)
            return math.nan if tree.hidden[slot] else float(tree.effective[slot])
        index = signals.index(address)
        known = index is not None and not signals.private[index]
        return float(signals.values[index]) if known else math.nan
