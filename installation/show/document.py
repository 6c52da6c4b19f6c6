"""A TOML file with the position of every key and every value.

The standard library's parser discards positions; ``spanned-toml`` keeps the spans, except for tables that are
defined by headers: these get the position of their name or of their ``[[...]]``.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import spanned_toml

from installation.errors import ShowError
from installation.paths import read_bytes
from installation.values import Finding, Where

__all__ = ["MAX_BYTES", "MAX_KEYS", "MAX_LINE", "Document", "Member", "Node", "Table", "parse", "read"]

MAX_BYTES = 512 * 1024
"""Maximum file size in bytes, to bound the work; hand-written files are far smaller."""

MAX_LINE = 4000
"""Maximum line length in characters: the parser's work grows with the square of a dotted key's parts."""

MAX_KEYS = 2000
"""Maximum ``name = value`` lines under one header: the parser searches names linearly."""

LARGEST_WHOLE = 2**63 - 1
"""Largest integer, as in TOML itself."""

LARGEST = 3.4028234663852886e38
"""Largest number: the maximum of 32-bit floats, which shaders, lamps and OSC use."""

MOST_FINDINGS = 50
"""Maximum number of findings about out-of-range numbers in one file."""

_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_HEADER = re.compile(r"^[ \t]*\[\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """Members by name, and the position of the table."""

    members: Mapping[str, "Member"]
    where: Where


Value: TypeAlias = "str | int | float | bool | Table | tuple[Node, ...] | None"
"""``None`` represents a date or a time, which our files do not use."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its position."""

    value: Value
    where: Where


@dataclass(frozen=True, slots=True)
class Member:
    """A value with the position of its name."""

    name_where: Where
    node: Node


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file."""

    path: Path
    text: str
    root: Table


class _Positions:
    """Converts offsets in a text to lines and columns."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> Where:
        """Return line and column of an offset, from 1."""
        line = bisect_right(self._starts, offset)
        return Where(self.file, line, offset - self._starts[line - 1] + 1)


class _Builder:
    """Converts the parser's result to our values, with all positions filled in."""

    def __init__(self, positions: _Positions) -> None:
        self._positions = positions
        self._text = positions.text
        self.findings: list[Finding] = []
        self._headers = [match.end() - 2 for match in _HEADER.finditer(positions.text)]

    def table(self, spanned: Any, start: int) -> Table:
        """Convert a table that begins at ``start``."""
        members = {}
        for key, value in spanned.inner().items():
            begin = key.span().start
            members[str(key.inner())] = Member(self._positions.at(begin), self.node(value, begin))
        return Table(members, self._positions.at(start))

    def node(self, spanned: Any, name_start: int) -> Node:
        """Convert a value; ``name_start`` is the position of its name, for tables without their own span."""
        inner, span = spanned.inner(), spanned.span()
        start = span.start if span.stop else name_start
        where = self._positions.at(start)
        if isinstance(inner, dict):
            return Node(self.table(spanned, start), where)
        if isinstance(inner, list):
            items = self._inline(inner) if span.stop else self._headed(inner, name_start)
            return Node(items, where)
        self._bound(inner, where)
        return Node(inner if isinstance(inner, str | int | float) else None, where)

    def _bound(self, value: object, where: Where) -> None:
        """Report a number that is too large; infinity and NaN are rejected where a number is read."""
        if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
            message = "the integer does not fit into 64 bits"
        elif isinstance(value, float) and LARGEST < abs(value) < math.inf:
            message = "the number does not fit into a 32-bit float"
        else:
            return
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(where, message, "write a smaller number"))

    def _inline(self, items: list[Any]) -> tuple[Node, ...]:
        return tuple(self.node(item, item.span().start) for item in items)

    def _headed(self, items: list[Any], name_start: int) -> tuple[Node, ...]:
        """Convert the elements of ``[[name]]``; the position of each is its header's brackets."""
        nodes, after = [], 0
        for index, item in enumerate(items):
            first, last = _extent(item)
            if index == 0:
                header = self._before(name_start)
            elif first is not None:
                header = self._before(first)
            else:
                header = self._after(after)
            nodes.append(Node(self.table(item, header), self._positions.at(header)))
            after = max(last, header + 2)
        return tuple(nodes)

    def _before(self, offset: int) -> int:
        index = bisect_right(self._headers, offset)
        return self._headers[index - 1] if index else offset

    def _after(self, offset: int) -> int:
        index = bisect_right(self._headers, offset)
        return self._headers[index] if index < len(self._headers) else offset


