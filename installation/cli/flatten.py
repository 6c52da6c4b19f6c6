"""``photophore flatten``: one self-contained shader file on stdout."""

from pathlib import Path

from installation import isf

__all__ = ["flatten"]


def flatten(shader: Path) -> int:
    """Print the shader with every include in its place, so that any ISF host can open it."""
    print(isf.flatten(shader), end="")
    return 0
