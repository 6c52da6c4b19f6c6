"""What visitors leave: sentences and drawings, what staff decide of them, how they are kept and deleted."""

from installation.guestbook.book import DAY, FILE, FULL, Guestbook, GuestbookError, folder
from installation.guestbook.codes import code_of, digest_of, id_of, new_key, receipt_of
from installation.guestbook.hints import NOTE, Hints, hints_of
from installation.guestbook.inventory import GONE, Inventory
from installation.guestbook.model import ACTS, ON_THE_WALL, Act, Event, Standing, State, Story, on_the_wall
from installation.guestbook.signs import graphemes, room, shortened
from installation.guestbook.strokes import FRAME, LONGEST_DRAWING, Drawing, read_drawing, stored, strokes_in
from installation.guestbook.words import MOST_PLACES, SentenceError, clean, language_of

__all__ = [
    "ACTS", "DAY", "FILE", "FRAME", "FULL", "GONE", "LONGEST_DRAWING", "MOST_PLACES", "NOTE", "ON_THE_WALL",
    "Act", "Drawing", "Event", "Guestbook", "GuestbookError", "Hints", "Inventory", "SentenceError",
    "Standing", "State", "Story", "clean", "code_of", "digest_of", "folder", "graphemes", "hints_of",
    "id_of", "language_of", "new_key", "on_the_wall", "read_drawing", "receipt_of", "room", "shortened",
    "stored", "strokes_in",
]  # fmt: skip
