"""What a run remembers in the state folder, in two slots with checksums: marks, and where people rested."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from installation.ipc.state_file import StateFile
from installation.player.room.marks import BoundMarks
from installation.share.marks import Marks
from installation.values import Seconds

__all__ = ["MarksFile", "RestsFile", "marks_of", "rests_of"]

_EVERY: Final[Seconds] = 300.0
"""Between two saves of resting places."""


class MarksFile:
    """Loads the marks of a show, and saves them whenever there is a new one.

    Args:
        folder: State folder; it may be read-only, then marks last as long as the process.
        show: Name of the show; those of other shows are kept beside it.
        marks: Whose marks.
    """

    def __init__(self, folder: Path, show: str, marks: BoundMarks) -> None:
        self._file = StateFile(folder, "marks")
        self._show = show
        self._marks = marks
        self._all: dict[str, str] = {}
        saved: Mapping[str, Any] = self._file.load()
        for name, text in saved.items():
            if isinstance(text, str):
                self._all[name] = text
        if show in self._all:
            marks.remember(Marks.of_text(self._all[show]))
        self._version = marks.version

    def keep(self) -> None:
        """Save what is new; cheap where nothing is."""
        if self._marks.version != self._version:
            self._version = self._marks.version
            self._all[self._show] = self._marks.marks.text()
            self._file.save(self._all)
