"""The power and the light of lamps, from the levels that leave, and how both are kept within a share."""

from installation.light.power.crossfade import Crossfade
from installation.light.power.limit import ShareLimit
from installation.light.power.model import ROOM, Load, PowerModel, power_of

__all__ = ["ROOM", "Crossfade", "Load", "PowerModel", "ShareLimit", "power_of"]
