"""The stories of a show and of its visitors as ink, written on other threads when a scene is to read them."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation import isf, paths
from installation.errors import ShowError
from installation.ipc.feeds.stories import GONE, TOLD
from installation.light import Rig
from installation.player.surroundings.flights import Flights
from installation.show.load import DEFAULT_SHOW, load_show
from installation.show.model import Show, StorySpec
from installation.show.venue_model import HubSpec
from installation.stories import (
    CELL,
    MOST_STORIES,
    Fonts,
    Row,
    Themes,
    Wall,
    Written,
    card,
    draw,
    needed,
    table_of_rows,
    write,
)
from installation.values import Address, Reading, Seconds

__all__ = ["Stories"]

log = logging.getLogger(__name__)

_AHEAD: Final[Seconds] = 20.0
"""Show time after which stories are written although no scene reads them yet, if one of the show will."""
_PAUSE: Final[Seconds] = 0.1
"""Between two stories, so that frames get their share of the interpreter."""
_LONGEST: Final[Seconds] = 120.0
_NEW: Final[Seconds] = 300.0
"""Show time, while a scene tells stories, after which one that has come is new no more."""
_OLD: Final = 40
"""How many stories have to come after one until it is as far away as it gets."""
_REFILL: Final[Seconds] = 20.0
"""Show time after which stories of the show stand again where one has gone."""
_NAMES: Final = frozenset({"stories", "ink"})
_BLANK: Final = np.full((CELL[1], CELL[0], 2), -1.0, np.float16)
_STROKES: Final = msgspec.json.Decoder(list[list[int]])


@dataclass(slots=True, eq=False)
class _Story:
    """A story that stands on the wall, or is to: ``written`` is None until it is.

    ``number`` tells it from all others. ``until`` is the show time until which it is new; None before a scene
    has told stories since it came; ``flies``: whether one has. ``theme`` and ``hub`` are names.
    """

    where: str
    text: str
    number: int
    language: str = ""
    strokes: str = ""
    new: bool = False
    until: Seconds | None = None
    theme: str = ""
    hub: str = ""
    flies: bool = False
    written: Written | None = None


class Stories:
    """Writes the stories of a show and of its visitors, each once.

    Args:
        show: Its ``stories.toml`` counts; without one, the sample of the default show does.
        hubs: Says which stations of light there are: new stories come from them.
        repeatable: Whether a frame that reads stories waits for all of them, so that pictures can be
            compared; else they appear one after another.
    """

    def __init__(
        self, show: Show, hubs: Callable[[], Sequence[HubSpec]] = tuple, *, repeatable: bool = False
    ) -> None:
        self._specs = show.stories
        self._hubs = hubs
        self._themes = Themes()
        self._repeatable = repeatable
        self._own: tuple[_Story, ...] = ()
        self._own_count = 0
        self._visitors: dict[str, _Story] = {}
        self._wall: Wall | None = None
        self._emptied: Seconds | None = None
        self._number = MOST_STORIES
        self._thread: threading.Thread | None = None
        self._round = 0
        self._jobs: deque[_Story] = deque()
        self._lock = threading.Lock()
        self._visiting: threading.Thread | None = None
        self._cells: list[_Story | None] = []
        self._shown: object = ()
        self._told = table_of_rows(())
        self._flights = Flights()
        self._ink: list[NDArray[np.float16]] = []
        self.fields: Mapping[Address, Callable[[Reading, Seconds], None]] = {
            TOLD: self._take,
            GONE: self._drop,
        }
        """Who takes the readings of the visitors' stories (``ipc.feeds.stories``), by address."""

    def follow(self, show: Show) -> None:
        """Take the stories of an edited show; until they are written, those before are told."""
        if show.stories != self._specs:
            self._specs = show.stories
            self._thread = None
            self._wall = None

    def _take(self, reading: Reading, _now: Seconds) -> None:
        texts = [str(one) for one in (*reading.values, "", "", "", "", "", "")[:6]]
        key, text, language, strokes, theme, hub = texts
        known = self._visitors.get(key)
        if known is not None and (known.text, known.strokes) == (text, strokes):
            known.theme = theme
            return
        self._number += 1
        new = len(reading.values) > 4 and bool(reading.values[-1])
        where = f"visitor's story {key[:8]}"
        story = _Story(where, text, self._number, language, strokes, new, theme=theme, hub=hub)
        self._visitors[key] = story
        if self._wall is not None:
            self._wall.add(key)
        if self._thread is not None:
            self._enqueue([story])

    def _drop(self, reading: Reading, now: Seconds) -> None:
        key = str(reading.values[0]) if reading.values else ""
        self._flights.drop(key)
        if self._visitors.pop(key, None) is not None and self._wall is not None:
            self._wall.drop(key)
            self._emptied = now

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
        self._flights.now = time
        for key, story in self._visitors.items() if now else ():
            if story.new and not story.flies:
                story.flies = True
                if any(one.name == story.hub for one in self._hubs()):  # else it does not fly
                    self._flights.begin(key, story.hub)
        if self._thread is None and (
            now or (time > _AHEAD and any(_NAMES & set(one.reads) for one in others))
        ):
            self._begin()
        if now and self._repeatable:
            for thread in (self._thread, self._visiting):
                if thread is not None:
                    thread.join(_LONGEST)
        self._lay_out(time, now=now)
        return self._told, self._ink

    def flying(self, hub: str) -> tuple[bool, bool]:
        """Return whether a new story is setting out from a hub, and whether one is coming to it."""
        return self._flights.at(hub)

    def lift(
        self, rig: Rig, other: NDArray[np.float32] | None, master: float = 1.0, *, calm: bool = False
    ) -> NDArray[np.float32] | None:
        """Return the light that is added to lamps: that of ``other``, and of stories at their hub.

        Args:
            rig: The venue's lamps.
            other: ``(lamps, 3)`` linear light; None for none.
            master: Factor on the light.
            calm: Whether a panic stands: nothing is added.
        """
        return other if calm else self._flights.lift(rig, other, master)

    # Where they stand.

    def _lay_out(self, time: Seconds, *, now: bool) -> None:
        """Make the table anew if anything in it has changed."""
        rows = self._rows(time)
        self._themes.follow(one.theme for one in self._visitors.values())
        places = {one.name: one.position for one in self._hubs()}
        ages = self._ages()
        made = [
            (
                one, one.written, self._urgency(one, time, now=now), ages.get(one.number, -1.0),
                places.get(one.hub), self._themes.place(one.theme),
            ) if one else None
            for one in rows
        ]  # fmt: skip
        if made == self._shown:
            return
        self._shown = made
        self._fill_cells([one[0] for one in made if one is not None and one[1] is not None])
        told = [Row(None, 0, 0)] * len(made)
        first = set[int]()
        for i, row in enumerate(made):
            if row is not None:
                story, written, urgency, age, hub, theme = row
                cell = self._cells.index(story) if written is not None else 0
                new = urgency if story.number not in first else 0  # one of its rows is enough
                told[i] = Row(written, story.number, cell, new, age, hub, theme)
                first.add(story.number)
        self._told = table_of_rows(told)

    def _ages(self) -> dict[int, float]:
        """The age of each visitors' story, by its number: the more have come after it, the older it is."""
        numbers = [one.number for one in self._visitors.values()]
        return {number: min(1.0, i / _OLD) for i, number in enumerate(sorted(numbers, reverse=True))}

    def _rows(self, time: Seconds) -> "list[_Story | None]":
        """The story of each row; None where one has gone, or is not written yet."""
        if self._wall is None and self._visitors and self._own_count:
            self._wall = Wall([f"own {i}" for i in range(self._own_count)])
            for key in self._visitors:
                self._wall.add(key)
        if self._wall is None:
            return list(self._own)
        if self._emptied is not None and time - self._emptied > _REFILL:
            self._emptied = None
            self._wall.refill()
        own = {f"own {one.number}": one for one in self._own}
        return [self._visitors.get(key) or own.get(key) for key in self._wall.rows]

    def _urgency(self, story: _Story | None, time: Seconds, *, now: bool) -> int:
        if story is None or not story.new or story.written is None:
            return 0
        if now and story.until is None:
            story.until = time + _NEW
        if story.until is not None and time > story.until:
            story.new = False
        return story.number if story.new else 0

    def _fill_cells(self, stories: "Sequence[_Story]") -> None:
        """Give each story that stands somewhere a cell of the atlas; what has one keeps it."""
        wanted = dict.fromkeys(stories)
        self._cells = [one if one in wanted else None for one in self._cells]
        for story in wanted:
            if story not in self._cells:
                if None in self._cells:
                    self._cells[self._cells.index(None)] = story
                else:
                    self._cells.append(story)
        self._ink = [one.written.ink if one and one.written else _BLANK for one in self._cells]

    # Writing.

    def _begin(self) -> None:
        """Write the show's own stories, and those of visitors that are not written yet."""
        self._round += 1
        self._thread = threading.Thread(
            target=self._write, args=(self._specs, self._round), name="stories", daemon=True
        )
        self._thread.start()
        self._enqueue([one for one in self._visitors.values() if one.written is None])

    def _enqueue(self, stories: "Iterable[_Story]") -> None:
        """Write stories of visitors, the newest first, beside those of the show."""
        with self._lock:
            self._jobs.extend(stories)
            if self._jobs and self._visiting is None:
                self._visiting = threading.Thread(target=self._visit, name="visitors' stories", daemon=True)
                self._visiting.start()

    def _visit(self) -> None:
        fonts = Fonts()
        pause = threading.Event()
        while True:
            with self._lock:
                if not self._jobs:
                    self._visiting = None
                    return
                story = self._jobs.pop()
            story.written = _written(story, fonts)
            if not self._repeatable:
                pause.wait(_PAUSE)

    def _write(self, specs: Sequence[StorySpec], turn: int) -> None:
        fonts = Fonts()
        done: list[_Story] = []
        pause = threading.Event()
        wanted = specs or _sample()
        self._own_count = min(len(wanted), MOST_STORIES)
        for i, spec in enumerate(wanted):
            if turn != self._round:
                return  # edited meanwhile
            if len(done) == MOST_STORIES:
                log.warning("%s: only the first %d stories are told", spec.where, MOST_STORIES)
                break
            story = _Story(str(spec.where), spec.text, i, spec.language)
            story.written = _written(story, fonts)
            if story.written is not None:
                done.append(story)
                self._own = tuple(done)
            if not self._repeatable:
                pause.wait(_PAUSE)


