"""What a reader takes for one sign: a letter with its marks, an emoji with its skin and family, a flag.

Follows the rules of UAX #29 (Unicode 17) for extended grapheme clusters, from what Python knows: marks,
joiners, Hangul, regional indicators, emoji sequences, and consonants that a virama joins (GB9c).
"""

import unicodedata
from typing import Final

__all__ = ["graphemes", "room", "shortened"]

_ZWJ: Final = "\u200d"
_ZWNJ: Final = "\u200c"
_VIRAMAS: Final = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
"""Viramas of the scripts that GB9c names (Indic_Conjunct_Break = Linker)."""
_MARKS: Final = frozenset({"Mn", "Me", "Mc"})


def graphemes(text: str) -> list[str]:
    """Split a text into what is read as single signs; joined again they are the text."""
    if text.isascii() and "\r\n" not in text:  # nothing else of ASCII joins
        return list(text)
    found: list[str] = []
    for one in text:
        if found and _joins(found[-1], one):
            found[-1] += one
        else:
            found.append(one)
    return found


def room(text: str) -> int:
    """Return how many places of a line a text takes: wide signs (Chinese, emoji) take two, others one."""
    return sum(2 if _wide(one[0]) or "\ufe0f" in one else 1 for one in graphemes(text))


def shortened(text: str, most: int) -> str:
    """Return the beginning of a text that takes at most ``most`` places; no sign is cut in two."""
    kept, left = "", most
    for one in graphemes(text):
        left -= room(one)
        if left < 0:
            break
        kept += one
    return kept


def _wide(one: str) -> bool:
    return unicodedata.east_asian_width(one) in ("W", "F")


def _joins(before: str, one: str) -> bool:
    last = before[-1]
    if unicodedata.category(last) in ("Cc", "Zl", "Zp") or unicodedata.category(one) in ("Cc", "Zl", "Zp"):
        return last == "\r" and one == "\n"
    if unicodedata.category(one) in _MARKS or one in (_ZWJ, _ZWNJ) or _is_modifier(one) or _is_tag(one):
        return True
    if last == _ZWJ and _pictures(before[0]) and _pictures(one):
        return True
    if _joined_by_virama(before) and unicodedata.category(one) == "Lo" and _same_script(before[0], one):
        return True
    if _regional(one):
        return _regional(last) and len(before) == 1
    return _hangul(last, one)


def _joined_by_virama(before: str) -> bool:
    tail = before.rstrip(_ZWJ)
    return bool(tail) and tail[-1] in _VIRAMAS


def _same_script(first: str, other: str) -> bool:
    return unicodedata.name(first, "").partition(" ")[0] == unicodedata.name(other, " ").partition(" ")[0]


def _is_modifier(one: str) -> bool:
    return 0x1F3FB <= ord(one) <= 0x1F3FF


def _is_tag(one: str) -> bool:
    return 0xE0020 <= ord(one) <= 0xE007F


def _pictures(one: str) -> bool:
    code = ord(one)
    return code >= 0x1F000 or 0x2190 <= code <= 0x2BFF or code in (0xA9, 0xAE, 0x203C, 0x2049, 0x3030, 0x303D)


def _regional(one: str) -> bool:
    return 0x1F1E6 <= ord(one) <= 0x1F1FF


def _hangul(last: str, one: str) -> bool:
    """GB6 to GB8: L with L, V or a syllable; V or LV with V or T; T or LVT with T."""
    a, b = ord(last), ord(one)
    leads, vowels, tails = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
    syllables = range(0xAC00, 0xD7A4)
    if a in leads:
        return b in leads or b in vowels or b in syllables
    open_syllable = a in syllables and (a - 0xAC00) % 28 == 0
    if a in vowels or open_syllable:
        return b in vowels or b in tails
    return (a in tails or a in syllables) and b in tails
