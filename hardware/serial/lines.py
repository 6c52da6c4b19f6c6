"""Lines of numbers as microcontrollers print them: pure functions of bytes, bounded by their length."""

from typing import Final

__all__ = ["LONGEST", "MOST_VALUES", "LineReader", "parse"]

LONGEST: Final = 512
"""Bytes of a line; what is longer is no line of numbers."""
MOST_VALUES: Final = 64
_LARGEST: Final = 1e12


class LineReader:
    """Cuts what comes into lines; a line that has begun before the first one is left out."""

    def __init__(self) -> None:
        self._rest = b""
        self._skips = True
        self.dropped = 0
        """Lines that were too long."""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that are complete now, without their ends."""
        *lines, rest = (self._rest + data).split(b"\n")
        if lines and self._skips:
            self._skips = False
            del lines[0]
        if len(rest) > LONGEST:
            self.dropped += not self._skips
            self._skips, rest = True, b""
        self._rest = rest
        found = [line.strip(b"\r \t\0") for line in lines]
        kept = [line for line in found if 0 < len(line) <= LONGEST]
        self.dropped += sum(len(line) > LONGEST for line in found)
        return kept


def parse(line: bytes) -> tuple[str, tuple[float, ...]] | None:
    """Read one line.

    Numbers are divided by commas, semicolons, tabs or spaces; a word before them, with a space, ``=`` or
    ``:``, is their name: ``512,733``, ``pulse 512``, ``eda: 4.25``.

    Returns:
        Name, empty where there is none, and the numbers; None for what is no such line.
    """
    try:
        text = line.decode("ascii")
    except UnicodeDecodeError:
        return None
    for mark in ",;:=\t":
        text = text.replace(mark, " ")
    name, words = "", text.split()
    if words and (words[0][0].isalpha() or words[0][0] in "/_"):
        name = words.pop(0)
    if not 0 < len(words) <= MOST_VALUES:
        return None
    try:
        values = tuple(float(word) for word in words)
    except ValueError:
        return None
    # float() takes `nan`, `inf` and `1_000`, which no sensor means.
    if "_" in text.removeprefix(name) or not all(abs(value) < _LARGEST for value in values):
        return None
    return name, values
