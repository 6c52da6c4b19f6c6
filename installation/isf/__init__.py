"""ISF 2 (Interactive Shader Format): headers, size expressions, includes, and the GLSL around a source.

Pure text; nothing here knows about OpenGL.
"""

from installation.isf.expression import Expression, ExpressionError
from installation.isf.reader import flatten, parse, parse_text, shipped
from installation.isf.shader import ROOM, Input, InputType, Pass, Shader

__all__ = [
    "ROOM",
    "Expression",
    "ExpressionError",
    "Input",
    "InputType",
    "Pass",
    "Shader",
    "flatten",
    "parse",
    "parse_text",
    "shipped",
]
