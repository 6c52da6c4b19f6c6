"""Reads one table of a file by naming what may stand in it.

Every reader states type, range and default, and reports instead of raising, so that one pass finds all
errors. ``finish`` reports what nobody asked for: an unknown key is an error, with the nearest name.
"""

import math
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from installation.errors import nearest
from installation.show.document import Member, Node, Table
from installation.values import FileValue, Finding, Where

__all__ = ["REQUIRED", "Fields", "describe", "freeze", "is_address"]

REQUIRED: Any = object()
"""Default of a key that must be there."""


def describe(node: Node) -> str:
    """A value as a person would name it in an error."""
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if isinstance(value, int | float):
        return repr(value)[:40]
    if isinstance(value, Table):
        return "a table"
    return "a date or time" if value is None else f"a list of {len(value)}"


def freeze(node: Node) -> FileValue | None:
    """A plain value (lists as tuples), or None if it holds a table, a date or a number that is not finite."""
    value = node.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, tuple):
        items = tuple(freeze(item) for item in value)
        return None if any(item is None for item in items) else items  # type: ignore[return-value]
    return None if isinstance(value, Table) else value


def _number_words(minimum: float, maximum: float, whole: bool) -> str:
    noun = "a whole number" if whole else "a number"
    if math.isfinite(minimum) and math.isfinite(maximum):
        return f"{noun} {minimum:.12g}..{maximum:.12g}"
    if math.isfinite(minimum):
        return f"{noun} of at least {minimum:.12g}"
    return noun