def _written(story: _Story, fonts: Fonts) -> Written | None:
    """Write or draw one story; tell why it cannot be. No story keeps others from being written."""
    try:
        if story.strokes:
            return draw([_triples(one) for one in _STROKES.decode(story.strokes)])
        visitors = story.number > MOST_STORIES
        written = write(story.text, fonts, story.language, story.number, every=visitors)
        return _in_place(story, fonts) if written is None else written
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s: this story is left out, because it cannot be written: %s", story.where, error)
    except Exception:
        log.exception("%s: this story is left out, because writing it failed", story.where)
    return None


def _in_place(story: _Story, fonts: Fonts) -> Written | None:
    """What is written in place of a story that cannot be: a card, or nothing."""
    missing = fonts.missing(story.text)
    if missing and story.number > MOST_STORIES:
        script, package = needed(missing)
        log.warning(
            "%s: no font has %s; a card in its place says that it is in %s (install %s, and start again)",
            story.where, missing, script, package,
        )  # fmt: skip
        return write(card(missing), fonts, "en", story.number, every=True)
    why = f"no font has {missing}" if missing else "it does not fit in three lines, or no font has all of it"
    log.warning(
        "%s: this story is left out: %s; fonts are in %s", story.where, why, paths.presets() / "fonts"
    )
    return None


def _triples(flat: Sequence[int]) -> list[tuple[int, int, int]]:
    return list(zip(flat[0::3], flat[1::3], flat[2::3], strict=False))


def _sample() -> Sequence[StorySpec]:
    """The stories of the show that ships, for shows without any."""
    try:
        return load_show(DEFAULT_SHOW).stories
    except ShowError:
        return ()
