"""Edits ``cues.toml`` as its author would: comments, order, spacing and everything else stay as they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import spanned_toml

from installation.values import Address, FileValue

__all__ = ["toml_value", "with_values"]

_LINE = 100
"""Columns up to which the values of a cue are written on one line."""


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    stop: int
    text: str


def with_values(text: str, cue: str, values: Mapping[Address, FileValue], scene: str = "") -> str:
    """Return the text of a cue list in which one cue has these values.

    Values that the cue states already are replaced where they stand; a value with times of its own
    (``{ to = 0.5, fade = 3.0 }``) keeps these. Further ones are added behind them.

    Args:
        text: Of ``cues.toml``, a valid cue list.
        cue: Id of the cue.
        values: What its ``set`` gains or says otherwise, by address.
        scene: The scene that it changes to; empty leaves it.

    Raises:
        LookupError: The text has no such cue.
        ValueError: The text is not TOML, or states the cue in a form that cannot be edited safely.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    end = "\r\n" if "\r\n" in text else "\n"
    text = text.removeprefix(mark).replace("\r\n", "\n")
    try:
        root = spanned_toml.loads(text)
    except spanned_toml.TOMLDecodeError as error:
        raise ValueError(str(error)) from error
    found = _find(root, cue)
    splices = [_own(text, found, "scene", toml_value(scene))] if scene else []
    splices += _set(text, found, values)
    for one in sorted(splices, key=lambda one: (one.start, one.stop), reverse=True):
        text = text[: one.start] + one.text + text[one.stop :]
    _verify(text, cue, values, scene)
    return mark + text.replace("\n", end)


def toml_value(value: FileValue) -> str:
    """Return a value as TOML writes it; numbers as short as they can be read back exactly."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return f"[{', '.join(toml_value(one) for one in value)}]"
    return repr(value)


def _find(root: Any, cue: str) -> Any:
    for name, listed in root.inner().items():
        if str(name.inner()) == "cue" and isinstance(listed.inner(), list):
            for one in listed.inner():
                if _plain(_member(one, "id")) == cue:
                    return one
    message = f'it has no cue "{cue}"'
    raise LookupError(message)


def _member(table: Any, name: str) -> Any:
    for key, value in table.inner().items():
        if str(key.inner()) == name:
            return value
    return None


def _plain(spanned: Any) -> Any:
    """Return a value without its positions."""
    inner = getattr(spanned, "inner", None)
    value = inner() if inner is not None else spanned
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _own(text: str, table: Any, name: str, value: str) -> _Splice:
    """Set one key of the cue itself: where it stands, or behind the cue's last own key."""
    found = _member(table, name)
    if found is not None:
        return _Splice(found.span().start, found.span().stop, value)
    return _after(text, table, f"{name} = {value}")


def _after(text: str, table: Any, line: str) -> _Splice:
    """Add a line behind the last value that stands in the table itself."""
    ends = [value.span().stop for value in table.inner().values() if value.span().stop]
    if not ends:
        raise ValueError("the cue has no value of its own to write behind")
    end = text.find("\n", max(ends))
    return _Splice(len(text), len(text), f"\n{line}\n") if end < 0 else _Splice(end, end, f"\n{line}")


def _set(text: str, cue: Any, values: Mapping[Address, FileValue]) -> list[_Splice]:
    if not values:
        return []
    table = _member(cue, "set")
    if table is None:
        entries = [f"{json.dumps(address)} = {toml_value(value)}" for address, value in values.items()]
        line = f"set = {{ {', '.join(entries)} }}"
        if len(line) <= _LINE:
            return [_after(text, cue, line)]
        return [_after(text, cue, "\n".join(["", "[cue.set]", *entries]))]
    standing = {str(key.inner()): value for key, value in table.inner().items()}
    splices, further = [], []
    for address, value in values.items():
        if address in standing:
            splices.append(_replace(standing[address], toml_value(value)))
        else:
            further.append(f"{json.dumps(address)} = {toml_value(value)}")
    if further:
        splices.append(_add(text, table, further))
    return splices


def _replace(spanned: Any, value: str) -> _Splice:
    end = _member(spanned, "to") if isinstance(spanned.inner(), dict) else None
    target = spanned if end is None else end
    if not target.span().stop:
        raise ValueError("a value is written as a table of its own")
    return _Splice(target.span().start, target.span().stop, value)


def _add(text: str, table: Any, entries: list[str]) -> _Splice:
    """Add entries to an inline table, or behind the lines of ``[cue.set]``."""
    span, members = table.span(), table.inner()
    if span.stop and text[span.start] == "{":
        if not members:
            return _Splice(span.start, span.stop, f"{{ {', '.join(entries)} }}")
        end = max(value.span().stop for value in members.values())
        return _Splice(end, end, "".join(f", {one}" for one in entries))
    if not members:
        raise ValueError("its [cue.set] is empty: write one value there, or remove it")
    first = min(key.span().start for key in members)
    line = text[text.rfind("\n", 0, first) + 1 : first]
    return _after(text, table, "\n".join(f"{line}{one}" for one in entries))


def _verify(text: str, cue: str, values: Mapping[Address, FileValue], scene: str) -> None:
    """Raise ValueError unless the new text states what it should."""
    try:
        found = _plain(_find(spanned_toml.loads(text), cue))
    except (spanned_toml.TOMLDecodeError, LookupError) as error:
        raise ValueError(f"it is written in a way that cannot be edited safely: {error}") from error
    stated = found.get("set", {})
    for address, value in values.items():
        one, wanted = stated.get(address), list(value) if isinstance(value, tuple) else value
        if (one["to"] if isinstance(one, dict) else one) != wanted:
            raise ValueError("it is written in a way that cannot be edited safely")
    if scene and found.get("scene") != scene:
        raise ValueError("its scene is written in a way that cannot be edited safely")
