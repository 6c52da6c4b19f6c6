"""Hot reload: applies a file edited while the show plays between two frames, or reports why it cannot.

Files are read, parsed and checked in a thread (``edit_reader``), one edit after the other, while the show
runs; a frame then applies the result. Only OpenGL has to compile on the main thread: one pass of a shader per
frame, before any of the edit is applied. The time it took is logged.
"""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from installation.errors import FilesError, ShowError
from installation.ipc.link import StageLink
from installation.logs import tell_findings
from installation.player.player import Player
from installation.player.production import Production, watched
from installation.show.excerpt import shorten
from installation.show.model import Show
from installation.show.watch import Watch
from installation.stage.edits.edit_reader import Edit, Reader, Repatched
from installation.stage.hud import Hud
from installation.values import Finding, Seconds, Where

__all__ = ["HotReload"]

log = logging.getLogger(__name__)

_TOLD: Final = 8
"""Most findings of one edit that are logged; the rest are counted."""
_KEPT: Final = 50
"""Most findings of one edit that are kept for display."""
_PATIENCE: Final[Seconds] = 0.5
"""Seconds after which a compilation is abandoned if the shader has been edited again."""
_MOST_GIVEN_UP: Final = 3
"""Most consecutive abandoned compilations: a file that is saved all the time must be applied eventually."""
_REST: Final[Seconds] = 0.25
"""Least seconds between two reloads of a file: a program that saves all the time must not stop the show."""


@dataclass(slots=True)
class _Compiling:
    """An edit whose shaders are being compiled, between frames.

    Attributes:
        path: The edited file.
        steps: Compiles one pass at each step.
        seconds: Total duration of the steps.
        frames: Number of steps, one per frame.
    """

    path: Path
    steps: Generator[None, None, None]
    seconds: Seconds = 0.0
    frames: int = 0


