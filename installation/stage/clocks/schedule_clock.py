"""Gives the commands of a show's schedule when they are due."""

import time
from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from installation.commands import COMMANDS
from installation.cue.schedule import Schedule
from installation.ipc.options import StageOptions
from installation.player.player import Player
from installation.show.model import ScheduleSpec
from installation.show.venue_model import Place
from installation.values import Command, Seconds

__all__ = ["ScheduleClock"]

_LOOK: Final[Seconds] = 0.5
_DAY: Final = 86_400.0


class ScheduleClock:
    """Gives scheduled commands, in ``run`` only; they pass the inbox, so that recordings contain them.

    A stage that begins catches up with the last day, or with the time since the show was last seen playing
    where it continues: of each verb the latest entry is given, so that a gallery's machine that is switched
    on at noon does what began at ten. Entries that became due while the machine slept are caught up with in
    the same way, and a clock that is set back gives nothing twice. A panic is ended by people only: what
    would end it is left out meanwhile, counted and told.

    Args:
        options: Options of the command line.
        player: The player of the show.
        place: Of the venue.
        alive: Unix seconds at which the show was last seen playing; 0 for one that begins anew.
        now: The wall clock, Unix seconds.
    """

    def __init__(
        self,
        options: StageOptions,
        player: Player,
        place: Place,
        alive: float = 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._player = player
        self._active = options.mode == "run"
        self._place = place
        self._now = now
        self._seen = alive or now() - _DAY
        self._looked: Seconds = -1.0
        self._schedule = self._made()
        self.stopped = self._stands_stopped()
        """Whether the latest entry about the score was to stop it."""

    @property
    def next(self) -> str:
        """The next entry in words, by the clock of the place; empty where there is none."""
        found = self._schedule.next(self._now()) if self._active and self._schedule.specs else None
        return f"{self._schedule.local(found[0]):%a %H:%M} {found[1].do}" if found is not None else ""

    def commands(self, now: Seconds) -> list[Command]:
        """Return what is due, mostly nothing; ``now`` is monotonic seconds."""
        specs = self._player.show.schedule
        if not self._active or not specs or 0.0 <= now - self._looked < _LOOK:
            return []
        self._looked = now
        if specs != self._schedule.specs:
            self._schedule = self._made()
        after, self._seen = self._seen, max(self._now(), self._seen)
        if self._seen - after > _DAY:
            after = self._seen - _DAY
        latest: dict[str, ScheduleSpec] = {}
        for _, spec in self._schedule.due(after, self._seen):
            subject = spec.do if spec.do.startswith("set ") else spec.do.split()[0]
            latest.pop(subject, None)
            latest[subject] = spec
        commands = [self._schedule.command(spec, now) for spec in latest.values()]
        for command in commands:
            if command.verb == "score":
                self.stopped = command.arguments[0] == "stop"
        return [one for one in commands if self._may(one)]

    def _may(self, command: Command) -> bool:
        """Return whether a command may be given now."""
        if not (self._player.cues.panicked.stopped and COMMANDS[command.verb].ends_panic):
            return True
        words = " ".join([command.verb, *map(str, command.arguments)])
        self._player.refusals.note("a scheduled command during a panic", words, "give it by hand")
        return False

    def _stands_stopped(self) -> bool:
        """Return whether the last entry about the score, of the last day, was to stop it."""
        if not self._active:
            return False
        now = self._now()
        said = [spec.do.split() for _, spec in self._schedule.due(now - _DAY, now)]
        scores = [words for words in said if words[0] == "score"]
        return bool(scores) and scores[-1][1:2] == ["stop"]

    def _made(self) -> Schedule:
        zone = ZoneInfo(self._place.timezone) if self._place.timezone else None
        return Schedule(self._player.show.schedule, self._place, zone)
