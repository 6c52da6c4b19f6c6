"""Starts the score: in the first frame, or in step with the wall clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from installation.clock import time_text
from installation.ipc.link import StageLink
from installation.ipc.options import StageOptions
from installation.player.player import Player
from installation.player.score import first_place
from installation.values import Command, Seconds

__all__ = ["ScoreClock", "is_first_stage"]

_APART: Final[Seconds] = 2.0
"""Seconds of deviation from the wall clock, at the beginning of a cycle, from which the score is moved."""
_DAY: Final[Seconds] = 86400.0


def is_first_stage(link: StageLink | None) -> bool:
    """Return whether no earlier stage of this run has shown a frame."""
    start = link.start if link is not None else None
    return start is None or start.restarts == 0 or (not start.cue and start.score < 0.0)


class ScoreClock:
    """Issues the commands that start the score; they pass the inbox, so that recordings contain them.

    Args:
        options: Options of the command line.
        player: The player of the score.
        first: Whether nothing was shown before in this run; the score of a later stage continues.
        today: The wall clock, local time.
    """

    def __init__(
        self,
        options: StageOptions,
        player: Player,
        first: bool,
        today: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._options = options
        self._player = player
        self._first = first
        self._today = today
        self._seen: Seconds = -1.0
        self.closed = False
        """Whether the schedule has stopped the score: the wall clock then does not start it."""

    def commands(self, now: Seconds) -> list[Command]:
        """Return the commands for this frame, usually none; ``now`` is monotonic seconds."""
        spec, first, seen = self._player.show.score, self._first, self._seen
        self._first = False
        place = first_place(self._options, self._player.show, by_itself=self._by_itself) if first else ""
        if not place and spec is not None and self._by_wall_clock:
            self._seen = self._place(spec.length)
            if first or (self._seen < seen and self._strays(spec.length)):
                place = time_text(self._seen)
        speed = self._options.speed
        return [Command("score", (place, speed) if speed != 1.0 else (place,), now, "score")] if place else []

    @property
    def _by_itself(self) -> bool:
        spec = self._player.show.score
        # A preview plays at once, but a score that follows time code stands until some comes.
        return self._options.mode == "preview" and (spec is None or spec.start != "time-code")

    @property
    def _by_wall_clock(self) -> bool:
        spec = self._player.show.score
        return self._options.mode == "run" and spec is not None and spec.start == "wall-clock"

    def _place(self, length: Seconds) -> Seconds:
        now = self._today()
        passed = now.hour * 3600.0 + now.minute * 60.0 + now.second + now.microsecond / 1e6
        return passed % min(length, _DAY)

    def _strays(self, length: Seconds) -> bool:
        """Whether the score deviates from the clock. The clock does not end a panic or a manual hold."""
        cues, score = self._player.cues, self._player.score.score
        if self.closed or cues.panicked.stopped or cues.clock.held:
            return False
        apart = abs(score.time - self._seen)
        return not score.running or min(apart, length - apart) > _APART
