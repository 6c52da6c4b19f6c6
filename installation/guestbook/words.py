"""A visitor's sentence, made safe to store and to show: plain text of one line, of any script."""

import re
import unicodedata
from typing import Final

from installation.errors import PhotophoreError
from installation.guestbook.signs import graphemes, room

__all__ = ["MOST_PLACES", "SentenceError", "clean", "language_of"]

MOST_PLACES: Final = 84
"""Places of a sentence: three lines of 28, wide signs take two."""
_MOST_MARKS: Final = 8
"""Most code points of one sign but those of emoji: text is not to climb over its neighbours."""
_LONGEST_EMOJI: Final = 16
_LONGEST: Final = 2000
"""Code points that are looked at; a sentence that fits has at most 84 signs of 16."""
_MOST_IN_A_ROW: Final = 30
"""Marks in a row (UAX #15, stream-safe text): NFC takes time with the square of their number."""

_JOINERS: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")
_LONE_VARIANTS: Final = re.compile("(^|\\s)([\u200c\u200d\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]+)")
"""Joiners and selectors of variants where no sign stands before them."""
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, overrides of direction, halves of surrogates, private use, unassigned: removed."""
_TAGS: Final = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0020-\U000e007f]"
)
"""A flag of a region (UTS #51, emoji tag sequences), or a tag that is part of none and is not seen."""

_SCRIPTS: Final = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("ARABIC", "ar"), ("DEVANAGARI", "hi"),
    ("HEBREW", "he"), ("GREEK", "el"), ("CYRILLIC", "ru"), ("THAI", "th"), ("CJK", "zh"),
)  # fmt: skip
"""What a script says of the language, where the reader's own language is not written in it."""
_WRITTEN_IN: Final = {
    "ar": ("ar", "fa", "ur", "ps", "ckb", "ug"), "hi": ("hi", "mr", "ne", "sa"), "zh": ("zh", "yue", "ja"),
    "ru": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"),
}  # fmt: skip


class SentenceError(PhotophoreError):
    """A sentence or a drawing that cannot be kept; ``reason`` is a key of the page's texts.

    Attributes:
        reason: ``empty``, ``long`` or ``drawing``.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def clean(text: str) -> str:
    """Return a sentence as it is stored: NFC, one line, without anything that is not seen.

    Tags, quotes and the like stay as they were written: whoever shows a story escapes it.

    Raises:
        SentenceError: Nothing is left, or it takes more than 84 places, or has more than 2000 code points.
    """
    if len(text) > _LONGEST:
        text = " ".join(text.split())
    if len(text) > _LONGEST:
        message = f"the sentence has more than {_LONGEST} characters"
        raise SentenceError("long", message)
    kept = _untagged("".join(_kept(one) for one in text))
    kept = unicodedata.normalize("NFC", _calm(kept))
    kept = _LONE_VARIANTS.sub(lambda found: found[1] + _joiners(found[2]), kept)
    kept = " ".join(kept.split())
    kept = "".join(_bounded(one) for one in graphemes(kept))
    kept = _untagged(kept).strip("\u200c\u200d\ufe0e\ufe0f ")
    if not any(unicodedata.category(one)[0] in "LNSP" for one in kept):
        raise SentenceError("empty", "there is no sentence")
    taken = room(kept)
    if taken > MOST_PLACES:
        message = f"the sentence takes {taken} places, and {MOST_PLACES} fit"
        raise SentenceError("long", message)
    return kept


def language_of(text: str, asked: str) -> str:
    """Return a BCP 47 tag for a sentence: the reader's own language where its script fits, else a guess.

    Args:
        text: The sentence.
        asked: Tag of the language that the browser asks for, or of the page.
    """
    own = asked.partition("-")[0].lower()
    names = [unicodedata.name(one, "") for one in set(text) if ord(one) > 0x2FF]
    found = next((tag for script, tag in _SCRIPTS if any(name.startswith(script) for name in names)), "")
    if not found:
        return own
    return own if own in _WRITTEN_IN.get(found, (found,)) else found


def _kept(one: str) -> str:
    if one.isspace():
        return " "
    if one in _JOINERS or 0xE0020 <= ord(one) <= 0xE007F:
        return one
    return "" if unicodedata.category(one) in _REFUSED else one


def _untagged(text: str) -> str:
    """Remove tags that are part of no flag."""
    return _TAGS.sub(lambda found: found[1] or "", text)


def _joiners(text: str) -> str:
    """Leave out selectors of variants: there is nothing to vary, and they cannot be written alone."""
    return "".join(one for one in text if one in "\u200c\u200d")


def _calm(text: str) -> str:
    """Leave out marks beyond 30 in a row."""
    kept, row = [], 0
    for one in text:
        row = row + 1 if unicodedata.category(one)[0] == "M" else 0
        if row <= _MOST_IN_A_ROW:
            kept.append(one)
    return "".join(kept)


def _bounded(sign: str) -> str:
    most = _LONGEST_EMOJI if ord(sign[0]) >= 0x1F000 else _MOST_MARKS
    return sign[:most]
