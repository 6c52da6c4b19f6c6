"""Reads the files of shows and venues into frozen values that carry their positions in the files."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    # Loaded on demand: the panel and adapters read one kind of file each, and must not pay for whole shows.
    if name in __all__:
        from installation.show import load

        return getattr(load, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
