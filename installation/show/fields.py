"""Reads one table of a file, with each key's type, range and default stated by the caller.

Readers report errors instead of raising, so that one pass finds all of them. ``finish`` reports the remaining
keys: an unknown key is an error, with the most similar name as a hint.
"""

import math
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from installation.errors import nearest
from installation.show.document import Member, Node, Table
from installation.values import FileValue, Finding, Where

__all__ = ["REQUIRED", "Fields", "color_of", "describe", "freeze", "is_address"]

_COLOR: Final = re.compile(r"#([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")

REQUIRED: Any = object()
"""Default of a required key."""


def describe(node: Node) -> str:
    """Describe a value for error messages."""
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


def color_of(value: object) -> tuple[float, float, float] | None:
    """Return red, green and blue of ``#RRGGBB``, 0 to 1 each (sRGB); None if it is none."""
    found = _COLOR.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    red, green, blue = (int(part, 16) / 255 for part in found.groups())
    return red, green, blue


def freeze(node: Node) -> FileValue | None:
    """Return a plain value (lists as tuples); None if it contains a table, a date or a non-finite number."""
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
    """One table that is being read.

    Args:
        table: The table's contents.
        findings: List to which errors are appended.
        what: Name of the table in messages, e.g. ``cue``.
    """

    def __init__(self, table: Table, findings: list[Finding], what: str) -> None:
        self.table = table
        self.what = what
        self._findings = findings
        self._asked: set[str] = set()
        self._reported: set[Finding] = set()

    @property
    def where(self) -> Where:
        """Position of the table."""
        return self.table.where

    @property
    def places(self) -> dict[str, Where]:
        """Position of each key's value."""
        return {name: member.node.where for name, member in self.table.members.items()}

    @property
    def deep_places(self) -> dict[str, Where]:
        """Positions of all values at any depth, under names such as ``send[1].address``."""
        return dict(_walk("", Node(self.table, self.where)))

    def report(self, where: Where, message: str, hint: str = "") -> None:
        """Add an error; one that was reported already is not added again."""
        finding = Finding(where, message, hint)
        if finding not in self._reported:  # a key may be read twice: with others, and on its own
            self._reported.add(finding)
            self._findings.append(finding)

    def member(self, key: str, default: object) -> Member | None:
        """Return the member of that name; report a missing one if it is required."""
        self._asked.add(key)
        found = self.table.members.get(key)
        if found is None and default is REQUIRED:
            self.report(self.where, f"{self.what} has no `{key}`", f"add `{key} = ...`")
        return found

    def _wrong(self, key: str, node: Node, expected: str) -> None:
        self.report(node.where, f"{key}: expected {expected}, got {describe(node)}")

    def text(self, key: str, default: Any = REQUIRED, choices: Collection[str] = ()) -> Any:
        """Read a string, one of ``choices`` if given."""
        found = self.member(key, default)
        if found is None:
            return "" if default is REQUIRED else default
        value = found.node.value
        if not isinstance(value, str):
            self._wrong(key, found.node, 'text in quotes, e.g. "tide"')
        elif choices and value not in choices:
            hint = nearest(value, choices)
            self.report(found.node.where, f'{key}: "{value[:40]}" is not an allowed value', hint)
        else:
            return value
        return "" if default is REQUIRED else default

    def color(self, key: str) -> tuple[float, float, float] | None:
        """Read a colour, ``#RRGGBB``; None without the key, or if it is none."""
        found = self.member(key, None)
        if found is None:
            return None
        color = color_of(found.node.value)
        if color is None:
            self._wrong(key, found.node, 'a colour, e.g. "#FF8000"')
        return color

    def point(self, key: str) -> Any:
        """Read an address, or several that differ in one part: ``/mouse/{x,y}``."""
        value = self.text(key)
        if not isinstance(value, str) or not {"{", "}"} & set(value):
            return self.address(key)
        found = re.fullmatch(r"([^{}]*)\{([^{}]+)\}([^{}]*)", value)
        parts = [found[1] + name + found[3] for name in found[2].split(",")] if found else []
        if not 2 <= len(parts) <= MOST_PARTS or not all(map(is_address, parts)):
            hint = f"2 to {MOST_PARTS} names between braces, e.g. /mouse/{{x,y}}"
            self.report(self.places[key], f'{key}: "{value[:60]}" is not a point', hint)
        return value

    def address(self, key: str, default: Any = REQUIRED, *, star: bool = False) -> Any:
        """Read an OSC-style address; with ``star`` a part of it may be ``*``."""
        value = self.text(key, default)
        plain = value.replace("/*", "/x") if star and isinstance(value, str) else value
        if isinstance(value, str) and value and not is_address(plain):
            hint = "it begins with / and has no spaces, e.g. /scene/sea-sparkle/stir"
            self.report(self.places[key], f'{key}: "{value[:60]}" is not an address', hint)
        return value

    def number(
        self, key: str, default: Any = REQUIRED, minimum: float = -math.inf, maximum: float = math.inf
    ) -> Any:
        """Read a finite number within a range."""
        found = self.member(key, default)
        fallback = 0.0 if default is REQUIRED else default
        if found is None:
            return fallback
        value = self._ranged(key, found.node, minimum, maximum, whole=False)
        return fallback if value is None else float(value)

    def integer(self, key: str, default: Any = REQUIRED, minimum: int = 0, maximum: int = 2**31 - 1) -> Any:
        """Read an integer within a range."""
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
        """Read true or false."""
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
        """Read a list of exactly ``count`` finite numbers within a range."""
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
        """Read a list of words, each one of ``choices`` if given."""
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
                self.report(item.where, f"{key}: {describe(item)} is not an allowed word", hint)
        return frozenset(words)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a required, non-empty list of texts."""
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
        """Read a table; None if there is none."""
        found = self.member(key, None)
        if found is None:
            return None
        if not isinstance(found.node.value, Table):
            self._wrong(key, found.node, f"a table [{key}]")
            return None
        return found.node.value

    def tables(self, key: str) -> Sequence[Table]:
        """Read the elements of ``[[key]]``."""
        found = self.member(key, None)
        if found is None:
            return ()
        items = found.node.value
        if isinstance(items, Table) or not isinstance(items, tuple):
            hint = f"write [[{key}]] with double brackets for each element"
            self.report(found.name_where, f"{key}: expected a list of tables", hint)
            return ()
        for item in items:
            if not isinstance(item.value, Table):
                self._wrong(key, item, "a table")
        return [item.value for item in items if isinstance(item.value, Table)]

    def named_tables(self, key: str) -> Sequence[tuple[str, Table]]:
        """Read the tables of ``[key.NAME]``, with their names."""
        parent = self.table_of(key)
        named = []
        for name, member in (parent.members if parent else {}).items():
            if isinstance(member.node.value, Table):
                named.append((name, member.node.value))
            else:
                self.report(member.name_where, f"{key}.{name}: expected a table", f"write [{key}.{name}]")
        return named

    def values(self, table: Table | None) -> dict[str, FileValue]:
        """Read all members of a table as plain values."""
        read: dict[str, FileValue] = {}
        for name, member in (table.members if table else {}).items():
            value = freeze(member.node)
            if value is None:
                self._wrong(name, member.node, "a finite number, text, true, false or a list of them")
            else:
                read[name] = value
        return read

    def addressed(self, key: str, *, tables: bool = False) -> tuple[dict[str, FileValue], dict[str, Where]]:
        """Read a table of values by address, with their positions under names such as ``set./master``.

        Where ``tables``, members that are tables are left to the caller.
        """
        table = self.table_of(key)
        for name, member in (table.members if table else {}).items():
            if not is_address(name):
                hint = 'write it in quotes, e.g. "/scene/sea-sparkle/glow" = 0.5'
                self.report(member.name_where, f'{key}: "{name[:60]}" is not an address', hint)
        members = table.members.items() if table else ()
        if table is not None and tables:
            plain = {name: one for name, one in members if not isinstance(one.node.value, Table)}
            table = Table(plain, table.where)
        return self.values(table), {f"{key}.{name}": member.node.where for name, member in members}

    def rest(self, *known: str) -> dict[str, FileValue]:
        """Return all members except the known ones as plain values: settings that are checked elsewhere."""
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
        """Return the fields of a table inside this one, sharing the list of findings."""
        return Fields(table, self._findings, what)

    def part(self, key: str) -> "Fields":
        """Return the fields of ``[key]``; if it is missing, all keys have their defaults."""
        table = self.table_of(key)
        return self.inner(table or Table({}, self.where), f"[{key}]")

    def finish(self) -> None:
        """Report every key that was not read."""
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
"""Maximum signals per route: the number of components of a colour."""


def is_address(text: str) -> bool:
    """Return whether text is an address: ``/`` and printable characters other than OSC's reserved ones."""
    return (
        text.startswith("/")
        and len(text) > 1
        and "//" not in text
        and not text.endswith("/")
        and all("!" <= character <= "~" and character not in '#*,?[]{}"' for character in text)
    )
