"""A player as one hub of a site: what it plays, told to the others, or followed."""

from installation.player.station.standing import ROLE, Standing
from installation.player.station.station import Station

__all__ = ["ROLE", "Standing", "Station"]
