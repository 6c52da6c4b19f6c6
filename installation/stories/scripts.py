"""Scripts that no font of this computer has: their names, and what to install."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from installation.stories.fonts import Fonts

__all__ = ["Lack", "card", "lacks", "needed"]

Lack = tuple[str, str]
"""Name of a script, and the Debian package of a font that has it."""

_CJK: Final = "fonts-noto-cjk"
_CORE: Final = "fonts-noto-core"
_SCRIPTS: Final = (
    ("CJK", "Chinese", _CJK, "\u6c49\u5b57"),
    ("HANGUL", "Hangul", _CJK, "\ud55c"),
    ("HIRAGANA", "Japanese", _CJK, "\u3042"),
    ("KATAKANA", "Japanese", _CJK, "\u30a2"),
    ("BOPOMOFO", "Bopomofo", _CJK, "\u3105"),
    ("LATIN", "Latin", _CORE, "a"),
    ("GREEK", "Greek", _CORE, "\u03b1"),
    ("CYRILLIC", "Cyrillic", _CORE, "\u0430"),
    ("ARABIC", "Arabic", _CORE, "\u0627"),
    ("HEBREW", "Hebrew", _CORE, "\u05d0"),
    ("DEVANAGARI", "Devanagari", _CORE, "\u0915"),
    ("BENGALI", "Bengali", _CORE, "\u0985"),
    ("TAMIL", "Tamil", _CORE, "\u0b85"),
    ("TELUGU", "Telugu", _CORE, "\u0c05"),
    ("THAI", "Thai", _CORE, "\u0e01"),
    ("KHMER", "Khmer", _CORE, "\u1780"),
    ("TIBETAN", "Tibetan", _CORE, "\u0f56"),
    ("GEORGIAN", "Georgian", _CORE, "\u10d0"),
    ("ARMENIAN", "Armenian", _CORE, "\u0561"),
    ("ETHIOPIC", "Ethiopic", _CORE, "\u12a0"),
)
"""How names of characters begin (Unicode), what a script is called, its package, and signs of it."""


def needed(missing: str) -> Lack:
    """Return the script of most of the characters that no font has, and what to install.

    Args:
        missing: One character at least.
    """
    names = [unicodedata.name(one, "").partition(" ")[0] for one in missing]
    most = max(dict.fromkeys(names), key=names.count)
    for begins, name, package, _ in _SCRIPTS:
        if most == begins:
            return name, package
    return most.capitalize() or "an unknown script", _CORE


def lacks(fonts: Fonts) -> Iterator[Lack]:
    """Yield the scripts of many visitors that no font has."""
    told = set()
    for _, name, package, signs in _SCRIPTS:
        if name not in told and fonts.missing(signs):
            told.add(name)
            yield name, package


def card(missing: str) -> str:
    """Return what is written in place of a story that no font can write: in letters that ship."""
    name, _ = needed(missing)
    return f"Somebody has left a story in {name}. This wall cannot write that yet."
