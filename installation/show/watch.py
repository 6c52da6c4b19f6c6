"""Tells which files changed on disk. One thread waits; the frame only empties a queue."""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from installation.paths import real

__all__ = ["Watch"]

logger = logging.getLogger(__name__)

DEBOUNCE_MS = 50
"""An editor that writes, renames and touches counts as one change."""

STEP_MS = 20
"""How soon after the last change, or after ``close``, the thread wakes."""

_NOTHING: Final[frozenset[Path]] = frozenset()

_Stamp: TypeAlias = tuple[int, int, int] | None
"""By what a file is known to be another: its number, length and time; None when it is not there."""


class Watch:
    """Collects changes of files until it is closed.

    Editors replace a file rather than write into it, so it is the folders that are watched. What changes
    between the making of this object and the moment at which the system really watches is told, too. Where a
    folder itself is replaced, as some programs that copy do, the new one is followed.

    Args:
        paths: Files, or folders whose own files (not those further down) count. What does not exist yet
            counts as soon as it appears in a folder that exists.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._queue: SimpleQueue[Path] = SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        given = [real(path) for path in paths]
        self._folders = {path for path in given if path.is_dir()}
        self._files = set(given) - self._folders
        roots = {root for root in self._folders | {file.parent for file in self._files} if root.is_dir()}
        if roots:
            arguments = (sorted(roots), {file: _stamp(file) for file in self._files})
            self._thread = threading.Thread(target=self._run, args=arguments, name="watch", daemon=True)
            self._thread.start()

    def changed(self) -> frozenset[Path]:
        """Every file that changed since the last call. Never waits."""
        return _NOTHING if self._queue.empty() else frozenset(self._drain())

    def wait(self, timeout: float) -> frozenset[Path]:
        """Like ``changed``, but waits up to ``timeout`` seconds for the first."""
        try:
            first = self._queue.get(timeout=timeout)
        except Empty:
            return frozenset()
        return frozenset({first, *self._drain()})

    def close(self) -> None:
        """Stop watching; the thread is gone when this returns. Harmless twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _drain(self) -> Iterator[Path]:
        while True:
            try:
                yield self._queue.get_nowait()
            except Empty:
                return

    def _run(self, roots: list[Path], stamps: Mapping[Path, _Stamp]) -> None:
        for polling in (False, True):
            try:
                while not self._follow(roots, stamps, polling=polling):
                    stamps = dict.fromkeys(self._files)  # whatever is there now is another file
            except (OSError, RuntimeError) as error:
                # The system's limit of watches is a setting of the machine, not a fault of the show.
                logger.warning("files are looked at by polling, because they cannot be watched: %s", error)
            else:
                return

    def _follow(self, roots: list[Path], stamps: Mapping[Path, _Stamp], *, polling: bool) -> bool:
        """Follow until it is closed, or a folder is another one: the system goes on watching the old one.

        Returns:
            Whether it was closed.
        """
        import watchfiles  # here, in the thread: whoever watches need not wait for it

        followed = [_number(root) for root in roots]
        changes = watchfiles.watch(
            *roots,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=self._stop,
            rust_timeout=500,
            raise_interrupt=False,
            force_polling=polling,
            recursive=False,
            yield_on_timeout=True,
        )
        for change in changes:
            for file, stamp in stamps.items():  # once: it watches now
                if _stamp(file) != stamp:
                    self._queue.put(file)
            stamps = {}
            for _, name in change:
                path = Path(name)
                if path in self._files or path.parent in self._folders:
                    self._queue.put(path)
            if not change and any(
                _number(root) not in (None, one) for root, one in zip(roots, followed, strict=True)
            ):
                return False
        return True


def _number(folder: Path) -> int | None:
    """By what a folder is known to be another; None when it is not there."""
    stamp = _stamp(folder)
    return stamp[0] if stamp is not None else None


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
