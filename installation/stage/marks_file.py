"""The marks of a run in the state folder: two slots with checksums, written when one is left."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from installation import paths
from installation.ipc.options import StageOptions
from installation.ipc.state_file import StateFile
from installation.player.player import Player
from installation.player.room.marks import BoundMarks
from installation.share.marks import Marks

__all__ = ["MarksFile", "marks_of"]


def marks_of(options: StageOptions, player: Player, rests: bool) -> "MarksFile":
    """The marks of a show that runs; previews and performances, and what stands in for a show, leave none."""
    keeps = options.mode == "run" and not rests
    return MarksFile(paths.state_folder() if keeps else None, player.show.name, player.marks)


class MarksFile:
    """Loads the marks of a show, and saves them whenever there is a new one.

    Args:
        folder: State folder; it may be read-only, then marks last as long as the process. None keeps nothing.
        show: Name of the show; those of other shows are kept beside it.
        marks: Whose marks.
    """

    def __init__(self, folder: Path | None, show: str, marks: BoundMarks) -> None:
        self._file = StateFile(folder, "marks") if folder else None
        self._show = show
        self._marks = marks
        self._all: dict[str, str] = {}
        saved: Mapping[str, Any] = self._file.load() if self._file else {}
        for name, text in saved.items():
            if isinstance(text, str):
                self._all[name] = text
        if show in self._all:
            marks.remember(Marks.of_text(self._all[show]))
        self._version = marks.version

    def keep(self) -> None:
        """Save what is new; cheap where nothing is."""
        if self._file is not None and self._marks.version != self._version:
            self._version = self._marks.version
            self._all[self._show] = self._marks.marks.text()
            self._file.save(self._all)
