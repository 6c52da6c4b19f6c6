"""Watches files for changes. A background thread waits; the frame only empties a queue."""

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
"""Debounce time: an editor's write, rename and touch count as one change."""

STEP_MS = 20
"""Maximum delay until the thread notices the last change, or ``close``."""

_NOTHING: Final[frozenset[Path]] = frozenset()

_Stamp: TypeAlias = tuple[int, int, int] | None
"""Identity of a file: its inode, size and time; None if it does not exist."""


class Watch:
    """Collects changes of files until it is closed.

    Editors replace files rather than write into them, so the folders are watched. Changes between the
    creation of
    this object and the start of actual watching are reported, too. If a folder itself is replaced, as some
    copy
    programs do, the new one is watched.

    Args:
        paths: Files, or folders whose direct files are watched. A path that does not exist yet is reported
        once
            it appears in an existing folder.
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
        """Return all files that changed since the last call. Does not block."""
        return _NOTHING if self._queue.empty() else frozenset(self._drain())

    def wait(self, timeout: float) -> frozenset[Path]:
        """Like ``changed``, but waits up to ``timeout`` seconds for the first."""
        try:
            first = self._queue.get(timeout=timeout)
        except Empty:
            return frozenset()
        return frozenset({first, *self._drain()})

    def close(self) -> None:
        """Stop watching and wait for the thread to end. Safe to call twice."""
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
                    stamps = dict.fromkeys(self._files)  # the folder was replaced, and all its files
            except (OSError, RuntimeError) as error:
                # The system's watch limit is a setting of the machine, not an error of the show.
                logger.warning("polling files for changes, because they cannot be watched: %s", error)
            else:
                return

    def _follow(self, roots: list[Path], stamps: Mapping[Path, _Stamp], *, polling: bool) -> bool:
        """Watch until closed, or until a folder is replaced: the system would keep watching the old one.

        Returns:
            Whether it was closed.
        """
        import watchfiles  # imported in the thread, so that the caller need not wait

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
            for file, stamp in stamps.items():  # once, when watching has started
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
    """Return the identity of a folder; None if it does not exist."""
    stamp = _stamp(folder)
    return stamp[0] if stamp is not None else None


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
