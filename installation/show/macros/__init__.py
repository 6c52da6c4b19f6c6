"""Macros and trims of a show: their files, and the default set."""

from installation.show.macros.model import AUTHORED, MACRO, TRIM, End, MacroSpec, MacroTargetSpec, Offset
from installation.show.macros.read import macros_of, read_macros, shipped

__all__ = [
    "AUTHORED", "MACRO", "TRIM", "End", "MacroSpec", "MacroTargetSpec", "Offset", "macros_of", "read_macros",
    "shipped",
]  # fmt: skip
