"""What surrounds a show: the nature of the venue's place, and its stations of light."""

from installation.player.surroundings.hubs import Hubs, hub_parameters, level_address, pad_address
from installation.player.surroundings.nature import Nature, nature_of

__all__ = ["Hubs", "Nature", "hub_parameters", "level_address", "nature_of", "pad_address"]
