"""What a run stores in the state folder, in two slots with checksums: marks, and places of rest."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from installation import paths
from installation.bodies import Bodies
from installation.ipc.options import StageOptions
from installation.ipc.state_file import StateFile
from installation.player.player import Player
from installation.player.room.marks import BoundMarks
from installation.share.marks import Marks
from installation.values import Seconds

__all__ = ["MarksFile", "RestsFile", "run_memory"]

_EVERY: Final[Seconds] = 300.0
"""Seconds between two saves of resting places."""


def run_memory(options: StageOptions, player: Player, rests: bool) -> Callable[[Seconds], None]:
    """Load what an earlier run has stored, and return a function that saves it, given monotonic seconds.

    Previews, performances and fallbacks store nothing.
    """
    if options.mode != "run" or rests:
        return lambda _now: None
    folder = paths.state_folder()
    marks = MarksFile(folder, player.show.name, player.room.marks)
    places = RestsFile(folder, player.room.tracks.bodies)

    def keep(now: Seconds) -> None:
        """Save marks and resting places where that is due; ``now`` is in monotonic seconds."""
        marks.keep()
        places.keep(now)

    return keep


class RestsFile:
    """Loads where people rested, and saves it every five minutes: positions and ages, no personal data.

    Args:
        folder: State folder.
        bodies: Holds the places.
        now: Source of Unix seconds: places also age while nothing runs.
    """

    def __init__(self, folder: Path, bodies: Bodies, now: Callable[[], float] = time.time) -> None:
        self._file = StateFile(folder, "rests")
        self._bodies = bodies
        self._now = now
        bodies.remember(_places(self._file.load(), now()))
        self._due: Seconds = 0.0

    def keep(self, monotonic: Seconds) -> None:
        """Save if it is due; ``monotonic`` is the present time in seconds."""
        if monotonic < self._due:
            return
        first, self._due = self._due == 0.0, monotonic + _EVERY
        if not first:
            places = [[round(x, 3), round(y, 3), round(age)] for x, y, age in self._bodies.places]
            self._file.save({"at": self._now(), "places": places})


def _places(saved: Mapping[str, Any], now: float) -> list[tuple[float, float, Seconds]]:
    """Read saved places; invalid entries are left out."""
    at, places = saved.get("at"), saved.get("places")
    if not isinstance(at, int | float) or not isinstance(places, list):
        return []
    passed = max(now - at, 0.0)
    return [
        (float(one[0]), float(one[1]), float(one[2]) + passed)
        for one in places
        if isinstance(one, list) and len(one) == 3 and all(isinstance(part, int | float) for part in one)
        if 0.0 <= one[0] <= 1.0 and 0.0 <= one[1] <= 1.0 and one[2] >= 0.0
    ]


class MarksFile:
    """Loads the marks of a show, and saves them whenever there is a new one.

    Args:
        folder: State folder; if it is read-only, marks last as long as the process.
        show: Name of the show; marks of other shows are kept in the same file.
        marks: The marks.
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
        """Save new marks; cheap if there are none."""
        if self._marks.version != self._version:
            self._version = self._marks.version
            self._all[self._show] = self._marks.marks.text()
            self._file.save(self._all)
