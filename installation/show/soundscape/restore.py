"""Frozen values out of JSON. Their ranges were checked when the file was read, and are not checked again."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

__all__ = ["restored"]

Made = TypeVar("Made")


def restored(data: bytes, kind: type[Made]) -> Made:
    """Return the value that ``msgspec.json.encode`` has written as JSON.

    Args:
        data: JSON.
        kind: A frozen dataclass of numbers, texts, tuples, mappings and such dataclasses.

    Raises:
        ValueError: It is none.
    """
    try:
        made: Made = _value(msgspec.json.decode(data), kind)
    except (TypeError, KeyError, AttributeError) as error:
        message = f"this is no {kind.__name__}: {error}"
        raise ValueError(message) from error
    return made


def _value(raw: Any, kind: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _value(one, hints[name]) for name, one in raw.items()})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        kinds = [arguments[0]] * len(raw) if arguments[-1] is Ellipsis else arguments
        return tuple(_value(one, each) for one, each in zip(raw, kinds, strict=True))
    if origin in (Mapping, dict):
        return {name: _value(one, arguments[1]) for name, one in raw.items()}
    return msgspec.convert(raw, kind)
