"""Edits the mapping of one display in a venue file; comments, order and everything else stay as they are."""

import re
from collections.abc import Mapping
from typing import Any, Final

import spanned_toml

from installation.show.editing.splices import (
    Splice,
    add,
    after,
    member,
    plain,
    spliced,
    spliced_as_is,
    toml_value,
)
from installation.show.mapping import NO_MAPPING, DisplayMapping, rounded
from installation.show.schema import keys
from installation.values import FileValue

__all__ = ["with_mapping"]

_REST: Final = re.compile(r"[ \t]*,[ \t]*(#[^\n]*)?(?=\n)")
"""What follows a list's last value on its line: its comma and a comment."""


def with_mapping(text: str, index: int, name: str, mapping: DisplayMapping) -> str:
    """Return the text of a venue file in which one display has this mapping.

    Keys that are stated already are replaced where they stand, others are added if they are not at their
    default.

    Args:
        text: Of a valid venue file.
        index: Which of its ``[[display]]``, from 0.
        name: Its name.
        mapping: Its mapping.

    Raises:
        LookupError: The text has no such display, or it has another name.
        ValueError: The text is not TOML, or states the mapping in a form that cannot be edited safely.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    whole = text.removeprefix(mark)
    text = whole.replace("\r\n", "\n")
    try:
        display = _find(spanned_toml.loads(text), index, name)
    except spanned_toml.TOMLDecodeError as error:
        raise ValueError(str(error)) from error
    table, wanted = member(display, "mapping"), _stated(mapping)
    stated = plain(table) if table is not None else {}
    changed = {key: value for key, value in wanted.items() if _lists(value) != stated.get(key, _default(key))}
    if not changed:
        return mark + whole
    splices = _splices(text, display, table, changed)
    _verify(spliced(text, splices), index, name, wanted)
    return mark + spliced_as_is(whole, splices)


def _find(root: Any, index: int, name: str) -> Any:
    displays = member(root, "display")
    listed = displays.inner() if displays is not None and isinstance(displays.inner(), list) else []
    if index >= len(listed) or plain(member(listed[index], "name")) != name:
        message = f'display {index + 1} of the file is not "{name}" any more'
        raise LookupError(message)
    return listed[index]


def _stated(mapping: DisplayMapping) -> dict[str, FileValue]:
    kept = rounded(mapping)
    return {one.name: getattr(kept, one.field) for one in keys(DisplayMapping)}


def _default(key: str) -> Any:
    return _lists(_stated(NO_MAPPING)[key])


def _lists(value: FileValue) -> Any:
    return [_lists(one) for one in value] if isinstance(value, tuple) else value


def _splices(text: str, display: Any, table: Any, changed: Mapping[str, FileValue]) -> list[Splice]:
    entries = [f"{key} = {_written(key, value)}" for key, value in changed.items()]
    if table is None:
        return [after(text, display, "\n".join(["", "[display.mapping]", *entries]))]
    if not table.inner() and not table.span().stop:  # its header stands alone
        header = next(key for key, _ in display.inner().items() if str(key.inner()) == "mapping")
        at = text.find("\n", header.span().stop)
        at = len(text) if at < 0 else at
        return [Splice(at, at, "".join(f"\n{one}" for one in entries))]
    made = []
    further = []
    for entry, key in zip(entries, changed, strict=True):
        found = member(table, key)
        if found is None:
            further.append(entry)
        else:
            made += _replaced(text, found, changed[key], _written(key, changed[key]))
    return [*made, add(text, table, further)] if further else made


def _replaced(text: str, found: Any, value: FileValue, whole: str) -> list[Splice]:
    """Return what makes a stated value another one; in lists, comments stay beside what they are about.

    Args:
        text: Of the file.
        found: The value that is stated.
        value: What it is to be.
        whole: The same as text, where all of it has to be replaced: a list that got shorter.
    """
    stated, span = found.inner(), found.span()
    if not (isinstance(value, tuple) and isinstance(stated, list) and 0 < len(stated) <= len(value)):
        return [Splice(span.start, span.stop, whole)]
    made = []
    for old, new in zip(stated, value, strict=False):
        if plain(old) != _lists(new):
            made += _replaced(text, old, new, toml_value(new))
    further = value[len(stated) :]
    if further:
        made.append(_appended(text, stated[-1].span(), [toml_value(one) for one in further]))
    return made


def _appended(text: str, last: Any, values: list[str]) -> Splice:
    """Add values behind the last one of a list: on lines of their own, behind its comment, if it has one."""
    line = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    rest = _REST.match(text, last.stop)
    if rest is None or line.strip():
        return Splice(last.stop, last.stop, "".join(f", {one}" for one in values))
    return Splice(rest.end(), rest.end(), "".join(f"\n{line}{one}," for one in values))


def _written(key: str, value: FileValue) -> str:
    """Return a value as the file has it; each row of a grid and each polygon on a line of its own."""
    if key in ("grid", "mask") and isinstance(value, tuple) and value:
        return "[\n" + "".join(f"    {toml_value(one)},\n" for one in value) + "]"
    return toml_value(value)


def _verify(text: str, index: int, name: str, wanted: Mapping[str, FileValue]) -> None:
    """Raise ValueError unless the new text states what it should."""
    try:
        table = member(_find(spanned_toml.loads(text), index, name), "mapping")
    except (spanned_toml.TOMLDecodeError, LookupError) as error:
        raise ValueError(f"it is written in a way that cannot be edited safely: {error}") from error
    stated = plain(table) if table is not None else {}
    if any(stated.get(key, _default(key)) != _lists(value) for key, value in wanted.items()):
        raise ValueError("it is written in a way that cannot be edited safely")
