"""Edits ``cues.toml`` as its author would: comments, order, spacing and everything else stay as they are."""

import json
from collections.abc import Mapping
from typing import Any

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
from installation.values import Address, FileValue

__all__ = ["with_values"]

_LINE = 100
"""Columns up to which the values of a cue are written on one line."""


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
    whole = text.removeprefix(mark)
    text = whole.replace("\r\n", "\n")
    try:
        root = spanned_toml.loads(text)
    except spanned_toml.TOMLDecodeError as error:
        raise ValueError(str(error)) from error
    found = _find(root, cue)
    splices = [_own(text, found, "scene", toml_value(scene))] if scene else []
    splices += _set(text, found, values)
    _verify(spliced(text, splices), cue, values, scene)
    return mark + spliced_as_is(whole, splices)


def _find(root: Any, cue: str) -> Any:
    for name, listed in root.inner().items():
        if str(name.inner()) == "cue" and isinstance(listed.inner(), list):
            for one in listed.inner():
                if plain(member(one, "id")) == cue:
                    return one
    message = f'it has no cue "{cue}"'
    raise LookupError(message)


def _own(text: str, table: Any, name: str, value: str) -> Splice:
    """Set one key of the cue itself: where it stands, or behind the cue's last own key."""
    found = member(table, name)
    if found is not None:
        return Splice(found.span().start, found.span().stop, value)
    return after(text, table, f"{name} = {value}")


def _set(text: str, cue: Any, values: Mapping[Address, FileValue]) -> list[Splice]:
    if not values:
        return []
    table = member(cue, "set")
    if table is None:
        entries = [f"{json.dumps(address)} = {toml_value(value)}" for address, value in values.items()]
        line = f"set = {{ {', '.join(entries)} }}"
        if len(line) <= _LINE:
            return [after(text, cue, line)]
        return [after(text, cue, "\n".join(["", "[cue.set]", *entries]))]
    standing = {str(key.inner()): value for key, value in table.inner().items()}
    splices, further = [], []
    for address, value in values.items():
        if address in standing:
            splices.append(_replace(standing[address], toml_value(value)))
        else:
            further.append(f"{json.dumps(address)} = {toml_value(value)}")
    if further:
        splices.append(add(text, table, further))
    return splices


def _replace(spanned: Any, value: str) -> Splice:
    end = member(spanned, "to") if isinstance(spanned.inner(), dict) else None
    target = spanned if end is None else end
    if not target.span().stop:
        raise ValueError("a value is written as a table of its own")
    return Splice(target.span().start, target.span().stop, value)


def _verify(text: str, cue: str, values: Mapping[Address, FileValue], scene: str) -> None:
    """Raise ValueError unless the new text states what it should."""
    try:
        found = plain(_find(spanned_toml.loads(text), cue))
    except (spanned_toml.TOMLDecodeError, LookupError) as error:
        raise ValueError(f"it is written in a way that cannot be edited safely: {error}") from error
    stated = found.get("set", {})
    for address, value in values.items():
        one, wanted = stated.get(address), list(value) if isinstance(value, tuple) else value
        if (one["to"] if isinstance(one, dict) else one) != wanted:
            raise ValueError("it is written in a way that cannot be edited safely")
    if scene and found.get("scene") != scene:
        raise ValueError("its scene is written in a way that cannot be edited safely")
