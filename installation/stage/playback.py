"""A recording in place of live input."""

import logging
from collections.abc import Generator, Iterable, Sequence

from installation.clock import Clock, GivenClock
from installation.commands import COMMANDS
from installation.errors import ShowError
from installation.player.inbox import Entry
from installation.signal.record import Recorded
from installation.values import Command

__all__ = ["Playback"]

_NOT_AGAIN = frozenset(one.name for one in COMMANDS.values() if not one.recorded)
_LIVE = frozenset(one.name for one in COMMANDS.values() if one.live)

log = logging.getLogger(__name__)


class Playback:
    """Plays a recording back, frame by frame.

    Args:
        recording: Its frames.
        clock: The player's; a ``GivenClock`` follows the recording.

    Attributes:
        over: Whether there is no further frame.
        unheard: Live commands that the last frame did not take.
    """

    def __init__(self, recording: Generator[Recorded, None, None], clock: Clock) -> None:
        self._recording = recording
        self._clock = clock
        self._begun = False
        self.over = False
        self.unheard: list[Command] = []

    def entries(self, live: Iterable[Entry]) -> list[Entry]:
        """Return the recorded entries of the next frame, and the live commands that count beside them.

        Live commands still count for windows and for quitting, but not for the piece.

        Raises:
            ShowError: Not even the first frame of the recording can be played.
        """
        commands = [one for one in live if isinstance(one, Command)]
        heard = [one for one in commands if one.verb in _LIVE]
        self.unheard = [one for one in commands if one not in heard]
        recorded = self._next()
        if recorded is None:
            self.over = True
            return list(heard)
        if isinstance(self._clock, GivenClock):
            self._clock.dt = recorded.dt
        return [*_again(recorded.inbox), *heard]

    def _next(self) -> Recorded | None:
        try:
            recorded = next(self._recording, None)
        except ShowError as error:
            if not self._begun:
                raise
            log.error("%s", error)
            return None
        self._begun = True
        return recorded

    def close(self) -> None:
        """Close the recording's file."""
        self._recording.close()


def _again(entries: Sequence[Entry]) -> list[Entry]:
    return [one for one in entries if not isinstance(one, Command) or one.verb not in _NOT_AGAIN]
