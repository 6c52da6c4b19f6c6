"""What the visitors' process, or the hub process, tells the stage: the stories that are on the wall.

==================  ==========================  =====================================================
key                 payload (msgpack)           when
==================  ==========================  =====================================================
``stories/wall``    ``Wall``; kept              from the visitors' process or the hub process, whichever
                                                is on duty, at its start and when the wall changes
``stories/page``    the form's address, UTF-8;  from the visitors' process, when it changes
                    kept
==================  ==========================  =====================================================

Only what staff have approved is in it; whoever left it, and when, is not. The stage makes readings of the
differences (``TOLD``, ``GONE``), which pass its inbox, so that a recording holds them.
"""

from typing import Final

import msgspec

from installation.values import Address

__all__ = ["GONE", "MOST", "PAGE", "TOLD", "WALL", "Told", "Wall"]

WALL: Final = "stories/wall"
PAGE: Final = "stories/page"

TOLD: Final[Address] = "/stories/told"
"""Reading of a story on the wall: id, text, language, strokes, theme, hub, and 1 if it has just come."""
GONE: Final[Address] = "/stories/gone"
"""Reading of a story that is on the wall no more: its id."""

MOST: Final = 64
"""Most stories in a message; those beyond are left out."""


class Told(msgspec.Struct, frozen=True, array_like=True):
    """One story.

    Attributes:
        id: UUID.
        text: The sentence; empty for a drawing.
        language: BCP 47 tag; empty if it is not known.
        strokes: The drawing: JSON, ``[[x, y, ms, x, y, ms, ...], ...]``, whole numbers in a frame of 1000 by
            500 from the upper left corner; empty for a sentence.
        theme: What staff have called its subject; empty for none.
        hub: The station where it was left; empty where there is one only.
    """

    id: str
    text: str = ""
    language: str = ""
    strokes: str = ""
    theme: str = ""
    hub: str = ""


class Wall(msgspec.Struct, frozen=True):
    """All stories on the wall, those to be told first at the front."""

    stories: tuple[Told, ...] = ()
