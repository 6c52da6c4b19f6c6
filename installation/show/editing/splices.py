"""Pieces of text that are put into a TOML file, so that everything else in it stays as it is."""

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from installation.values import FileValue

__all__ = ["Splice", "add", "after", "member", "plain", "spliced", "spliced_as_is", "toml_value"]


@dataclass(frozen=True, slots=True)
class Splice:
    """A piece of a text, from ``start`` to ``stop``, and what comes in its place."""

    start: int
    stop: int
    text: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """Return a text with all these pieces put in; they must not overlap."""
    for one in sorted(splices, key=lambda one: (one.start, one.stop), reverse=True):
        text = text[: one.start] + one.text + text[one.stop :]
    return text


def spliced_as_is(text: str, splices: Sequence[Splice]) -> str:
    """Return a text with these pieces put in, and every line end outside of them as it was.

    Args:
        text: As the file has it; its line ends may be of both kinds.
        splices: Their places are those in the text with one character for each line end.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    longer = [match.start() - number for number, match in enumerate(re.finditer("\r\n", text))]

    def at(place: int) -> int:
        return place + bisect_left(longer, place)

    return spliced(
        text, [Splice(at(one.start), at(one.stop), one.text.replace("\n", end)) for one in splices]
    )


def toml_value(value: FileValue) -> str:
    """Return a value as TOML writes it; numbers as short as they can be read back exactly."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return f"[{', '.join(toml_value(one) for one in value)}]"
    return repr(value)


def member(table: Any, name: str) -> Any:
    """Return a member of a table with its positions; None if there is none of that name."""
    for key, value in table.inner().items():
        if str(key.inner()) == name:
            return value
    return None


def plain(spanned: Any) -> Any:
    """Return a value without its positions."""
    inner = getattr(spanned, "inner", None)
    value = inner() if inner is not None else spanned
    if isinstance(value, dict):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def after(text: str, table: Any, line: str) -> Splice:
    """Add a line behind the last value that stands in the table itself. Raises ValueError."""
    ends = [value.span().stop for value in table.inner().values() if value.span().stop]
    if not ends:
        raise ValueError("the table has no value of its own to write behind")
    end = text.find("\n", max(ends))
    return Splice(len(text), len(text), f"\n{line}\n") if end < 0 else Splice(end, end, f"\n{line}")


def add(text: str, table: Any, entries: list[str]) -> Splice:
    """Add entries to an inline table, or behind the lines of one with a header. Raises ValueError."""
    span, members = table.span(), table.inner()
    if span.stop and text[span.start] == "{":
        if not members:
            return Splice(span.start, span.stop, f"{{ {', '.join(entries)} }}")
        end = max(value.span().stop for value in members.values())
        return Splice(end, end, "".join(f", {one}" for one in entries))
    if not members:
        raise ValueError("its table is empty: set one value in it, or remove it")
    first = min(key.span().start for key in members)
    line = text[text.rfind("\n", 0, first) + 1 : first]
    return after(text, table, "\n".join(f"{line}{one}" for one in entries))
