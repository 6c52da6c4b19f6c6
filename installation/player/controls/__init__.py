"""Controllers bound to a show: the map at work, learning, lights, and what is told of them."""

from installation.player.controls.bound import BoundControls
from installation.player.controls.hands import Hands
from installation.player.controls.learning import Learning

__all__ = ["BoundControls", "Hands", "Learning"]
