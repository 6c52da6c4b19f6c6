"""Our own fullscreen shaders under ``shaders/post``: read once, with their library included.

They are plain GLSL and not ISF, because post, output and gather draw into targets that no author chooses.
"""

from collections.abc import Mapping

from installation.isf.include import resolve
from installation.paths import shaders
from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen

__all__ = ["load"]


def load(context: Context, name: str, defines: Mapping[str, int] | None = None) -> FullScreen:
    """Compile ``shaders/post/<name>.frag``.

    Args:
        context: Where it lives.
        name: File name without its suffix.
        defines: Names and whole numbers that the file tests with ``#if``.

    Raises:
        ShaderError: An include is missing or it does not compile.
    """
    path = shaders() / "post" / f"{name}.frag"
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    resolved = resolve(rest, path, (shaders(),), 2, marks=False)
    constants = "".join(f"#define {key} {value}\n" for key, value in (defines or {}).items())
    return FullScreen(context, f"{first}\n{constants}{resolved.text}", str(path))
