"""Which font writes which character: those that ship with the program, then those of the system."""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

from installation import paths
from installation.guestbook import graphemes

__all__ = ["Font", "Fonts", "Run", "covered"]

_SHIPPED: Final = (
    ("caveat.ttf", 1.25),
    ("mynerve.ttf", 0.92),
    ("aref-ruqaa.ttf", 1.15),
    ("kalam.ttf", 0.98),
    ("klee-one.ttf", 0.86),
    ("photophore-kai.ttf", 0.86),
    ("noto-emoji.ttf", 0.74),
)
"""Fonts of ``presets/fonts`` in order of preference, and the size at which all look equally large."""

_FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
_FAMILIES: Final = (
    "KleeOne-Regular", "LXGWWenKai-Light", "NotoSans-Regular", "NotoNaskhArabic-Regular",
    "NotoSansDevanagari-Regular", "NotoSans*-Regular", "NotoSansCJK-Regular", "DejaVuSans",
)  # fmt: skip
"""File names of the system's fonts that are asked where no font of ours has a character, in this order."""
_MOST_SYSTEM: Final = 400
_LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Font:
    """A font file.

    Attributes:
        path: The file.
        scale: Its size relative to the others.
        characters: Code points that it has.
    """

    path: Path
    scale: float
    characters: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a line that one font writes; None where there is none that could."""

    text: str
    font: Font | None


class Fonts:
    """The fonts at hand.

    Args:
        folder: Holds the shipped fonts; those of the program when None.
        system: Whether fonts of the system are asked as well.
    """

    def __init__(self, folder: Path | None = None, *, system: bool = True) -> None:
        self._folder = folder or paths.presets() / "fonts"
        self._system = system
        self._shipped: list[Font] | None = None
        self._found: list[Font] | None = None

    def choose(self, text: str, language: str = "") -> Font | None:
        """Return the first font that has every character of a text; None where there is none.

        Args:
            text: Spaces count for nothing.
            language: BCP 47 tag; Chinese is not written with a Japanese font that has its characters.
        """
        needed = {ord(one) for one in text if not one.isspace() and ord(one) not in _UNSEEN}
        for font in self._all(language):
            if needed <= font.characters:
                return font
        return None

    def runs(self, text: str, language: str = "") -> list[Run]:
        """Split a text into runs that one font each can write; a sign that no font has is a run without.

        A word is written with one font where there is one for it. Joiners and variants of emoji are left out
        where the font of emoji writes, which has single signs only.
        """
        found: list[Run] = []
        for word in re.findall(r"\s*\S+\s*", text):
            whole = self.choose(word, language)
            if whole is not None and whole.path.name == _SHIPPED[-1][0]:
                whole = None
            for part in [word] if whole is not None else graphemes(word):
                last = found[-1] if found else Run("", None)
                font = whole or self.choose(_plain(part, None), language)
                if part.isspace() or (whole is None and last.font is not None and _has(last.font, part)):
                    font = last.font
                written = _plain(part, font) if whole is None else part
                if found and font is last.font:
                    found[-1] = Run(last.text + written, font)
                else:
                    found.append(Run(written, font))
        return found

    def missing(self, text: str) -> str:
        """Return the characters of a text that no font has."""
        known = frozenset().union(*(font.characters for font in self._all("")))
        return "".join(dict.fromkeys(one for one in text if not one.isspace() and ord(one) not in known))

    def _all(self, language: str) -> Iterator[Font]:
        if self._shipped is None:
            self._shipped = list(_read((self._folder / name, scale) for name, scale in _SHIPPED))
        chinese = language.partition("-")[0] in ("zh", "yue")
        yield from sorted(self._shipped, key=lambda font: chinese and "kai" not in font.path.name)
        if self._found is None:
            self._found = list(_read((path, 1.0) for path in _of_the_system())) if self._system else []
        yield from self._found


_UNSEEN: Final = frozenset({0x200C, 0x200D})
"""Joiners: they shape what stands beside them."""
_OF_EMOJI: Final = frozenset(
    {0x200D, 0xFE0E, 0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)}
)
"""Joiners, variants and colours of skin of emoji."""


def _is_emoji(sign: str) -> bool:
    return ord(sign[0]) >= 0x2190 or "\ufe0f" in sign


def _plain(sign: str, font: Font | None) -> str:
    """A sign as it is written: emoji without what only a font of whole sequences knows."""
    if not _is_emoji(sign) or (font is not None and font.path.name != _SHIPPED[-1][0]):
        return sign
    return "".join(one for one in sign if ord(one) not in _OF_EMOJI) or sign[0]


def _has(font: Font, sign: str) -> bool:
    return all(ord(one) in font.characters or ord(one) in _UNSEEN for one in _plain(sign, font))


def _of_the_system() -> list[Path]:
    found: list[Path] = []
    for folder in _FOLDERS:
        for family in _FAMILIES:
            found += sorted(
                path for ending in ("ttf", "otf", "ttc") for path in folder.rglob(f"{family}.{ending}")
            )
    return list(dict.fromkeys(found))[:_MOST_SYSTEM]


def _read(files: "Iterator[tuple[Path, float]]") -> Iterator[Font]:
    for path, scale in files:
        characters = covered(path)
        if characters:
            yield Font(path, scale, characters)


@cache
def loaded(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """Open a font at a size in pixels. Raises OSError where Pillow cannot."""
    return ImageFont.truetype(str(path), size)


def covered(path: Path) -> frozenset[int]:
    """Return the code points that a TrueType or OpenType file has; none if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
        return frozenset(_characters(data))
    except (OSError, struct.error, IndexError):
        return frozenset()


def _characters(data: bytes) -> Iterator[int]:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    for i in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * i)
        if tag == b"cmap":
            yield from _of_cmap(data, offset)


def _of_cmap(data: bytes, cmap: int) -> Iterator[int]:
    for i in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * i)[0]
        form = struct.unpack_from(">H", data, at)[0]
        if form == 12:
            for j in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * j)
                yield from range(first, min(last, 0x10FFFF) + 1)
        elif form == 4:
            yield from _segments(data, at)


def _segments(data: bytes, at: int) -> Iterator[int]:
    """Code points of a subtable of format 4 that have a glyph."""
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    form = f">{count}H"
    ends: Sequence[int] = struct.unpack_from(form, data, at + 14)
    starts: Sequence[int] = struct.unpack_from(form, data, at + 16 + 2 * count)
    deltas: Sequence[int] = struct.unpack_from(form, data, at + 16 + 4 * count)
    ranges = at + 16 + 6 * count
    offsets: Sequence[int] = struct.unpack_from(form, data, ranges)
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for one in range(first, last + 1):
            glyph = one + deltas[i]
            if offsets[i]:
                (glyph,) = struct.unpack_from(">H", data, ranges + 2 * i + offsets[i] + 2 * (one - first))
            if glyph & 0xFFFF and one != 0xFFFF:
                yield one
