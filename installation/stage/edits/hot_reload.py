"""What to do when a file is edited while the show plays: take it over between two frames, or say why not.

Files are read, parsed and checked by a thread of their own (``edit_reader``), one edit after the other, while
the show goes on; the frame adopts what came of it. Only OpenGL has to compile on the main thread: one pass of
a shader a frame, before any of it is taken over. How long it took is logged.
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
"""Findings of one edit that the log tells; the rest are counted."""
_KEPT: Final = 50
"""Findings of one edit that are kept for people to see."""
_PATIENCE: Final[Seconds] = 0.5
"""A compilation that has taken longer is given up when what it compiles has been edited again."""
_MOST_GIVEN_UP: Final = 3
"""Compilations given up in a row: what is saved all the time must be taken over some time."""
_REST: Final[Seconds] = 0.25
"""The same file is taken over at most so often: a program that saves all the time must not stop the show."""


@dataclass(slots=True)
class _Compiling:
    """An edit whose shaders are being compiled, between frames.

    Attributes:
        path: The edited file.
        steps: Compiles one pass at each step.
        seconds: How long that took.
        frames: In how many steps.
    """

    path: Path
    steps: Generator[None, None, None]
    seconds: Seconds = 0.0
    frames: int = 0


class HotReload:
    """Takes edited files over.

    Args:
        player: What plays.
        production: What it played at the start. Where it only stands in for wrong files, nothing is read.
        read: Reads the show again, in another thread. Raises FilesError.
        link: To the keeper, which knows what is in quarantine.
        hud: Where people are told.
        watch: Tells of edited files.
        repatch: Takes the lamps of an edited venue over.
        at_once: Whether orders to reload are carried out in the frame that gives them, as a replay needs it.

    Attributes:
        watch: The one in use; it is replaced when the set of files changes.
        rest: Seconds between two edits of the same file; what is saved in between is one edit.
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
        """Whether something was edited that has not been taken over."""
        return bool(self._waiting or self._job or self._ready or self._moving or self._astray)

    def changed(self, now: Seconds) -> Sequence[Path]:
        """Files whose edits have been read and wait for ``take``, each once. Never waits.

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
        """One step: a pass of a shader at most. Returns the file when all is done."""
        began = time.perf_counter()
        try:
            more = next(compiling.steps, self) is None
        except Exception:  # what is wrong with it is found and said when it is taken over
            log.exception("%s: compiling it beside the show failed", compiling.path.name)
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
        """Whether what is being compiled was edited again, and has taken so long that this matters."""
        if not self._waiting or compiling.seconds < _PATIENCE or self._given_up >= _MOST_GIVEN_UP:
            return False
        update = self._ready[compiling.path].result().update
        shaders = (*update.shaders.values(), *update.effects.values()) if update else ()
        files = {file for shader in shaders for file in shader.files}
        subject = self._reader.subject(compiling.path)
        return any(self._reader.subject(one) == subject or one in files for one in self._waiting)

    def _give_up(self, compiling: "_Compiling") -> None:
        """Leave a compilation; the file is read again with what was edited meanwhile."""
        log.info("%s: edited again after %.1f s of compiling", compiling.path.name, compiling.seconds)
        compiling.steps.close()
        self._player.forget()
        self._compiling = None
        self._given_up += 1
        del self._ready[compiling.path]
        self._waiting.add(compiling.path)
        self._taken.pop(self._reader.subject(compiling.path), None)

    def take(self, path: Path) -> None:
        """Take one edited file over; one that has not been read will be, and comes back by ``changed``."""
        job = self._ready.pop(path, None)
        if job is None and not self._at_once:
            self._waiting.add(path)
            return
        began = time.perf_counter()
        try:
            edit = job.result() if job is not None else self._reader.read(path, frozenset({path}))
            if edit.base is not self._player.show:  # a preset was saved meanwhile: what was read lacks it
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
        except Exception as error:  # the last good version goes on, whatever is the matter
            log.exception("%s: cannot be taken over", path)
            message = f"cannot be taken over: {type(error).__name__}: {str(error)[:200]}"
            hint = "this is a fault of the program; please report it with the file"
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
                    "%s: read beside the show in %.0f ms, taken over in %.0f ms of a frame",
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
        """What to read next: in order, but for what was taken over a moment ago."""
        for path in sorted(self._waiting):
            last = self._taken.get(self._reader.subject(path))
            if last is None or now - last >= self.rest:
                return path
        return None

    def _hear(self, news: Iterable[Path]) -> None:
        """Files changed: those of the show are to be read, others may be what a broken one lacked."""
        known = frozenset(news).intersection(self._files)
        self._astray = self._astray or len(known) < len(frozenset(news))
        self._waiting |= known
        self._again -= {self._reader.subject(path) for path in known}

    def _doubt(self) -> None:
        """Read again what is broken: something else has changed."""
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
        lines = [str(finding) for finding in error.findings]
        for line in lines[:_TOLD]:  # one thing that is missing may be missed in a hundred places
            log.error("%s", line)
        if len(lines) > _TOLD:
            log.error("and %d more; `photophore check %s` shows all", len(lines) - _TOLD, subject)

    def _watched(self) -> tuple[Path, ...]:
        shaders = (*self._player.shaders.values(), *self._player.effects.values())
        files = watched(self._player.show, shaders, self._production.venue)
        mistaken = {file for mistakes in self._hud.broken.values() for file, _ in mistakes}
        beside = {file.parent for file in mistaken if file.is_absolute() and file.is_file()}
        return tuple(sorted({*files, *beside}))

    def _watch_anew(self) -> None:
        """Follow other files, if they are others. The old watch goes on until the new one stands."""
        files = self._watched()
        if files != self._files:
            self._files = files
            if self._moving is not None:
                self._thread.submit(_close, self._moving)
            self._moving = self._thread.submit(Watch, files)

    def _follow(self, made: Future[Watch]) -> None:
        self._moving = None
        if (
            made.exception() is not None
        ):  # too many files are watched on this machine, say: the old watch stays
            log.error("edits of some files are not noticed: %s", made.exception())
            return
        watch = made.result()
        self._hear(self.watch.changed())
        self._thread.submit(self.watch.close)
        self.watch = watch


def _nothing() -> Generator[None, None, None]:
    yield from ()


def _close(made: "Future[Watch]") -> None:
    """Close a watch that nobody waits for any more."""
    if made.exception() is None:
        made.result().close()
