"""Which lamps are drawn in the band below a preview's picture."""

from installation.light.rig import Rig
from installation.show.venue_model import Venue

__all__ = ["band_rows"]


def band_rows(rig: Rig, venue: Venue) -> tuple[list[int], list[int]]:
    """Return the rig's rows of the fixtures, one each, and of all lamps of the pixel items."""
    names = rig.names
    fixtures = [int(names[one.name][0]) for one in venue.fixtures if one.name in names]
    pixels = [int(row) for one in venue.pixels if one.name in names for row in names[one.name]]
    return fixtures, pixels
