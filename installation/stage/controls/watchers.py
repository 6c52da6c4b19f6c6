"""Tells input adapters what they watch: public signals of the show, once a frame."""

import math
from collections.abc import Callable, Iterable

from installation.contract import InputAdapter
from installation.devices.adapters import InputSupervisor, Supervisor
from installation.player.player import Player

__all__ = ["Watchers"]


class Watchers:
    """Tells them.

    Args:
        player: Whose signals they watch.
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
        signals = self._player.signals
        found = []
        for address in adapter.watches:
            index = signals.index(address)
            known = index is not None and not signals.private[index]
            found.append(float(signals.values[index]) if known else math.nan)
        adapter.see(found)
