"""Tables of what shows, venues and adapters may say, read from the code that reads them."""

import ast
import inspect
import re
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import msgspec

from docs.build.meanings import MEANINGS
from installation.errors import PhotophoreError

__all__ = ["adapter_tables", "key_tables", "table"]

_READERS = frozenset(
    {
        "text",
        "address",
        "point",
        "number",
        "integer",
        "flag",
        "numbers",
        "words",
        "texts",
        "table_of",
        "addressed",
    }
)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def key_tables() -> dict[str, str]:
    """One table for each function that reads a table of a show or a venue."""
    from installation.show import shows, states, venues

    made = {}
    for module in (shows, states, venues):
        for name, keys in _read_keys(module).items():
            meanings = MEANINGS.get(name, {})
            if set(keys) != set(meanings):
                odd = ", ".join(sorted(set(keys) ^ set(meanings)))
                message = f"{module.__name__}.{name} and MEANINGS differ: {odd}"
                raise PhotophoreError(message)
            rows = [(f"`{key}`", *keys[key], said) for key, said in meanings.items()]
            block = "keys-" + name.removeprefix("_").removeprefix("read_").lower()
            made[block] = table(("key", "value", "default", "meaning"), rows)
    return made


def _read_keys(module: ModuleType) -> dict[str, dict[str, tuple[str, str]]]:
    """Function -> key -> value and default, from the calls of ``Fields`` in a module's source."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        for call in ast.walk(node):
            read = _key_of(call, module)
            if read is not None:
                found.setdefault(node.name, {}).setdefault(read[0], read[1:])
    drawn = found.pop("_drawn", None)
    if drawn is not None:  # scenes and effects are read by one function
        found["_scene"] = found["_effect"] = drawn
    found.pop("_fallback", None)
    for reader, parts in _BESIDE.items():  # keys of theirs that have functions of their own
        if reader in found:
            found[reader] |= parts
    for name in ("_values_by_address", "read_preset"):
        found.pop(name, None)
    return found


_PART = ("a number or a word", "none")
_STEPS = ("a list of tables", "none")
_BESIDE: dict[str, dict[str, tuple[str, str]]] = {
    "_route": {"component": _PART, "fallback": _PART, "shape": _STEPS},
    "_feedback": {"component": _PART, "from_component": _PART, "shape": _STEPS},
}


def _key_of(call: ast.AST, module: ModuleType) -> tuple[str, str, str] | None:
    """Key, value in words and default of one call such as ``fields.number("fade", 2.0, 0.0, HOUR)``."""
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
        return None
    method = call.func.attr
    named = isinstance(call.func.value, ast.Name) and call.func.value.id == "fields"
    if not named or method not in _READERS or not call.args:
        return None
    from installation.show.fields import REQUIRED, Fields

    key = call.args[0]
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
        return None
    named_too = {str(one.arg): one.value for one in call.keywords}
    bound = inspect.signature(getattr(Fields, method)).bind(None, *call.args, **named_too)
    given = {
        name: _value(node, module) for name, node in bound.arguments.items() if isinstance(node, ast.expr)
    }
    default = given.get("default", None if method in ("words", "table_of", "addressed") else REQUIRED)
    shown = "required" if default is REQUIRED else "none" if default is None else _plain(default)
    return key.value, _kind(method, given), shown


def _value(node: ast.expr, module: ModuleType) -> Any:
    """The value of an argument: a literal, a constant of the module, or a product of these."""
    if isinstance(node, ast.Name) and hasattr(module, node.id):
        return getattr(module, node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _value(node.left, module) * _value(node.right, module)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return _SPOKEN.get(ast.unparse(node), ast.unparse(node))


_SPOKEN = {
    "folder.name": "the folder's name",
    "document.path.stem": "the file's name",
    "next(iter(self.scenes), '')": "the first scene",
    "name": "the id",
    "names[0] if names else STATES[0]": "the first state",
    "level": "the level",
}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(f'{one:g}' for one in value)}]`"
    if isinstance(value, float | int):
        return f"`{value:g}`"
    return value if value in _SPOKEN.values() else f'`"{value}"`'


def _kind(method: str, given: Mapping[str, Any]) -> str:
    low, high = given.get("minimum"), given.get("maximum")
    area = f" {low:.12g}..{high:.12g}" if low is not None and high is not None else ""
    if given.get("choices"):
        words = ", ".join(f"`{word}`" for word in given["choices"])
        return f"list of {words}" if method == "words" else words
    plain = {"text": "text", "texts": "list of texts", "address": "address", "point": "address"}
    plain |= {"flag": "`true` or `false`"}
    plain |= {"table_of": "a table", "addressed": "a table"}
    if method in plain:
        return plain[method]
    if method == "numbers":
        count = given["count"]
        return f"{count if isinstance(count, int) else 'list of'} numbers{area}"
    return ("number" if method == "number" else "whole number") + area


def adapter_tables() -> dict[str, str]:
    """One table for each adapter that ships, from its settings and their docstring."""
    from installation.devices.adapters import kinds

    made = {}
    for kind, point in sorted(kinds().items()):
        if point.value.startswith("hardware."):
            made[f"adapter-{kind}"] = _settings(point.load().Settings)
    from installation.contract import UniverseSpan

    return made | {"adapter-send": _settings(UniverseSpan)}


def _settings(settings: type[msgspec.Struct]) -> str:
    fields = msgspec.structs.fields(settings)
    meanings = _attributes(inspect.getdoc(settings) or "")
    rows = []
    for one in fields:
        default = "required" if one.required else _toml(one.default)
        kind = _typed(msgspec.inspect.type_info(one.type))
        rows.append((f"`{one.encode_name}`", kind, default, meanings[one.name]))
    return table(("setting", "value", "default", "meaning"), rows) if rows else "It takes no settings."


def _attributes(doc: str) -> dict[str, str]:
    """The entries below ``Attributes:`` of a Google-style docstring."""
    entries: dict[str, str] = {}
    names: list[str] = []
    for line in doc.partition("Attributes:\n")[2].splitlines():
        found = re.match(r" {4}(\w+(?:, \w+)*): (.*)", line)
        if found:
            names = found[1].split(", ")
            entries |= dict.fromkeys(names, found[2])
        elif line.strip():
            entries |= {name: f"{entries[name]} {line.strip()}" for name in names}
    return {name: text.replace("``", "`") for name, text in entries.items()}


def _typed(info: Any) -> str:
    kind = type(info).__name__
    if kind == "LiteralType":
        return ", ".join(f"`{word}`" for word in info.values)
    if kind == "UnionType":
        return _typed(info.types[0])
    if kind in ("VarTupleType", "ListType"):
        inner = "tables, see `send`" if type(info.item_type).__name__ == "StructType" else "texts"
        return f"list of {inner}"
    words = {
        "StrType": "text", "BoolType": "`true` or `false`", "IntType": "whole number", "FloatType": "number",
        "UUIDType": "UUID",
    }  # fmt: skip
    low, high = getattr(info, "ge", None), getattr(info, "le", None)
    area = "" if low is None else f" {low:.12g}..{high:.12g}" if high is not None else f" from {low:g}"
    return words[kind] + area


def _toml(value: Any) -> str:
    if value is None or value in ("", ()):
        return "none"
    return (
        f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{msgspec.json.encode(value).decode()}`"
    )
