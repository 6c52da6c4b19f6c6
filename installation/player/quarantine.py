"""Which shader would be to blame: a note that outlives us.

A shader can take the whole process with it, or make the driver hang. So before a file is compiled, and while
its first frames are shown, its name stands in the shared memory. If the stage dies then, the keeper puts the
file in quarantine until it is edited.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from installation import isf

__all__ = ["FRAMES", "Probation", "passing", "resting"]

FRAMES = 60
"""Frames that a file must survive."""


class Probation:
    """Keeps the note true.

    Args:
        note: Writes the name of the one file that is on probation; None for nobody.
    """

    def __init__(self, note: Callable[[Path | None], None]) -> None:
        self._note = note
        self._left: dict[Path, int] = {}
        self._noted: Path | None = None

    def loading(self, path: Path) -> None:
        """This file is about to be compiled."""
        self._left[path] = FRAMES
        self._say(path)

    @property
    def over(self) -> bool:
        """Whether no file is on probation any more: then ``showing`` need not be called."""
        return not self._left and self._noted is None

    def showing(self, paths: Iterable[Path]) -> None:
        """A frame is about to be drawn from these files."""
        doubtful = None
        for path in paths:
            left = self._left.get(path, 0)
            if left > 1:
                self._left[path] = left - 1
            elif left:
                del self._left[path]
            if left > 0:
                doubtful = doubtful or path
        self._say(doubtful)

    def _say(self, path: Path | None) -> None:
        if path != self._noted:
            self._noted = path
            self._note(path)


def resting(shader: isf.Shader) -> isf.Shader:
    """What stands where a shader in quarantine stood. It has the same inputs, so the show's files fit it."""
    rest = isf.shipped("patterns", "rest")
    return replace(rest, inputs=shader.inputs)


def passing(shader: isf.Shader) -> isf.Shader:
    """What stands where an effect in quarantine stood: the picture as it is, with the same inputs."""
    untouched = isf.shipped("patterns", "pass")
    return replace(untouched, inputs=shader.inputs)
