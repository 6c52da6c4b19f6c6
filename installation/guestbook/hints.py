"""Words that staff want to be told of. A hint never decides anything: staff do."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from installation.paths import read_bytes

__all__ = ["NOTE", "Hints", "hints_of"]

NOTE: Final = "visitors.json"
"""Settings of the visitors' page that was started last, in the folder of the guest book."""

_LARGEST: Final = 1 << 20
_DISGUISES: Final = str.maketrans("013457@$", "oieastas")
"""Digits and signs that stand for letters."""
_UNSEEN: Final = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10),
     *range(0xE0100, 0xE01F0)}
)  # fmt: skip
"""Marks and letters that are not seen (Default_Ignorable_Code_Point), besides those of category Cf."""


class Hints:
    """A word list: one word or phrase a line, ``#`` begins a comment.

    Args:
        words: The lines.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        told = (line.partition("#")[0].strip() for line in words)
        self._words = {plain: word for word in told if word and (plain := _plain(word))}

    @classmethod
    def read(cls, path: Path) -> "Hints":
        """Read a list from a file. Raises OSError, UnicodeDecodeError."""
        return cls(read_bytes(path, _LARGEST).decode("utf-8-sig").splitlines())

    def found(self, text: str) -> tuple[str, ...]:
        """Return the words of the list that a text has, whole ones only, also disguised by digits."""
        padded = f" {_plain(text)} "
        return tuple(word for plain, word in self._words.items() if f" {plain} " in padded)


def hints_of(folder: Path) -> Hints:
    """Return the word list of the venue whose visitors' page was started last; an empty one for none.

    A list that cannot be read is like none: hints are no gate.
    """
    try:
        words = msgspec.json.decode(read_bytes(folder / NOTE, 1 << 16), type=_Note).words
        return Hints.read(Path(words)) if words else Hints()
    except (OSError, UnicodeDecodeError, msgspec.DecodeError):
        return Hints()


class _Note(msgspec.Struct):
    words: str = ""


def _plain(text: str) -> str:
    """A text in small letters without accents and disguises, its words apart by one space."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in apart if _seen(one) and not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", bare.translate(_DISGUISES)))


def _seen(one: str) -> bool:
    return unicodedata.category(one) != "Cf" and ord(one) not in _UNSEEN
