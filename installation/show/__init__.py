"""Files on disk, read into frozen values that remember where each of them was written."""

from installation.show.load import (
    DEFAULT_SHOW,
    DEFAULT_VENUE,
    examine_show,
    examine_venue,
    list_shows,
    list_venues,
    load_show,
    load_venue,
)

__all__ = [
    "DEFAULT_SHOW", "DEFAULT_VENUE", "examine_show", "examine_venue", "list_shows", "list_venues",
    "load_show", "load_venue",
]  # fmt: skip
