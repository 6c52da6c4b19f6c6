"""The map of controls and its learning, as one part of a player."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from installation.player.controls.bound import BoundControls
from installation.player.controls.learning import Learning
from installation.player.timing.loops import kept_off, never
from installation.show.controls import ControlSpec
from installation.show.model import Show
from installation.surface import Library
from installation.values import Address, Command, Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["Hands"]


class Hands:
    """What hands on controllers do to a player.

    Args:
        player: Whose tree, cues and signals they reach.
        controllers: Returns the profiles that the venue knows, when they are needed.

    Attributes:
        controls: The map at work.
        learning: What is being learned.
        seen: ``(4, 8, 3)`` colours of the picture, the top row first, 0..1 as a screen has them, for pads
            that show it; None before somebody tells them.
    """

    seen: NDArray[np.float64] | None = None

    def __init__(self, player: "Player", controllers: Callable[[], Library]) -> None:
        self._player = player
        tree, cues = player.tree, player.cues
        self.controls = BoundControls(
            tree, player.show, controllers, player.refusals, lambda: cues.scene.after
        )
        self.learning = Learning(self.controls, tree, player.signals, self._adopt, player.show)
        self._kept_off = kept_off(player.chain.routes, player.show.signals)
        player.timing.loops.barred = self._barred

    def advance(self, now: Seconds, obey: Callable[[Command], object]) -> None:
        """Give the commands of buttons that were held, and go on learning; once a frame, after all input."""
        for command in self.controls.advance(now, self._player.timing.tempo.arrivals or 0.0):
            obey(command)
        self.learning.advance(now)

    def follow(self, show: Show) -> None:
        """Take notice of an edited show."""
        self.controls.follow(show)
        self.learning.follow(show)
        self._kept_off = kept_off(self._player.chain.routes, show.signals)

    def _barred(self, source: Address) -> bool:
        """Whether a control reaches a command, the master, the blackout or the tempo, which no loop moves."""
        if any(one.spec is not None or never(one.address) for one in self.controls.targets(source)):
            return True
        below = f"{source}/"  # further values of its message
        return any(one == source or one.startswith(below) for one in self._kept_off)

    def _adopt(self, controls: tuple[ControlSpec, ...]) -> Show:
        """Play on with another map of controls."""
        self._player.show = replace(self._player.show, controls=controls)
        self.controls.follow(self._player.show)
        return self._player.show
