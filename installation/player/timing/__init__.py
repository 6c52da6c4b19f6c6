"""Musical time, bound to a player: the beat clock, GOs that wait for it, and gesture loops."""

from installation.player.timing.tempo import PARAMETERS, SIGNALS
from installation.player.timing.timing import Timing

__all__ = ["PARAMETERS", "SIGNALS", "Timing"]
