"""Which shader would be to blame: a note that outlives us.

A shader can take the whole process with it, or make the driver hang. So while a new file is compiled, and
while its first frames are drawn, its name stands in the shared memory; between these moments nobody's does.
If the stage crashes or hangs while a name stands there, the keeper puts that file in quarantine until it is
edited.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path

from installation import isf
from installation.ipc.link import StageLink
from installation.ipc.quarantine import Note
from installation.show.model import Show
from installation.status import QuarantineStatus

__all__ = ["FRAMES", "Quarantine", "at_rest", "mark_of", "passing", "resting"]

FRAMES = 60
"""Frames that a file must survive."""


class Quarantine:
    """Keeps the note true.

    Args:
        note: Writes the note of the one shader that is compiled or drawn; None for nobody's.
    """

    def __init__(self, note: Callable[[Note | None], None]) -> None:
        self._note = note
        self._left: dict[Path, int] = {}
        self._marks: dict[Path, str] = {}
        self._noted: Note | None = None

    def loading(self, shader: isf.Shader) -> None:
        """This shader is about to be compiled."""
        self._left[shader.path] = FRAMES
        self._marks[shader.path] = mark_of(shader)
        self._say(Note(str(shader.path), self._marks[shader.path]))

    @property
    def passed(self) -> bool:
        """Whether every file has survived its first frames: then ``showing`` need not be called."""
        return not self._left

    @property
    def noted(self) -> bool:
        """Whether a shader's name stands there now."""
        return self._noted is not None

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
        self._say(Note(str(doubtful), self._marks[doubtful], "drawn") if doubtful else None)

    def done(self) -> None:
        """Nothing is compiled or drawn now: what happens next is no shader's doing."""
        self._say(None)

    def _say(self, note: Note | None) -> None:
        if note != self._noted:
            self._noted = note
            self._note(note)


def mark_of(shader: isf.Shader) -> str:
    """A digest of what is compiled, includes and vertex shader with it; any edit of those changes it.

    Taken from what was read, not from the file: that may have been saved again since.
    """
    passes = [
        [getattr(value := getattr(one, part.name), "text", value) for part in fields(one)]
        for one in shader.passes
    ]
    parts = (shader.source, shader.vertex, shader.inputs, passes, shader.imported)
    return sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def at_rest(
    show: Show, drawn: Mapping[str, isf.Shader], link: StageLink | None
) -> tuple[QuarantineStatus, ...]:
    """Which files of a show rest because they took a stage down, and why, for ``status``.

    Args:
        show: Whose.
        drawn: What its scenes and effects are really drawn by, by their names.
        link: To the keeper, which knows why.
    """
    if link is None:
        return ()
    wanted = {name: one.shader for name, one in show.scenes.items()}
    wanted |= {name: one.shader for name, one in show.effects.items()}
    asleep = {
        path: link.why(path) for name, path in wanted.items() if name in drawn and drawn[name].path != path
    }
    return tuple(QuarantineStatus(path=str(path), reason=why) for path, why in asleep.items() if why)


def resting(shader: isf.Shader) -> isf.Shader:
    """What stands where a shader in quarantine stood. It has the same inputs, so the show's files fit it."""
    rest = isf.shipped("patterns", "rest")
    return replace(rest, inputs=shader.inputs)


def passing(shader: isf.Shader) -> isf.Shader:
    """What stands where an effect in quarantine stood: the picture as it is, with the same inputs."""
    untouched = isf.shipped("patterns", "pass")
    return replace(untouched, inputs=shader.inputs)
