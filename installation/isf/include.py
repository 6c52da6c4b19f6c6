"""``#include "path"``: relative to the file that asks, then in the shader library. GLSL itself has none.

Each file is included once. ``#line`` marks keep the author's line numbers; the number of a file is its place
in the table of names. Absolute paths are refused, and so is any path that leaves the allowed folders.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from installation.errors import ShaderError
from installation.paths import is_file, real
from installation.values import Finding, Where

__all__ = ["LINES", "Resolved", "mark", "resolve"]

_INCLUDE = re.compile(r'^\s*#\s*include\s+["<](?P<path>[^">]*)[">]')

LARGEST = 1_000_000
"""Most characters of one included file."""

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
        files: Paths of the included files.
    """

    text: str = ""
    names: list[str] = field(default_factory=list)
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

    def expand(self, text: str, path: Path, number: int, line: int, into: list[str]) -> None:
        commented = False
        for offset, raw in enumerate(text.splitlines()):
            match = None if commented else _INCLUDE.match(raw)
            commented = _in_comment(raw, commented)
            if match is None:
                into.append(raw)
                continue
            where = Where(str(path), line + offset, match.start("path") + 1)
            found = self._find(match["path"], path, where)
            if found is not None and found not in self._seen:
                self._seen.add(found)
                self._insert(found, where, into)
            if self.marks:
                into.append(mark(number, line + offset + 1))

    def _insert(self, found: Path, where: Where, into: list[str]) -> None:
        try:
            inner = found.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.findings.append(Finding(where, f"{found} cannot be read: {error}"))
            return
        if len(inner) > LARGEST:
            self.findings.append(Finding(where, f"{found} is larger than {LARGEST} characters"))
            return
        number = len(self.result.names)
        self.result.names.append(str(found))
        self.result.files.append(found)
        if self.marks:
            into.append(mark(number, 1))
        self.expand(inner, found, number, 1, into)

    def _find(self, given: str, path: Path, where: Where) -> Path | None:
        """The file that is meant; None with a finding when there is none that is allowed."""
        if not given or Path(given).is_absolute() or "\\" in given or "\0" in given:
            message = f'#include "{given}" is refused'
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
            f'#include "{given}" leaves the shader folders' if outside else f'#include "{given}" is not found'
        )
        folders = ", ".join(str(root) for root in self.roots)
        self.findings.append(Finding(where, message, f"included files lie in {folders}"))
        return None


def _in_comment(line: str, commented: bool) -> bool:
    """Whether the next line begins inside ``/* */``."""
    at = 0
    while at < len(line):
        if commented:
            end = line.find("*/", at)
            if end < 0:
                return True
            at, commented = end + 2, False
            continue
        block, rest = line.find("/*", at), line.find("//", at)
        if block < 0 or 0 <= rest < block:
            return False
        at, commented = block + 2, True
    return commented
