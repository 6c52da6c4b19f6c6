"""Files that a stage writes: recordings of all input, and screenshots."""

import contextlib
import errno
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from installation import paths
from installation.commands import COMMANDS
from installation.errors import ShowError
from installation.player.inbox import Entry
from installation.signal.record import record_line
from installation.values import Command, Finding, Frame, Where

__all__ = ["Recorder"]

_LEFT_OUT = frozenset(one.name for one in COMMANDS.values() if not one.recorded)
"""Commands for windows and files, which are not part of the piece."""

_NOTE: Final = "recording"
"""File in the state folder that names what was begun by command, as long as it goes on."""
_MOST: Final = 1000
"""Recordings, or screenshots, of one name."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class Recorder:
    """Writes a recording while one is wanted. A disk error ends the recording, never the show.

    No file that is there is overwritten: it holds another night, or what an earlier stage recorded before it
    crashed. The next free name is taken, such as ``set-2.jsonl``.

    Args:
        path: File to record to from the first frame on; empty for none.
        part: Number of earlier stages in this run.

    A recording that was begun by command goes on after a crash, too; a note in the state folder says so.

    Raises:
        ShowError: The first recording cannot be written.
    """

    def __init__(self, path: str = "", part: int = 0) -> None:
        self._file: IO[str] | None = None
        self._note = paths.state_folder() / _NOTE
        if not part:
            self._forget()
        asked = self._begun() if part and not path else ""
        try:
            if asked:
                self.toggle(asked)
            elif path:
                self._begin(Path(path))
        except OSError as error:
            if not part:
                hint = "give --record a file in a folder that exists and may be written to"
                raise ShowError(
                    [Finding(Where(path), f"cannot be written: {error.strerror}", hint)]
                ) from None
            log.error("nothing is recorded: %s", error)

    @property
    def path(self) -> str:
        """The file that is being written; empty for none."""
        return self._file.name if self._file is not None else ""

    def note(self, frame: Frame, entries: Iterable[Entry]) -> None:
        """Write one frame's line."""
        if self._file is None:
            return
        try:
            kept = (one for one in entries if not (isinstance(one, Command) and one.verb in _LEFT_OUT))
            self._file.write(record_line(frame, kept) + "\n")
        except OSError as error:
            log.error("the recording ends here: %s", error)
            self.close()

    def toggle(self, path: str) -> str:
        """Start a recording, or end the current one; what of both, for who asked.

        Raises OSError if it cannot be written.
        """
        if self._file is not None:
            ended = f"the recording {self.path} has ended"
            log.info("%s", ended)
            self.close()
            self._forget()
            return ended
        wanted = Path(path)
        self._begin(wanted)
        try:
            self._note.write_text(str(wanted.resolve()), encoding="utf-8")
        except OSError as error:
            log.error("a crash would end the recording: %s", error)
        return f"recording to {self.path}"

    def screenshot(self, name: str, picture: NDArray[np.uint8]) -> None:
        """Save a picture in the state folder, named after the show and the second. Raises OSError."""
        folder = paths.state_folder() / "screenshots"
        folder.mkdir(exist_ok=True)
        with _first_free(folder / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.png", _created) as file:
            Image.fromarray(picture).save(file, "PNG")
        log.info("screenshot %s", file.name)

    def close(self) -> None:
        """End the recording. Harmless without one."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                log.error("the end of the recording is lost: %s", error)

    def _begun(self) -> str:
        """Return the file that a recording was begun with by command before a crash; empty for none."""
        try:
            return self._note.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _forget(self) -> None:
        try:
            self._note.unlink(missing_ok=True)
        except OSError as error:
            log.error("%s stays: %s", self._note, error)

    def _begin(self, wanted: Path) -> None:
        self._file = _opened(wanted)
        log.info("recording to %s", self.path)


def _opened(wanted: Path) -> IO[str]:
    """Open a recording; raises as ``_first_free``."""
    if not wanted.is_file() and wanted.exists():  # a device, or a folder: opening it says what is wrong
        return wanted.open("a", encoding="utf-8", buffering=1)
    # Line buffered: what was recorded before a crash is what matters.
    return _first_free(wanted, lambda path: path.open("x", encoding="utf-8", buffering=1))


def _created(path: Path) -> IO[bytes]:
    return path.open("xb")


def _first_free(wanted: Path, opened: Callable[[Path], T]) -> T:
    """Open the first name that no file has yet; what is written by another program meanwhile is one too.

    Raises OSError; FileExistsError where all are taken.
    """
    for number in range(1, _MOST):
        one = wanted.with_stem(f"{wanted.stem}-{number}") if number > 1 else wanted
        with contextlib.suppress(FileExistsError):
            return opened(one)
    raise FileExistsError(errno.EEXIST, f"{_MOST} files have that name; give another", str(wanted))
