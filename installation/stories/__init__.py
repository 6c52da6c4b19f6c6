"""Stories of visitors as handwriting: fonts, layout, and the order in which a pen would draw them."""

from installation.stories.fonts import Fonts
from installation.stories.hand import (
    CELL,
    HEADER,
    MOST_STORIES,
    POINTS,
    Row,
    Written,
    draw,
    table_of,
    table_of_rows,
    write,
)
from installation.stories.scripts import card, lacks, needed
from installation.stories.themes import Themes
from installation.stories.wall import Wall

__all__ = [
    "CELL", "HEADER", "MOST_STORIES", "POINTS", "Fonts", "Row", "Themes", "Wall", "Written", "card",
    "draw", "lacks", "needed", "table_of", "table_of_rows", "write",
]  # fmt: skip
