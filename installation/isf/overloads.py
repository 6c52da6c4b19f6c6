"""Functions of GLSL that an author defines once more, for other types.

Old drivers took ``int min(int a, int b)`` for one more of the kind. By the letter of GLSL it hides all
others, and the next ``min(0.1, 0.2)`` is an error. Where a text does not compile for that, the author's
function gets another name, and so do copies of the hidden ones that call them.
"""

import re
from collections.abc import Iterator
from typing import Final

from installation.isf.words import PREFIX

__all__ = ["forwards"]

_SIZES: Final = ("float", "vec2", "vec3", "vec4")

# T is each of the sizes, t is float; the first letter is what is returned.
_SHAPES: Final = {
    "T(T)": (
        "abs sign floor ceil fract sqrt inversesqrt exp exp2 log log2 sin cos tan asin acos atan radians "
        "degrees normalize"
    ),
    "T(T, T)": "min max mod pow atan reflect step",
    "T(T, t)": "min max mod",
    "T(t, T)": "step",
    "t(T)": "length",
    "t(T, T)": "distance dot",
    "T(T, T, T)": "mix clamp smoothstep",
    "T(T, T, t)": "mix",
    "T(T, t, t)": "clamp",
    "T(t, t, T)": "smoothstep",
}
_NAMES: Final = frozenset(name for names in _SHAPES.values() for name in names.split())
_DEFINED: Final = re.compile(
    r"\b(?:float|int|bool|[biu]?vec[234]|mat[234])[ \t]+(?P<name>" + "|".join(sorted(_NAMES)) + r")[ \t]*"
    r"\((?P<given>[^(){};]{0,300})\)\s{0,40}\{"
)
_QUALIFIERS: Final = frozenset({"in", "const", "highp", "mediump", "lowp", "inout", "out"})


def forwards(source: str) -> list[str]:
    """Lines that stand before a text which defines functions of GLSL for other types; else none."""
    own: dict[str, set[tuple[str, ...]]] = {}
    for match in _DEFINED.finditer(source):
        own.setdefault(match["name"], set()).add(_types(match["given"]))
    lines: list[str] = []
    for name, taken in sorted(own.items()):
        made: set[tuple[str, ...]] = set()
        for result, types in _signatures(name):
            if types in taken or types in made:
                continue
            made.add(types)
            given = ", ".join(f"{kind} a{index}" for index, kind in enumerate(types))
            passed = ", ".join(f"a{index}" for index in range(len(types)))
            lines.append(f"{result} {PREFIX}{name}({given}) {{ return {name}({passed}); }}")
    return [*lines, *(f"#define {name} {PREFIX}{name}" for name in sorted(own))]


def _signatures(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What GLSL's own function returns, and what it takes, for floats and vectors of them."""
    for shape, names in _SHAPES.items():
        if name not in names.split():
            continue
        result, _, types = shape.removesuffix(")").partition("(")
        for size in _SIZES:
            kinds = {"T": size, "t": "float"}
            yield kinds[result], tuple(kinds[one] for one in types.split(", "))


def _types(given: str) -> tuple[str, ...]:
    """The types of a function's parameters as they are written."""
    words = [[word for word in one.split() if word not in _QUALIFIERS] for one in given.split(",")]
    return tuple(one[0] for one in words if one)
