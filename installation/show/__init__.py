"""Reads the files of shows and venues into frozen values that carry their positions in the files."""

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
