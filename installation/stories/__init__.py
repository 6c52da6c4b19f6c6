"""Stories of visitors as handwriting: fonts, layout, and the order in which a pen would draw them."""

from installation.stories.fonts import Fonts
from installation.stories.hand import CELL, HEADER, MOST_STORIES, POINTS, Written, table_of, write

__all__ = ["CELL", "HEADER", "MOST_STORIES", "POINTS", "Fonts", "Written", "table_of", "write"]
