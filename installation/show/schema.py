"""The keys of the files, each declared once: on the field of the value that it becomes.

A field that a file may set has ``key(...)`` in its annotation: meaning, range, and the name in the file if it
differs. The type defines the allowed values, the field's default the default. Reading with positions
(``read``), the tables of the reference pages (``rows``) and the JSON Schema for editors (``properties``)
derive from this.
"""

import dataclasses
import math
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from installation.show.fields import REQUIRED, Fields, is_address

__all__ = ["HOUR", "Key", "key", "keys", "properties", "read", "rows", "values"]

HOUR: Final = 3600.0
"""Seconds: the maximum of most times in files."""

SpecT = TypeVar("SpecT")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table.

    Attributes:
        field: Name of the field that it becomes.
        name: Name in the file.
        meaning: One-line description, in Markdown.
        kind: ``text``, ``name``, ``address``, ``addresses`` (with ``*``), ``point``, ``color``, ``number``,
            ``integer``, ``flag``, ``numbers``, ``words``, ``texts``, ``addressed``; or a description of the
            value, if it has its own reader.
        default: Default value; ``REQUIRED`` if the key is required.
        spoken: Description of the default, if it is derived.
        low, high: Range of a number, or of each number of a list.
        choices: Allowed words; empty for any text.
        count: Length of a list of numbers; 0 for any.
    """

    field: str
    name: str
    meaning: str
    kind: str
    default: Any
    spoken: str = ""
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    count: int = 0


_READ: Final = frozenset(
    {
        "text",
        "name",
        "address",
        "addresses",
        "point",
        "color",
        "number",
        "integer",
        "flag",
        "numbers",
        "words",
        "texts",
        "addressed",
    }
)
"""Kinds that ``values`` reads itself."""


def key(
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    name: str = "",
    default: str = "",
    kind: str = "",
    choices: Collection[str] = (),
    otherwise: Any = None,
) -> msgspec.Meta:
    """Declare that a field is set by a file.

    Args:
        meaning: One-line description, in Markdown.
        low: Minimum.
        high: Maximum.
        name: The key's name in the file, if it differs from the field's.
        default: Description of the default, if the reader provides it.
        kind: ``address`` or ``name`` for such texts; for a key with its own reader, a description of the
        value.
        choices: Allowed words, if the type does not list them.
        otherwise: The default, if the field itself has none.
    """
    extra = {
        "name": name, "default": default, "kind": kind, "choices": tuple(choices), "otherwise": otherwise,
    }  # fmt: skip
    return msgspec.Meta(ge=low, le=high, description=meaning, extra=extra)


def keys(spec: type[Any]) -> tuple[Key, ...]:
    """Return the keys that a value's class declares, in the order of its fields."""
    if spec not in _DECLARED:
        _DECLARED[spec] = _declared(spec)
    return _DECLARED[spec]


_DECLARED: dict[type[Any], tuple[Key, ...]] = {}
"""Cached: a show has hundreds of tables of a few kinds."""


def _declared(spec: type[Any]) -> tuple[Key, ...]:
    hints = get_type_hints(spec, include_extras=True)
    found = []
    for field in dataclasses.fields(spec):
        meta = _meta(hints[field.name])
        if meta is not None:
            found.append(_key(field, hints[field.name], meta))
    return tuple(found)


def _meta(hint: Any) -> msgspec.Meta | None:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((mark for mark in marks if isinstance(mark, msgspec.Meta)), None)


def _key(field: "dataclasses.Field[Any]", hint: Any, meta: msgspec.Meta) -> Key:
    said = meta.extra or {}
    kind, choices, count = _kind(get_args(hint)[0])
    default = field.default
    if default is MISSING and field.default_factory is not MISSING:
        default = field.default_factory()
    elif default is MISSING:
        default = REQUIRED if said["otherwise"] is None else said["otherwise"]
    return Key(
        field=field.name,
        name=said["name"] or field.name,
        meaning=meta.description or "",
        kind=said["kind"] or kind,
        default=default,
        spoken=said["default"],
        low=-math.inf if meta.ge is None else meta.ge,
        high=math.inf if meta.le is None else meta.le,
        choices=said["choices"] or choices,
        count=count,
    )


def _kind(hint: Any) -> tuple[str, tuple[str, ...], int]:
    """Return kind, choices and count for a type."""
    if get_origin(hint) in (Union, UnionType):
        hint, *others = (one for one in get_args(hint) if one is not NoneType)
        if others:
            return "a value", (), 0
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "text", inner, 0
    if origin is frozenset:
        return "words", get_args(inner[0]) if get_origin(inner[0]) is Literal else (), 0
    if origin is tuple and inner[0] is str:
        return "texts", (), 0
    if origin is tuple:
        return "numbers", (), 0 if Ellipsis in inner else len(inner)
    plain = {str: "text", float: "number", int: "integer", bool: "flag"}
    return plain.get(hint, "addressed"), (), 0


def read(spec: type[SpecT], fields: Fields, **given: Any) -> SpecT:
    """Read a table into a value and report errors in it, including unknown keys.

    Args:
        spec: The value's class. Its fields ``where`` and ``places`` are filled in if it has them.
        fields: The table.
        given: Fields that are read elsewhere, or are not keys. ``defaults`` may contain defaults by field
        that
            depend on the position of the table.
    """
    made = values(spec, fields, **given)
    names = {field.name for field in dataclasses.fields(spec)}  # type: ignore[arg-type]
    places = made.pop("places", {})
    if "places" in names:
        made["places"] = {**fields.places, **places}
    if "where" in names:
        made["where"] = fields.where
    fields.finish()
    return spec(**made)