def _extent(spanned: Any) -> tuple[int | None, int]:
    """Return the first offset of a name inside a value, and the last offset of anything inside it."""
    inner, last = spanned.inner(), spanned.span().stop
    first: int | None = None
    if isinstance(inner, dict):
        for key, value in inner.items():
            begin = key.span().start
            first = begin if first is None else min(first, begin)
            last = max(last, key.span().stop, _extent(value)[1])
    elif isinstance(inner, list):
        for value in inner:
            last = max(last, _extent(value)[1])
    return first, last


def _refuse(file: str, line: int, message: str, hint: str, column: int = 1) -> ShowError:
    return ShowError([Finding(Where(file, line, column), message, hint)])


def _check_bounds(file: str, text: str) -> None:
    """Reject input that would take the parser too long."""
    if len(text) > MAX_BYTES:
        raise _refuse(file, 1, f"the file is larger than {MAX_BYTES // 1024} KiB", "split it")
    keys = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            raise _refuse(file, number, f"the line is longer than {MAX_LINE} characters", "break it up")
        if line.lstrip(" \t").startswith("["):
            keys = 0
        elif "=" in line:
            keys += 1
            if keys > MAX_KEYS:
                raise _refuse(file, number, f"more than {MAX_KEYS} values in one table", "split the table")


def parse(text: str, path: Path) -> Document:
    """Parse TOML text. ``path`` is used in positions only.

    Raises:
        ShowError: The text is not valid TOML, or exceeds the limits above.
    """
    file = str(path)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    _check_bounds(file, text)
    positions = _Positions(file, text)
    builder = _Builder(positions)
    try:
        root = builder.table(spanned_toml.loads(text), 0)
    except spanned_toml.TOMLDecodeError as error:
        match = _POSITION.search(str(error))
        end = positions.at(len(text.rstrip()))
        inside = match is not None and match[1] is not None
        line, column = (int(match[1]), int(match[2])) if match and inside else (end.line, end.column)
        message = _plain(str(error)) if inside else "the file ends in the middle of a value"
        raise _refuse(file, line, message, _advice(message), column) from None
    except RecursionError:
        raise _refuse(file, 1, "values are nested too deeply", "a show needs two or three levels") from None
    except ValueError as error:  # e.g. a number of thousands of digits, or the time 25:00
        raise _refuse(file, 1, f"invalid value: {error}", "look for a very long number") from None
    if builder.findings:
        raise ShowError(builder.findings)
    return Document(path, text, root)


def _plain(message: str) -> str:
    """Return the parser's message without its position and its internal type names."""
    message = _POSITION.sub("", message)
    names = re.findall(r"Spanned\('([^']*)'", message)
    message = re.sub(r"\(Spanned\(.*\),?\)", f"`{'.'.join(names)}`", message)
    return message[:1].lower() + message[1:]


def _advice(message: str) -> str:
    hints = {
        "the file ends": "a closing quote or bracket is missing",
        "invalid value": 'text needs quotes, e.g. name = "tide"; true and false are lowercase',
        "expected '='": "write name = value",
        "overwrite": "the name is given twice; keep one",
        "twice": "the table is declared twice; merge the two",
        "unclosed": "a comma or a closing bracket is missing",
        "unterminated": "a closing quote is missing",
        "illegal character": "a closing quote is missing before the end of the line",
        "invalid statement": "a line is a comment, a [table] or name = value",
    }
    return next((hint for words, hint in hints.items() if words in message), "see https://toml.io")


def read(path: Path) -> Document:
    """Read and parse a TOML file.

    Raises:
        ShowError: It is missing, unreadable, not UTF-8, or not TOML.
    """
    try:
        data = read_bytes(path, MAX_BYTES * 4)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refuse(str(path), 1, f"cannot be read: {reason}", "check the path") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refuse(str(path), line, "is not UTF-8 text", "save the file as UTF-8") from None
    return parse(text, path)
