"""Loads our full-screen shaders from ``shaders/post``, with their includes.

They are plain GLSL and not ISF, because their targets are fixed and not chosen by an author.
"""

from collections.abc import Mapping

from installation.isf.include import resolve
from installation.paths import shaders
from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen

__all__ = ["load", "source"]


def load(context: Context, name: str, defines: Mapping[str, int] | None = None) -> FullScreen:
    """Compile ``shaders/post/<name>.frag``.

    Args:
        context: The OpenGL context.
        name: File name without its suffix.
        defines: Integer constants that the file tests with ``#if``, by name.

    Raises:
        ShaderError: An include is missing or it does not compile.
    """
    return FullScreen(context, *source(name, defines))


def source(name: str, defines: Mapping[str, int] | None = None) -> tuple[str, str]:
    """Return the text of such a file with its includes and constants, and its path. Raises ShaderError."""
    path = shaders() / "post" / f"{name}.frag"
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    resolved = resolve(rest, path, (shaders(),), 2, marks=False)
    constants = "".join(f"#define {key} {value}\n" for key, value in (defines or {}).items())
    return f"{first}\n{constants}{resolved.text}", str(path)
