"""What surrounds a show: the nature of the venue's place, its stations of light, and visitors' stories."""

from installation.player.surroundings.fireflies import BoundFireflies, flash_address
from installation.player.surroundings.hubs import HOLDING, Hubs, hub_parameters, level_address, pad_address
from installation.player.surroundings.nature import Nature, nature_of
from installation.player.surroundings.shares import BoundShares
from installation.player.surroundings.stories import Stories

__all__ = [
    "HOLDING", "BoundFireflies", "BoundShares", "Hubs", "Nature", "Stories", "flash_address",
    "hub_parameters", "level_address", "nature_of", "pad_address",
]  # fmt: skip
