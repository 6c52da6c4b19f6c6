"""The stories of a show as ink, written on another thread when a scene is about to read them."""

import logging
import threading
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import isf, paths
from installation.errors import ShowError
from installation.show.load import DEFAULT_SHOW, load_show
from installation.show.model import Show, StorySpec
from installation.stories import MOST_STORIES, Fonts, Written, table_of, write
from installation.values import Seconds

__all__ = ["Stories"]

log = logging.getLogger(__name__)

_AHEAD: Final[Seconds] = 20.0
"""Show time after which stories are written although no scene reads them yet, if one of the show will."""
_PAUSE: Final[Seconds] = 0.1
"""Between two stories, so that frames get their share of the interpreter."""
_LONGEST: Final[Seconds] = 120.0
_NAMES: Final = frozenset({"stories", "ink"})


class Stories:
    """Writes the stories of a show, once.

    Args:
        show: Its ``stories.toml`` counts; without one, the sample of the default show does.
        repeatable: Whether the first frame that reads stories waits for all of them, so that pictures can be
            compared; else they appear one after another.
    """

    def __init__(self, show: Show, *, repeatable: bool = False) -> None:
        self._specs = show.stories
        self._repeatable = repeatable
        self._written: tuple[Written, ...] = ()
        self._shown: tuple[Written, ...] = ()
        self._told = table_of(())
        self._thread: threading.Thread | None = None
        self._round = 0

    def follow(self, show: Show) -> None:
        """Take the stories of an edited show; until they are written, those before are told."""
        if show.stories != self._specs:
            self._specs = show.stories
            self._thread = None

    def told(
        self, time: Seconds, shown: Iterable[isf.Shader], others: Iterable[isf.Shader]
    ) -> tuple[NDArray[np.float32], Sequence[NDArray[np.float16]]]:
        """Return the table and the ink of what is written so far (``render.passes.medium.Tables``).

        Args:
            time: Show time in seconds.
            shown: Shaders that are drawn now.
            others: All shaders of the show.
        """
        now = any(_NAMES & set(shader.reads) for shader in shown)
        if self._thread is None and (
            now or (time > _AHEAD and any(_NAMES & set(one.reads) for one in others))
        ):
            self._begin()
        if now and self._repeatable and self._thread is not None:
            self._thread.join(_LONGEST)
        if self._shown is not self._written:
            self._shown = self._written
            self._told = table_of(self._shown)
        return self._told, [story.ink for story in self._shown]

    def _begin(self) -> None:
        self._round += 1
        self._thread = threading.Thread(
            target=self._write, args=(self._specs, self._round), name="stories", daemon=True
        )
        self._thread.start()

    def _write(self, specs: Sequence[StorySpec], turn: int) -> None:
        fonts = Fonts()
        done: list[Written] = []
        pause = threading.Event()
        for i, spec in enumerate(specs or _sample()):
            if turn != self._round:
                return  # edited meanwhile
            if len(done) == MOST_STORIES:
                log.warning("%s: only the first %d stories are told", spec.where, MOST_STORIES)
                break
            written = _one(spec, fonts, i)
            if written is not None:
                done.append(written)
                self._written = tuple(done)
            if not self._repeatable:
                pause.wait(_PAUSE)


def _one(spec: StorySpec, fonts: Fonts, key: int) -> Written | None:
    """Write one story; tell why it cannot be."""
    try:
        written = write(spec.text, fonts, spec.language, key)
    except OSError as error:
        log.warning("%s: this story is left out, because its font cannot be opened: %s", spec.where, error)
        return None
    if written is None:
        missing = fonts.missing(spec.text)
        why = (
            f"no font has {missing}"
            if missing
            else "it does not fit in three lines, or no font has all of it"
        )
        log.warning(
            "%s: this story is left out: %s; fonts are in %s", spec.where, why, paths.presets() / "fonts"
        )
    return written


def _sample() -> Sequence[StorySpec]:
    """The stories of the show that ships, for shows without any."""
    try:
        return load_show(DEFAULT_SHOW).stories
    except ShowError:
        return ()
