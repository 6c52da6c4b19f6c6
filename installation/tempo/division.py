"""Lengths of time in notes and bars, as musicians write them: ``1/4``, ``1/8t``, ``1/4.``, ``2 bars``.

The names are those of sequencers: a note is a fraction of a whole note of four beats, ``t`` is a triplet (two
thirds), ``.`` a dotted note (three halves).
"""

import re
from typing import Final

__all__ = ["HINT", "LONGEST_BARS", "beats_of", "read_length"]

HINT: Final = 'write a note such as "1/4", "1/8t" (triplet), "1/4." (dotted), or "2 bars"'
"""What to do about a text that is no length."""

LONGEST_BARS: Final = 64
"""Most bars of one length."""

_NOTE = re.compile(r"1/(1|2|4|8|16|32|64)([t.]?)")
_BARS = re.compile(r"(?:(\d{1,2}) )?(beat|bar)s?")
_FACTOR = {"": 1.0, "t": 2.0 / 3.0, ".": 1.5}
_WHOLE = 4.0


def read_length(text: str) -> float | None:
    """Read a length; None if the text is none.

    Returns:
        Beats (quarter notes), 1/16 to 64; or, since a bar has as many beats as the meter says, the number of
        bars as a negative number.
    """
    note = _NOTE.fullmatch(text.strip())
    if note is not None:
        return _WHOLE / int(note[1]) * _FACTOR[note[2]]
    found = _BARS.fullmatch(text.strip())
    count = int(found[1] or 1) if found is not None else 0
    if found is None or not 1 <= count <= LONGEST_BARS:
        return None
    return float(count) if found[2] == "beat" else -float(count)


def beats_of(length: float, meter: int) -> float:
    """Return the beats of a length from ``read_length`` where a bar has ``meter`` beats."""
    return -length * meter if length < 0.0 else length
