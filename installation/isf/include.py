"""``#include "path"``: relative to the file that asks, then in the shader library. GLSL itself has none.

Each file is included once. ``#line`` marks keep the author's line numbers; the number of a file is its place
in the table of names. Absolute paths are refused, and so is any path that leaves the allowed folders. Work is
bounded: so deep, so many files, so long.

An author's own ``#line`` would make every message point elsewhere, so it becomes an empty line.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from installation.errors import ShaderError
from installation.paths import is_file, read_bytes, real
from installation.values import Finding, Where

__all__ = ["LINES", "Resolved", "mark", "resolve"]

_INCLUDE = re.compile(r'^\s*#\s*include\s+["<](?P<path>[^">]*)[">]')
_AUTHORS_LINE = re.compile(r"^\s*#\s*line\b")
_OPENING = re.compile(r"//|/\*")

LARGEST = 256 << 10
"""Most bytes of a shader file, and of one that is included. The longest of two thousand foreign ones has
75 kB; a driver's time to say what is wrong grows with the square of it."""

LONGEST = 512 << 10
"""Most characters of a file with all that it includes."""

DEEPEST = 32
"""How many files may stand between a file and the first one."""

MOST_FILES = 256
"""Most included files of one shader."""

LINES = 100_000
"""Line numbers of file n begin at n times this: Mesa 22 forgets the file's number that ``#line`` gives."""


def mark(number: int, line: int) -> str:
    """The ``#line`` that makes the next line the line ``line`` of file ``number``."""
    return f"#line {number * LINES + line} {number}"


@dataclass(slots=True)
class Resolved:
    """Source with every include in its place.

    Attributes:
        text: The source.
        names: File names by number; number 0 is the first file.
        lengths: How many lines each of them has.
        files: Paths of the included files.
    """

    text: str = ""
    names: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def resolve(
    text: str, path: Path, roots: tuple[Path, ...], first_line: int = 1, *, marks: bool = True
) -> Resolved:
    """Put included files in their places.

    Args:
        text: GLSL.
        path: The file that it comes from.
        roots: Folders that included files may lie in. A path is looked up beside the asking file, then in
            each of them.
        first_line: Number of the first line of ``text`` in the author's file.
        marks: Whether to write ``#line``; a flattened file for other hosts has none.

    Raises:
        ShaderError: A file is missing, refused or unreadable. All findings at once.
    """
    resolver = _Resolver(tuple(root.resolve() for root in roots), marks)
    resolver.result.names.append(str(path))
    lines: list[str] = []
    resolver.result.lengths.append(max(1, first_line - 1 + text.rstrip("\n").count("\n") + 1))
    resolver.expand(text, path, 0, first_line, lines)
    if resolver.findings:
        raise ShaderError(resolver.findings)
    resolver.result.text = "\n".join(lines) + "\n"
    return resolver.result


class _Resolver:
    def __init__(self, roots: tuple[Path, ...], marks: bool) -> None:
        self.roots = roots
        self.marks = marks
        self.result = Resolved()
        self.findings: list[Finding] = []
        self._seen: set[Path] = set()
        self._length = 0
        self._full = False

    def expand(self, text: str, path: Path, number: int, line: int, into: list[str], depth: int = 0) -> None:
        """Append the lines of a text to ``into``, each directive replaced by the file that it includes.

        Missing, refused and unreadable files are added to ``findings``.

        Args:
            text: Source; its line ends are LF.
            path: File that the text is from.
            number: Index of that file in ``result.names``.
            line: Line number of the first line of the text, from 1.
            into: Takes the lines.
            depth: How many includes lead here.
        """
        commented = False
        self._length += len(text)
        for offset, raw in enumerate(text.removesuffix("\n").split("\n")):
            match = None if commented else _INCLUDE.match(raw)
            commented = _in_comment(raw, commented)
            if match is None:
                into.append("" if self.marks and _AUTHORS_LINE.match(raw) else raw)
                continue
            where = Where(str(path), line + offset, match.start("path") + 1)
            found = self._find(match["path"], path, where)
            if found is not None and found not in self._seen:
                self._seen.add(found)
                self._insert(found, where, into, depth + 1)
            if self.marks:
                into.append(mark(number, line + offset + 1))

    def _insert(self, found: Path, where: Where, into: list[str], depth: int) -> None:
        if depth > DEEPEST or len(self.result.files) >= MOST_FILES:
            message = f"files are included more than {DEEPEST} deep, or more than {MOST_FILES} in all"
            if not self._full:
                self.findings.append(Finding(where, message))
            self._full = True
            return
        try:
            inner = read_bytes(found, LARGEST).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.findings.append(Finding(where, f"{found} cannot be read: {error}"))
            return
        inner = inner.replace("\r\n", "\n").replace("\r", "\n")
        if self._length + len(inner) > LONGEST:
            hint = f"a shader has at most {LONGEST >> 10} KiB with all that it includes"
            self.findings.append(Finding(where, f"{found} makes it too long", hint))
            return
        number = len(self.result.names)
        self.result.names.append(str(found))
        self.result.lengths.append(max(1, inner.rstrip("\n").count("\n") + 1))
        self.result.files.append(found)
        if self.marks:
            into.append(mark(number, 1))
        self.expand(inner, found, number, 1, into, depth)

    def _find(self, given: str, path: Path, where: Where) -> Path | None:
        """The file that is meant; None with a finding when there is none that is allowed."""
        if not given or Path(given).is_absolute() or "\\" in given or "\0" in given:
            message = f'#include "{given[:200]}" is refused'
            self.findings.append(
                Finding(where, message, "write a path relative to this file or to shaders/lib")
            )
            return None
        outside = False
        for folder in (path.resolve().parent, *self.roots):
            candidate = real(folder / given)
            if not any(candidate.is_relative_to(root) for root in self.roots):
                outside = True
            elif is_file(candidate):
                return candidate
        message = (
            f'#include "{given[:200]}" leaves the shader folders'
            if outside
            else f'#include "{given[:200]}" is not found'
        )
        folders = ", ".join(str(root) for root in self.roots)
        self.findings.append(Finding(where, message, f"included files lie in {folders}"))
        return None


def _in_comment(line: str, commented: bool) -> bool:
    """Whether the next line begins inside ``/* */``."""
    at = 0
    while True:
        if commented:
            end = line.find("*/", at)
            if end < 0:
                return True
            at, commented = end + 2, False
            continue
        opening = _OPENING.search(line, at)
        if opening is None or opening[0] == "//":
            return False
        at, commented = opening.end(), True