class HotReload:
    """Applies edited files to the running show.

    Args:
        player: The running player.
        production: What it played at the start. If it only stands in for files with errors, nothing is read.
        read: Reads the show again, in another thread. Raises FilesError.
        link: Link to the keeper, which holds the quarantine.
        hud: Displays errors and notes.
        watch: Reports edited files.
        repatch: Applies the lamps of an edited venue.
        at_once: Whether a reload command is carried out in the frame in which it arrives, as replays need.

    Attributes:
        watch: The watch in use; it is replaced when the set of files changes.
        rest: Seconds between two reloads of the same file; what is saved in between is one edit.
    """

    def __init__(
        self,
        player: Player,
        production: Production,
        read: Callable[[], Show],
        link: StageLink | None,
        hud: Hud,
        watch: Watch,
        *,
        at_once: bool = False,
        repatch: Callable[[Repatched], None] = lambda _hung: None,
    ) -> None:
        self._player = player
        self._repatch = repatch
        self._production = production
        self._hud = hud
        self._at_once = at_once
        self.watch = watch
        self.rest = _REST
        self._reader = Reader(player, production, read, link)
        self._thread = ThreadPoolExecutor(1, "edits")
        self._files = self._watched()
        self._waiting: set[Path] = set()
        self._again: set[Path] = set()
        self._astray = False
        self._taken: dict[Path, Seconds] = {}
        self._compiling: _Compiling | None = None
        self._given_up = 0
        self._job: tuple[Path, Future[Edit]] | None = None
        self._ready: dict[Path, Future[Edit]] = {}
        self._moving: Future[Watch] | None = None

    @property
    def busy(self) -> bool:
        """Whether an edit has not been applied yet."""
        return bool(self._waiting or self._job or self._ready or self._moving or self._astray)

    def changed(self, now: Seconds) -> Sequence[Path]:
        """Return files whose edits have been read and are ready for ``take``, each once. Never waits.

        Args:
            now: Monotonic seconds.
        """
        news = self.watch.changed()
        if self._production.stands_in:
            return sorted(news)
        if not (news or self.busy):
            return ()
        self._hear(news)
        if self._moving is not None and self._moving.done():
            self._follow(self._moving)
        if self._job is not None:
            path, job = self._job
            if not job.done():
                return ()
            self._job = None
            self._ready[path] = job
            update = job.result().update if job.exception() is None else None
            self._compiling = _Compiling(path, self._player.precompile(update) if update else _nothing())
        if self._compiling is not None and self._outdated(self._compiling):
            self._give_up(self._compiling)
        if self._compiling is not None:
            return self._compile(self._compiling)
        if self._astray and not self._ready:
            self._astray = False
            self._doubt()
        following = self._next(now)
        if following is not None:
            subject, touched = self._reader.gather(following, self._waiting)
            self._waiting -= touched
            self._taken[subject] = now
            self._job = following, self._thread.submit(self._reader.read, following, touched)
        return ()

    def _compile(self, compiling: "_Compiling") -> Sequence[Path]:
        """Compile at most one pass of a shader. Returns the file when all passes are compiled."""
        began = time.perf_counter()
        try:
            more = next(compiling.steps, self) is None
        except Exception:  # the error is found again and reported when the edit is applied
            log.exception("%s: compiling it in the background failed", compiling.path.name)
            more = False
        self._player.quarantine.done()
        compiling.seconds += time.perf_counter() - began
        if more:
            compiling.frames += 1
            return ()
        self._compiling = None
        self._given_up = 0
        if compiling.frames:
            took = compiling.seconds * 1e3
            log.info("%s: compiled in %.0f ms of %d frames", compiling.path.name, took, compiling.frames)
        return (compiling.path,)

    def _outdated(self, compiling: "_Compiling") -> bool:
        """Whether the shader being compiled was edited again, and the compilation has taken long already."""
        if not self._waiting or compiling.seconds < _PATIENCE or self._given_up >= _MOST_GIVEN_UP:
            return False
        update = self._ready[compiling.path].result().update
        shaders = (*update.shaders.values(), *update.effects.values()) if update else ()
        files = {file for shader in shaders for file in shader.files}
        subject = self._reader.subject(compiling.path)
        return any(self._reader.subject(one) == subject or one in files for one in self._waiting)

    def _give_up(self, compiling: "_Compiling") -> None:
        """Abandon a compilation; the file is read again, including later edits."""
        log.info("%s: edited again after %.1f s of compiling", compiling.path.name, compiling.seconds)
        compiling.steps.close()
        self._player.forget()
        self._compiling = None
        self._given_up += 1
        del self._ready[compiling.path]
        self._waiting.add(compiling.path)
        self._taken.pop(self._reader.subject(compiling.path), None)

    def take(self, path: Path) -> None:
        """Apply one edited file; one that has not been read yet is read, then returned by ``changed``."""
        job = self._ready.pop(path, None)
        if job is None and not self._at_once:
            self._waiting.add(path)
            return
        began = time.perf_counter()
        try:
            edit = job.result() if job is not None else self._reader.read(path, frozenset({path}))
            if edit.base is not self._player.show:  # a preset was saved meanwhile, after this was read
                self._waiting.add(path)
                return
            if edit.update is not None:
                self._player.take(edit.update)
            if edit.repatched is not None:
                self._repatch(edit.repatched)
                self._reader.taken(edit.repatched)
                self._production = replace(self._production, venue=edit.repatched.venue)
        except FilesError as error:
            self._refuse(path, error)
        except Exception as error:  # the last good version goes on, whatever the error is
            log.exception("%s: cannot be applied", path)
            message = f"cannot be applied: {type(error).__name__}: {str(error)[:200]}"
            hint = "this is a bug; please report it with the file"
            self._refuse(path, ShowError([Finding(Where(str(path)), message, hint)]))
        else:
            self._again.discard(edit.subject)
            self._hud.mended(edit.subject)
            if edit.update is not None:
                self._doubt()
            if edit.note:
                self._hud.notices[edit.subject] = edit.note
                log.warning("%s", edit.note)
            if edit.update is not None or edit.repatched is not None:
                took = (time.perf_counter() - began) * 1e3
                log.info(
                    "%s: read in the background in %.0f ms, applied in %.0f ms of a frame",
                    path.name,
                    edit.seconds * 1e3,
                    took,
                )
        finally:
            self._player.quarantine.done()
        self._watch_anew()

    def close(self) -> None:
        """Stop watching and reading."""
        self._compiling = None
        self._thread.shutdown()
        self.watch.close()
        if self._moving is not None:
            _close(self._moving)

    def _next(self, now: Seconds) -> Path | None:
        """Return what to read next: in order, except for files that were reloaded a moment ago."""
        for path in sorted(self._waiting):
            last = self._taken.get(self._reader.subject(path))
            if last is None or now - last >= self.rest:
                return path
        return None

    def _hear(self, news: Iterable[Path]) -> None:
        """Handle changed files: those of the show are read, others may be what a broken one lacked."""
        known = frozenset(news).intersection(self._files)
        self._astray = self._astray or len(known) < len(frozenset(news))
        self._waiting |= known
        self._again -= {self._reader.subject(path) for path in known}

    def _doubt(self) -> None:
        """Queue broken files to be read again, since another file has changed."""
        for subject in self._hud.broken:
            path = subject / "show.toml" if subject == self._player.show.folder else subject
            if path not in self._waiting:
                self._again.add(subject)
                self._waiting.add(path)

    def _refuse(self, path: Path, error: FilesError) -> None:
        subject = self._reader.subject(path)
        mistakes = [
            (
                Path(one.where.file),
                f"{shorten(one.where)}: {one.message}" + (f"; {one.hint}" if one.hint else ""),
            )
            for one in error.findings[:_KEPT]
        ]
        known = subject in self._again and self._hud.broken.get(subject) == mistakes
        self._again.discard(subject)
        self._hud.broken[subject] = mistakes
        if known:
            return
        tell_findings(log, error.findings[:_TOLD])  # one missing name may be used in a hundred places
        if len(error.findings) > _TOLD:
            log.error("and %d more; `photophore check %s` shows all", len(error.findings) - _TOLD, subject)

    def _watched(self) -> tuple[Path, ...]:
        shaders = (*self._player.shaders.values(), *self._player.effects.values())
        files = watched(self._player.show, shaders, self._production.venue)
        mistaken = {file for mistakes in self._hud.broken.values() for file, _ in mistakes}
        beside = {file.parent for file in mistaken if file.is_absolute() and file.is_file()}
        return tuple(sorted({*files, *beside}))

    def _watch_anew(self) -> None:
        """Watch another set of files, if it has changed. The old watch stays open until the new one works."""
        files = self._watched()
        if files != self._files:
            self._files = files
            if self._moving is not None:
                self._thread.submit(_close, self._moving)
            self._moving = self._thread.submit(Watch, files)

    def _follow(self, made: Future[Watch]) -> None:
        self._moving = None
        if made.exception() is not None:  # e.g. the system's limit of watches is reached: keep the old watch
            log.error("edits of some files will not be noticed: %s", made.exception())
            return
        watch = made.result()
        self._hear(self.watch.changed())
        self._thread.submit(self.watch.close)
        self.watch = watch


def _nothing() -> Generator[None, None, None]:
    yield from ()


def _close(made: "Future[Watch]") -> None:
    """Close a watch that is not used any more."""
    if made.exception() is None:
        made.result().close()
