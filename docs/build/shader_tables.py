"""Tables of shaders: types of inputs, expressions, functions of the library, shipped transitions."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from docs.build.settings import table
from installation import paths

__all__ = ["shader_tables"]

_SIGNATURE = re.compile(r"^((?:vec[234]|float|uint|int) \w+\([^)]*\)) *\{", re.MULTILINE)


def shader_tables() -> dict[str, str]:
    """Tables of shaders and their language, by name."""
    return {
        "expressions": _expressions(),
        "input-types": _input_types(),
        "library": _library(),
        "transitions": _shipped_shaders("transitions"),
    }


def _input_types() -> str:
    from installation.isf import Input, header
    from installation.render.isf_host import inputs

    spoken: Mapping[str, Any] = vars(inputs)["_KINDS"]
    types: Mapping[str, Any] = vars(header)["_TYPES"]
    glsl = {"event": "bool", "long": "int", "point2D": "vec2", "color": "vec4"}
    rows = []
    for kind in dict.fromkeys(types.values()):
        count = Input("x", kind).components
        code = glsl.get(kind, kind) if count else "sampler2D"
        rows.append((f"`{kind}`", f"`{code}`", f"`{spoken[kind].value}`" if count else "none: a texture"))
    return table(("TYPE", "in GLSL", "parameter"), rows)


def _expressions() -> str:
    from installation.isf import expression

    known: Mapping[str, tuple[int, Callable[..., float]]] = vars(expression)["_FUNCTIONS"]
    by_count: dict[int, list[str]] = {}
    for name, (count, _) in known.items():
        by_count.setdefault(count, []).append(f"`{name}`")
    numbers = ("one number", "two numbers", "three numbers")
    rows = [(numbers[count - 1], ", ".join(names)) for count, names in sorted(by_count.items())]
    return table(("takes", "functions"), rows)


def _library() -> str:
    rows = []
    for path in sorted((paths.shaders() / "lib").glob("*.glsl")):
        found = _SIGNATURE.findall(path.read_text(encoding="utf-8"))
        rows.append((f"`lib/{path.name}`", ", ".join(f"`{one}`" for one in found)))
    return table(("file", "functions"), rows)


def _shipped_shaders(folder: str) -> str:
    from installation import isf

    files = sorted((paths.shaders() / folder).glob("*.fs"))
    rows = [(f"`{path.stem}`", isf.parse(path).description) for path in files]
    return table(("name", "what it shows"), rows)