class Fields:
    """One table while it is read.

    Args:
        table: What the file says.
        findings: Where errors are appended.
        what: How to name the table to a person, e.g. ``cue``.
    """

    def __init__(self, table: Table, findings: list[Finding], what: str) -> None:
        self.table = table
        self.what = what
        self._findings = findings
        self._asked: set[str] = set()

    @property
    def where(self) -> Where:
        """Where the table begins."""
        return self.table.where

    @property
    def places(self) -> dict[str, Where]:
        """Where the value of each key stands."""
        return {name: member.node.where for name, member in self.table.members.items()}

    @property
    def deep_places(self) -> dict[str, Where]:
        """Where everything below stands, under names such as ``send[1].address``."""
        return dict(_walk("", Node(self.table, self.where)))

    def report(self, where: Where, message: str, hint: str = "") -> None:
        """Add an error."""
        self._findings.append(Finding(where, message, hint))

    def member(self, key: str, default: object) -> Member | None:
        """The member of that name; a missing one that is required is an error."""
        self._asked.add(key)
        found = self.table.members.get(key)
        if found is None and default is REQUIRED:
            self.report(self.where, f"{self.what} has no `{key}`", f"add `{key} = ...`")
        return found

    def _wrong(self, key: str, node: Node, expected: str) -> None:
        self.report(node.where, f"{key}: expected {expected}, got {describe(node)}")

    def text(self, key: str, default: Any = REQUIRED, choices: Collection[str] = ()) -> Any:
        """A string, of ``choices`` if given."""
        found = self.member(key, default)
        if found is None:
            return "" if default is REQUIRED else default
        value = found.node.value
        if not isinstance(value, str):
            self._wrong(key, found.node, 'text in quotes, e.g. "tide"')
        elif choices and value not in choices:
            hint = nearest(value, choices)
            self.report(found.node.where, f'{key}: "{value[:40]}" is not one of its values', hint)
        else:
            return value
        return "" if default is REQUIRED else default

    def point(self, key: str) -> Any:
        """An address, or several that differ in one part: ``/mouse/{x,y}``."""
        value = self.text(key)
        if not isinstance(value, str) or not {"{", "}"} & set(value):
            return self.address(key)
        found = re.fullmatch(r"([^{}]*)\{([^{}]+)\}([^{}]*)", value)
        parts = [found[1] + name + found[3] for name in found[2].split(",")] if found else []
        if not 2 <= len(parts) <= MOST_PARTS or not all(map(is_address, parts)):
            hint = f"2 to {MOST_PARTS} names between braces, e.g. /mouse/{{x,y}}"
            self.report(self.places[key], f'{key}: "{value[:60]}" is no point', hint)
        return value

    def address(self, key: str, default: Any = REQUIRED, *, star: bool = False) -> Any:
        """An OSC-style address; with ``star`` a part of it may be ``*``."""
        value = self.text(key, default)
        plain = value.replace("/*", "/x") if star and isinstance(value, str) else value
        if isinstance(value, str) and value and not is_address(plain):
            hint = "it begins with / and has no blanks, e.g. /scene/sea-sparkle/stir"
            self.report(self.places[key], f'{key}: "{value[:60]}" is not an address', hint)
        return value

    def number(
        self, key: str, default: Any = REQUIRED, minimum: float = -math.inf, maximum: float = math.inf
    ) -> Any:
        """A finite number within a range."""
        found = self.member(key, default)
        fallback = 0.0 if default is REQUIRED else default
        if found is None:
            return fallback
        value = self._ranged(key, found.node, minimum, maximum, whole=False)
        return fallback if value is None else float(value)

    def integer(self, key: str, default: Any = REQUIRED, minimum: int = 0, maximum: int = 2**31 - 1) -> Any:
        """A whole number within a range."""
        found = self.member(key, default)
        fallback = 0 if default is REQUIRED else default
        if found is None:
            return fallback
        value = self._ranged(key, found.node, minimum, maximum, whole=True)
        return fallback if value is None else int(value)

    def _ranged(
        self, key: str, node: Node, minimum: float, maximum: float, *, whole: bool
    ) -> float | int | None:
        value = node.value
        kinds: Any = int if whole else (int, float)
        good = isinstance(value, kinds) and not isinstance(value, bool)
        if good and isinstance(value, int | float) and minimum <= value <= maximum and abs(value) < math.inf:
            return value
        self._wrong(key, node, _number_words(minimum, maximum, whole))
        return None

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        found = self.member(key, default)
        if found is None:
            return default
        if not isinstance(found.node.value, bool):
            self._wrong(key, found.node, "true or false")
            return default
        return found.node.value

    def numbers(
        self,
        key: str,
        count: int,
        default: Any = REQUIRED,
        minimum: float = -math.inf,
        maximum: float = math.inf,
    ) -> tuple[float, ...]:
        """A list of exactly ``count`` finite numbers within a range."""
        found = self.member(key, default)
        fallback = (0.0,) * count if default is REQUIRED else tuple(default)
        if found is None:
            return fallback
        items = found.node.value
        if not isinstance(items, tuple) or len(items) != count:
            self._wrong(key, found.node, f"a list of {count} numbers")
            return fallback
        read = [self._ranged(key, item, minimum, maximum, whole=False) for item in items]
        return tuple(float(value) for value in read if value is not None) if None not in read else fallback

    def words(self, key: str, choices: Collection[str]) -> frozenset[str]:
        """A list of words, each of ``choices`` if given."""
        found = self.member(key, None)
        if found is None:
            return frozenset()
        if not isinstance(found.node.value, tuple):
            listed = f" out of: {', '.join(sorted(choices))}" if choices else ' in quotes, e.g. ["tide"]'
            self._wrong(key, found.node, f"a list of words{listed}")
            return frozenset()
        words = set()
        for item in found.node.value:
            if isinstance(item.value, str) and (item.value in choices or not choices):
                words.add(item.value)
            else:
                hint = nearest(str(item.value), choices)
                self.report(item.where, f"{key}: {describe(item)} is not one of its words", hint)
        return frozenset(words)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that must be there and hold at least one."""
        found = self.member(key, REQUIRED)
        if found is None:
            return ()
        items = found.node.value
        texts = (
            [item.value for item in items if isinstance(item.value, str)] if isinstance(items, tuple) else []
        )
        if not texts or not isinstance(items, tuple) or len(texts) != len(items):
            self._wrong(key, found.node, "a list of texts")
            return ()
        return tuple(texts)

    def table_of(self, key: str) -> Table | None:
        """A table, or None if there is none."""
        found = self.member(key, None)
        if found is None:
            return None
        if not isinstance(found.node.value, Table):
            self._wrong(key, found.node, f"a table [{key}]")
            return None
        return found.node.value

    def tables(self, key: str) -> Sequence[Table]:
        """The elements of ``[[key]]``."""
        found = self.member(key, None)
        if found is None:
            return ()
        items = found.node.value
        if isinstance(items, Table) or not isinstance(items, tuple):
            hint = f"write [[{key}]] with two brackets for each one"
            self.report(found.name_where, f"{key}: expected a list of tables", hint)
            return ()
        for item in items:
            if not isinstance(item.value, Table):
                self._wrong(key, item, "a table")
        return [item.value for item in items if isinstance(item.value, Table)]

    def named_tables(self, key: str) -> Sequence[tuple[str, Table]]:
        """The tables of ``[key.NAME]``, with their names."""
        parent = self.table_of(key)
        named = []
        for name, member in (parent.members if parent else {}).items():
            if isinstance(member.node.value, Table):
                named.append((name, member.node.value))
            else:
                self.report(member.name_where, f"{key}.{name}: expected a table", f"write [{key}.{name}]")
        return named

    def values(self, table: Table | None) -> dict[str, FileValue]:
        """All members of a table as plain values."""
        read: dict[str, FileValue] = {}
        for name, member in (table.members if table else {}).items():
            value = freeze(member.node)
            if value is None:
                self._wrong(name, member.node, "a finite number, text, true, false or a list of them")
            else:
                read[name] = value
        return read

    def addressed(self, key: str) -> tuple[dict[str, FileValue], dict[str, Where]]:
        """A table of values by address, and where each stands, under names such as ``set./master``."""
        table = self.table_of(key)
        for name, member in (table.members if table else {}).items():
            if not is_address(name):
                hint = 'write it in quotes, e.g. "/scene/sea-sparkle/glow" = 0.5'
                self.report(member.name_where, f'{key}: "{name[:60]}" is not an address', hint)
        members = table.members.items() if table else ()
        return self.values(table), {f"{key}.{name}": member.node.where for name, member in members}

    def rest(self, *known: str) -> dict[str, FileValue]:
        """All members but the known ones, as plain values: settings that somebody else checks."""
        others = {name: m for name, m in self.table.members.items() if name not in known}
        self._asked.update(others)
        return self.values(Table(others, self.where))

    def tree(self, *known: str) -> dict[str, object]:
        """Like ``rest``, but with tables and lists of tables kept as dictionaries and lists."""
        others = [name for name in self.table.members if name not in known]
        self._asked.update(others)
        return {name: self._plain(name, self.table.members[name].node) for name in others}

    def _plain(self, name: str, node: Node) -> object:
        if isinstance(node.value, Table):
            return {key: self._plain(key, member.node) for key, member in node.value.members.items()}
        if isinstance(node.value, tuple):
            return [self._plain(name, item) for item in node.value]
        value = freeze(node)
        if value is None:
            self._wrong(name, node, "a finite number, text, true, false, a list or a table")
        return value

    def inner(self, table: Table, what: str) -> "Fields":
        """Fields of a table inside this one, with the same list of findings."""
        return Fields(table, self._findings, what)

    def part(self, key: str) -> "Fields":
        """Fields of ``[key]``; where there is none, every key has its default."""
        table = self.table_of(key)
        return self.inner(table or Table({}, self.where), f"[{key}]")

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        for name, member in self.table.members.items():
            if name not in self._asked:
                self.report(
                    member.name_where, f"{self.what} has no key `{name[:60]}`", nearest(name, self._asked)
                )


def _walk(name: str, node: Node) -> Iterator[tuple[str, Where]]:
    if name:
        yield name, node.where
    if isinstance(node.value, Table):
        for key, member in node.value.members.items():
            yield from _walk(f"{name}.{key}" if name else key, member.node)
    elif isinstance(node.value, tuple):
        for index, item in enumerate(node.value):
            yield from _walk(f"{name}[{index}]", item)


MOST_PARTS: Final = 4
"""Signals that one route may take: as many as a colour has parts."""


def is_address(text: str) -> bool:
    """Whether text is an address: ``/`` and printable characters other than OSC's reserved ones."""
    return (
        text.startswith("/")
        and len(text) > 1
        and "//" not in text
        and not text.endswith("/")
        and all("!" <= character <= "~" and character not in '#*,?[]{}"' for character in text)
    )
