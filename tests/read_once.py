"""Reads each shader that ships once in a process: tests open the show that ships many hundreds of times."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from installation import isf, paths

__all__ = ["once", "read_shipped_shaders_once"]

Stamp: TypeAlias = tuple[tuple[int, int, int], ...]


def read_shipped_shaders_once() -> None:
    """Let ``isf.parse`` give a shader that it has read before, as long as none of its files has changed."""
    isf.parse = once(isf.parse)  # type: ignore[assignment]  # asked for by this name everywhere


def once(parse: Callable[[Path], isf.Shader]) -> Callable[[Path], isf.Shader]:
    """The same function, which remembers what it has read of the shaders that ship."""
    shipped = paths.shaders().resolve()
    known: dict[Path, tuple[isf.Shader, Stamp]] = {}

    def read(path: Path) -> isf.Shader:
        if not path.is_relative_to(shipped) or paths.shaders().resolve() != shipped:
            return parse(path)  # a test wrote it, or looks for includes elsewhere
        if path not in known or known[path][1] != _stamp(known[path][0].files):
            shader = parse(path)
            known[path] = shader, _stamp(shader.files)
        return known[path][0]

    return read


def _stamp(files: tuple[Path, ...]) -> Stamp:
    """What changes with the content of these files."""
    found: list[tuple[int, int, int]] = []
    for file in files:
        try:
            said = file.stat()
        except OSError:
            found.append((-1, -1, len(found)))
            continue
        found.append((said.st_ino, said.st_mtime_ns, said.st_size))
    return tuple(found)
