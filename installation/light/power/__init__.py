"""The power and the light of lamps, from the levels that leave, and how both are kept within a share."""

from installation.light.power.limit import ShareLimit
from installation.light.power.model import ROOM, Load, PowerModel, power_of

__all__ = ["ROOM", "Load", "PowerModel", "ShareLimit", "power_of"]
