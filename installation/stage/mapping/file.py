"""Writes mappings into the venue file, in a thread: a disk may take its time."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from installation import paths
from installation.errors import FilesError, ShowError
from installation.parameter.preset import write_atomically
from installation.show.document import MAX_BYTES, parse
from installation.show.editing.displays import with_mapping
from installation.show.mapping import DisplayMapping
from installation.show.venues import read_venue
from installation.values import Finding, Where

__all__ = ["MappingFile"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Written:
    before: bytes
    after: bytes


class MappingFile:
    """The displays of a venue file.

    Args:
        path: The venue file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread: ThreadPoolExecutor | None = None
        self._jobs: list[Future[str]] = []
        self._history: list[_Written] = []

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return bool(self._jobs)

    def save(self, names: Sequence[str], mappings: Sequence[DisplayMapping]) -> None:
        """Write the mappings of all displays, in their order."""
        given = tuple(zip(names, mappings, strict=True))
        self._submit(lambda: self._save(given))

    def take_back(self) -> None:
        """Give the file the bytes that it had before it was saved last."""
        self._submit(self._take_back)

    def told(self) -> list[tuple[bool, str]]:
        """Return how finished jobs went: whether well, and what was done or why not. Never waits."""
        done = []
        while self._jobs and self._jobs[0].done():
            job = self._jobs.pop(0)
            error = job.exception()
            if error is None:
                log.info("%s", job.result())
                done.append((True, job.result()))
                continue
            reason = "; ".join(map(str, error.findings)) if isinstance(error, FilesError) else str(error)
            log.error("mapping not written: %s", reason)
            done.append((False, f"not written: {reason}"))
        return done

    def close(self) -> None:
        """Write what is left."""
        if self._thread is not None:
            self._thread.shutdown()
        self.told()

    def _submit(self, job: Callable[[], str]) -> None:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "venue file")
        self._jobs.append(self._thread.submit(job))

    def _save(self, given: Sequence[tuple[str, DisplayMapping]]) -> str:
        """Write them, in the thread; returns what was done. Raises FilesError or OSError."""
        if self._path.is_relative_to(paths.presets()):
            hint = f"copy it, then start with --venue my-{self._path.name}"
            raise ShowError([Finding(Where(str(self._path)), "this venue is part of the program", hint)])
        before = paths.read_bytes(self._path, MAX_BYTES)
        try:
            text = before.decode()
            for index, (name, mapping) in enumerate(given):
                text = with_mapping(text, index, name, mapping)
        except (LookupError, ValueError) as error:
            reason = str(error.args[0]) if error.args else str(error)
            raise ShowError(
                [Finding(Where(str(self._path)), reason, "mend the file, then save again")]
            ) from error
        findings: list[Finding] = []
        read_venue(parse(text, self._path), findings)
        if errors := [one for one in findings if one.severity == "error"]:
            raise ShowError(errors)  # a file is never replaced by one that a show could not start with
        if text.encode() == before:
            return f"{self._path.name} states this mapping already"
        write_atomically(self._path, text.encode())
        self._history.append(_Written(before, text.encode()))
        return f"mapping written to {self._path}"

    def _take_back(self) -> str:
        if not self._history:
            raise ShowError([Finding(Where(str(self._path)), "nothing was saved since the start", "")])
        last = self._history[-1]
        if paths.read_bytes(self._path, MAX_BYTES) != last.after:
            hint = "correct it there, or save again"
            raise ShowError([Finding(Where(str(self._path)), "it was edited since it was saved", hint)])
        write_atomically(self._path, last.before)
        self._history.pop()
        return f"the last save is taken back in {self._path}"
