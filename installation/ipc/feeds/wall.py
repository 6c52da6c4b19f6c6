"""The wall as it is told to the stage: what a guest book has of it. Apart, since the stage opens no book."""

from collections.abc import Iterable

import msgspec

from installation.guestbook import Standing, on_the_wall
from installation.ipc.feeds.stories import Told, Wall

__all__ = ["wall_of"]


def wall_of(stories: Iterable[Standing]) -> bytes:
    """Return the message of ``stories/wall``: approved stories only, without who left them and when."""
    told = tuple(
        Told(s.id, s.text, s.language, s.strokes, one.theme, s.hub)
        for one in on_the_wall(stories)
        for s in (one.story,)
    )
    return msgspec.msgpack.encode(Wall(told))
