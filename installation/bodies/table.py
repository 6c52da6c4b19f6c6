"""The layout of the table in which scenes read bodies: a float texture, one column for each body or place.

``shaders/lib/room.glsl`` reads it; both name rows and columns in the same order.
"""

from typing import Final

__all__ = [
    "ANSWER", "COLUMNS", "FIGURE", "LEVEL", "MOST_BODIES", "MOST_PLACES", "PLACE", "PLACES", "ROWS", "STATE",
    "SUMMARY",
]  # fmt: skip

MOST_BODIES: Final = 64
"""Bodies at once; further ones are not drawn."""

MOST_PLACES: Final = 63
"""Resting places that are remembered."""

COLUMNS: Final = MOST_BODIES + MOST_PLACES + 1
"""Bodies first, then resting places; the last column is the summary."""

PLACES: Final = MOST_BODIES
"""Column of the first resting place."""

SUMMARY: Final = COLUMNS - 1
"""Column of the summary: row ``PLACE`` holds columns in use, bodies, resting places and quorum glow; row
``FIGURE`` picture heights in a metre, and 0 = plan .. 1 = section."""

ROWS: Final = 5

PLACE: Final = 0
"""Row: x, y on the wall in picture heights from the lower left corner, velocity in heights a second."""

STATE: Final = 1
"""Row: presence 0..1, settle 0..1, seconds of stillness, quorum glow 0..1. For a resting place: strength
0..1, -, age in seconds, -."""

ANSWER: Final = 2
"""Row: where this body is answered, x, y, and the velocity of the answer."""

LEVEL: Final = 3
"""Row: gain of the answer 0..1, radius in heights, privilege 0..1, a number of its own 0..1."""

FIGURE: Final = 4
"""Row: how far a body's middle line reaches up and down from its place, in heights (0, 0 in a plan); how
upright it is, 0..1; how fast whoever is answered comes nearer or goes, in heights a second (0 in a plan)."""