def values(
    spec: type[Any], fields: Fields, *, defaults: Mapping[str, Any] | None = None, **given: Any
) -> dict[str, Any]:
    """Return the values of a table's keys by field, and those that the table sets.

    Arguments are those of ``read``. ``places`` contains the position of each value by address, if any.
    """
    made = dict(given)
    places = dict(made.pop("places", {}))
    for one in keys(spec):
        if one.field in given or one.kind not in _READ:
            continue
        default = (defaults or {}).get(one.field, one.default)
        if one.kind == "addressed":
            made[one.field], at = fields.addressed(one.name)
            places |= at
        else:
            made[one.field] = _value(one, fields, default)
    if places:
        made["places"] = places
    return made


def _value(one: Key, fields: Fields, default: Any) -> Any:
    match one.kind:
        case "text":
            return fields.text(one.name, default, one.choices)
        case "name":
            return _named(one, fields, default)
        case "address" | "addresses":
            return fields.address(one.name, default, star=one.kind == "addresses")
        case "point":
            return fields.point(one.name)
        case "color":
            return fields.color(one.name)
        case "number":
            return fields.number(one.name, default, one.low, one.high)
        case "integer":
            low = 0 if one.low == -math.inf else int(one.low)
            return fields.integer(
                one.name, default, low, 2**31 - 1 if one.high == math.inf else int(one.high)
            )
        case "flag":
            return fields.flag(one.name, default)
        case "numbers":
            return fields.numbers(one.name, one.count or _given(one, fields), default, one.low, one.high)
        case "texts":
            left_out = default is not REQUIRED and fields.member(one.name, None) is None
            return default if left_out else fields.texts(one.name)
        case _:
            return fields.words(one.name, one.choices)


def _given(one: Key, fields: Fields) -> int:
    """Return the actual length of a list of any length."""
    found = fields.member(one.name, None)
    value = found.node.value if found is not None else one.default
    return len(value) if isinstance(value, tuple) else len(one.default)


def _named(one: Key, fields: Fields, default: Any) -> Any:
    """Read a text that becomes part of an address."""
    name = fields.text(one.name, default)
    if name and (not is_address(f"/{name}") or "/" in name):
        hint = "a name has letters, digits and - only, because it becomes part of an address"
        fields.report(fields.places[one.name], f'{one.name}: "{name[:60]}" is not a name', hint)
    return name


# ---- Derived tables and schemas -------------------------------------------------------------------


def rows(spec: type[Any]) -> list[tuple[str, str, str, str]]:
    """Return a row of the reference page for each key: name, allowed values, default, meaning."""
    return [(f"`{one.name}`", _spoken_kind(one), _spoken_default(one), one.meaning) for one in keys(spec)]


def _spoken_kind(one: Key) -> str:
    area = "" if one.high == math.inf else f" {one.low:.12g}..{one.high:.12g}"
    if one.choices:
        words = ", ".join(f"`{word}`" for word in one.choices)
        return f"list of {words}" if one.kind == "words" else words
    plain = {
        "name": "text", "color": "`#RRGGBB`", "point": "address", "addresses": "address",
        "flag": "`true` or `false`", "addressed": "a table", "texts": "list of texts",
        "number": "number" + area, "integer": "whole number" + area,
        "numbers": f"{one.count or 'list of'} numbers{area}",
    }  # fmt: skip
    return plain.get(one.kind, one.kind)


def _spoken_default(one: Key) -> str:
    if one.spoken:
        return one.spoken
    if one.default is REQUIRED:
        return "required"
    if isinstance(one.default, bool):
        return f"`{str(one.default).lower()}`"
    if isinstance(one.default, float | int):
        return f"`{one.default:g}`"
    if isinstance(one.default, str) and one.default:
        return f'`"{one.default}"`'
    numbers = isinstance(one.default, tuple) and one.default and one.kind == "numbers"
    return f"`[{', '.join(f'{part:g}' for part in one.default)}]`" if numbers else "none"


def properties(spec: type[Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the ``properties`` of a table in JSON Schema (draft 2020-12), and the required names."""
    made = {one.name: _json(one) for one in keys(spec)}
    return made, [one.name for one in keys(spec) if one.default is REQUIRED and not one.spoken]


def _json(one: Key) -> dict[str, Any]:
    number: dict[str, Any] = {"type": "integer" if one.kind == "integer" else "number"}
    number |= {} if one.low == -math.inf else {"minimum": one.low}
    number |= {} if one.high == math.inf else {"maximum": one.high}
    words: dict[str, Any] = {"type": "string"} | ({"enum": list(one.choices)} if one.choices else {})
    sized = {"minItems": one.count, "maxItems": one.count} if one.count else {}
    shape: dict[str, Any] = {
        "number": number,
        "integer": number,
        "flag": {"type": "boolean"},
        "text": words,
        "name": words,
        "address": {"type": "string", "pattern": "^/"},
        "addresses": {"type": "string", "pattern": "^/"},
        "point": {"type": "string", "pattern": "^/"},
        "color": {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"},
        "words": {"type": "array", "items": words},
        "texts": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "numbers": {"type": "array", "items": number, **sized},
        "addressed": {"type": "object"},
    }.get(one.kind, {})
    return shape | {"description": one.meaning.replace("`", "")}
