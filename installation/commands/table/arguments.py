"""Arguments and names that several commands share."""

from installation.commands.spec import DAY, Argument, Key, Kind

__all__ = [
    "ADDRESS",
    "CANCEL",
    "CONTROLS",
    "CUE",
    "CUES",
    "DIGITS",
    "FADE",
    "PARAMETERS",
    "PLACE",
    "PRESET",
    "SLOT",
    "VALUES",
    "WATCH",
]

CUE = Argument("cue", Kind.TEXT, "its id; `photophore list cues` shows them")
ADDRESS = Argument("address", Kind.TEXT, "a parameter or a signal")
VALUES = Argument("values", Kind.SCALAR, "one for each component", optional=True, rest=True)
FADE = Argument("fade", Kind.NUMBER, "Seconds.", low=0.0, high=DAY, optional=True, default=0.0, option=True)
PRESET = Argument("name", Kind.NAME, "letters, digits, - and _")
DIGITS = tuple(Key(str(digit), (digit,), words="1-9 cue" if digit == 1 else "") for digit in range(1, 10))

PLACE = (
    Argument("row", Kind.WHOLE, "0 to 3, from the top", low=0, high=3),
    Argument("column", Kind.WHOLE, "0 to 7, from the left", low=0, high=7),
)
SLOT = Argument("slot", Kind.WHOLE, "number of the loop", low=1, high=8)

WATCH, CANCEL, PARAMETERS, CUES, CONTROLS = "watch", "cancel", "parameters", "cues", "controls"
"""Verbs that the program itself speaks on the control socket."""
