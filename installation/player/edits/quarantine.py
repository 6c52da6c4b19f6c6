"""Marks the shader in use, so that a crash or hang can be attributed to it.

A shader can crash the process or hang the driver. Its name is therefore written to shared memory while it is
compiled and while its first frames are drawn, and cleared otherwise. If the stage crashes or hangs while a
name is set, the keeper quarantines that file until it is edited.
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
"""Frames that a file must survive before it is no longer marked."""


class Quarantine:
    """Maintains the mark.

    Args:
        note: Writes the mark of the shader that is compiled or drawn; None clears it.
    """

    def __init__(self, note: Callable[[Note | None], None]) -> None:
        self._note = note
        self._left: dict[Path, int] = {}
        self._marks: dict[Path, str] = {}
        self._noted: Note | None = None
        self._well = self._compiled = False

    def loading(self, shader: isf.Shader) -> None:
        """Mark a shader that is about to be compiled."""
        self._well = False
        self._left[shader.path] = FRAMES
        self._marks[shader.path] = mark_of(shader)
        self._say(Note(str(shader.path), self._marks[shader.path]))

    def compiling(self, shader: isf.Shader) -> None:
        """Mark a file while one of its passes is compiled; it is not on probation for that."""
        if shader.path not in self._marks:
            self._marks[shader.path] = mark_of(shader)
        self._compiled = True
        self._say(Note(str(shader.path), self._marks[shader.path]))

    @property
    def settled(self) -> bool:
        """Whether all that is drawn now has survived its first frames, and this frame compiled none.

        Scenes and effects that have not been shown yet do not count: some are never shown.
        """
        return self.passed or (self._well and not self._compiled)

    @property
    def passed(self) -> bool:
        """Whether every file has survived its first frames; then ``showing`` need not be called."""
        return not self._left

    @property
    def noted(self) -> bool:
        """Whether a shader is marked now."""
        return self._noted is not None

    def showing(self, paths: Iterable[Path]) -> None:
        """Mark the files that the next frame is drawn from, if any is still new."""
        doubtful = None
        for path in paths:
            left = self._left.get(path, 0)
            if left > 1:
                self._left[path] = left - 1
            elif left:
                del self._left[path]
            if left > 0:
                doubtful = doubtful or path
        self._well, self._compiled = doubtful is None, False
        self._say(Note(str(doubtful), self._marks[doubtful], "drawn") if doubtful else None)

    def done(self) -> None:
        """Clear the mark: nothing is compiled or drawn now, so no shader can be at fault."""
        self._say(None)

    def _say(self, note: Note | None) -> None:
        if note != self._noted:
            self._noted = note
            self._note(note)


def mark_of(shader: isf.Shader) -> str:
    """Return a digest of the complete source, including includes and the vertex shader.

    It is computed from the text that was read, not from the file, which may have been saved again since.
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
    """Return the quarantined files of a show and the reasons, for ``status``.

    Args:
        show: The show.
        drawn: The shaders in actual use for its scenes and effects, by name.
        link: Link to the keeper, which knows the reasons.
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
    """Return the placeholder for a quarantined scene. It has the same inputs, so the show's files match."""
    rest = isf.shipped("patterns", "rest")
    return replace(rest, inputs=shader.inputs)


def passing(shader: isf.Shader) -> isf.Shader:
    """Return the placeholder for a quarantined effect: the unchanged picture, with the same inputs."""
    untouched = isf.shipped("patterns", "pass")
    return replace(untouched, inputs=shader.inputs)
